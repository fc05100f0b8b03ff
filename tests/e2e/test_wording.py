"""Wording through the running house: notices, better phrases by stream and whole, and the second reading."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.house import open_house
from tests.fixtures.provider import Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from pathlib import Path

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

DOUBTFUL = "外国人の方は時間にルーズなので、集合時刻を早めに伝えます。"
REPLY = "おはようございます。父兄の皆様へ。「看護婦」という語は使われなくなりました。"


def notices(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [notice for notice in answer["sekimori"]["notices"] if notice["kind"].startswith("wording.")]


def said(body: str) -> str:
    """The text of a streamed reply."""
    events = [json.loads(line[6:]) for line in body.splitlines() if line.startswith("data: {")]
    return "".join(c["delta"].get("content") or "" for e in events for c in e.get("choices", []))


async def test_a_reply_gets_the_better_phrase_whole_and_streamed(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole(chat_reply(REPLY)))
    whole = (await running.chat("案内文を書いて")).json()
    text = whole["choices"][0]["message"]["content"]
    assert text == REPLY.replace("父兄", "保護者")  # the quoted word is only recorded
    (notice,) = notices(whole)
    assert (notice["sentence"], notice["rewritten"], notice["better"]) == (2, True, "保護者")
    assert "父兄" not in json.dumps(whole["sekimori"], ensure_ascii=False)
    provider.reply(Stream(chat_chunks(*REPLY)))
    streamed = await running.chat("案内文を書いて", stream=True)
    assert said(streamed.text) == text


async def test_no_slur_stands_in_headers_records_or_notices(running: Running, provider: FakeProvider) -> None:
    answer = await running.chat("窓口にきちがいじみた人が来たので、対応を教えて")
    assert notices(answer.json())
    written = json.dumps(
        [*notices(answer.json()), dict(answer.headers), *await running.records()], ensure_ascii=False, default=str
    )
    assert "きちがい" not in written
    assert "きちがい".encode() not in running.everything_written()


@pytest.mark.parametrize(("verdict", "told"), [("いいえ", 0), ("はい", 1), ("分かりません", 1)])
async def test_the_second_reading_lowers_only_what_it_calls_harmless(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...], verdict: str, told: int
) -> None:
    inspection = {"second_reading": {"deployment": "local"}}
    async with open_house(tmp_path, provider, engine, inspection=inspection) as running:
        provider.reply(Whole(chat_reply(verdict)))  # to the question
        answer = await running.chat(DOUBTFUL)
    assert answer.status_code == 200
    assert len(notices(answer.json())) == told


async def test_a_second_reading_that_fails_is_no_pass(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]
) -> None:
    inspection = {"second_reading": {"deployment": "local", "timeout_seconds": 0.3}}
    async with open_house(tmp_path, provider, engine, inspection=inspection) as running:
        provider.reply(Whole(chat_reply("いいえ"), delay=2.0))
        answer = await running.chat(DOUBTFUL)
    assert answer.status_code == 200
    assert len(notices(answer.json())) == 1
