"""One Detector over all recognizers."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from policies.finding import Finding
from redaction.hit import resolve
from redaction.recognizers.accounts import Accounts, Credentials
from redaction.recognizers.contact import Mail, Phone, PostalCode, Web
from redaction.recognizers.numbers import InsuranceNumbers, MyNumber, StateNumbers
from redaction.recognizers.people import Addresses, Names
from redaction.recognizers.person_facts import AgeAndSex, BirthDate, MunicipalNumbers, Vehicle
from redaction.tagger.model import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policies.reading import Reading
    from redaction.recognizers.base import Recognizer

RECOGNIZERS: tuple[Callable[[], Recognizer], ...] = (
    MyNumber, StateNumbers, InsuranceNumbers, Phone, Mail, Web, PostalCode, Accounts, Credentials, BirthDate,
    AgeAndSex, Vehicle, MunicipalNumbers, Addresses, Names,
)  # fmt: skip


class PersonalInformation:
    """Finds personal information. Safe between threads: recognizers keep nothing of a text."""

    def __init__(self, recognizers: Sequence[Recognizer]) -> None:
        self._recognizers = tuple(recognizers)
        self.kinds = frozenset(f"pii.{kind}" for recognizer in self._recognizers for kind in recognizer.kinds)
        self.revision = _revision()

    def detect(self, reading: Reading) -> list[Finding]:
        """Findings that do not overlap. Raises whatever a recognizer raises."""
        hits = [hit for recognizer in self._recognizers for hit in recognizer.find(reading)]
        return [
            Finding(
                reading.view.span(hit.start, hit.end), f"pii.{hit.kind}", f"pii/{hit.kind.replace('_', '-')}", hit.score
            )
            for hit in resolve(hits)
        ]


def build() -> PersonalInformation:
    """The detector with the recognizers and the trained tagger that the project ships. Raises ModelError."""
    return PersonalInformation([make() for make in RECOGNIZERS])


def _revision() -> str:
    """Of the code that finds and of the tagger's model: the same text may be found otherwise when they change."""
    digest = hashlib.sha256(shipped().revision.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
