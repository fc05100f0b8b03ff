"""A city loads its ordinances, a member of staff asks for a draft, and the notice quotes the city's own article."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from openai import AsyncOpenAI

from gateway.__main__ import main
from tests.fixtures.house import open_house
from tests.fixtures.provider import Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.finding import Detector
    from tests.fixtures.provider import FakeProvider

CITY = Path(__file__).resolve().parents[1] / "fixtures" / "ordinance" / "city"
ASKED = "保健センターの空調の改修工事（予定価格２８０万円）を、いつもの業者と随意契約で発注する起案文を作って。"
CONFIG = """version: 1
data_dir: data
deployments: [{name: demo, model: demo, lane: demo, zone: on_premises, region: 庁内}]
"""


async def ask(tmp_path: Path, provider: FakeProvider, engine: Sequence[Detector], **more: Any) -> Any:
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    assert main(["--config", str(tmp_path / "config.yaml"), "statutes", "load", str(CITY)]) == 0
    async with open_house(tmp_path, provider, engine) as running:
        client = AsyncOpenAI(base_url=f"{running.client.base_url}/v1", api_key=running.key)
        messages: Any = [{"role": "user", "content": ASKED}]
        answer: Any = await client.chat.completions.create(model="inside", messages=messages, **more)
        text, report = "", None
        if more:
            async for chunk in answer:
                report = chunk.model_dump().get("sekimori") or report
                text += "".join(choice.delta.content or "" for choice in chunk.choices)
        else:
            text, report = answer.choices[0].message.content, answer.model_dump()["sekimori"]
        page = await running.client.get(articles(report)[0]["link"])
        await client.close()
    return text, report, page.text


def articles(report: dict[str, Any], rule: str = "ordinance/KY-01") -> Any:
    return next(notice for notice in report["notices"] if notice["rule"] == rule)["articles"]


async def test_the_notice_quotes_the_citys_own_article(
    tmp_path: Path, provider: FakeProvider, engine: Sequence[Detector]
) -> None:
    provider.reply(Whole(chat_reply("湊ヶ丘市契約規則第99条により、随意契約とします。")))
    text, report, page = await ask(tmp_path, provider, engine)
    (own, *_) = articles(report)
    assert (own["law"], own["article"]) == ("湊ヶ丘市契約規則", "第21条")
    assert own["text"].startswith("施行令第167条の2第1項第1号に規定する規則で定める額は")
    assert "湊ヶ丘市契約規則第21条（随意契約によることができる額）「施行令第167条の2第1項第1号" in text
    assert "工事又は製造の請負　200万円" in page
    # The model's invented article is caught as well.
    assert "statutes/unknown-article" in {notice["rule"] for notice in report["notices"]}


async def test_a_streamed_reply_says_the_same(
    tmp_path: Path, provider: FakeProvider, engine: Sequence[Detector]
) -> None:
    pieces = ("湊ヶ丘市契約", "規則第99", "条により、", "随意契約とします。")
    provider.reply(Stream(chat_chunks(*pieces)))
    text, report, _ = await ask(tmp_path, provider, engine, stream=True)
    assert articles(report)[0]["article"] == "第21条"
    assert "湊ヶ丘市契約規則第21条" in text
    assert "statutes/unknown-article" in {notice["rule"] for notice in report["notices"]}
