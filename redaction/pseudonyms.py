"""Tokens that stay the same from one request to the next, for texts that go into an index and never come back.

An embedding of 「[PERSON_1]」 means another person in every request; one of 「[PERSON_3F9A…]」 means the same
person in the index and in the query. There is no way back: what is embedded is a vector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction.vault import Vault, same_value

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = 12
"""Hexadecimal digits of a pseudonym: 48 bits, so that two of a million residents share one by chance
with a probability below one in five hundred."""


class Pseudonyms(Vault):
    """A vault whose tokens are keyed hashes of their values; ``pseudonym`` is the keyed hash, in hexadecimal."""

    def __init__(self, pseudonym: Callable[[str], str]) -> None:
        super().__init__()
        self._pseudonym = pseudonym

    def token(self, kind: str, value: str) -> str:
        """The token of a value: the same for all spellings of it, in every request."""
        name = kind.rpartition(".")[2].upper()
        return f"[{name}_{self._pseudonym(f'{name}:{same_value(name, value)}')[:_DIGITS].upper()}]"
