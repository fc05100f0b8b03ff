"""``evaluate``: how well the configured gateway finds personal information, on documents with known contents."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.config import load_config
from gateway.inspection import decide
from gateway.policy.source import Source
from policies.decision import Action
from policies.reading import Reading
from policies.situation import Situation
from redaction.evaluation.gold import LABELS, GoldError, Mark, read
from redaction.evaluation.score import Score, label

if TYPE_CHECKING:
    import argparse

    from gateway.commands import Commands
    from policies.ruleset import PolicySet
    from redaction.evaluation.gold import Document

WHOLE_TEXT = frozenset({"pii.personal_record"})
"""Kinds that say something about a text and not about a place in it."""
_WHERE = Situation(endpoint="chat/completions")


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser(
        "evaluate", help="measure what is found in gold documents: precision, recall, leak, over-redaction"
    )
    command.add_argument("gold", metavar="GOLD.jsonl", help='lines of {"id", "text", "spans"} (docs/evaluation.md)')
    command.add_argument("--json", action="store_true", help="the figures as one JSON object")
    command.add_argument(
        "--hidden-only", action="store_true", help="count only what the policy hides from an external model"
    )
    command.add_argument("--by-genre", action="store_true", help="also the summary of each genre")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.parts import detectors  # noqa: PLC0415, the engine is loaded only by commands that read texts

    config = load_config(arguments.config)
    source = Source(config, detectors(config.inspection.detectors, config.redaction))
    policy = source.load(source.own())
    kinds = {kind for detector in policy.detectors for kind in detector.kinds if kind.startswith("pii.")}
    try:
        with Path(arguments.gold).open("rb") as lines:
            documents = read(lines, arguments.gold, {label(kind) for kind in kinds - WHOLE_TEXT})
    except OSError as error:
        print(f"{arguments.gold}: {error.strerror}", file=sys.stderr)
        return 1
    except GoldError as error:
        print(error, file=sys.stderr)
        return 1
    scores: dict[str, Score] = {}
    everything = Score()
    for document in documents:
        found = predictions(policy, document, hidden_only=arguments.hidden_only)
        everything.add(document, found)
        scores.setdefault(document.genre, Score()).add(document, found)
    by_genre = scores if arguments.by_genre else {}
    sys.stdout.write(_as_json(everything, by_genre) if arguments.json else table(everything, by_genre))
    return 0


def predictions(policy: PolicySet, document: Document, *, hidden_only: bool = False) -> list[Mark]:
    """What the gateway finds in a request with this text: the detectors' findings and where their values recur."""
    reading = Reading(document.text)
    found = [finding for finding in policy.detect(reading) if finding.kind.startswith("pii.")]
    (decisions,) = decide(policy, (_WHERE,), [reading], [found])
    return [
        Mark(d.finding.span.start, d.finding.span.end, label(d.finding.kind))
        for d in decisions
        if d.finding.kind not in WHOLE_TEXT and (d.action >= Action.REDACT or not hidden_only)
    ]


def table(score: Score, by_genre: dict[str, Score]) -> str:
    """For the terminal: a line for each kind, most frequent first, and the summary."""
    head = ("kind", "gold", "found", "P exact", "R exact", "P", "R", "full", "leak", "over")
    lines = [f"{head[0]:<22}" + "".join(f"{name:>9}" for name in head[1:])]
    for name, kind in sorted(score.kinds.items(), key=lambda item: (-item[1].gold, item[0])):
        lines.append(f"{name:<22}" + "".join(f"{_shown(value):>9}" for value in kind.figures().values()))
    lines += ["", *_lines(score)]
    for genre in sorted(by_genre):
        lines += ["", f"[{genre or '-'}]", *_lines(by_genre[genre])]
    return "\n".join(lines) + "\n"


def _lines(score: Score) -> list[str]:
    lines = [f"{name:<24}{_shown(value):>9}" for name, value in score.summary().items()]
    return [*lines, *(f"trap {name:<19}{hit:>5}/{count}" for name, (count, hit) in sorted(score.traps.items()))]


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _as_json(score: Score, by_genre: dict[str, Score]) -> str:
    answer = {
        "summary": score.summary(),
        "kinds": {name: kind.figures() for name, kind in sorted(score.kinds.items())},
        "traps": {name: {"count": count, "touched": hit} for name, (count, hit) in sorted(score.traps.items())},
        "genres": {name: part.summary() for name, part in sorted(by_genre.items())},
        "labels": sorted(LABELS),
    }
    return json.dumps(answer, ensure_ascii=False) + "\n"
