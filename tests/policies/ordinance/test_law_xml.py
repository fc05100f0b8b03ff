from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from policies.ordinance.law_text import LawError
from policies.ordinance.law_xml import Schema, from_xml, to_xml

SAMPLE = (Path(__file__).resolve().parents[2] / "fixtures" / "ordinance" / "procedure.xml").read_text("utf-8")
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="Law"><xs:complexType><xs:sequence><xs:element name="LawNum" type="xs:string"/>
<xs:element name="LawBody"><xs:complexType mixed="true"><xs:sequence><xs:any maxOccurs="unbounded" processContents="skip"/>
</xs:sequence></xs:complexType></xs:element></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType>
</xs:element></xs:schema>"""


def test_a_law_of_the_schema() -> None:
    law = from_xml(SAMPLE)
    assert (law.title, law.number, law.abbreviation) == ("見本手続法", "令和二年法律第一号", "見本法")
    assert [(a.key, a.part) for a in law.articles] == [
        ("1", ""), ("1-2", ""), ("2", ""), ("3", ""), ("4", ""), ("1", "附則"),
    ]  # fmt: skip
    first = law.articles[0]
    assert first.caption == "目的"
    assert first.heading == "第一章　総則"
    assert first.text == "この法律は、見本を示すことを目的とする。\n２　次に掲げるものは、見本とする。\n一　条\n二　項"
    assert [a.repealed for a in law.articles] == [False, False, True, True, True, False]


def test_what_was_read_can_be_written_and_read_again() -> None:
    law = from_xml(SAMPLE)
    again = from_xml(to_xml(law))
    assert again.title == law.title
    assert [replace(a, heading="") for a in law.articles] == [replace(a, heading="") for a in again.articles]


def test_the_envelope_of_the_interface_is_opened() -> None:
    inner = SAMPLE.split("?>", 1)[1]
    assert (
        from_xml(f"<DataRoot><ApplData><LawFullText>{inner}</LawFullText></ApplData></DataRoot>").title == "見本手続法"
    )


def test_a_schema_beside_the_laws_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "stdLaw.xsd").write_text(SCHEMA, "utf-8")
    schema = Schema(tmp_path / "stdLaw.xsd")
    assert from_xml(SAMPLE, schema).title == "見本手続法"
    with pytest.raises(LawError, match="not valid by the schema") as refused:
        from_xml(SAMPLE.replace("<LawNum>令和二年法律第一号</LawNum>", "<LawName>x</LawName>"), schema)
    assert refused.value.line == 3
    (tmp_path / "bad.xsd").write_text("<a/>", "utf-8")
    with pytest.raises(LawError, match="not a schema"):
        Schema(tmp_path / "bad.xsd")


BILLION = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "head", [BILLION, OUTSIDE, '<!DOCTYPE Law SYSTEM "http://127.0.0.1:1/law.dtd">', "<!doctype law>"]
)
def test_document_types_and_entities_are_refused_before_parsing(head: str) -> None:
    with pytest.raises(LawError, match="refused") as refused:
        from_xml(SAMPLE.replace("<Law ", f"{head}\n<Law ", 1))
    assert (refused.value.line, refused.value.column) == (2, 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</LawBody>", "", "not well-formed"),
        ('Num="1_2"', 'Num="一の二"', ""),
        ('Num="1_2"', 'Num="x"', "no number"),
        ('Num="1_2"', "", "needs Num"),
        ('<Article Num="1_2">', '<Article Num="1">', "twice"),
        ('Num="2:4"', 'Num="4:2"', "no range"),
        ('Num="2:4"', 'Num="2:9999"', "no range"),
        ("<ArticleTitle>第一条の二</ArticleTitle>", "", "needs Num and ArticleTitle"),
        ("MainProvision>", "Main>", "needs MainProvision"),
        ('<Paragraph Num="1">', "<Paragraph>", "Paragraph needs Num"),
    ],
)
def test_what_the_law_must_have(old: str, new: str, message: str) -> None:
    if not message:
        assert from_xml(SAMPLE.replace(old, new)).articles[1].key == "1-2"
        return
    with pytest.raises(LawError, match=message) as refused:
        from_xml(SAMPLE.replace(old, new))
    assert refused.value.line > 1


@pytest.mark.parametrize("text", ["", "<a/>", "<Law/>", "第一条", "<Law>" * 3000, "\x00", "<DataRoot/>"])
def test_what_is_no_law_is_refused(text: str) -> None:
    with pytest.raises(LawError):
        from_xml(text)
