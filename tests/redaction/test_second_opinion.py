"""Strict mode: the model's persons beside ours, nothing kept, no failure swallowed."""

from __future__ import annotations

import importlib.util
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from policies.reading import Reading
from redaction import second_opinion
from redaction.analyzer import build
from redaction.second_opinion import SecondOpinion, shipped
from redaction.tagger import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.fixture(scope="module")
def opinion() -> SecondOpinion:
    """The installed model; without it the tests are skipped by name, except in CI."""
    if importlib.util.find_spec("ja_ginza") is None and not os.environ.get("CI"):
        pytest.skip("not installed: ja_ginza (make setup-strict)")
    return shipped()


def found(opinion: SecondOpinion, text: str) -> list[tuple[str, str]]:
    reading = Reading(text)
    return [(hit.kind, reading.view.text[hit.start : hit.end]) for hit in opinion.find(reading)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("山田太郎は東京都千代田区に住む。", [("person", "山田太郎")]),
        ("昨日、佐藤花子さんと話しました。", [("person", "佐藤花子")]),
        ("明日は雨の予報です。", []),
        ("", []),
        ("\n \u200b\u3000\ud800", []),
    ],
)
def test_persons_and_no_bare_places(opinion: SecondOpinion, text: str, names: list[tuple[str, str]]) -> None:
    assert found(opinion, text) == names


def test_offsets_hold_behind_many_pieces(opinion: SecondOpinion) -> None:
    text = "明日は雨の予報です。\n" * 200 + "昨日、佐藤花子さんと話しました。"
    assert ("person", "佐藤花子") in found(opinion, text)


def test_nothing_of_a_text_stays_in_the_vocabulary(opinion: SecondOpinion) -> None:
    found(opinion, "ゾルグワンペ太郎さん")
    before = len(opinion._model.vocab.strings)
    found(opinion, "昨日、ヌメロバチッカ・ゲズンドさんと話した。")
    assert len(opinion._model.vocab.strings) == before


def test_several_threads_get_the_same_answer(opinion: SecondOpinion) -> None:
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(found(opinion, "昨日、佐藤花子さんと話しました。")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[("person", "佐藤花子")]] * 4


def test_the_detector_unites_and_names_the_model_in_its_revision(opinion: SecondOpinion) -> None:
    text = "山田太郎は東京都千代田区に住む。電話は090-1234-5678。"
    plain, strict = build(), build(strict=True)
    assert strict.revision == f"{plain.revision}-{opinion.revision}"
    ours, united = (
        {n for f in d.detect(Reading(text)) for n in range(f.span.start, f.span.end)} for d in (plain, strict)
    )
    assert ours <= united


def test_a_failure_of_the_model_is_a_failure(opinion: SecondOpinion, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Sequence[Any]) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(opinion, "_entities", broken)
    with pytest.raises(RuntimeError, match="broken"):
        build(strict=True).detect(Reading("山田太郎"))


def test_a_missing_package_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinion, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="make setup-strict"):
        SecondOpinion()


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("山田太郎", "Person", "person"),
        ("山", "Person", ""),
        ("---", "Person", ""),
        ("山田\n太郎", "Person", ""),
        ("青葉野市本町3-2", "Postal_Address", "address"),
        ("100-0001", "Postal_Address", ""),
        ("青葉野市", "City", ""),
    ],
)
def test_what_counts(text: str, label: str, kind: str) -> None:
    assert second_opinion._kind(text, label) == kind
