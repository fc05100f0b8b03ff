from gateway import notices
from gateway.exchange import Judged
from policies.decision import Action, Decision
from policies.finding import Finding, Span
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
    assert "・依頼文と回答：" in both
    assert "・依頼文：pii.flaggedの理由（根拠: 第1条／合議先: 法規担当／言い換え: 別の語）" in other
    assert "回答" not in other.replace("【関守から確認のお願い】", "")
    assert notices.footnote(exchange("x"), 0) == ""


def test_the_end_of_a_stopped_reply_says_why() -> None:
    assert "規程に定めのない" in notices.interruption(exchange("x").policy, UNKNOWN)
