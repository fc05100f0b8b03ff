"""The shipped lists as a whole, and sentences that were written after them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from policies.decision import Action
from policies.document import load
from policies.loader import PolicyFile
from policies.reading import Reading
from policies.wording import WordingDetector, lists
from policies.wording.entries import Category

RULES = Path(__file__).resolve().parents[3] / "policies" / "rules" / "wording"
SENTENCES = Path(__file__).with_name("sentences.txt")
ANOTHER_AUTHOR = Path(__file__).with_name("another_author.txt")
SCORED_ONCE = Path(__file__).with_name("scored_once.txt")
LOOKALIKES = Path(__file__).with_name("lookalikes.txt")
IMPLIED = Path(__file__).with_name("implied.txt")
Counts = dict[str, Counter[str]]


@cache
def shipped() -> tuple[lists.WordLists, WordingDetector]:
    files = [load(path, PolicyFile).model for path in sorted(RULES.rglob("*.yaml"))]
    words = lists.assemble(files)
    return words, words.detector()


def test_every_category_has_entries_and_few_of_them_block() -> None:
    words, _ = shipped()
    assert len(words.entries) >= 400
    assert {entry.category for entry in words.entries} == set(Category.__args__)  # type: ignore[attr-defined]
    blocking = [entry.id for entry in (*words.entries, *words.patterns) if entry.action is Action.BLOCK]
    assert 0 < len(blocking) < 30


def test_implied_matters_are_never_blocked_and_said_gently() -> None:
    words, _ = shipped()
    assert len(words.patterns) >= 60
    assert all(pattern.action is Action.FLAG for pattern in words.patterns)
    assert {pattern.category for pattern in words.patterns} >= {"gender", "nationality", "disability", "age", "buraku"}


def test_no_reason_repeats_the_expression() -> None:
    words, _ = shipped()
    telling = [e.id for e in words.entries if e.action is Action.BLOCK and e.term in f"{e.message}{e.better}"]
    assert telling == []


@pytest.mark.parametrize(
    "text",
    [
        "部落差別の解消の推進に関する法律に基づき、相談に応じます。",
        "令和八年度の税制改正について、次のとおり説明会を開きます。",
        "申請書及び添付書類を、窓口又は郵送で提出してください。",
        "Essex and Sussex are counties; the assistant will classify the documents.",
    ],
)
def test_ordinary_texts(text: str) -> None:
    assert shipped()[1].detect(Reading(text)) == []


def test_sentences_that_look_like_those_that_hurt() -> None:
    lines = [line for line in LOOKALIKES.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) >= 80
    assert [line for line in lines if shipped()[1].detect(Reading(line))] == []


def counted(path: Path) -> Counts:
    """By kind: what should be found (gold), was (hit), was found beside it (false), was only recorded (lowered)."""
    counts: Counts = {}
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, marked = line.split("\t")
        gold, text = [], ""
        for piece in re.split(r"(【[^】]*】)", marked):
            if piece.startswith("【"):
                gold.append(range(len(text), len(text) + len(piece) - 2))
            text += piece.strip("【】")
        findings = shipped()[1].detect(Reading(text))
        spans = [range(f.span.start, f.span.end) for f in findings]
        row = counts.setdefault(kind, Counter())
        row["sentences"] += 1
        row["gold"] += len(gold)
        row["hit"] += sum(any(set(g) & set(s) for s in spans) for g in gold)
        row["false"] += sum(not any(set(g) & set(s) for g in gold) for s in spans)
        row["lowered"] += sum("@" in finding.rule for finding in findings)
    return counts


def test_the_sentences_of_our_own() -> None:
    """The figures of the day they were written are in docs/wording.md; they may only get better."""
    counts = counted(SENTENCES)
    assert sum(row["sentences"] for row in counts.values()) == 60
    assert counts["direct"]["hit"] == counts["direct"]["gold"] == 13
    assert counts["implicit"]["hit"] >= 8
    assert counts["disguised"]["hit"] >= 4
    assert counts["context"]["lowered"] >= 6
    assert sum(counts[kind]["false"] for kind in ("direct", "implicit", "disguised", "clean")) <= 1


def test_sentences_by_another_author() -> None:
    counts = counted(ANOTHER_AUTHOR)
    gold = {kind: (row["sentences"], row["gold"]) for kind, row in counts.items()}
    assert gold == {"direct": (15, 15), "disguised": (5, 5), "implicit": (25, 25), "clean": (25, 0)}
    assert [kind for kind, row in counts.items() if row["hit"] < row["gold"]] == []
    assert counts["clean"]["false"] == 0


def test_sentences_that_were_scored_once() -> None:
    """None of them was tuned to: what was reached on the first look may only get better."""
    counts = counted(SCORED_ONCE)
    gold = {kind: (row["sentences"], row["gold"]) for kind, row in counts.items()}
    assert gold == {"direct": (15, 15), "implicit": (25, 25), "clean": (20, 0)}
    assert counts["direct"]["hit"] >= 14
    assert counts["implicit"]["hit"] >= 9
    assert counts["clean"]["false"] == 0


PIECES = [
    "○",
    "き○",
    "エ○・",
    "・",
    "バ・",
    " ",
    "女性",
    "女性は任せられない",
    "つんぼ",
    "「つんぼ",
    "つんぼ:",
    "黒人にに何を何をもももも。",
    "どうせ外国人",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.timeout(60)
def test_a_long_line_of_one_piece_takes_linear_time(piece: str) -> None:
    """What needs more than linear time does not end here within the time-out: there is no line break in it."""
    text = (piece * (40_000 // len(piece) + 1))[:40_000]
    assert all(0 <= f.span.start < f.span.end <= len(text) for f in shipped()[1].detect(Reading(text)))


def test_what_is_implied_is_found_as_often_as_it_was() -> None:
    hit = total = 0
    for line in IMPLIED.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        before, marked, behind = re.split("[【】]", line)
        findings = shipped()[1].detect(Reading(before + marked + behind))
        start, end = len(before), len(before) + len(marked)
        total += 1
        hit += any(f.span.start < end and start < f.span.end for f in findings)
    assert total == 225
    assert hit >= 180
