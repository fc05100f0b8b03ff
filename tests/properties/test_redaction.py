"""The laws of redaction: what was taken out comes back exactly, and findings point where they say."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.inspection import people, redact
from policies.decision import Action, Decision
from policies.finding import Finding, Span
from policies.reading import Reading
from redaction.analyzer import PersonalInformation, build
from redaction.restore import Restore
from redaction.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KINDS = ("pii.person", "pii.phone", "pii.address", "pii.my_number")
PIECES = [
    "霧谷すみれ", "霧谷 すみれ", "霧谷", "様", "さん", "090-1234-5678", "０９０１２３４５６７８", "123456789018", "氏名：", "電話 ",
    "青葉野市本町1-2-3", "\u200b", "[PERSON_1]", "［ＰＥＲＳＯＮ＿１］", "[person 2]", "[PHONE_1B]", "[", "]", "_", "PERSON", "。", "\n", "\t", ",", "\\", '"', "x",
    "昭和55年3月1日", "\u3099", "か\u3099", "ｶﾞ", "①", "\ud83d\ude00", "\ud800",
]  # fmt: skip
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.text(max_size=120))


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Decision]]:
    """Any text, and any places in it that are to be replaced, overlapping or not."""
    text = draw(texts)
    spans = st.tuples(st.integers(0, max(0, len(text) - 1)), st.integers(1, 12), st.sampled_from(KINDS))
    chosen = draw(st.lists(spans, max_size=8)) if text else []
    return text, [
        Decision(Finding(Span(at, min(len(text), at + length)), kind, "pii/x"), Action.REDACT, "pii/x")
        for at, length, kind in chosen
    ]


def restored(vault: Vault, pieces: Sequence[str]) -> str:
    restore = Restore(vault)
    return "".join([*(restore.feed(piece) for piece in pieces), restore.close()])


@settings(deadline=None)  # the first example opens the dictionary
@given(st.lists(marked(), min_size=1, max_size=3))
def test_what_was_taken_out_comes_back_exactly(parts: list[tuple[str, list[Decision]]]) -> None:
    linked = people([text for text, _ in parts], [decisions for _, decisions in parts])
    vault = Vault([text for text, _ in parts], linked)
    for text, decisions in parts:
        changed = redact(text, decisions, vault)
        assert restored(vault, [changed]) == text


@given(marked(), st.lists(st.integers(0, 200), max_size=12))
def test_it_comes_back_the_same_however_the_stream_is_cut(part: tuple[str, list[Decision]], cuts: list[int]) -> None:
    text, decisions = part
    vault = Vault([text])
    changed = redact(text, decisions, vault)
    places = sorted({0, len(changed), *(cut for cut in cuts if cut < len(changed))})
    pieces = [changed[a:b] for a, b in pairwise(places)]
    assert restored(vault, pieces) == text


WRITINGS: tuple[Callable[[str], str], ...] = (
    str.lower,
    lambda token: token.replace("_", " "),
    lambda token: token.replace("_", "\\_"),
    lambda token: f"[ {token[1:-1]} ]",
    lambda token: token.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}),
    lambda token: token.replace("[", "【").replace("]", "】"),
)


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.text(min_size=1, max_size=8)), min_size=1, max_size=6),
    st.sampled_from(WRITINGS),
)
def test_a_model_may_write_tokens_its_own_way(values: list[tuple[str, str]], write: Callable[[str], str]) -> None:
    vault = Vault()
    for kind, value in values:
        assert restored(vault, [write(vault.token(kind, value))]) == value


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.text(min_size=1, max_size=6)), max_size=30), texts)
def test_two_values_never_share_a_token(values: list[tuple[str, str]], text: str) -> None:
    vault = Vault([text])
    tokens = {(kind, value): vault.token(kind, value) for kind, value in values}
    assert len(set(tokens.values())) == len(tokens)
    assert all(token not in text for token in tokens.values())
    assert all(re.fullmatch(r"\[[A-Z_]+_\d+[A-Z]*\]", token) for token in tokens.values())


@pytest.fixture(scope="module")
def detector() -> PersonalInformation:
    return build()


@given(text=texts)
@settings(max_examples=200)
def test_findings_lie_in_the_text_in_order_and_never_overlap(detector: PersonalInformation, text: str) -> None:
    found = detector.detect(Reading(text))
    assert all(0 <= f.span.start < f.span.end <= len(text) for f in found)
    # What identifies never overlaps; what is sensitive and what the whole text is may lie on top of it.
    identifying = [f for f in found if not f.kind.startswith("pii.sensitive.") and f.kind != "pii.personal_record"]
    assert all(a.span.end <= b.span.start for a, b in pairwise(identifying))
    assert {f.kind for f in found} <= detector.kinds
    assert all(0 < f.score <= 1 for f in found)


@given(text=texts)
@settings(max_examples=100)
def test_what_the_detector_finds_comes_back_exactly(detector: PersonalInformation, text: str) -> None:
    decisions = [Decision(f, Action.REDACT, f.rule) for f in detector.detect(Reading(text))]
    vault = Vault([text])
    assert restored(vault, [redact(text, decisions, vault)]) == text
