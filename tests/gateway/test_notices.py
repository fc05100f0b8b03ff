from dataclasses import replace

from gateway import notices
from gateway.exchange import Judged
from policies.decision import Action, Decision
from policies.finding import Finding, Span
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
