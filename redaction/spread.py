"""A value found once is found everywhere in the request, and no farther."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.finding import Finding, Span
from policies.normalize import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policies.reading import Reading


def spread(values: Iterable[tuple[str, str, str]], reading: Reading, covered: Sequence[Span]) -> list[Finding]:
    """Findings of known values (kind, rule, value) in a text, outside the spans that are covered already."""
    by_folded = {normalize(value).text: (kind, rule) for kind, rule, value in values if len(value.strip()) > 1}
    if not by_folded:
        return []
    pattern = re.compile("|".join(_guarded(folded) for folded in sorted(by_folded, key=len, reverse=True)))
    found = []
    for match in pattern.finditer(reading.view.text):
        span = reading.view.span(*match.span())
        if not any(other.start <= span.start and span.end <= other.end for other in covered):
            kind, rule = by_folded[match[0]]
            found.append(Finding(span, kind, rule))
    return found


def _guarded(folded: str) -> str:
    before = r"(?<![0-9])" if folded[0].isdigit() else r"(?<![A-Za-z])" if folded[0].isascii() else ""
    after = r"(?![0-9])" if folded[-1].isdigit() else r"(?![A-Za-z])" if folded[-1].isascii() else ""
    return before + re.escape(folded) + after
