"""``policies``: check the rule files, run their tests, explain, try and compare decisions."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.audit import Audit
from gateway.commands.database import open_store
from gateway.commands.listing import columns
from gateway.commands.statutes import unresolved
from gateway.config import load_config
from gateway.policy.cases import read_cases, run_cases
from gateway.policy.comparison import TextsError, compare, examples, of_cases, of_lines
from gateway.policy.history import History
from gateway.policy.source import Source
from gateway.policy.trial import Trial, try_text
from gateway.secret import load_secret
from metrics.store import StoreError
from policies.classification import CLASSES
from policies.decision import Action
from policies.layers import read_own
from policies.ordinance.library import Library
from policies.situation import Situation

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from gateway.commands import Commands
    from gateway.config import Config
    from policies.decision import Decision
    from policies.ruleset import PolicySet, Voice

    Shown = tuple[dict[str, Any], list[str]]
    """A trial as an object, and in lines for people."""
    Show = Callable[[PolicySet, str, Trial], Shown]

_ACTIONS = {"allow": "そのまま", "flag": "注意", "redact": "置換", "confine": "庁内のみ", "block": "停止"}


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    policies = commands.add_parser("policies", help="check, test, explain, try and compare the rules").add_subparsers(
        required=True, metavar="WHAT"
    )
    check = policies.add_parser("check", help="load every rule file and run every example")
    check.add_argument("directory", type=Path, nargs="?", metavar="DIR", help="own rule files; default: as config says")
    check.set_defaults(run=_check)
    test = policies.add_parser("test", help="run test files (text, situation, expect) and name rules that none touches")
    test.add_argument("files", type=Path, nargs="*", metavar="FILE|DIR", help="test files, or folders of them")
    test.add_argument(
        "--fail-on-empty", action="store_true", help="fail where no case ran, or a rule is touched by no case"
    )
    test.set_defaults(run=_test)
    for name, what, show in (
        ("explain", "say of each finding in a text which rule decided, which lost and which did not speak", _explained),
        ("try", "say what would happen to a text: verdict, reasons, and exactly what would leave", _tried),
    ):
        command = policies.add_parser(name, help=what)
        _situation_arguments(command)
        command.set_defaults(run=partial(_told, show))
    diff = policies.add_parser(
        "diff", help="show the texts on which two states of the own rule files decide differently"
    )
    diff.add_argument("before", metavar="BEFORE", help="own rule files as they were: a folder, or a revision's number")
    diff.add_argument(
        "after", metavar="AFTER", help="own rule files as they would be: a folder, or a revision's number"
    )
    diff.add_argument("--tests", type=Path, action="append", default=[], metavar="FILE|DIR", help="also these cases")
    diff.add_argument("--texts", type=Path, metavar="FILE", help='also these texts: JSON lines of {"id", "text"}')
    diff.set_defaults(run=_diff)


def _situation_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("text", nargs="?", metavar="TEXT", help="default: standard input")
    command.add_argument("--model", default="", help="model alias; its deployments are those that could serve")
    command.add_argument("--department", default="", metavar="CODE", help="department of the caller")
    command.add_argument("--under", default=[], action="append", metavar="CODE", help="a unit above it, nearest first")
    command.add_argument("--key", default="", metavar="KEY_ID", help="id of the caller's key")
    command.add_argument("--direction", choices=("request", "reply"), default="request", help="which way the text goes")
    command.add_argument("--zone", choices=("external", "on_premises"), default="external", help="without --model")
    command.add_argument("--classification", choices=CLASSES, default="", help="class that the caller states")
    command.add_argument("--reason", action="store_true", help="as if a written reason were given (break-glass)")
    command.add_argument("--json", action="store_true", help="as one JSON object")


def _source(arguments: argparse.Namespace) -> tuple[Config, Source]:
    from gateway.parts import detectors  # noqa: PLC0415, the engine is loaded only by commands that read texts

    config = load_config(arguments.config)
    return config, Source(
        config, detectors(config.inspection.detectors, config.redaction), Library(config.statutes_index)
    )


def _check(arguments: argparse.Namespace) -> int:
    """Print the revision and what it holds. Faults leave as DocumentError, each with its line."""
    config, source = _source(arguments)
    policy = source.load(read_own(arguments.directory) if arguments.directory else source.own())
    missing = list(unresolved(policy, Library(config.statutes_index).statutes))
    for line in (*missing, *_doubts(policy)):
        print(line, file=sys.stderr)
    words = sum(rule.startswith("wording/") for rule in policy.entries)
    checks = len(policy.entries) - words
    print(
        f"{'citations to mend' if missing else 'ok'}: revision {policy.revision}, {len(policy.rules)} rules, {words} wording entries, {checks} checks, "
        f"{len(policy.matrix)} matrix rows"
    )
    return 1 if missing else 0


def _doubts(policy: PolicySet) -> Iterator[str]:
    """What is allowed and seldom meant: a rule that is easy to get around, or that catches more than it seems to."""
    from gateway.app import ENDPOINTS  # noqa: PLC0415, the doors are loaded only where they are asked for

    doors = {endpoint.path for endpoint in ENDPOINTS if endpoint.serves in {"chat/completions", "completions"}}
    for rule in policy.rules:
        if (named := doors & set(rule.endpoints)) and (others := doors - named):
            yield f"{rule.id}: holds for {', '.join(sorted(named))}, but not for {', '.join(sorted(others))}"
        if (
            rule.action is Action.BLOCK
            and not rule.min_score
            and any(glob == "*" or glob.startswith("wording") for glob in rule.kinds)
        ):
            yield f"{rule.id}: also blocks wording that is doubtful or lowered by its context (min_score: 0.6 leaves it out)"


def _test(arguments: argparse.Namespace) -> int:
    _, source = _source(arguments)
    policy = source.load(source.own())
    report = run_cases(policy, read_cases(arguments.files))
    for fault in report.faults:
        print(fault, file=sys.stderr)
    known = len(report.touched & _names(policy)) + len(report.untouched)
    print(
        f"{report.cases} cases, {len(report.faults)} failed; {known - len(report.untouched)} of {known} rules touched"
    )
    rules = {rule.id for rule in policy.rules} | {row.id for row in policy.matrix.values()}
    untouched = [name for name in report.untouched if name in rules]
    if untouched:
        print(f"no case touches: {' '.join(untouched)}")
    empty = arguments.fail_on_empty and (untouched or not report.cases)
    return 1 if report.faults or empty else 0


def _names(policy: PolicySet) -> frozenset[str]:
    return frozenset((*(r.id for r in policy.rules), *(r.id for r in policy.matrix.values()), *policy.entries))


def _trial(arguments: argparse.Namespace) -> tuple[PolicySet, str, Trial]:
    _, source = _source(arguments)
    policy = source.load(source.own())
    text = sys.stdin.read() if arguments.text is None else arguments.text
    where = Situation(
        direction=arguments.direction,
        department=arguments.department,
        ancestors=tuple(arguments.under),
        endpoint="chat/completions",
        model=arguments.model,
        zone=arguments.zone,
        classification=arguments.classification,
        key=arguments.key,
        reason_given=arguments.reason,
    )
    places = source.places(arguments.model) if arguments.model else ()
    if arguments.model and not places:
        raise TextsError(f"no deployment serves the model {arguments.model}")
    return policy, text, try_text(policy, text, where, places)


def _told(show: Show, arguments: argparse.Namespace) -> int:
    """Judge the text as the arguments say, and show the trial in words or as one JSON object."""
    try:
        policy, text, trial = _trial(arguments)
    except TextsError as error:
        print(error, file=sys.stderr)
        return 1
    answer, lines = show(policy, text, trial)
    print(json.dumps(answer, ensure_ascii=False) if arguments.json else "\n".join(lines))
    return 0


def _explained(_: PolicySet, text: str, trial: Trial) -> Shown:
    """For each finding the voices, the one that decided first."""
    findings, lines = [], list[str]()
    for decision, voices in zip(trial.decisions, trial.voices, strict=True):
        span, kind, found = decision.finding.span, decision.finding.kind, _found(text, decision)
        told = [{"rule": v.rule, "action": v.action.word, "decided": v.decided, "unmet": list(v.unmet)} for v in voices]
        findings.append({"text": found, "start": span.start, "end": span.end, "kind": kind, "voices": told})
        lines += [f"「{found}」 {kind} ({span.start}–{span.end})", columns([_voice(voice) for voice in voices])]
    return {"verdict": trial.verdict.word, "findings": findings}, [*lines, _verdict(trial)]


def _voice(voice: Voice) -> tuple[str, ...]:
    if voice.decided:
        mark, outcome = "◎", "決定"
    elif voice.unmet:
        mark, outcome = "－", f"対象外（{', '.join(voice.unmet)}）"
    else:
        mark, outcome = "・", "より強い規則に譲る"
    return f"  {mark}", voice.rule, _ACTIONS[voice.action.word], outcome


def _tried(policy: PolicySet, text: str, trial: Trial) -> Shown:
    """The verdict, each decision with its reason, and what would leave."""
    decisions, lines = [], [_verdict(trial)]
    for one in trial.decisions:
        guidance = policy.guidance(one.rule)
        found, kind, message = _found(text, one), one.finding.kind, guidance.message if guidance else ""
        about = {"rule": one.rule, "action": one.action.word, "message": message, "basis": one.basis}
        decisions.append({"text": found, "kind": kind, **about})
        basis = f"（根拠: {one.basis}）" if one.basis else ""
        lines.append(f"・「{found}」 {_ACTIONS[one.action.word]} {one.rule} {message}{basis}")
    left_out = trial.route.left_out.items()
    lines += [f"・送り先から除外: {place.zone} {place.region}（{rule}）" for place, rule in left_out]
    lines.append("送信しません。" + trial.refusal if trial.refusal else f"送信する文面:\n{trial.outgoing}")
    answer = {
        "verdict": trial.verdict.word,
        "classification": trial.classification or None,
        "decisions": decisions,
        "outgoing": trial.outgoing,
        "refusal": trial.refusal,
        "places": [place._asdict() for place in trial.route.places],
        "left_out": [{**place._asdict(), "rule": rule} for place, rule in left_out],
    }
    return answer, lines


def _found(text: str, decision: Decision) -> str:
    return text[decision.finding.span.start : decision.finding.span.end]


def _verdict(trial: Trial) -> str:
    return f"判定: {_ACTIONS[trial.verdict.word]}（{trial.verdict.word}）"


def _files(arguments: argparse.Namespace, name: str) -> Mapping[str, str]:
    """Own rule files of a folder, or of a revision of the history. Raises TextsError where there is no such thing."""
    if not name.isdigit():
        if not Path(name).is_dir():
            raise TextsError(f"{name}: no such folder")
        return read_own(Path(name))
    config = load_config(arguments.config)

    async def read() -> Mapping[str, str]:
        async with open_store(config) as store:
            revision = await History(store, Audit(store, load_secret(config.data_dir))).get(min(int(name), 2**31 - 1))
            if revision is None:
                raise TextsError(f"revision {name}: no such revision in the history")
            return revision.files

    return asyncio.run(read())


def _diff(arguments: argparse.Namespace) -> int:
    _, source = _source(arguments)
    try:
        before, after = (source.load(_files(arguments, name)) for name in (arguments.before, arguments.after))
        texts = of_lines(arguments.texts) if arguments.texts else ()
    except TextsError as error:
        print(error, file=sys.stderr)
        return 1
    except StoreError as error:
        print(f"データベースを使えません（{type(error).__name__}）。設定と接続を確かめてください。", file=sys.stderr)
        return 1
    samples = [*examples(before, after), *of_cases(read_cases(arguments.tests)), *texts]
    count = 0
    for difference in compare(before, after, samples):
        count += 1
        print(f"{difference.sample.name}: 「{difference.sample.text}」")
        for sign, trial in (("-", difference.before), ("+", difference.after)):
            print(
                f"  {sign} {trial.verdict.word} ({', '.join(trial.rules) or 'no rule'}): {trial.outgoing or trial.refusal}"
            )
    print(f"{before.revision} → {after.revision}: {count} of {len(samples)} texts differ")
    return 0
