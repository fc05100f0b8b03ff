"""Two policies side by side: the texts on which they decide differently."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gateway.policy.trial import Trial, try_text
from policies.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gateway.policy.cases import CaseFile
    from policies.document import Document
    from policies.ruleset import PolicySet

_LONGEST_LINE = 4 << 20


class TextsError(ValueError):
    """A file of texts that cannot be used; the message names the line."""


class Sample(NamedTuple):
    """A text with the name by which a person finds it again, and its situation."""

    name: str
    text: str
    where: Situation = Situation(endpoint="chat/completions")


@dataclass(frozen=True, slots=True)
class Difference:
    """A sample on which the policies differ."""

    sample: Sample
    before: Trial
    after: Trial


def compare(before: PolicySet, after: PolicySet, samples: Iterable[Sample]) -> Iterator[Difference]:
    """The samples whose verdict, deciding rules or outgoing text differ."""
    for sample in samples:
        old, new = (try_text(policy, sample.text, sample.where) for policy in (before, after))
        if _outcome(old) != _outcome(new):
            yield Difference(sample, old, new)


def _outcome(trial: Trial) -> tuple[object, ...]:
    decided = tuple((d.finding.span, d.finding.kind, d.action, d.rule) for d in trial.decisions)
    return trial.verdict, decided, trial.outgoing, trial.rules


def examples(*policies: PolicySet) -> Iterator[Sample]:
    """The texts of all examples of all rules, words and checks, each once."""
    seen: set[str] = set()
    for policy in policies:
        for entry in (*policy.rules, *policy.entries.values()):
            for text in (*entry.examples.match, *entry.examples.no_match):
                if isinstance(text, str) and text not in seen:
                    seen.add(text)
                    yield Sample(f"example of {entry.id}", text)


def of_cases(documents: Iterable[Document[CaseFile]]) -> Iterator[Sample]:
    """The texts of test files, in their situations."""
    for document in documents:
        for case in document.model.cases:
            if isinstance(case.text, str):
                yield Sample(f"{document.path}: {case.name}", case.text, case.situation.situation())


def of_lines(path: Path) -> Sequence[Sample]:
    """The texts of a JSONL file of ``{"id", "text"}``. Raises TextsError with the line."""
    samples = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if len(line) > _LONGEST_LINE:
                    raise TextsError(f"{path}:{number}:1: the line is longer than {_LONGEST_LINE} characters")
                if line.strip():
                    samples.append(_sample(json.loads(line), f"{path}:{number}"))
    except OSError as error:
        raise TextsError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise TextsError(f"{path}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise TextsError(f"{path}:{len(samples) + 1}:{error.colno}: not JSON") from None
    return samples


def _sample(row: object, place: str) -> Sample:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise TextsError(f'{place}:1: must be {{"id": …, "text": "…"}}')
    return Sample(f"{place} {row.get('id', '')}".strip(), row["text"])
