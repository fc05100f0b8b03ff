"""A rule is broken, mended, tried on the examples and saved; whatever is wrong changes nothing."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import yaml

from gateway.routes.admin.rules import append, own_ids
from policies.document import parse
from policies.loader import PolicyFile

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.person import Person

RULE = """version: 1
rules:
  - id: pii/contact
    kinds: [pii.phone, pii.email, pii.postal_code, pii.url, pii.ip_address]
    directions: [request]
    action: block
    message: 連絡先は送れません。
    examples:
      match: [電話は090-1234-5678です。]
      no_match: [会議です。]
"""
FIELDS = {"file": "own.yaml", "content": RULE, "comment": "連絡先を止める", "based_on": "", "action": "save"}


async def test_the_listing_shows_what_holds_and_from_where(editor: Person) -> None:
    text = (await editor.get("/admin/rules")).text
    for needed in ("pii/contact", "routing/no-training", "機密性3B", "指定なし", "wording/", "ordinance/"):
        assert needed in text
    assert "own.yaml</a>" not in text
    assert (await editor.post("/admin/rules/edit", **FIELDS)).status_code == 303
    assert "own.yaml</a>" in (await editor.get("/admin/rules")).text


async def test_saving_takes_effect_at_once(editor: Person, running: Running) -> None:
    answer = await editor.post("/admin/rules/edit", **FIELDS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/history/1")
    assert (await running.chat("電話は090-1234-5678です。")).status_code == 403
    (revision,) = await running.house.live.history.newest()
    assert (revision.author, revision.comment) == ("ed", "連絡先を止める")
    removed = await editor.post("/admin/rules/edit", **{**FIELDS, "action": "remove", "based_on": "1"})
    assert removed.status_code == 303
    assert (await running.chat("電話は090-1234-5678です。")).status_code == 200


async def test_checking_shows_the_effect_and_changes_nothing(editor: Person, running: Running) -> None:
    before = running.house.policy.revision
    text = (await editor.post("/admin/rules/edit", **{**FIELDS, "action": "check"})).text
    assert "確かめました。誤りはありません" in text
    assert "電話は090-1234-5678です。" in text
    assert "<b>block</b>（pii/contact）" in text
    assert running.house.policy.revision == before


async def test_what_is_wrong_is_told_and_nothing_is_lost(editor: Person, running: Running) -> None:
    before = running.house.policy.revision
    for change, status, wanted in (
        ({"content": RULE.replace("block", "stop")}, 422, "own.yaml:6:13</b> action must be one of"),
        ({"content": RULE.replace("会議です。", "taro@example.jp")}, 422, "this example is found by pii/contact"),
        ({"content": "a: &amp [1]\nb: *amp\n"}, 422, "aliases"),
        ({"content": "version: 1"}, 422, "the file has no rules"),
        ({"content": ""}, 422, "the file is empty"),
        ({"file": "../../etc/x.yaml"}, 422, "rename it"),
        ({"file": ""}, 422, "rename it"),
        ({"comment": " "}, 409, "変更の理由"),
        ({"based_on": "7"}, 409, "別の変更が施行されました"),
        ({"effective": "soon"}, 409, "施行日は"),
    ):
        fields = {**FIELDS, **change}
        answer = await editor.post("/admin/rules/edit", **fields)
        assert answer.status_code == status, change
        assert wanted in answer.text, change
        area = re.search(r"<textarea id=\"content\"[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
        assert area
        assert len(area[1]) >= len(fields["content"])  # what was written is still there
    assert running.house.policy.revision == before
    assert await running.house.live.history.newest() == []


async def test_the_editor_asks_for_faults_while_one_types(editor: Person) -> None:
    answer = await editor.post("/admin/rules/faults", file="own.yaml", content=RULE.replace("block", "stop"))
    assert answer.json()["faults"][0] == {
        "here": True,
        "path": "own.yaml",
        "line": 6,
        "column": 13,
        "message": "action must be one of allow, flag, redact, confine, block",
    }
    assert (await editor.post("/admin/rules/faults", file="own.yaml", content=RULE)).json() == {"faults": []}


async def test_a_shipped_rule_is_copied_to_be_changed(editor: Person) -> None:
    for rule, kind in (
        ("pii/contact", "rules"), ("matrix/2", "matrix"), ("wording/AG-001", "wording"), ("ordinance/KY-02", "checks"),
    ):  # fmt: skip
        text = (await editor.get(f"/admin/rules/edit?rule={rule}")).text
        area = re.search(r"<textarea id=\"content\"[^>]*>(.*?)</textarea>", text, re.DOTALL)
        assert area
        (entry,) = yaml.safe_load(unescape(area[1]))[kind]
        assert rule.endswith(str(entry.get("id", entry.get("classification"))))


async def test_a_deferred_change_is_announced(editor: Person, running: Running) -> None:
    before = running.house.policy.revision
    answer = await editor.post("/admin/rules/edit", **{**FIELDS, "effective": "2099-04-01"})
    assert answer.status_code == 303
    assert running.house.policy.revision == before
    assert "これから施行される変更" in (await editor.get("/admin")).text


async def test_an_example_from_a_report_goes_into_the_rule(running: Running) -> None:
    content = append("version: 1\n", running.house.policy, "wording/AG-001", "老害という語を研修で扱う。")
    added = append(content, running.house.policy, "wording/AG-002")
    model = parse(added, PolicyFile, "x.yaml").model
    assert {entry.id for entry in model.wording} == {"wording/AG-001", "wording/AG-002"}
    assert own_ids({"x.yaml": added}) == {"wording/AG-001": "x.yaml", "wording/AG-002": "x.yaml"}
    assert "老害という語を研修で扱う。" in added
    moved = append("version: 1\n", running.house.policy, "statutes/pharmaceutical-affairs", "薬事法の歴史を話す。")
    (row,) = parse(moved, PolicyFile, "own.yaml").model.moved
    assert (row.law, row.id) == ("薬事法", "statutes/pharmaceutical-affairs")
    assert row.examples is not None
    assert "薬事法の歴史を話す。" in row.examples.no_match
    (check,) = parse(
        append("version: 1\n", running.house.policy, "statutes/repealed-law"), PolicyFile, "own.yaml"
    ).model.checks
    assert check.computed == "repealed_law"
    assert append("version: 1\n", running.house.policy, "no/such") == "version: 1\n"
