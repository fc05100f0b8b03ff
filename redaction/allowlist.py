"""What is public: the municipality's own numbers, addresses, mail domains, facilities, and officials named in public.

A file that an administrator keeps. What it lists stays readable; whatever is longer, joined to more digits or another
kind of thing is treated as before. The file carries examples, which run whenever it is loaded.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from policies.automata import Strings
from policies.document import Document, DocumentError, load
from policies.normalize import normalize
from policies.reading import Reading
from policies.schema import Strict, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from policies.finding import Finding
    from redaction.hit import Hit

_BLANK, _GROUPING = re.compile(r"\s+"), re.compile(r"[\s().・-]+")
_LOWER = {ord(char): ord(char.lower()) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_HOST = re.compile(r"(?:https?://)?(?:[^/@\s]*@)?(?P<host>[A-Za-z0-9.-]+)")
_FEWEST_DIGITS = 3


def _with_digits(value: str) -> str:
    if sum(char.isdigit() for char in normalize(value).text) < _FEWEST_DIGITS:
        raise ValueError(f"must hold at least {_FEWEST_DIGITS} digits")
    return value


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value):
        raise ValueError("must be a domain with a dot, such as city.aobano.example.jp")
    return value


def _long_enough(value: str) -> str:
    if len(_BLANK.sub("", normalize(value).text)) < 2:  # noqa: PLR2004, one character stands in too many words
        raise ValueError("must have at least two characters")
    return value


Number = Annotated[Text, AfterValidator(_with_digits)]
Name = Annotated[Text, AfterValidator(_long_enough)]


class AllowExamples(Strict):
    """Texts in which everything that is found is public, and texts in which something stays hidden."""

    public: tuple[Text, ...] = Field(min_length=1, description="Texts in which nothing may be hidden.")
    hidden: tuple[Text, ...] = Field(min_length=1, description="Texts in which something must stay hidden.")


class AllowFile(Strict):
    """The file that ``redaction.allowlist`` names. Unknown keys are refused."""

    version: Literal[1] = Field(description="Always 1.")
    phones: tuple[Number, ...] = Field(default=(), description="Telephone and facsimile numbers, however grouped.")
    postal_codes: tuple[Number, ...] = Field(default=(), description="Postal codes of the municipality's own offices.")
    addresses: tuple[Name, ...] = Field(default=(), description="Addresses of offices and facilities, as written.")
    mail_addresses: tuple[Text, ...] = Field(default=(), description="Single mail addresses.")
    domains: tuple[Annotated[Text, AfterValidator(_domain)], ...] = Field(
        default=(), description="Domains of mail and web addresses; those below them are included."
    )
    facilities: tuple[Name, ...] = Field(default=(), description="Names of places that look like persons or homes.")
    officials: tuple[Name, ...] = Field(
        default=(), description="Persons whose office makes their name public, as written: 青葉太郎, 青葉市長."
    )
    examples: AllowExamples = Field(description="Texts that run whenever the file is loaded.")

    @model_validator(mode="after")
    def _not_empty(self) -> AllowFile:
        if not any(getattr(self, name) for name in _KINDS) and not self.domains:
            raise ValueError("the file lists nothing that is public")
        return self


# List of the file → kinds of findings that it makes public, and what is read over when it is looked for.
_KINDS: dict[str, tuple[frozenset[str], re.Pattern[str]]] = {
    "phones": (frozenset({"phone", "unexplained_number"}), _GROUPING),
    "postal_codes": (frozenset({"postal_code", "unexplained_number"}), _GROUPING),
    "addresses": (frozenset({"address"}), _BLANK),
    "mail_addresses": (frozenset({"email", "url"}), _BLANK),
    "facilities": (frozenset({"person", "address"}), _BLANK),
    "officials": (frozenset({"person"}), _BLANK),
}
_DOMAIN_KINDS = frozenset({"email", "url"})


class AllowList:
    """What one file makes public. Immutable; safe between threads."""

    def __init__(self, lists: AllowFile) -> None:
        self._domains = tuple(domain.lower() for domain in lists.domains)
        groups: dict[re.Pattern[str], dict[str, tuple[int, frozenset[str]]]] = {}
        for name, (kinds, ignored) in _KINDS.items():
            for value in getattr(lists, name):
                folded, _ = _squeezed(normalize(value).text, ignored)
                group = groups.setdefault(ignored, {})
                known = group.get(folded, (0, frozenset[str]()))[1]
                group[folded] = (len(folded), kinds | known)
        self._strings = tuple((ignored, Strings(group)) for ignored, group in groups.items())

    def private(self, text: str, hits: Iterable[Hit]) -> list[Hit]:
        """The hits that are not public. A hit is public where a listed value covers all of it."""
        hits = list(hits)
        if not hits:
            return hits
        places: dict[str, list[tuple[int, int]]] = {}
        for start, end, kinds in self._places(text):
            for kind in kinds:
                places.setdefault(kind, []).append((start, end))
        sorted_places = {kind: sorted(spans) for kind, spans in places.items()}
        return [hit for hit in hits if not self._public(text, hit, sorted_places.get(hit.kind, ()))]

    def _public(self, text: str, hit: Hit, places: Sequence[tuple[int, int]]) -> bool:
        # The widest of the places that begin at or before the hit: they nest or touch, so the nearest few suffice.
        at = bisect_right(places, (hit.start, len(text)))
        if any(start <= hit.start and hit.end <= end for start, end in places[max(0, at - 4) : at]):
            return True
        if hit.kind not in _DOMAIN_KINDS or not self._domains:
            return False
        value = text[hit.start : hit.end].lower()
        host = value.rpartition("@")[2] if hit.kind == "email" else (m["host"] if (m := _HOST.match(value)) else "")
        return any(host == domain or host.endswith(f".{domain}") for domain in self._domains)

    def _places(self, text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
        for ignored, strings in self._strings:
            squeezed, offsets = _squeezed(text, ignored)
            for at, (length, kinds) in strings.search(squeezed):
                start, end = offsets[at - length], offsets[at - 1] + 1
                if not _continues(text, start, end):
                    # A phone number in brackets begins with the bracket: (0267)31-2111.
                    while start and text[start - 1] in "(（[「":
                        start -= 1
                    while end < len(text) and text[end] in ")）]」":
                        end += 1
                    yield start, end, kinds


def _continues(text: str, start: int, end: int) -> bool:
    """Whether what was found is part of a longer number or Latin word: 1-1 of 1-12, 1-1 of 1-1-3."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    if _joined(before[-1:], text[start]) or _joined(text[end - 1], behind[:1]):
        return True
    grouped_before = len(before) > 1 and before[1] in "-." and before[0].isdigit()
    grouped_behind = len(behind) > 1 and behind[0] in "-." and behind[1].isdigit()
    return (text[start].isdigit() and grouped_before) or (text[end - 1].isdigit() and grouped_behind)


def _joined(left: str, right: str) -> bool:
    return (left.isdigit() and right.isdigit()) or (
        left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
    )


def _squeezed(text: str, ignored: re.Pattern[str]) -> tuple[str, Sequence[int]]:
    """The text in lower case without what is ignored, with the offset of each character left."""
    if not ignored.search(text):
        return text.translate(_LOWER), range(len(text))
    offsets: list[int] = []
    pieces, done = [], 0
    for match in ignored.finditer(text):
        pieces.append(text[done : match.start()])
        offsets.extend(range(done, match.start()))
        done = match.end()
    pieces.append(text[done:])
    offsets.extend(range(done, len(text)))
    return "".join(pieces).translate(_LOWER), offsets


def load_allowlist(path: Path) -> tuple[AllowList, Document[AllowFile], str]:
    """The list, the document for its faults, and a digest of the file. Raises DocumentError with every fault."""
    document = load(path, AllowFile)
    return AllowList(document.model), document, hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def check_examples(document: Document[AllowFile], detect: Callable[[Reading], Sequence[Finding]]) -> None:
    """Run the file's examples. Raises DocumentError that names each that fails."""
    faults = []
    for side, wanted in (("public", False), ("hidden", True)):
        for n, example in enumerate(getattr(document.model.examples, side)):
            found = [f for f in detect(Reading(example)) if not f.kind.startswith(("pii.sensitive", "pii.personal"))]
            found = [f for f in found if f.kind not in {"pii.age", "pii.sex"}]
            if bool(found) is not wanted:
                kinds = ", ".join(sorted({f.kind for f in found}))
                problem = f"something in this example would be hidden: {kinds}" if found else "nothing would be hidden"
                faults.append(document.fault(("examples", side, n), problem))
    if faults:
        raise DocumentError(faults)
