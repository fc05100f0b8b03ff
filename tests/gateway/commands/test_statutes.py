from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.__main__ import main
from gateway.commands.statutes import unresolved
from policies.ordinance.citations import Statutes
from policies.ordinance.law import Article, Law
from tests.gateway.fakes import policy, rule

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "ordinance"


@pytest.fixture
def config(tmp_path: Path) -> str:
    shutil.copytree(FIXTURES / "city", tmp_path / "statutes")
    lines = ["version: 1", "data_dir: data", "deployments:"]
    lines += ["  - {name: demo, model: demo, lane: demo, zone: on_premises, region: 庁内}"]
    (tmp_path / "config.yaml").write_text("\n".join(lines), "utf-8")
    return str(tmp_path / "config.yaml")


def run(config: str, *words: str) -> int:
    return main(["--config", config, "statutes", *words])


def test_load_search_and_show(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "load") == 0
    assert "読み込み 3件、変更なし 0件" in capsys.readouterr().out
    assert run(config, "load") == 0
    assert "変更なし 3件" in capsys.readouterr().out
    assert run(config, "search", "随意契約", "見積書") == 0
    assert capsys.readouterr().out.startswith("湊ヶ丘市契約規則 第21条の2（見積書の徴取）")
    for number in ("第二十一条の二", "21条の2", "第２１条の２", "21-2"):
        assert run(config, "show", "契約規則", number) == 0
        assert "2者以上から見積書" in capsys.readouterr().out
    assert run(config, "show", "契約規則") == 0
    assert "第21条（随意契約によることができる額）" in capsys.readouterr().out


def test_what_is_not_there_is_said(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "search", "契約") == 1
    run(config, "load")
    for words in (("show", "民法"), ("show", "契約規則", "第99条"), ("show", "契約規則", "x"), ("search", "宇宙船")):
        assert run(config, *words) == 1
    assert "「民法」は読み込まれていません。" in capsys.readouterr().err
    assert run(config, "load", "/nowhere") == 1
    assert "このフォルダーはありません" in capsys.readouterr().err


def test_a_broken_file_is_named_and_the_rest_is_loaded(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    (Path(config).parent / "statutes" / "broken.xml").write_text("<Law>\n<LawNum>", "utf-8")
    assert run(config, "load") == 1
    answer = capsys.readouterr()
    assert "broken.xml:2:" in answer.err
    assert "読み込み 3件" in answer.out
    (Path(config).parent / "data" / "statutes.sqlite3").write_bytes(b"ruined")
    assert run(config, "load") == 1
    assert "delete it" in capsys.readouterr().err


def test_citations_of_rules_that_the_statutes_lack() -> None:
    cited = rule("pii.person", "redact", basis="見本法第2条・第9条")
    statutes = Statutes([Law("見本法", (Article("1", "甲"), Article("2", "削除")))])
    lines = list(unresolved(policy(cited), statutes))
    assert [line.split(": ")[1] for line in lines] == [
        "見本法 2 は、削除されています",
        "見本法 9 は、読み込んだ例規にありません",
    ]
    assert list(unresolved(policy(cited), Statutes())) == []
