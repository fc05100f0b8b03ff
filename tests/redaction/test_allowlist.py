"""What a municipality makes public stays readable, nothing else does, and a bad file is refused by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policies.document import DocumentError
from policies.reading import Reading
from redaction.allowlist import AllowFile, AllowList, load_allowlist
from redaction.analyzer import PersonalInformation, build
from redaction.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = """version: 1
phones: ["0267-31-2111", 0120-111-222]
postal_codes: [380-0001]
addresses: [青葉野市本町1-1]
mail_addresses: [kocho@aobano.example.com]
domains: [city.aobano.example.jp]
facilities: [森記念美術館]
officials: [青葉太郎, 青葉市長]
examples:
  public:
    - 市役所（〒380-0001 青葉野市本町1-1、電話 0267(31)2111、info@fukushi.city.aobano.example.jp）へ。
    - 市長 青葉太郎 様が森記念美術館で挨拶した。
  hidden:
    - 電話は090-1234-5678です。
    - 青葉野市本町1-12の山田太郎様
"""


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> PersonalInformation:
    path = tmp_path_factory.mktemp("allow") / "allowlist.yaml"
    path.write_text(GOOD, "utf-8")
    return build(path)


def found(detector: PersonalInformation, text: str) -> list[str]:
    return [
        text[f.span.start : f.span.end]
        for f in detector.detect(Reading(text))
        if f.kind != "pii.personal_record" and not f.kind.startswith("pii.sensitive")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "電話は0267-31-2111です。",
        "電話は０２６７（３１）２１１１です。",
        "電話は0267312111です。",
        "フリーダイヤル 0120-111-222",
        "〒380-0001 青葉野市本町1-1",
        "青葉野市 本町１－１",
        "kocho@aobano.example.com",
        "info@city.aobano.example.jp",
        "https://www.city.aobano.example.jp/a/b",
        "市長の青葉太郎氏",
        "森記念美術館の展示",
    ],
)
def test_what_is_public(detector: PersonalInformation, text: str) -> None:
    assert found(detector, text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("電話は0267-31-2112です。", "0267-31-2112"),
        ("携帯は090-0267-3121です。", "090-0267-3121"),
        ("住所は青葉野市本町1-12です。", "青葉野市本町1-12"),
        ("住所は青葉野市本町1-1-203です。", "青葉野市本町1-1-203"),
        ("mail@notcity.aobano.example.jp.example.org", "mail@notcity.aobano.example.jp.example.org"),
        ("x@xcity.aobano.example.jp", "x@xcity.aobano.example.jp"),
        ("青葉花子さんへ", "青葉花子"),
        ("森さんへ連絡", "森"),
    ],
)
def test_what_stays_hidden(detector: PersonalInformation, text: str, wanted: str) -> None:
    assert any(wanted in value for value in found(detector, text))


def test_only_findings_of_the_listed_kind_are_public() -> None:
    lists = AllowFile.model_validate(
        {"version": 1, "phones": ["0267-31-2111"], "examples": {"public": ["x"], "hidden": ["y"]}}
    )
    hits = [Hit(0, 12, "phone", 0.9), Hit(0, 12, "bank_account", 0.9)]
    assert AllowList(lists).private("0267-31-2111", hits) == hits[1:]


def test_it_is_named_in_the_revision(detector: PersonalInformation) -> None:
    assert detector.revision.startswith(build().revision)
    assert detector.revision != build().revision


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("phones", "fones"), "allowlist.yaml:2:1: unknown key fones"),
        (lambda text: text.replace('"0267-31-2111"', "ab"), "allowlist.yaml:2:10: must hold at least 3 digits"),
        (lambda text: text.replace("[city.aobano.example.jp]", "[localhost]"), "must be a domain with a dot"),
        (lambda text: text.replace("[青葉野市本町1-1]", "[町]"), "must have at least two characters"),
        (lambda text: text.replace("version: 1", "version: 2"), "allowlist.yaml:1:10"),
        (lambda text: text.partition("examples")[0], "examples is required"),
        (lambda text: text.replace("電話は090-1234-5678です。", "電話は0267-31-2111です。"), "allowlist.yaml:14:7: nothing would be hidden"),
        (lambda text: text.replace("市長 青葉太郎", "市長 青葉次郎"), "allowlist.yaml:12:7: something in this example would be hidden: pii.person"),
        (lambda text: text + "x: [\n", "not valid YAML"),
        (lambda _: "", "the file is empty"),
        (lambda _: "version: 1\nexamples: {public: [x], hidden: [y]}\n", "lists nothing that is public"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused(tmp_path: Path, change: Callable[[str], str], message: str) -> None:
    path = tmp_path / "allowlist.yaml"
    path.write_text(change(GOOD), "utf-8")
    with pytest.raises(DocumentError) as raised:
        build(path)
    assert message in str(raised.value)


def test_bytes_that_are_no_text_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "allowlist.yaml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DocumentError, match="not UTF-8"):
        load_allowlist(path)
    with pytest.raises(DocumentError, match="cannot be read"):
        load_allowlist(Path("absent.yaml"))
