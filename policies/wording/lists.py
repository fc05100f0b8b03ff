"""From the wording parts of all rule files to the lists that hold: silenced, spelt as the municipality spells, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field

from policies.expressions import ExpressionError, compile_expression
from policies.schema import Strict, Text
from policies.wording.detector import WordingDetector
from policies.wording.entries import Frame, PatternEntry, Silence, WordEntry, WordGroup
from policies.wording.frames import sequences, spread
from policies.wording.patterns import PatternError, alternatives, parse
from policies.wording.terms import spellings
from policies.wording.vocabulary import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policies.document import Document, Fault, Location

T = TypeVar("T")

_OKURIGANA = re.compile(r"(?<=[^\u3041-\u3096])[\u3041-\u3096]+$")


class WordingFile(Strict):
    """What a rule file may say about wording."""

    wording: tuple[WordEntry, ...] = Field(default=(), description="Expressions to avoid, with their reason.")
    patterns: tuple[PatternEntry, ...] = Field(default=(), description="What several words imply together.")
    word_groups: tuple[WordGroup, ...] = Field(default=(), description="Lists of words that patterns share.")
    frames: tuple[Frame, ...] = Field(default=(), description="Ways of speaking that patterns of all groups share.")
    silence: tuple[Silence, ...] = Field(default=(), description="Entries of other files that do not hold here.")
    spellings: tuple[Text, ...] = Field(
        default=(), description="The municipality's own spellings (障がい, こども); others of the word are then found."
    )


File = TypeVar("File", bound=WordingFile)


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists in force. ``idle`` are spelling entries for which the municipality has named no spelling."""

    entries: tuple[WordEntry, ...]
    patterns: tuple[PatternEntry, ...]
    groups: Mapping[str, WordGroup]
    idle: tuple[WordEntry, ...] = ()

    def detector(self) -> WordingDetector:
        """The detector of what is in force."""
        return WordingDetector(self.entries, self.patterns, self.groups)

    def trial(self) -> WordingDetector:
        """A detector of the idle entries, each as if its term were the spelling chosen: their examples run on it."""
        return WordingDetector([chosen(entry, entry.term) for entry in self.idle])


def assemble(files: Sequence[WordingFile]) -> WordLists:
    """Put together what is in force. The files must be without faults (see ``faults``)."""
    silenced = {silence.id for file in files for silence in file.silence}
    own = {spelling for file in files for spelling in file.spellings}
    entries: list[WordEntry] = []
    idle: list[WordEntry] = []
    for entry in (e for file in files for e in file.wording if e.id not in silenced):
        if not entry.spelling:
            entries.append(entry)
        elif choice := next((word for word in (entry.term, *entry.variants) if word in own), None):
            entries.append(chosen(entry, choice))
        else:
            idle.append(entry)
    frames = {frame.name: frame for file in files for frame in file.frames}
    patterns = tuple(spread(p, frames) for file in files for p in file.patterns if p.id not in silenced)
    return WordLists(tuple(entries), patterns, _groups(files), tuple(idle))


def chosen(entry: WordEntry, choice: str) -> WordEntry:
    """A spelling entry once one spelling is the municipality's own: it finds the others and proposes that one."""
    others = [word for word in (entry.term, *entry.variants) if word != choice]
    return entry.model_copy(update={"term": others[0], "variants": tuple(others[1:]), "better": choice})


def _groups(files: Sequence[WordingFile]) -> dict[str, WordGroup]:
    groups: dict[str, WordGroup] = {}
    for group in sorted((c for file in files for c in file.word_groups), key=lambda c: c.extends):
        known = groups.get(group.name)
        words = (*known.words, *group.words) if known else group.words
        lookalikes = (*known.lookalikes, *group.lookalikes) if known else group.lookalikes
        groups[group.name] = group.model_copy(
            update={"words": tuple(dict.fromkeys(words)), "lookalikes": lookalikes, "extends": False}
        )
    return groups


def faults(documents: Sequence[Document[File]]) -> list[Fault]:
    """Everything wrong with the wording of these files beside what their shape already refuses."""
    return [
        *_silences(documents),
        *_unknown_spellings(documents),
        *_group_faults(documents),
        *_frame_faults(documents),
        *_entry_faults(documents),
        *_pattern_faults(documents),
    ]


def _each(
    documents: Sequence[Document[File]], items: Callable[[File], Sequence[T]]
) -> Iterator[tuple[Document[File], int, T]]:
    for document in documents:
        for n, item in enumerate(items(document.model)):
            yield document, n, item


class _Firsts:
    """Says where something stood first when it comes a second time."""

    def __init__(self) -> None:
        self._first: dict[object, tuple[Fault, str]] = {}

    def again(self, what: object, document: Document[Any], place: Location, owner: str) -> tuple[Fault, str] | None:
        """The first place and owner of ``what``; None when this is the first."""
        if (known := self._first.get(what)) is not None:
            return known
        self._first[what] = (document.fault(place, ""), owner)
        return None


def _silences(documents: Sequence[Document[File]]) -> Iterator[Fault]:
    known = {e.id for d in documents for e in (*d.model.wording, *d.model.patterns)}
    firsts = _Firsts()
    for document, n, silence in _each(documents, lambda file: file.silence):
        place = ("silence", n, "id")
        if silence.id not in known:
            yield document.fault(place, f"no entry has the id {silence.id}")
        elif first := firsts.again(silence.id, document, place, ""):
            yield document.fault(place, f"{silence.id} is already silenced at {first[0].path}:{first[0].line}")
        if not silence.reason.strip():
            yield document.fault(("silence", n, "reason"), "the reason is empty")


def _unknown_spellings(documents: Sequence[Document[File]]) -> Iterator[Fault]:
    owners = {
        word: entry.id
        for document in documents
        for entry in document.model.wording
        if entry.spelling
        for word in (entry.term, *entry.variants)
    }
    firsts = _Firsts()
    for document, n, spelling in _each(documents, lambda file: file.spellings):
        owner = owners.get(spelling)
        if owner is None:
            yield document.fault(("spellings", n), f"no spelling entry knows {spelling}")
        elif first := firsts.again(owner, document, ("spellings", n), ""):
            yield document.fault(
                ("spellings", n), f"a spelling of {owner} is already chosen at {first[0].path}:{first[0].line}"
            )


def _group_faults(documents: Sequence[Document[File]]) -> Iterator[Fault]:
    named = {c.name for d in documents for c in d.model.word_groups if not c.extends}
    firsts = _Firsts()
    for document, n, group in _each(documents, lambda file: file.word_groups):
        place = ("word_groups", n, "name")
        if group.extends:
            if group.name not in named:
                yield document.fault(place, f"no group is named {group.name}")
        elif first := firsts.again(group.name, document, place, ""):
            yield document.fault(
                place,
                f"the group {group.name} already stands at {first[0].path}:{first[0].line}; "
                "extends: true adds words to it",
            )
        words = {fold(word) for word in group.words}
        for k, lookalike in enumerate(group.lookalikes):
            if not any(word in fold(lookalike) for word in words):
                yield document.fault(("word_groups", n, "lookalikes", k), f"{lookalike} holds no word of the group")


def _entry_faults(documents: Sequence[Document[File]]) -> Iterator[Fault]:
    silenced = {s.id for d in documents for s in d.model.silence}
    firsts = _Firsts()
    for document, n, entry in _each(documents, lambda file: file.wording):
        yield from _expression_faults(document, n, entry)
        yield from _lookalike_faults(document, n, entry)
        if entry.spelling and not entry.variants:
            yield document.fault(("wording", n, "term"), "a spelling entry needs variants to choose from")
        if entry.id in silenced:
            continue
        for word, place in _spelt(entry, n):
            first = firsts.again(fold(word), document, place, entry.id)
            if first and first[0].path == document.path and first[1] == entry.id:
                yield document.fault(place, f"{word} stands twice")
            elif first and first[1] != entry.id:
                where = f"{first[0].path}:{first[0].line}"
                yield document.fault(
                    place, f"{word} already stands in {first[1]} ({where}); silence that to replace it"
                )


def _spelt(entry: WordEntry, n: int) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    yield entry.term, ("wording", n, "term")
    for k, word in enumerate(entry.variants):
        yield word, ("wording", n, "variants", k)


def _expression_faults(document: Document[File], n: int, entry: WordEntry) -> Iterator[Fault]:
    for k, expression in enumerate(entry.expressions):
        try:
            compile_expression(expression)
        except ExpressionError as error:
            yield document.fault(("wording", n, "expressions", k), f"not an expression that RE2 takes: {error}")


def _lookalike_faults(document: Document[File], n: int, entry: WordEntry) -> Iterator[Fault]:
    """A look-alike in which the expression cannot stand never applies; one that is the expression hides it."""
    words = spellings(entry)
    for k, lookalike in enumerate(entry.lookalikes):
        folded = fold(lookalike)
        place = ("wording", n, "lookalikes", k)
        if folded in words:
            yield document.fault(place, f"{lookalike} is the expression itself, which would never be found")
        elif not any(word in folded for word in words) and not _in_form(entry, lookalike):
            yield document.fault(place, f"{lookalike} never applies: it does not hold the expression")


def _in_form(entry: WordEntry, lookalike: str) -> bool:
    """Whether an inflecting or a regular expression stands in the look-alike."""
    text = fold(lookalike)
    if entry.inflects and any(_OKURIGANA.sub("", word) in text for word in (entry.term, *entry.variants)):
        return True
    try:
        return any(compile_expression(e).search(text) for e in entry.expressions)
    except ExpressionError:
        return True  # told already


def _frame_faults(documents: Sequence[Document[File]]) -> Iterator[Fault]:
    firsts = _Firsts()
    for document, n, frame in _each(documents, lambda file: file.frames):
        place = ("frames", n, "name")
        if first := firsts.again(frame.name, document, place, ""):
            yield document.fault(place, f"the frame {frame.name} already stands at {first[0].path}:{first[0].line}")


def _pattern_faults(documents: Sequence[Document[File]]) -> Iterator[Fault]:
    groups = {c.name: c for d in documents for c in d.model.word_groups}
    frames = {f.name: f for d in documents for f in d.model.frames}
    firsts = _Firsts()
    for document, n, entry in _each(documents, lambda file: file.patterns):
        for k, name in enumerate(entry.frames):
            if name not in frames:
                yield document.fault(("patterns", n, "frames", k), f"no frame is named {name}")
        for place, sequence in _sequences(n, entry, frames):
            try:
                parse(sequence, groups)
            except PatternError as error:
                yield document.fault(place, str(error))
            if first := firsts.again((" ".join(sequence.split()), entry.near, entry.unless), document, place, entry.id):
                yield document.fault(
                    place, f"this sequence already stands in {first[1]} ({first[0].path}:{first[0].line})"
                )
        for side in ("near", "unless"):
            try:
                alternatives(getattr(entry, side) or "a", groups)
            except PatternError as error:
                yield document.fault(("patterns", n, side), str(error))


def _sequences(n: int, entry: PatternEntry, frames: Mapping[str, Frame]) -> Iterator[tuple[Location, str]]:
    """Each sequence of a pattern, with the place that names it."""
    yield from ((("patterns", n, "sequences", k), sequence) for k, sequence in enumerate(entry.sequences))
    yield from ((("patterns", n, "frames", k), sequence) for k, sequence in sequences(entry, frames))
