from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from policies.document import DocumentError, load, parse
from policies.loader import PolicyFile
from policies.normalize import normalize
from policies.ordinance.checks import OrdinanceDetector
from policies.ordinance.citations import number_key
from policies.ordinance.moved import Moved, Moves, guidance_of
from policies.reading import Reading

RULES = Path(__file__).resolve().parents[3] / "policies" / "rules" / "ordinance"
SHIPPED = load(RULES / "moved.yaml", PolicyFile).model.moved
TABLE = Moves(SHIPPED)


def row(**fields: Any) -> Moved:
    given = {
        "id": "statutes/one", "law": "見本法", "until": "2020-03-31", "how": "renamed", "became": "新見本法",
        "by": "見本法の一部を改正する法律（令和元年法律第9号）", "verified": "none",
    }  # fmt: skip
    return Moved.model_validate(given | fields)


def cited(text: str, table: Moves = TABLE) -> list[str]:
    found = {place.row: None for place in table.places(normalize(text).text)}
    return [table.rows[n].id.removeprefix("statutes/") for n in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("行政不服審査法（昭和37年法律第160号）第14条の審査請求期間により教示する。", ["old-appeal", "appeal-14"]),
        ("行政不服審査法（昭和三十七年法律第百六十号）により審査する。", ["old-appeal"]),
        ("独立行政法人等の保有する個人情報の保護に関する法律により請求する。", ["independent-agencies-privacy"]),
        ("障害者自立支援法による支給決定", ["disability-self-support"]),
        ("母子及び寡婦福祉法第13条の貸付け", ["mother-child-widow"]),
        ("精神薄弱者福祉法により入所した。", ["mentally-weak"]),
        ("らい予防法に基づく手続", ["leprosy-prevention"]),
        ("伝染病予防法により消毒する。", ["infectious-diseases-old"]),
        ("薬事法第２４条の許可", ["pharmaceutical-affairs"]),
        ("外国人登録法の規定により届け出る。", ["alien-registration"]),
        ("会社更生法（昭和27年法律第172号）による申立て", ["corporate-reorganization"]),
        ("民法第570条により、隠れた瑕疵の責任を負う。", ["civil-570"]),
        ("民法第百七十三条により2年で時効となる。", ["civil-short-prescription"]),
        ("民法170条から第174条までの時効", ["civil-short-prescription"]),
        ("地方自治法第243条の2の2の規定により出納員に賠償を命じる。", ["local-autonomy-243-2-2"]),
        ("自治法ではなく地方自治法第２４３条の２の２第３項により賠償を命じる。", ["local-autonomy-243-2-2"]),
        ("地方自治法第238条の4第4項により使用を許可する。", ["local-autonomy-238-4-4"]),
        ("地方自治法第2条第4項の基本構想を議会に諮る。", ["local-autonomy-2-4"]),
        ("地方自治法第100条に基づき政務調査費を交付する。", ["local-autonomy-100-14"]),
        ("地方公務員法第22条第5項により臨時的任用を行う。", ["local-officials-22-temporary"]),
        ("地公法第17条により非常勤職員を任用する。", ["local-officials-17-part-time"]),
        ("地方公務員法第28条の4により再任用する。", ["local-officials-28-4"]),
        ("個人情報保護法第23条により、第三者提供には同意が要る。", ["privacy-23"]),
        ("「個人情報の保護に関する法律」（平成15年法律第57号）第22条の委託先の監督", ["privacy-22"]),
        ("番号法第19条及び別表第二により照会する。", ["my-number-19-7"]),
        ("公職選挙法第9条により満20歳以上の者が選挙権を持つ。", ["election-9"]),
        ("障害者差別解消法第8条第2項により、事業者は配慮に努めなければならない。", ["disability-discrimination-8-2"]),
        ("著作権法第47条の7により、情報解析のために複製する。", ["copyright-47-7"]),
        # What is law today, in the same words or nearly so.
        ("行政不服審査法（平成26年法律第68号）第14条の審査請求期間", ["appeal-14"]),
        ("行政不服審査法第18条の審査請求期間", []),
        ("行政不服審査法により審査する。", []),
        ("障害者の日常生活及び社会生活を総合的に支援するための法律による支給決定", []),
        ("家畜伝染病予防法により消毒する。", []),
        ("薬事法施行令の一覧", []),
        ("会社更生法（平成14年法律第154号）による申立て", []),
        ("会社更生法による申立て", []),
        ("民法第562条により、追完を請求する。", []),
        ("民法第570条により、抵当権がある場合の費用の償還を請求する。", []),
        ("民法第166条により5年で時効となる。", []),
        ("民法第175条により物権を定める。", []),
        ("地方自治法第243条の2の2により帳簿を備える。", []),
        ("地方自治法第243条の2の8により出納員に賠償を命じる。", []),
        ("地方自治法第238条の4第7項により使用を許可する。", []),
        ("地方公務員法第22条の2により会計年度任用職員を任用する。", []),
        ("地方公務員法第22条により条件付で採用する。", []),
        ("個人情報保護法第27条により、第三者提供には同意が要る。", []),
        ("個人情報保護法第23条により、安全管理措置を講ずる。", []),
        ("公職選挙法第9条により満18歳以上の者が選挙権を持つ。", []),
        ("障害者差別解消法第8条第2項により、事業者は合理的配慮をしなければならない。", []),
    ],
)
def test_what_is_no_longer_there(text: str, wanted: list[str]) -> None:
    assert cited(text) == wanted


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.id)
def test_each_row_both_ways(one: Moved) -> None:
    """Cited as law of today it is found, of the past and by what it became it is not; it says what it is."""
    (*_, match), (*_, past) = one.check.examples.match, one.check.examples.no_match
    name = one.id.removeprefix("statutes/")
    assert name in cited(str(match))
    assert name not in cited(str(past))
    about = f"（{one.about[0]}）" if one.about else ""
    stem = f"{one.old}の規定により{about}通知"
    for text in (
        f"改正前の{stem}した。", f"廃止前の「{stem}した。", f"{stem}した当時の記録", f"{one.until.year - 1}年に{stem}した。",
        f"平成元年4月1日\n{stem}した。" if one.until.year >= 1989 else f"昭和40年4月1日\n{stem}した。",
    ):  # fmt: skip
        assert name not in cited(text), text
    assert name in cited(f"令和8年5月1日\n{match}")
    if one.became and one.how != "changed":
        assert name not in cited(f"{one.became}の規定により{about}通知する。")


def test_the_table_is_of_real_use_and_says_what_was_read() -> None:
    assert len(SHIPPED) >= 100
    assert len({one.id for one in SHIPPED}) == len(SHIPPED)
    for one in SHIPPED:
        assert ("未確認" in one.check.message) is (one.verified == "none")
        assert ("施行日は条文で確かめていません" in one.check.message) is (one.verified == "state")
        assert (one.source is None) is (one.verified == "none")
        assert one.by in (one.check.basis or "")
        assert number_key(one.by) or "未確認" in one.by


def test_what_a_person_reads() -> None:
    said = guidance_of(SHIPPED)
    assert said["statutes/old-appeal"].message.startswith(
        "「行政不服審査法（昭和37年法律第160号）」は2016年4月1日に廃止され、「行政不服審査法（平成26年法律第68号）」がこれに代わりました。"
    )
    assert (
        "「民法第170条から第174条まで」にあった定めは、2020年4月1日から"
        in said["statutes/civil-short-prescription"].message
    )
    assert "（今は会社法）" in said["statutes/limited-companies"].message
    assert said["statutes/civil-570"].consult == "法規担当"


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "ordinance/x"}, {"id": "statutes/X Y"}, {"until": "2020-02-30"}, {"until": "令和2年"}, {"how": "gone"}, {"became": None},
        {"number": "160号"}, {"only_with_number": True}, {"how": "moved"}, {"paragraph": 2}, {"articles": ["五七〇条ノ"]}, {"articles": ["174〜170"]},
        {"articles": ["1〜2〜3"]}, {"verified": "yes"}, {"law": ""}, {"reason": "x"}, {"paragraph": 0, "articles": ["1"]},
    ],
)  # fmt: skip
def test_what_a_row_may_not_say(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        row(**wrong)


def test_a_fault_is_told_at_its_line() -> None:
    text = """version: 1
moved:
  - id: statutes/own
    law: 霧沢市飼い犬条例
    until: '2020-03-31'
    how: moved
    articles: [九条の]
    became: 霧沢市動物条例第3条
    by: 霧沢市動物条例（令和2年条例第4号）
    verified: none
"""
    with pytest.raises(DocumentError, match=r"^own\.yaml:7:\d+: .*not an article or a range of articles"):
        parse(text, PolicyFile, "own.yaml")


def test_one_finding_for_each_row_in_the_original_text() -> None:
    text = "旧法でなく､薬\u200b事法第24条と、薬事法第25条とによる。"
    detector = OrdinanceDetector([], moves=TABLE)
    (finding,) = detector.detect(Reading(text))
    assert text[finding.span.start : finding.span.end] == "薬\u200b事法"
    assert (finding.kind, finding.rule) == ("ordinance.citation", "statutes/pharmaceutical-affairs")
    assert detector.kinds == {"ordinance.citation"}
    assert OrdinanceDetector([], moves=Moves([row()])).revision != detector.revision


def test_paragraphs_ranges_and_own_rows() -> None:
    table = Moves([row(how="moved", articles=["3の2", "5〜7"], paragraph=2, number="平成10年条例第3号")])
    assert cited("見本法第３条の２第２項により", table) == ["one"]
    assert cited("見本法第5条第1項及び第6条第二項により", table) == ["one"]
    assert cited("見本法（平成十年条例第三号）第7条第2項により", table) == ["one"]
    assert cited("見本法（平成11年条例第3号）第7条第2項により", table) == []
    assert cited("見本法第3条第2項、第8条第2項、第6条により", table) == []
    own = row(examples={"match": ["見本法の様式"], "no_match": ["新見本法の様式"]})
    assert own.check.examples.match == ("見本法の様式", "見本法の規定により通知する。")
    assert own.with_examples.model_dump(mode="json", exclude_defaults=True)["id"] == "statutes/one"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    ["薬事法", "民法第570条、", "民法第570条及び第571条", "旧", "(昭和37年法律第160号)", "民法瑕疵。", "薬事法\n"],
)
def test_long_rows_are_read_in_linear_time(piece: str) -> None:
    list(TABLE.places(piece * 20_000))
