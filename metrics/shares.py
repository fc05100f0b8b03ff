"""How the uses of the whole municipality are divided by purpose, tool, model and deployment. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.board import Share
from metrics.families import FEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrics.disclosure import Span
    from metrics.ledger import Labelled

TOGETHER = ""
"""The name under which labels stand that may not be shown by themselves."""


def divided(labels: Mapping[str, Sequence[Labelled]], span: Span) -> tuple[Share, ...]:
    """The uses of each label in a span, largest first; empty where nothing may be shown, or nothing was used.

    Labels with which one or two persons of a month worked stand together with others, so that with them stand three persons
    or more; what stood together in a month does so in the quarter and year, so that no difference takes it apart.
    """
    together = frozenset[str]().union(*(merged(labels, month.first) for month in span.months))
    uses: dict[str, int] = {}
    for label, months in labels.items():
        name = TOGETHER if label in together else label
        uses[name] = uses.get(name, 0) + sum(months[month].uses for month in range(*span))
    total = sum(uses.values())
    if not total or all(name == TOGETHER or not number for name, number in uses.items()):
        return ()
    shown = sorted(uses.items(), key=lambda item: (item[0] == TOGETHER, -item[1], item[0]))
    return tuple(Share(name, number, number / total) for name, number in shown if number)


def merged(labels: Mapping[str, Sequence[Labelled]], month: int) -> frozenset[str]:
    """The labels of a month that stand together: those of few persons, and as many of the others as hide them.

    Uses that name no person (of applications, of imported sums) tell of nobody, and hide nobody.
    """
    of_month = {label: months[month] for label, months in labels.items() if months[month].uses}
    together = {label for label, found in of_month.items() if found.persons in FEW}
    outside = sorted(of_month.keys() - together, key=lambda label: (of_month[label].uses, label))
    while together and (len(together) == 1 or max(of_month[label].persons for label in together) <= FEW[-1]):
        if not outside:
            return frozenset(of_month)
        together.add(outside.pop(0))
    return frozenset(together)
