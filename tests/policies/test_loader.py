"""A folder is loaded whole or refused whole, each fault with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from policies.document import DocumentError
from policies.finding import Finding, Span
from policies.loader import CONTENT_KINDS, Local, load_policy
from policies.ordinance.limits import Limits
from policies.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from policies.ruleset import PolicySet


class Digits:
    """Finds runs of digits."""

    kinds = frozenset({"pii.number"})
    revision = "digits-1"

    def detect(self, reading: Reading) -> list[Finding]:
        return [Finding(Span(*m.span()), "pii.number", "pii/number") for m in re.finditer(r"\d+", reading.text)]


GOOD = """version: 1
rules:
  - id: test/all
    kinds: [pii.*, content.*]
    action: redact
    message: 置き換えました。
    examples:
      match: [番号は123です。, {content: image}]
      no_match: [番号はありません。]
wording:
  - id: wording/T-1
    category: insult
    term: 禁句
    action: flag
    message: 使わないでください。
    examples: {match: [これは禁句だ。], no_match: [これは普通だ。]}
checks:
  - id: ordinance/T-1
    domain: contract
    any_of: [随意契約]
    action: flag
    message: 確かめてください。
    examples: {match: [随意契約とする。], no_match: [入札とする。]}
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, content in files.items():
        (tmp_path / f"{name}.yaml").write_text(content, "utf-8")
    return tmp_path


def fault(tmp_path: Path, **files: str) -> str:
    with pytest.raises(DocumentError) as raised:
        load_policy(folder(tmp_path, **files), [Digits()])
    return str(raised.value)


def good(tmp_path: Path, content: str = GOOD) -> PolicySet:
    return load_policy(folder(tmp_path, rules=content), [Digits()])


def test_a_good_folder(tmp_path: Path) -> None:
    policy = good(tmp_path)
    assert {f.kind for f in policy.detect(Reading("随意契約 123 禁句"))} == {
        "pii.number",
        "wording.insult",
        "ordinance.contract",
    }
    assert set(policy.entries) == {"wording/T-1", "ordinance/T-1"}
    assert len(policy.revision) == 12


def test_the_revision_names_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, same = good(tmp_path / "a"), good(tmp_path / "b")
    assert first.revision == same.revision
    assert good(tmp_path / "b", GOOD.replace("使わないで", "避けて")).revision != first.revision


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (
            "action: redact",
            "action: mask",
            "rules.yaml:5:13: action must be one of allow, flag, redact, confine, block",
        ),
        ("pii.*", "pii.persn", "rules.yaml:4:13: no detector finds the kind pii.persn"),
        ("番号は123です。", "番号です。", "rules.yaml:8:15: this example is not found by test/all"),
        ("これは普通だ。", "禁句です。", "rules.yaml:16:45: this example is found by wording/T-1"),
        ("入札とする。", "随意契約。", "this example is found by ordinance/T-1"),
        ("category: insult", "category: rude", "rules.yaml:12:15: Input should be"),
        ("    domain: contract\n", "", "domain is required"),
        ("version: 1", "version: 2", "rules.yaml:1:10: Input should be 1"),
        (
            "kinds: [pii.*, content.*]",
            "kinds: [pii.*, content.*]\n    zones: [external]",
            "no rule without conditions covers",
        ),
        ("kinds: [pii.*, content.*]", "kinds: [pii.*, content.*]\n    directions: [request]", "in a reply"),
    ],
)
def test_faults(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in GOOD
    assert wanted in fault(tmp_path, rules=GOOD.replace(old, new, 1))


def test_the_same_id_twice_names_both_places(tmp_path: Path) -> None:
    message = fault(tmp_path, a=GOOD, b=GOOD)
    assert "b.yaml:3:9: the id test/all is already used at a.yaml:3" in message
    assert message.count("\n") == 2


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    message = fault(tmp_path, a="version: 1\n", b="rules: 3\n")
    assert "a.yaml" in message
    assert "b.yaml" in message


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    assert "no rule file" in fault(tmp_path)


def test_a_file_that_would_be_passed_over_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "late.yml").write_text("version: 1\n", "utf-8")
    assert "more/late.yml:1:1: rule files end in .yaml" in fault(tmp_path, rules=GOOD)


@pytest.mark.parametrize(("old", "new"), [("id: wording/T-1", "id: words/T-1"), ("id: ordinance/T-1", "id: pii/T-1")])
def test_words_and_checks_are_named_as_such(tmp_path: Path, old: str, new: str) -> None:
    assert "String should match pattern" in fault(tmp_path, rules=GOOD.replace(old, new))


def test_every_unreadable_part_needs_a_rule(tmp_path: Path) -> None:
    message = fault(tmp_path, rules=GOOD.replace(", content.*", "").replace(", {content: image}", ""))
    for kind in CONTENT_KINDS:
        assert f"covers {kind} in a request" in message


def test_a_detector_that_raises_stops_the_load(tmp_path: Path) -> None:
    class Broken(Digits):
        def detect(self, reading: Reading) -> list[Finding]:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        load_policy(folder(tmp_path, rules=GOOD), [Broken()])


def test_own_rules_replace_and_the_matrix_is_read(tmp_path: Path) -> None:
    own = """version: 1
wording:
  - {id: wording/T-1, category: insult, term: 禁句, action: block, message: 使えません。, examples: {match: [禁句だ。], no_match: [普通。]}}
matrix:
  - {classification: 2, zones: [on_premises], message: 庁内だけです。}
"""
    shipped = folder(tmp_path, rules=GOOD)
    policy = load_policy(shipped, [Digits()], own={"own.yaml": own})
    assert policy.entries["wording/T-1"].message == "使えません。"
    assert set(policy.matrix) == {"2"}
    assert policy.revision != load_policy(shipped, [Digits()]).revision


def test_an_own_fault_is_told_at_its_line_and_nothing_is_loaded(tmp_path: Path) -> None:
    own = "version: 1\nmatrix:\n  - {classification: 2, zones: [moon], message: x}\n"
    with pytest.raises(DocumentError, match=r"own\.yaml:3:33: Input should be 'on_premises' or 'external'"):
        load_policy(folder(tmp_path, rules=GOOD), [Digits()], own={"own.yaml": own})


def test_a_rule_for_a_model_that_nobody_serves_is_a_fault(tmp_path: Path) -> None:
    extra = GOOD.replace(
        "wording:",
        """  - id: test/some
    kinds: [pii.*]
    models: [gtp]
    action: block
    message: 止めました。
    examples: {match: [番号は123です。], no_match: [なし。]}
wording:""",
        1,
    )
    made = folder(tmp_path, rules=extra)
    with pytest.raises(
        DocumentError, match=r"rules\.yaml:12:14: no deployment in the configuration has gtp among its models"
    ):
        load_policy(made, [Digits()], Local({"models": {"gpt"}}))
    assert load_policy(made, [Digits()], Local({"models": {"gtp"}})).rules


def test_examples_may_be_taken_on_trust(tmp_path: Path) -> None:
    wrong = folder(tmp_path, rules=GOOD.replace("番号は123です。", "番号です。"))
    assert load_policy(wrong, [Digits()], run_examples=False).rules


DEFINED = """version: 1
concepts:
  - {id: 甲, phrases: [随契, <乙>…する]}
  - {id: 乙, phrases: [契約]}
documents:
  - {id: 伺い, any_of: [起案, <乙>]}
checks:
  - id: ordinance/T-2
    domain: contract
    any_of: [<甲>]
    documents: [伺い]
    action: flag
    message: 確かめてください。
    examples: {match: [起案。随契とする。], no_match: [入札の起案。]}
"""


def test_concepts_and_kinds_of_document_are_shared_between_files(tmp_path: Path) -> None:
    head, checks = DEFINED.split("checks:")
    policy = load_policy(folder(tmp_path, rules=GOOD, shared=head, checks=f"version: 1\nchecks:{checks}"), [Digits()])
    assert "ordinance/T-2" in policy.entries


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("any_of: [<甲>]", "any_of: [<丙>]", "defined.yaml:8:5: no file defines the concept 丙"),
        ("[随契, <乙>…する]", "[<丁>だけ]", "no file defines the concept 丁"),
        ("any_of: [起案, <乙>]", "any_of: [<戊>]", "defined.yaml:6:5: no file defines the concept 戊"),
        ("documents: [伺い]", "documents: [通知]", "no file defines the kind of document 通知"),
        ("phrases: [契約]", "phrases: [<甲>]", "the concept 乙 leads back to itself"),
        ("{id: 乙,", "{id: 甲,", "defined.yaml:4:10: the id 甲 is already used"),
        ("any_of: [<甲>]", "any_of: [甲…]", "a phrase must have words"),
        ("    any_of: [<甲>]\n    documents: [伺い]\n", "", "a check must find something"),
    ],
)
def test_what_is_not_defined_is_named_by_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in DEFINED
    with pytest.raises(DocumentError) as refused:
        load_policy(folder(tmp_path, rules=GOOD, defined=DEFINED.replace(old, new, 1)), [Digits()])
    assert fault in str(refused.value)


def test_limits_are_the_municipalitys_and_examples_those_of_a_city(tmp_path: Path) -> None:
    check = GOOD.replace("    any_of: [随意契約]\n", "    any_of: [随意契約]\n    amount: {above: small_contract}\n")
    check = check.replace(
        "match: [随意契約とする。], no_match: [入札とする。]",
        "match: [150万円で随意契約とする。], no_match: [90万円で随意契約とする。]",
    )
    city = load_policy(folder(tmp_path, rules=check), [Digits()])
    large = load_policy(tmp_path, [Digits()], Local(limits=Limits("prefecture")))
    text = Reading("150万円で随意契約とする。")
    assert "ordinance/T-1" in {f.rule for f in city.detect(text)}
    assert "ordinance/T-1" not in {f.rule for f in large.detect(text)}
    assert city.revision != large.revision


MOVED = """version: 1
moved:
  - id: statutes/own-dogs
    law: 霧沢市飼い犬条例
    until: '2020-03-31'
    how: renamed
    became: 霧沢市動物条例
    by: 霧沢市動物条例（令和2年条例第4号）
    verified: none
"""


def test_moved_provisions_are_tried_like_rules_and_replaced_by_own_ones(tmp_path: Path) -> None:
    made = folder(tmp_path, rules=GOOD, moved=MOVED)
    policy = load_policy(made, [Digits()])
    text = Reading("霧沢市飼い犬条例により届け出る。")
    assert "statutes/own-dogs" in {finding.rule for finding in policy.detect(text)}
    assert "霧沢市動物条例" in policy.entries["statutes/own-dogs"].message
    own = MOVED.replace("霧沢市動物条例\n", "霧沢市愛犬条例\n")
    other = load_policy(made, [Digits()], own={"own.yaml": own})
    assert "霧沢市愛犬条例" in other.entries["statutes/own-dogs"].message
    assert other.revision != policy.revision


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("how: renamed", "how: gone", "moved.yaml:6:10: "),
        ("    became: 霧沢市動物条例\n", "", "moved.yaml:3:5: became is required"),
        ("until: '2020-03-31'", "until: '2020-02-30'", "moved.yaml:5:12: "),
        ("verified: none", "verified: none\n    examples: {match: [犬の条例], no_match: [猫]}", "moved.yaml:10:24: this example is not found"),
        ("verified: none", "verified: none\n    reason: x", "moved.yaml:10:13: unknown key reason"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in MOVED
    with pytest.raises(DocumentError) as refused:
        load_policy(folder(tmp_path, rules=GOOD, moved=MOVED.replace(old, new, 1)), [Digits()])
    assert fault in str(refused.value)
