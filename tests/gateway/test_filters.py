"""Sentence by sentence: what is released, when, and what ends a text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.filters import Chain, JsonStrings, Plain, Screen, apply, mask
from policies.decision import Action, Decision
from policies.finding import Finding, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.reading import Reading


class Upper:
    def feed(self, text: str) -> str:
        return text.upper()

    def close(self) -> str:
        return "!"


def screen(word: str = "禁句", action: Action = Action.BLOCK, log: list[int] | None = None) -> Screen:
    def detect(reading: Reading) -> list[Finding]:
        at = reading.text.find(word)
        return [Finding(Span(at, at + len(word)), "wording.test", "wording/T")] if at >= 0 else []

    def decide(findings: Sequence[Finding]) -> list[Decision]:
        return [Decision(finding, action, finding.rule) for finding in findings]

    return Screen(detect, decide, lambda n, d: log.append(n) if log is not None and d else None, lambda _: "理由")


def test_a_sentence_is_released_when_the_next_one_begins() -> None:
    s = screen()
    assert s.feed("一つ目。") == ""
    assert s.feed("二つ目") == "一つ目。"
    assert s.close() == "二つ目"


def test_closing_brackets_belong_to_the_sentence() -> None:
    assert screen().feed("「はい。」と言う") == "「はい。」"


def test_english_sentences_end_too() -> None:
    assert screen().feed("One. Two") == "One. "


def test_a_number_with_a_point_is_no_end() -> None:
    assert screen().feed("3.14は円周率") == ""


def test_a_blocked_sentence_ends_the_text_and_nothing_of_it_is_shown() -> None:
    s = screen()
    assert s.feed("前の文。ここに禁句がある。後の文。終") == "前の文。"
    assert s.stopped == "理由"
    assert s.feed("もっと。") == ""
    assert s.close() == ""


def test_redacted_words_are_masked() -> None:
    assert apply(screen(action=Action.REDACT), "ここに禁句。") == "ここに●●。"


def test_flagged_sentences_are_numbered() -> None:
    log: list[int] = []
    apply(screen(action=Action.FLAG, log=log), "一。禁句。三。禁句")
    assert log == [2, 4]


def test_a_text_without_end_is_cut_at_a_pause() -> None:
    s = screen()
    out = s.feed("あ" * 500 + "、" + "い" * 200)
    assert out == "あ" * 500 + "、"
    assert s.close() == "い" * 200


def test_mask_covers_overlaps() -> None:
    decisions = [
        Decision(Finding(Span(0, 3), "a", "r/a"), Action.REDACT, "r/a"),
        Decision(Finding(Span(2, 5), "b", "r/b"), Action.REDACT, "r/b"),
    ]
    assert mask("abcdef", decisions) == "●●●●●f"


def test_a_chain_passes_on_what_closes() -> None:
    assert apply(Chain(screen(), Plain(Upper())), "abc") == "ABC!"


@given(st.text(alphabet="あ。、\n.」 a!禁句", max_size=80), st.data())
def test_the_cuts_depend_on_the_text_alone(text: str, data: st.DataObject) -> None:
    log_whole: list[int] = []
    whole = apply(screen(log=log_whole), text)
    log: list[int] = []
    s = screen(log=log)
    out, rest = "", text
    while rest:
        size = data.draw(st.integers(1, 7))
        out += s.feed(rest[:size])
        rest = rest[size:]
    assert out + s.close() == whole
    assert log == log_whole


class Quote:
    """Replaces a token by a value with quotes, as a restoration may."""

    stopped = None

    def reads(self, text: str) -> bool:
        return bool(text)

    def feed(self, text: str) -> str:
        return text.replace("[T]", 'a"b\n')

    def close(self) -> str:
        return ""


def json_strings() -> JsonStrings:
    return JsonStrings(Quote, Quote)


@pytest.mark.parametrize("text", ['{"a": "[T]"}', '{"a": "{\\"b\\": \\"[T]\\"}"}', '["\\u005bT]", 1.50]'])
def test_values_inside_json_stay_json(text: str) -> None:
    out = apply(json_strings(), text)
    assert "[T]" not in out
    json.loads(out)


def test_numbers_and_spacing_of_json_are_kept() -> None:
    assert apply(json_strings(), '{ "n" : 1.50,\n "t": "[T]" }') == '{ "n" : 1.50,\n "t": "a\\"b\\n" }'


def test_broken_json_is_one_text() -> None:
    assert apply(json_strings(), '{"a": "[T]') == '{"a": "a"b\n'


def test_a_block_inside_json_ends_it() -> None:
    codec = JsonStrings(screen, screen)
    assert apply(codec, '{"a": "禁句"}') == ""
    assert codec.stopped == "理由"


def test_better_phrases_take_the_place_of_what_was_found() -> None:
    sentence = "父兄と禁句と看護婦"
    decisions = [
        Decision(Finding(Span(0, 2), "wording.gender", "wording/A"), Action.FLAG, "wording/A"),
        Decision(Finding(Span(3, 5), "pii.x", "pii/x"), Action.REDACT, "pii/x"),
        Decision(Finding(Span(6, 9), "wording.occupation", "wording/B"), Action.ALLOW, "wording/B"),
        Decision(Finding(Span(4, 7), "wording.occupation", "wording/A"), Action.FLAG, "wording/A"),
    ]
    better = {"wording/A": "保護者", "wording/B": "看護師"}
    # What is only recorded stays, and nothing is written over a redaction.
    assert mask(sentence, decisions, lambda d: better.get(d.rule)) == "保護者と●●と看護婦"


@given(st.lists(st.text(max_size=6), max_size=8))
def test_rewriting_does_not_depend_on_the_pieces(pieces: list[str]) -> None:
    def rewriting() -> Screen:
        def detect(reading: Reading) -> list[Finding]:
            at = reading.text.find("父兄")
            return [Finding(Span(at, at + 2), "wording.gender", "wording/A")] if at >= 0 else []

        def decide(findings: Sequence[Finding]) -> list[Decision]:
            return [Decision(finding, Action.FLAG, finding.rule) for finding in findings]

        return Screen(detect, decide, lambda *_: None, lambda _: "", lambda _: "保護者")

    text = "".join(pieces) + "父兄の皆様。次の父兄"
    streamed = rewriting()
    out = "".join(streamed.feed(char) for char in text) + streamed.close()
    assert out == apply(rewriting(), text)
    assert "父兄の皆様" not in out


def test_what_only_the_whole_shows_is_judged_at_the_end_and_told_by_sentence() -> None:
    told: list[tuple[int, str]] = []

    def whole(reading: Reading) -> list[Finding]:
        return [
            Finding(Span(reading.text.index("二"), reading.text.index("二") + 1), "ordinance.contract", "ordinance/T")
        ]

    def one(action: Action) -> Screen:
        def decide(findings: Sequence[Finding]) -> list[Decision]:
            return [Decision(finding, action, finding.rule) for finding in findings]

        def record(sentence: int, decisions: Sequence[Decision]) -> None:
            told.extend((sentence, decision.rule) for decision in decisions)

        return Screen(lambda _: [], decide, record, lambda _: "理由", whole=whole)

    screen = one(Action.FLAG)
    assert apply(screen, "一つ目。二つ目。三つ目") == "一つ目。二つ目。三つ目"
    assert told == [(2, "ordinance/T")]
    assert screen.stopped is None
    stopped = one(Action.BLOCK)
    assert apply(stopped, "一つ目。二つ目。") == "一つ目。二つ目。"
    assert stopped.stopped == "理由"
    silent = one(Action.BLOCK)
    assert apply(silent, "") == ""
    assert silent.stopped is None
