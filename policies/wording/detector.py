"""The detector of expressions to avoid: terms and patterns, the longer before the shorter, each in its context."""

from __future__ import annotations

import hashlib
from operator import itemgetter
from typing import TYPE_CHECKING

from policies.finding import Finding
from policies.wording.contexts import MARK, context
from policies.wording.patterns import Patterns
from policies.wording.terms import Place, Terms
from policies.wording.vocabulary import Forms, Found, Spellings, folded, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policies.reading import Reading
    from policies.wording.entries import PatternEntry, WordEntry, WordGroup, Wording
    from policies.wording.vocabulary import Sentences

_CODE = "wording-4"
_SAID_ONLY = {"message", "better", "basis", "consult", "footnote", "examples", "level", "rewrite"}
_Order = tuple[bool, int, str, int]
"""Of a pattern: whether it is doubtful, its number in the list, its kind and action."""
_SURE, _DOUBTFUL, _IN_CONTEXT = 1.0, 0.5, 0.3


class WordingDetector:
    """Aho-Corasick over the normalised view, word boundaries, look-alikes; sequences of words; then the context."""

    def __init__(
        self,
        entries: Sequence[WordEntry],
        patterns: Sequence[PatternEntry] = (),
        groups: Mapping[str, WordGroup] | None = None,
    ) -> None:
        groups = groups or {}
        every: tuple[Wording, ...] = (*entries, *patterns)
        self.kinds = frozenset(entry.kind for entry in every)
        parts = [_CODE, *(entry.model_dump_json(exclude=_SAID_ONLY) for entry in every)]
        parts += [group.model_dump_json() for group in groups.values()]
        self.revision = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
        self._terms = Terms(entries)
        self._patterns = Patterns(patterns, groups)
        self._order = {entry.id: (entry.doubtful, n, entry.kind, entry.action) for n, entry in enumerate(patterns)}
        # Both are looked up together: a text is gone through once.
        self._words = Spellings([*self._terms.spelt(), *self._patterns.spelt()])
        self._forms = Forms([*self._terms.formed(), *self._patterns.formed()])

    def detect(self, reading: Reading) -> list[Finding]:
        """Findings of all entries in the order of the text; of a word inside another one, the longer."""
        text = reading.derived(folded)
        found = Found(self._words.search(text), self._forms.search(reading))
        places = _longest(self._terms.search(reading, text, found))
        places += _joined(self._patterns.search(reading, text, found), reading.derived(sentences), self._order)
        return [_finding(place, text, reading) for place in sorted(places, key=lambda p: (p.start, -p.end))]


def _finding(place: Place, text: str, reading: Reading) -> Finding:
    entry, span = place.entry, reading.view.span(place.start, place.end)
    if name := context(place, text, reading):
        return Finding(span, entry.kind, f"{entry.id}{MARK}{name}", _IN_CONTEXT)
    return Finding(span, entry.kind, entry.id, _DOUBTFUL if entry.doubtful else _SURE)


def _joined(places: Iterable[Place], parts: Sentences, order: Mapping[str, _Order]) -> list[Place]:
    """One remark on a sentence for each category and action, over what all its patterns cover.

    The surest pattern speaks, of these the first of the list: what is said of one matter stands there before what is
    said of anyone.
    """
    remarks: dict[tuple[int, str, int], Place] = {}
    for (_, _, kind, action), start, _, place in sorted(
        ((order[p.entry.id], p.start, -p.end, p) for p in places), key=itemgetter(0, 1, 2)
    ):
        key = (parts.around(start, place.end)[0], kind, action)
        first = remarks.get(key, place)
        if first.start <= start and place.end <= first.end:
            remarks[key] = first
        else:
            remarks[key] = first._replace(start=min(first.start, start), end=max(first.end, place.end))
    return list(remarks.values())


def _longest(places: Iterable[Place]) -> list[Place]:
    """Without the words that stand inside a longer one, unless what the policy says of them is stronger."""
    unique = {(place.start, place.end, place.entry.id): place for place in places}
    kept: list[Place] = []
    around: list[Place] = []  # those kept that reach beyond where we are
    for place in sorted(unique.values(), key=lambda p: (p.start, -p.end, -p.entry.action)):
        around = [k for k in around if k.end > place.start]
        if not any(_covers(k, place) for k in around):
            kept.append(place)
            around.append(place)
    return kept


def _covers(longer: Place, place: Place) -> bool:
    """Whether ``place`` says nothing beside one that begins no later."""
    return (
        longer.end >= place.end
        and (longer.start, longer.end) != (place.start, place.end)
        and longer.entry.action >= place.entry.action
    )
