"""``inspect``: what the configured policy finds in a text and does with it, as JSON lines."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from gateway.config import load_config
from gateway.inspection import decide, people, redact
from policies.decision import verdict
from policies.loader import load_policy
from policies.reading import Reading
from policies.situation import Situation
from redaction.vault import Vault

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from gateway.commands import Commands
    from policies.ruleset import PolicySet


class LineError(ValueError):
    """A line of the input that cannot be used; the message names it."""


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("inspect", help="show what the policy finds in a text, as JSON lines")
    command.add_argument(
        "--jsonl", metavar="FILE|-", help='lines of {"id", "text"}; default: one text on standard input'
    )
    command.add_argument("--model", default="", help="judge as for this model")
    command.add_argument("--department", default="", help="judge as for this department code")
    command.add_argument(
        "--zone", choices=("external", "on_premises"), default="external", help="judge as for this zone"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.parts import detectors  # noqa: PLC0415, the engine is loaded only by commands that read texts

    config = load_config(arguments.config)
    policy = load_policy(config.policies.directory, detectors(config.inspection.detectors))
    where = Situation(
        department=arguments.department, model=arguments.model, zone=arguments.zone, endpoint="chat/completions"
    )
    try:
        for name, text in _documents(arguments.jsonl):
            sys.stdout.write(json.dumps(inspect(policy, where, name, text), ensure_ascii=False) + "\n")
    except LineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def inspect(policy: PolicySet, where: Situation, name: Any, text: str) -> dict[str, Any]:
    """One line of the answer: the findings with their actions, and the text as it would leave."""
    reading = Reading(text)
    (decisions,) = decide(policy, where, [reading], [policy.detect(reading)])
    findings = [
        {
            "start": d.finding.span.start,
            "end": d.finding.span.end,
            "kind": d.finding.kind,
            "rule": d.finding.rule,
            "score": d.finding.score,
            "action": d.action.word,
            "message": guidance.message if (guidance := policy.guidance(d.rule)) else "",
        }
        for d in sorted(decisions, key=lambda d: d.finding)
    ]
    redacted = redact(text, decisions, Vault([text], people([text], [decisions])))
    return {"id": name, "verdict": verdict(decisions).word, "findings": findings, "redacted": redacted}


def _documents(source: str | None) -> Iterator[tuple[Any, str]]:
    if source is None:
        yield None, _decoded(sys.stdin.buffer.read(), "standard input")
    elif source == "-":
        yield from _lines(sys.stdin)
    else:
        try:
            with open(source, encoding="utf-8") as lines:  # noqa: PTH123, a path as typed
                yield from _lines(lines)
        except OSError as error:
            raise LineError(f"{source}: {error.strerror}") from None


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LineError(f"{name}: not UTF-8 (byte {error.start})") from None


def _lines(lines: TextIO) -> Iterator[tuple[Any, str]]:
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                raise LineError(f'line {number}: must be {{"id": …, "text": "…"}}')
            yield row.get("id"), row["text"]
    except UnicodeDecodeError:
        raise LineError(f"line {number + 1}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise LineError(f"line {number}: not JSON (column {error.colno})") from None
