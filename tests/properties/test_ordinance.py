"""The shipped checks on drafts of many hands, and laws that hold for every text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.document import load
from policies.loader import PolicyFile
from policies.ordinance.checks import OrdinanceDetector
from policies.reading import Reading

ROOT = Path(__file__).resolve().parents[2]
FILES = [load(path, PolicyFile).model for path in sorted((ROOT / "policies" / "rules" / "ordinance").glob("*.yaml"))]
CHECKS = [check for file in FILES for check in file.checks]
SHIPPED = OrdinanceDetector(
    CHECKS,
    [concept for file in FILES for concept in file.concepts],
    [kind for file in FILES for kind in file.documents],
)
DRAFTS = [json.loads(line) for line in (ROOT / "tests/fixtures/ordinance/drafts.jsonl").read_text("utf-8").splitlines()]


def flags(text: str) -> set[str]:
    return {finding.rule.removeprefix("ordinance/") for finding in SHIPPED.detect(Reading(text))}


def test_there_are_checks_for_every_row_of_the_trade() -> None:
    domains = Counter(check.domain for check in CHECKS)
    assert sum(domains.values()) >= 130
    assert all(
        domains[domain] >= 5 for domain in ("contract", "expenditure", "budget", "legislation", "procedure", "appeal")
    )
    assert all(
        domains[domain] >= 4 for domain in ("privacy", "records", "conduct", "public_relations", "property", "ai_use")
    )
    assert all(check.title and check.consult for check in CHECKS)
    assert all(check.basis or check.domain in {"citation", "official_writing"} for check in CHECKS)


def test_drafts_are_flagged_and_plain_ones_left_alone() -> None:
    expected = hit = beyond = quiet = disturbed = 0
    for draft in DRAFTS:
        wanted = set(draft["expected"])
        found = flags(draft["text"]) - (set(draft.get("also_ok", [])) - wanted)
        expected += len(wanted)
        hit += len(found & wanted)
        beyond += len(found - wanted)
        quiet += not wanted
        disturbed += not wanted and bool(found)
    assert hit / expected >= 0.95
    assert hit / (hit + beyond) >= 0.9
    assert disturbed / quiet <= 0.05


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(DRAFTS), min_size=1, max_size=3), st.text(max_size=40))
def test_findings_point_into_the_text_and_do_not_depend_on_the_reading(
    drafts: list[dict[str, str]], noise: str
) -> None:
    text = noise.join(draft["text"] for draft in drafts)
    found = SHIPPED.detect(Reading(text))
    assert all(0 <= f.span.start < f.span.end <= len(text) for f in found)
    assert len({f.rule for f in found}) == len(found)  # each check once
    assert found == SHIPPED.detect(Reading(text))


@pytest.mark.parametrize(
    "piece",
    ["随意契約で1円", "なければならない", "意見募集14日間 ", "名簿を渡す、", "審査請求60日以内に、", "令和8年度から", "及び", "第1条", "\n", "|"],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_hostile_rows_are_read_to_their_end(piece: str) -> None:
    """What needs more than linear time does not end within the time-out. Figures: benchmarks/ordinance.py."""
    text = piece * 4_000
    assert all(f.span.end <= len(text) for f in SHIPPED.detect(Reading(text)))
