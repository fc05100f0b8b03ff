"""Lists are put together from all files: silenced, spelt as the town spells, and every fault has its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.document import DocumentError
from policies.loader import load_policy
from policies.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from policies.ruleset import PolicySet

SHIPPED = """version: 1
rules:
  - id: test/content
    kinds: [content.*]
    action: block
    message: 読めません。
    examples: {match: [{content: image}], no_match: [文章]}
wording:
  - id: wording/GE-001
    category: gender
    term: 父兄
    lookalikes: [祖父兄弟]
    action: flag
    message: 父と兄だけではありません。
    better: 保護者
    examples: {match: [父兄の皆様へ], no_match: [祖父兄弟の戸籍]}
  - id: wording/KO-001
    category: official_style
    term: 障がい
    variants: [障害, 障碍]
    spelling: true
    lookalikes: [通信障害]
    action: flag
    message: 表記をそろえます。
    examples: {match: [障害のある方], no_match: [障がいのある方]}
word_groups:
  - name: 女性
    words: [女性, 主婦]
    lookalikes: [男女性別]
patterns:
  - id: wording/GE-301
    category: gender
    sequences: [<女性> …6 ならでは]
    action: flag
    message: 決めつけに聞こえます。
    examples: {match: [女性ならではの視点], no_match: [女性の視点]}
"""


def load(tmp_path: Path, own: str = "", shipped: str = SHIPPED) -> PolicySet:
    (tmp_path / "a.yaml").write_text(shipped, "utf-8")
    if own:
        (tmp_path / "town.yaml").write_text("version: 1\n" + own, "utf-8")
    return load_policy(tmp_path, [])


def found(policy: PolicySet, text: str) -> list[str]:
    return [finding.rule for finding in policy.detect(Reading(text))]


def fault(tmp_path: Path, own: str = "", shipped: str = SHIPPED) -> str:
    with pytest.raises(DocumentError) as raised:
        load(tmp_path, own, shipped)
    return str(raised.value)


def test_a_town_silences_an_entry_and_a_pattern(tmp_path: Path) -> None:
    assert found(load(tmp_path), "父兄と女性ならではの声") == ["wording/GE-001", "wording/GE-301"]
    own = "silence:\n  - {id: wording/GE-001, reason: 団体の名称に使うため}\n  - {id: wording/GE-301, reason: 試行のため}\n"
    policy = load(tmp_path, own)
    assert found(policy, "父兄と女性ならではの声") == []
    assert "wording/GE-001" not in policy.entries


def test_a_silenced_entry_is_replaced_by_one_of_the_town(tmp_path: Path) -> None:
    own = """silence: [{id: wording/GE-001, reason: 文面を変えるため}]
wording:
  - id: wording/TOWN-001
    category: gender
    term: 父兄
    action: block
    message: 当市では使いません。
    examples: {match: [父兄の皆様へ], no_match: [保護者の皆様へ]}
"""
    assert found(load(tmp_path, own), "父兄の皆様へ") == ["wording/TOWN-001"]


def test_a_town_adds_words_to_a_group(tmp_path: Path) -> None:
    own = "word_groups: [{name: 女性, words: [婦人部], extends: true}]\n"
    assert found(load(tmp_path), "婦人部ならではの味") == []
    assert found(load(tmp_path, own), "婦人部ならではの味") == ["wording/GE-301"]


FRAMED = """word_groups: [{name: 男性, words: [男性]}]
frames: [{name: 枠, sequences: [<だれ> だから …6 無理]}]
patterns:
  - id: wording/TOWN-301
    category: gender
    about: <女性>|<男性>
    frames: [枠]
    action: flag
    message: 決めつけに聞こえます。
    examples: {match: [男性だから無理だ], no_match: [男性だから来た]}
"""


def test_a_town_says_a_frame_of_its_own_people(tmp_path: Path) -> None:
    assert found(load(tmp_path, FRAMED), "主婦だから無理だ") == ["wording/TOWN-301"]
    assert "town.yaml:8:14: no group is named <老人>" in fault(tmp_path, FRAMED.replace("<男性>", "<老人>"))


def test_spellings_are_found_only_when_the_town_has_its_own(tmp_path: Path) -> None:
    text = "障害のある方、障がいのある方、通信障害のため"
    assert found(load(tmp_path), text) == []
    policy = load(tmp_path, "spellings: [障がい]\n")
    (finding,) = policy.detect(Reading(text))
    assert finding.span.start == 0
    guidance = policy.guidance(finding.rule)
    assert guidance
    assert guidance.better == "障がい"
    other = load(
        tmp_path,
        "spellings: [障害]\n",
        SHIPPED.replace(
            "examples: {match: [障害のある方], no_match: [障がいのある方]}",
            "examples: {match: [障碍のある方], no_match: [医療の方]}",
        ),
    )
    assert [f.span.start for f in other.detect(Reading("障害、障がい"))] == [3]


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        ("silence: [{id: wording/GE-999, reason: 理由}]", "town.yaml:2:16: no entry has the id wording/GE-999"),
        ("silence: [{id: wording/GE-001, reason: ' '}]", "town.yaml:2:40: the reason is empty"),
        (
            "silence:\n  - {id: wording/GE-001, reason: 甲}\n  - {id: wording/GE-001, reason: 乙}",
            "town.yaml:4:10: wording/GE-001 is already silenced at town.yaml:3",
        ),
        ("spellings: [子供]", "town.yaml:2:13: no spelling entry knows 子供"),
        ("spellings: [障がい, 障害]", "town.yaml:2:18: a spelling of wording/KO-001 is already chosen at town.yaml:2"),
        ("word_groups: [{name: 女性, words: [女]}]", "the group 女性 already stands at a.yaml:27; extends: true"),
        ("word_groups: [{name: 男性, words: [男], extends: true}]", "town.yaml:2:22: no group is named 男性"),
        ("word_groups: [{name: 男性, words: [男], lookalikes: [女]}]", "女 holds no word of the group"),
        (
            "frames: [{name: 枠, sequences: [<だれ> だから]}, {name: 枠, sequences: [<だれ> なのに]}]",
            "town.yaml:2:51: the frame 枠 already stands at town.yaml:2",
        ),
    ],
)
def test_faults_of_a_town(tmp_path: Path, own: str, wanted: str) -> None:
    assert wanted in fault(tmp_path, own + "\n")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("[祖父兄弟]", "[父母]", "a.yaml:12:18: 父母 never applies: it does not hold the expression"),
        ("[祖父兄弟]", "[父兄]", "a.yaml:12:18: 父兄 is the expression itself, which would never be found"),
        ("term: 父兄", "term: 父兄\n    variants: [ふけい, フケイ, 父兄]", "a.yaml:12:26: 父兄 stands twice"),
        ("[障害, 障碍]", "[父兄]", "父兄 already stands in wording/GE-001 (a.yaml:11); silence that to replace it"),
        ("    variants: [障害, 障碍]\n", "", "a spelling entry needs variants"),
        ("term: 父兄", "term: 父兄\n    expressions: ['(?=x)']", "a.yaml:12:19: not an expression that RE2 takes"),
        ("message: 父と兄だけではありません。", "message: ' '", "the message (the reason) is empty"),
        ("<女性> …6", "<男性> …6", "a.yaml:33:17: no group is named <男性>"),
        ("sequences: [<女性> …6 ならでは]", "about: <女性>\n    frames: [枠]", "a.yaml:34:14: no frame is named 枠"),
        (
            "[<女性> …6 ならでは]",
            "[<女性> ならでは, <女性>  ならでは]",
            "this sequence already stands in wording/GE-301",
        ),
        (
            "action: flag\n    message: 決",
            "near: <男性>\n    action: flag\n    message: 決",
            "a.yaml:34:11: no group",
        ),
        ("match: [女性ならではの視点]", "match: [男性の視点]", "this example is not found by wording/GE-301"),
        ("match: [障害のある方]", "match: [障がいのある方]", "this example is not found by wording/KO-001"),
        ("id: wording/GE-301", "id: wording/GE-001", "the id wording/GE-001 is already used at a.yaml:9"),
    ],
)
def test_faults_of_a_list(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in SHIPPED
    assert wanted in fault(tmp_path, shipped=SHIPPED.replace(old, new, 1))
