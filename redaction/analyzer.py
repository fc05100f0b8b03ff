"""One Detector over all recognizers."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from policies.finding import Finding, Span
from policies.reading import Reading
from redaction import letterspaced, record, tables
from redaction.allowlist import AllowList, check_examples, load_allowlist
from redaction.blocks import divide
from redaction.custom import load_recognizers
from redaction.hit import Hit, resolve
from redaction.page import Page
from redaction.places import register
from redaction.recognizers import residual
from redaction.recognizers.accounts import Accounts
from redaction.recognizers.contact import Mail, Phone, PostalCode, Web
from redaction.recognizers.credentials import Credentials
from redaction.recognizers.neighbours import Neighbours
from redaction.recognizers.numbers import InsuranceNumbers, InvoiceNumbers, MyNumber, StateNumbers
from redaction.recognizers.people import Addresses, Names
from redaction.recognizers.person_facts import AgeAndSex, BirthDate, MunicipalNumbers, Vehicle
from redaction.recognizers.sensitive import Sensitive
from redaction.tagger.model import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from redaction.recognizers.base import Recognizer

RECOGNIZERS: tuple[Callable[[], Recognizer], ...] = (
    MyNumber, StateNumbers, InsuranceNumbers, InvoiceNumbers, Phone, Mail, Web, PostalCode, Accounts, Credentials, BirthDate,
    AgeAndSex, Vehicle, MunicipalNumbers, Neighbours, Addresses, Names, Sensitive,
)  # fmt: skip
_DASHES = str.maketrans("_.", "--")
_DESCRIBING = frozenset({"age", "sex"})
"""Kinds that describe a person and do not identify one: a policy may let them pass."""


class PersonalInformation:
    """Finds personal information. Safe between threads: recognizers keep nothing of a text."""

    def __init__(
        self, recognizers: Sequence[Recognizer], allowlist: AllowList | None = None, *, revision: str = ""
    ) -> None:
        """``allowlist`` is what is public; ``revision`` names the files that recognizers and list came from."""
        self._recognizers = tuple(recognizers)
        self._allowlist = allowlist
        names = [kind for recognizer in self._recognizers for kind in recognizer.kinds]
        self.kinds = frozenset(f"pii.{kind}" for kind in (*names, residual.KIND, record.KIND))
        self.revision = "-".join(filter(None, (_revision(), revision)))

    def detect(self, reading: Reading) -> list[Finding]:
        """Findings in order. Those that identify do not overlap. Raises whatever a recognizer raises.

        What describes and what is sensitive is kept apart from what identifies: a policy may treat them otherwise,
        and the union of both would be treated as one of them.
        """
        text = reading.view.text
        blocks = divide(text)
        if len(blocks) == 1:
            found = self._read(reading)
        else:
            cells = list(tables.read(text))
            found = [hit for start, end in blocks for hit in self._block(text, start, end, cells)]
        if whole := record.record(text, found):
            found.append(whole)
        return sorted(_findings(reading, found))

    def _block(self, text: str, start: int, end: int, cells: Sequence[Hit]) -> Iterator[Hit]:
        """Hits of one block of a long text, in offsets of that text. A table's header may stand in another block."""
        block = Reading(text[start:end])
        inside = [_moved(hit, -start) for hit in cells if start <= hit.start and hit.end <= end]
        block.adopt(Page, Page(block, inside))
        for hit in self._read(block):
            span = block.view.span(hit.start, hit.end)
            yield hit._replace(start=start + span.start, end=start + span.end)

    def _read(self, reading: Reading) -> list[Hit]:
        """Hits of a text that is not long: those that identify, those that describe, those that are sensitive."""
        layers: dict[str, list[Hit]] = {"": [], "describing": [], "sensitive": []}
        for hit in self._hits(reading):
            layers[_layer(hit)].append(hit)
        page = reading.derived(Page)
        known = resolve(layers[""])
        left = list(residual.unexplained(page, known))
        if self._allowlist:
            known, left = (
                resolve(self._allowlist.private(page.text, layers[""])),
                self._allowlist.private(page.text, left),
            )
        identifying = resolve([*known, *left])
        return [*identifying, *_apart(resolve(layers["describing"]), identifying), *resolve(layers["sensitive"])]

    def _hits(self, reading: Reading) -> Iterator[Hit]:
        """Of the text as it is, and of the same without the blanks of letter-spaced words."""
        for recognizer in self._recognizers:
            yield from recognizer.find(reading)
        if squeezed := letterspaced.squeeze(reading.view.text):
            text, offsets = squeezed
            close = Reading(text)
            for recognizer in self._recognizers:
                for hit in recognizer.find(close):
                    span = close.view.span(hit.start, hit.end)
                    yield hit._replace(start=offsets[span.start], end=offsets[span.end - 1] + 1)


def build(
    allowlist: Path | None = None, recognizers: Path | None = None, *, strict: bool = False
) -> PersonalInformation:
    """The detector with the recognizers that the project ships and those of a file, less what a file makes public.

    ``strict`` adds the second opinion. Raises DocumentError with every fault of either file, examples that fail included;
    ModelError without the tagger, or without what strict mode needs; PlacesError without the list of places.
    """
    made: list[Recognizer] = [make() for make in RECOGNIZERS]
    revisions = []
    if recognizers:
        custom, revision = load_recognizers(recognizers)
        made += custom
        revisions.append(revision)
    if strict:
        from redaction import second_opinion  # noqa: PLC0415, two seconds and much memory: for who asks

        second = second_opinion.shipped()
        made.append(second)
        revisions.append(second.revision)
    if allowlist is None:
        return PersonalInformation(made, revision="-".join(revisions))
    public, document, revision = load_allowlist(allowlist)
    detector = PersonalInformation(made, public, revision="-".join([*revisions, revision]))
    check_examples(document, detector.detect)
    return detector


def _moved(hit: Hit, by: int) -> Hit:
    return hit._replace(start=hit.start + by, end=hit.end + by)


def _layer(hit: Hit) -> str:
    if hit.kind in _DESCRIBING:
        return "describing"
    return "sensitive" if hit.kind.startswith("sensitive.") else ""


def _beside(hit: Hit) -> bool:
    """Whether it says something beside what identifies, and may lie on top of it."""
    return hit.kind == record.KIND or _layer(hit) == "sensitive"


def _findings(reading: Reading, hits: Sequence[Hit]) -> Iterator[Finding]:
    """In offsets of the text as it was sent. Two hits that end up in one cluster of it (８゙) become one."""
    spans = [reading.view.span(hit.start, hit.end) for hit in hits]
    placed = [hit._replace(start=span.start, end=span.end) for hit, span in zip(hits, spans, strict=True)]
    identifying = resolve(hit for hit in placed if not _beside(hit))
    for hit in (*identifying, *filter(_beside, placed)):
        yield Finding(Span(hit.start, hit.end), f"pii.{hit.kind}", f"pii/{hit.kind.translate(_DASHES)}", hit.score)


def _apart(hits: Sequence[Hit], others: Sequence[Hit]) -> Iterator[Hit]:
    """The hits that touch none of the others. Both are in order and overlap nothing of their own."""
    n = 0
    for hit in hits:
        while n < len(others) and others[n].end <= hit.start:
            n += 1
        if n == len(others) or others[n].start >= hit.end:
            yield hit


def _revision() -> str:
    """Of the code that finds and of the tagger's model: the same text may be found otherwise when they change."""
    digest = hashlib.sha256(f"{shipped().revision} {register.shipped().revision}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
