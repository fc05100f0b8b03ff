"""The way back: tokens in a streamed reply become values again, however the model spelled them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction.vault import CLOSE, LONGEST, OPEN, canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from redaction.vault import Vault

_INSIDE = r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９_＿\\ 　\u00a0\-－‐]"
_TOKEN = re.compile(rf"[{re.escape(OPEN)}]({_INSIDE}{{1,{LONGEST - 2}}})[{re.escape(CLOSE)}]")
_BEGUN = re.compile(rf"[{re.escape(OPEN)}]({_INSIDE}{{0,{LONGEST - 2}}})\Z")


class Restore:
    """Replaces the vault's tokens by their values; ``escape`` fits a value into its surroundings (JSON).

    Holds back only a tail that is a proper prefix of some token of the vault, at most 63 characters.
    Anything else in brackets stays as it is.
    """

    def __init__(self, vault: Vault, escape: Callable[[str], str] = str) -> None:
        self._vault, self._escape, self._held = vault, escape, ""
        self._keys = vault.keys()

    def feed(self, text: str) -> str:
        """Take a piece; return what is certain by now."""
        text = self._held + text
        self._held = ""
        if not self._keys:
            return text
        match = _BEGUN.search(text, max(0, len(text) - LONGEST + 1))
        if match and self._may_become_token(match[1]):
            self._held = match[0]
            text = text[: match.start()]
        return _TOKEN.sub(self._value, text)

    def close(self) -> str:
        """No more comes: what was held is no token."""
        held, self._held = self._held, ""
        return held

    def _may_become_token(self, written: str) -> bool:
        begun = canonical(written)
        return any(key.startswith(begun) for key in self._keys)

    def _value(self, match: re.Match[str]) -> str:
        value = self._vault.value(match[1])
        return match[0] if value is None else self._escape(value)
