"""Which expressions can match at all: those of whose indispensable strings one stands in the text.

Most texts hold little of what is looked for, and to look for a string costs a hundredth of a match tried at every
character. The strings are read from the expression's own syntax tree, so they cannot differ from it.
"""

from __future__ import annotations

import re
from re import _constants as syntax  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

from policies.automata import Strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_CHARACTERS = 16
"""Characters of a class that are worth looking for one by one."""
_MOST_STRINGS = 400
_ASSERTED = (syntax.ASSERT, syntax.ATOMIC_GROUP, syntax.SUBPATTERN)
_REPEATED = (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT)

Needed = frozenset[str]


def needed(regex: re.Pattern[str]) -> Needed | None:
    """Needed of which each text with a match holds at least one; None where the expression names none."""
    if regex.flags & re.IGNORECASE:
        return None
    return _of_sequence(parser.parse(regex.pattern, regex.flags & ~re.UNICODE))


class Sieve:
    """Several expressions asked at once: one pass over the text says which can match. Immutable."""

    def __init__(self, regexes: Sequence[re.Pattern[str]]) -> None:
        """Read what each needs."""
        self._always: set[int] = set()
        asked: dict[str, set[int]] = {}
        for n, regex in enumerate(regexes):
            strings = needed(regex)
            if strings is None:
                self._always.add(n)
            for string in strings or ():
                asked.setdefault(string, set()).add(n)
        self._strings = Strings({string: tuple(numbers) for string, numbers in asked.items()})

    def passing(self, text: str) -> set[int]:
        """The numbers of the expressions that can match. Linear in the length of the text."""
        passed = set(self._always)
        for _, numbers in self._strings.search(text):
            passed.update(numbers)
        return passed


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> Needed | None:
    """The best of what the parts of a sequence need, one behind the other."""
    choices: list[Needed] = []
    run = ""
    for operation, argument in items:
        if operation is syntax.LITERAL:
            run += chr(argument)
            continue
        if run:
            choices.append(frozenset({run}))
            run = ""
        if (strings := _of_part(operation, argument)) is not None:
            choices.append(strings)
    if run:
        choices.append(frozenset({run}))
    return max(choices, key=_worth, default=None)


def _of_part(operation: Any, argument: Any) -> Needed | None:
    if operation in _ASSERTED:
        return None if _ignores_case(operation, argument) else _of_sequence(_inner(operation, argument))
    if operation in _REPEATED:
        least, _, inner = argument
        return _of_sequence(inner) if least else None
    if operation is syntax.BRANCH:
        return _of_branches(argument[1])
    return _of_class(argument) if operation is syntax.IN else None


def _inner(operation: Any, argument: Any) -> Iterable[tuple[Any, Any]]:
    inner: Iterable[tuple[Any, Any]] = argument if operation is syntax.ATOMIC_GROUP else argument[-1]
    return inner


def _ignores_case(operation: Any, argument: Any) -> bool:
    return operation is syntax.SUBPATTERN and bool(argument[1] & re.IGNORECASE)


def _of_branches(branches: Iterable[Iterable[tuple[Any, Any]]]) -> Needed | None:
    found: set[str] = set()
    for branch in branches:
        strings = _of_sequence(branch)
        if strings is None:
            return None
        found |= strings
    return frozenset(found) if len(found) <= _MOST_STRINGS else None


def _of_class(items: Sequence[tuple[Any, Any]]) -> Needed | None:
    found: set[str] = set()
    for operation, argument in items:
        if operation is syntax.LITERAL:
            found.add(chr(argument))
        elif operation is syntax.RANGE and argument[1] - argument[0] < _MOST_CHARACTERS:
            found |= {chr(code) for code in range(argument[0], argument[1] + 1)}
        else:
            return None
    return frozenset(found) if 0 < len(found) <= _MOST_CHARACTERS else None


def _worth(strings: Needed) -> tuple[int, int, int]:
    """Long strings are rare; a single hiragana is in every text; of what is left the fewer."""
    return min(3, *map(len, strings)), -sum("ぁ" <= string <= "ん" for string in strings), -len(strings)
