from __future__ import annotations

from typing import Any

import pytest

from gateway.pages import Pages
from gateway.policy.trial import try_text
from gateway.routes.admin.shown import pieces, sentence, view
from policies.situation import Place, Situation
from tests.gateway.fakes import RULES, Words, policy

POLICY = policy(*RULES, detector=Words(山田太郎="person", 太郎に注意="flagged", 庁内="inside", 禁止="forbidden"))


def shown(text: str, *places: Place) -> dict[str, Any]:
    return view(try_text(POLICY, text, Situation(), places), text, POLICY)


def test_the_pieces_are_the_text_and_overlaps_show_the_strongest() -> None:
    text = "昨日、山田太郎に注意した"
    trial = try_text(POLICY, text, Situation())
    made = pieces(text, trial.decisions)
    assert "".join(piece.text for piece in made) == text
    assert [(p.text, p.action, p.numbers) for p in made if p.numbers] == [
        ("山田", "redact", (1,)),
        ("太郎", "redact", (1, 2)),
        ("に注意", "flag", (2,)),
    ]
    assert [piece.text for piece in pieces("", ())] == []


def test_each_decision_has_its_reasons() -> None:
    outcome = shown("太郎に注意。庁内")
    assert outcome["verdict"] == "confine"
    assert outcome["outgoing"] is None
    first = outcome["decisions"][0]
    assert (first["basis"], first["consult"], first["better"]) == ("第1条", "法規担当", "別の語")
    assert first["voices"][0]["decided"]
    assert [(place.zone, rule) for place, rule in outcome["left_out"]] == [("external", "r/pii-inside-confine")]


def test_what_did_not_speak_says_why_in_words() -> None:
    (decision,) = shown("山田太郎")["decisions"]
    assert [v["unmet"] for v in decision["voices"]] == [[], ["向き（依頼・回答）"]]


@pytest.mark.parametrize(
    ("place", "wanted", "english"),
    [
        (Place("on_premises", "庁内"), "庁内", "on premises"),
        (Place("on_premises", "本庁舎"), "庁内・本庁舎", "on premises・本庁舎"),
        (
            Place("external", "japaneast", trains_on_input=True),
            "庁外・japaneast（入力を学習に使う）",
            "external・japaneast (trains on input)",
        ),
    ],
)
def test_places_in_words(place: Place, wanted: str, english: str) -> None:
    macro = "{% import 'admin/parts.html' as parts %}{{ parts.place(place) }}"
    pages = Pages()
    for code, words in (("ja", wanted), ("en", english)):
        assert pages._environments[code].from_string(macro).render(place=place) == words


def test_the_sentence_around_a_place() -> None:
    text = "一つ目。二つ目に山田がいる。三つ目"
    assert sentence(text, text.index("山田"), text.index("山田") + 2) == "二つ目に山田がいる。"
    assert sentence("山田", 0, 2) == "山田"
