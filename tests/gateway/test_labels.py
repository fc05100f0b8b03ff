from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.endpoints.base import texts
from gateway.labels import Adoption, as_purpose, known_tool
from tests.gateway.fakes import CALLER

ADOPTION = Adoption.model_validate(
    {
        "purposes": [
            {"purpose": "議会答弁", "words": ["答弁", "一般質問"]},
            {"purpose": "summary", "words": ["要約して"]},
        ],
        "tools": [{"name": "Open WebUI", "user_agents": ["open-webui"]}, {"name": "議事録ツール"}],
    }
)


def asked(*messages: str, **more: Any) -> Any:
    return texts({"model": "m", "messages": [{"role": "user", "content": text} for text in messages], **more})


def label(headers: dict[str, str] | None = None, *messages: str, caller: Any = CALLER) -> tuple[str, str]:
    return ADOPTION.label(caller, headers or {}, asked(*(messages or ("こんにちは",))))


@pytest.mark.parametrize(
    "named", ["要約", "summary", " Summary ", "%E8%A6%81%E7%B4%84", "要約".encode().decode("latin-1")]
)
def test_a_purpose_by_header(named: str) -> None:
    assert label({"x-sekimori-purpose": named}, "答弁を書いて")[0] == "summary"


@pytest.mark.parametrize("named", ["", "山田太郎の件", "summary; DROP", "%FF%FE", "\xff"])
def test_a_made_up_purpose_is_none(named: str) -> None:
    assert label({"x-sekimori-purpose": named})[0] == "other"


def test_a_key_says_what_it_is_for_unless_the_header_does() -> None:
    caller = replace(CALLER, purpose="transcription", tool="議事録ツール")
    assert label(None, "答弁を書いて", caller=caller) == ("transcription", "議事録ツール")
    assert label({"x-sekimori-purpose": "翻訳"}, caller=caller)[0] == "translation"


def test_rules_look_at_what_is_asked_last() -> None:
    assert label(None, "一般質問への答弁案を要約して")[0] == "council"
    assert label(None, "この文書を要約して")[0] == "summary"
    assert label(None, "この文書を要約して", "ありがとう")[0] == "other"
    assert ADOPTION.label(CALLER, {}, asked("答弁案を", user="p" * 32))[0] == "council"


def test_the_words_of_a_very_long_text_are_looked_for_at_its_end() -> None:
    assert label(None, "あ" * 100_000 + "要約して")[0] == "summary"
    assert label(None, "要約して" + "あ" * 100_000)[0] == "other"


@pytest.mark.parametrize(
    ("headers", "tool"),
    [
        ({"x-sekimori-tool": "open webui"}, "Open WebUI"),
        ({"user-agent": "Open-WebUI/0.6 aiohttp"}, "Open WebUI"),
        ({"x-sekimori-tool": "%E8%AD%B0%E4%BA%8B%E9%8C%B2%E3%83%84%E3%83%BC%E3%83%AB"}, "議事録ツール"),
        ({"x-sekimori-tool": "made up", "user-agent": "curl/8"}, "other"),
        ({}, "other"),
    ],
)
def test_tools_are_those_of_the_configuration(headers: dict[str, str], tool: str) -> None:
    assert label(headers)[1] == tool


@pytest.mark.parametrize(
    "wrong",
    [
        {"purposes": [{"purpose": "遊び", "words": ["a"]}]},
        {"purposes": [{"purpose": "要約", "words": []}]},
        {"tools": [{"name": "=cmd|' /C calc'!A0"}]},
        {"tools": [{"name": "x" * 65}]},
        {"smallest_unit": 2},
        {"prices": {"a": {"input_yen": -1, "output_yen": 1}}},
        {"survey": {"minutes_per_use": 6, "source": ""}},
    ],
)
def test_a_wrong_configuration_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Adoption.model_validate(wrong)


def test_names_for_keys() -> None:
    assert as_purpose("議会答弁") == "council"
    assert known_tool(ADOPTION, "OPEN WEBUI") == "Open WebUI"
    with pytest.raises(ValueError, match="用途"):
        as_purpose("遊び")
    with pytest.raises(ValueError, match="ツール"):
        known_tool(ADOPTION, "x")


def test_terms_for_the_figures() -> None:
    adoption = Adoption.model_validate(
        {
            "prices": {"cloud": {"input_yen": 100, "output_yen": 300}},
            "survey": {"minutes_per_use": 6.5, "source": "令和8年6月 職員アンケート"},
        }
    )
    terms = adoption.terms()
    assert (terms.prices["cloud"].output_yen, terms.minutes_per_use, terms.smallest_unit) == (300, 6.5, 10)
    assert Adoption().terms().minutes_per_use is None
