from dataclasses import replace
from typing import get_args

from gateway import notices
from gateway.exchange import Judged
from policies.decision import Action, Decision
from policies.finding import Finding, Span
from policies.ordinance.checks import Check, Domain
from policies.ordinance.citations import Statutes
from policies.ordinance.law import Article, Law
from policies.ruleset import PolicySet
from policies.wording import WordEntry
from policies.wording.contexts import Guided
from tests.gateway.fakes import exchange

FLAG = Decision(Finding(Span(0, 2), "pii.flagged", "pii/flagged"), Action.FLAG, "r/pii-flagged-flag", "第1条")
REDACT = Decision(Finding(Span(0, 2), "pii.person", "pii/person"), Action.REDACT, "r/pii-person-redact")
UNKNOWN = Decision(Finding(Span(0, 2), "x.y", "x/y"), Action.BLOCK, "policy/uncovered")


def test_the_report_counts_redactions_and_lists_what_to_check() -> None:
    one = exchange("注意 山田")
    one.judge("request", "messages[0].content", [FLAG, FLAG, REDACT])
    report = notices.report(one)
    assert report["redacted"] == {"pii.person": 1}
    assert report["verdict"] == "redact"
    assert report["notices"] == [
        {
            "direction": "request",
            "where": "messages[0].content",
            "kind": "pii.flagged",
            "rule": "r/pii-flagged-flag",
            "action": "flag",
            "message": "pii.flaggedの理由",
            "better": "別の語",
            "basis": "第1条",
            "consult": "法規担当",
            "count": 2,
        }
    ]


def test_a_refusal_gives_each_reason_once() -> None:
    one = exchange("x")
    one.judge("request", "a", [UNKNOWN, UNKNOWN])
    text = notices.refusal([j.decision for j in one.judged], one.policy)
    assert text.count("規程に定めのない") == 1
    assert text.startswith("この依頼は送信していません。")


def test_a_footnote_is_for_its_own_choice_and_only_where_the_rule_wants_it() -> None:
    one = exchange("x")
    one.judge("request", "a", [FLAG, REDACT])
    one.judged.append(Judged("reply", "b", FLAG, 1, 0))
    both, other = notices.footnote(one, 0), notices.footnote(one, 1)
    assert both.count("・") == 1  # said once of both
    assert "・依頼文と回答（1文目）：" in both
    assert "・依頼文：pii.flaggedの理由（根拠: 第1条／合議先: 法規担当／言い換え: 別の語）" in other
    assert "回答" not in other.replace("【関守から確認のお願い】", "")
    assert notices.footnote(exchange("x"), 0) == ""


def test_the_end_of_a_stopped_reply_says_why() -> None:
    assert "規程に定めのない" in notices.interruption(exchange("x").policy, UNKNOWN)


def test_the_notice_of_a_rewritten_reply_names_the_sentence_and_not_the_word() -> None:
    entry = WordEntry.model_validate(
        {
            "id": "wording/GE-1",
            "category": "gender",
            "term": "父兄",
            "action": "flag",
            "level": "info",
            "message": "父と兄だけではありません。",
            "better": "保護者",
            "rewrite": True,
            "footnote": True,
            "examples": {"match": ["父兄"], "no_match": ["母"]},
        }
    )
    one = exchange("x")
    one.policy = replace(one.policy, entries=Guided({entry.id: entry}))
    found = Decision(Finding(Span(0, 2), entry.kind, entry.id), Action.FLAG, entry.id)
    one.judge("request", "a", [found])
    one.judged += [Judged("reply", "b", found, n, 0) for n in (3, 1, 3)]
    notes = notices.notices(one)
    assert [(n["direction"], n.get("sentence"), n.get("rewritten"), n["level"], n["count"]) for n in notes] == [
        ("request", None, None, "info", 1),
        ("reply", 3, True, "info", 2),
        ("reply", 1, True, "info", 1),
    ]
    text = notices.footnote(one, 0)
    assert "・依頼文と回答（1・3文目）：父と兄だけではありません。" in text
    assert "父兄" not in text + str(notes)
    assert notices.replacement(one.policy, found) == "保護者"
    assert notices.replacement(one.policy, FLAG) is None


def test_a_matter_is_raised_once_with_its_field_and_its_articles() -> None:
    check = Check.model_validate(
        {
            "id": "ordinance/T-1",
            "domain": "contract",
            "title": "随意契約",
            "severity": "stop",
            "any_of": ["随契"],
            "action": "flag",
            "message": "確かめてください。",
            "basis": "見本法第1条",
            "local": ["契約規則 随意契約"],
            "footnote": True,
            "examples": {"match": ["随契"], "no_match": ["入札"]},
        }
    )
    one = exchange("x", judge=PolicySet("rev", (), {check.id: check}, ()))
    own = Law("湊市契約規則", (Article("21", "200万円とする。", "随意契約の額"),))
    one.statutes = Statutes([own, Law("見本法", (Article("1", "契約は入札による。"),))], "one")
    flag = Decision(Finding(Span(0, 2), check.kind, check.id), Action.FLAG, check.id, check.basis)
    one.judge("request", "a", [flag])
    one.judged.append(Judged("reply", "b", flag, 3, 0))
    (notice,) = notices.notices(one)
    assert (notice["count"], notice["domain"], notice["severity"], notice["where"]) == (2, "契約", "stop", "a")
    assert [(a["law"], a["article"], a["text"]) for a in notice["articles"]] == [
        ("湊市契約規則", "第21条", "200万円とする。"),
        ("見本法", "第1条", "契約は入札による。"),
    ]
    assert notice["articles"][0]["link"] == "/statutes/%E6%B9%8A%E5%B8%82%E5%A5%91%E7%B4%84%E8%A6%8F%E5%89%87/21"
    note = notices.footnote(one, 0)
    assert "〔契約〕\n・依頼文と回答（3文目）：確かめてください。（根拠: 見本法第1条）" in note
    assert "湊市契約規則第21条（随意契約の額）「200万円とする。」 /statutes/" in note
    one.statutes = Statutes()
    assert "articles" not in notices.notices(one)[0]
    assert "「" not in notices.footnote(one, 0)


def test_every_field_of_the_checks_has_a_name_for_staff() -> None:
    assert set(notices.DOMAINS) == set(get_args(Domain))
