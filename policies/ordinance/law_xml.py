"""Laws in the standard XML of e-Gov (法令標準XMLスキーマ), read strictly. The one door to lxml.

A document type, and with it every entity, is refused before anything is parsed. The shape that is read here (Law,
LawBody, MainProvision, Article with Num and ArticleTitle, Paragraph with Num) is checked always; the whole schema is
checked as well where a copy of it (``stdLaw.xsd``) lies beside the laws.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from policies.ordinance.law import Article, Law, NumberError, key_of, order_of
from policies.ordinance.law_text import LawError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ERAS = {"Meiji": 1867, "Taisho": 1911, "Showa": 1925, "Heisei": 1988, "Reiwa": 2018}
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SECTIONS = ("Part", "Chapter", "Section", "Subsection", "Division")
_NUMBERED = {"Paragraph": "ParagraphNum", "Item": "ItemTitle"} | {
    f"Subitem{n}": f"Subitem{n}Title" for n in range(1, 11)
}
_SENTENCES = (
    "ParagraphSentence",
    "ItemSentence",
    *(f"Subitem{n}Sentence" for n in range(1, 11)),
    "List",
    "TableStruct",
)
_LONGEST_RANGE = 400


class Schema:
    """A copy of the schema, for those who have one. Raises LawError when it is none."""

    def __init__(self, path: Path) -> None:
        try:
            self._schema = etree.XMLSchema(etree.fromstring(path.read_bytes(), _parser()))
        except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise LawError(f"not a schema: {error}") from None

    def check(self, root: Any) -> None:
        """Raise LawError at the first place that the schema does not allow."""
        if not self._schema.validate(root):
            error = self._schema.error_log[0]
            raise LawError(f"not valid by the schema: {error.message}", error.line, max(1, error.column))


def from_xml(text: str, schema: Schema | None = None) -> Law:
    """A law from its XML, already decoded. Raises LawError with line and column."""
    if refused := _DOCTYPE.search(text):
        line = text.count("\n", 0, refused.start()) + 1
        raise LawError(
            "document types and entities are refused", line, refused.start() - text.rfind("\n", 0, refused.start())
        )
    try:
        root = etree.fromstring(_DECLARATION.sub("", text.lstrip("\ufeff")).encode(), _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise LawError(f"not well-formed: {error.msg}", line, max(1, column)) from None
    if root.tag == "DataRoot":  # the envelope of e-Gov's interface
        root = root.find(".//Law")
    if root is None or root.tag != "Law":
        raise LawError("the outermost element must be Law")
    if schema is not None:
        schema.check(root)
    return _law(root)


def to_xml(law: Law) -> str:
    """A law as XML of the same schema: what was read can be handed on."""
    root = etree.Element("Law", Era="Reiwa", Year="1", Num="1", LawType="Misc", Lang="ja")
    etree.SubElement(root, "LawNum").text = law.number
    body = etree.SubElement(root, "LawBody")
    etree.SubElement(body, "LawTitle").text = law.title
    parts = {"": etree.SubElement(body, "MainProvision")}
    for article in law.articles:
        if article.part not in parts:
            parts[article.part] = etree.SubElement(body, "SupplProvision")
            etree.SubElement(parts[article.part], "SupplProvisionLabel").text = "附　則"
        element = etree.SubElement(parts[article.part], "Article", Num=article.key.replace("-", "_"))
        if article.caption:
            etree.SubElement(element, "ArticleCaption").text = f"（{article.caption}）"
        etree.SubElement(element, "ArticleTitle").text = article.name
        for number, line in enumerate(article.text.split("\n"), 1):
            paragraph = etree.SubElement(element, "Paragraph", Num=str(number))
            etree.SubElement(paragraph, "ParagraphNum")
            sentence = etree.SubElement(paragraph, "ParagraphSentence")
            etree.SubElement(sentence, "Sentence").text = line
    declared: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{declared}'


def _parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )


def _law(root: Any) -> Law:
    body = _child(root, "LawBody")
    title = _child(body, "LawTitle")
    main = _child(body, "MainProvision")
    articles = list(_articles(main, ""))
    for suppl in body.findall("SupplProvision"):
        articles += _articles(suppl, "附則")
    if not articles:
        raise LawError("the law has no article", main.sourceline)
    return Law(
        title=_text(title),
        articles=tuple(articles),
        number=_text(_child(root, "LawNum")),
        abbreviation=(title.get("Abbrev") or "").split(",")[0],
        in_force="",
    )


def _articles(provision: Any, part: str) -> Iterator[Article]:
    last: tuple[int, ...] = ()
    for element in provision.iter("Article"):
        keys = _keys(element)
        if not part and last and order_of(keys[0]) <= last:
            raise LawError(f"the article {keys[0]} stands after a later one or twice", element.sourceline)
        last = order_of(keys[-1])
        caption = element.findtext("ArticleCaption") or ""
        text = "\n".join(_lines(element))
        for key in keys:
            yield Article(key, text, caption.strip("（）()"), _heading(element), part)


def _keys(element: Any) -> list[str]:
    """Num is 167_2 for a branch, 38:84 for the articles of a range that was taken out."""
    number = element.get("Num")
    if not number or element.find("ArticleTitle") is None:
        raise LawError("an Article needs Num and ArticleTitle", element.sourceline)
    first, _, last = number.partition(":")
    try:
        keys = [key_of(first), *([key_of(last)] if last else [])]
    except NumberError:
        raise LawError(f"Num is no number of an article: {number[:40]}", element.sourceline) from None
    if not last or any("-" in key for key in keys):
        return keys
    if not int(keys[0]) < int(keys[1]) <= int(keys[0]) + _LONGEST_RANGE:
        raise LawError(f"Num is no range: {number}", element.sourceline)
    return [str(n) for n in range(int(keys[0]), int(keys[1]) + 1)]


def _heading(element: Any) -> str:
    names = [
        _text(title)
        for above in element.iterancestors(*_SECTIONS)
        if (title := above.find(f"{above.tag}Title")) is not None
    ]
    return " ".join(reversed(names))


def _lines(article: Any) -> Iterator[str]:
    """A line for every paragraph, item and subitem, its number first."""
    for element in article.iter(*_NUMBERED):
        if element.tag == "Paragraph" and element.get("Num") is None:
            raise LawError("a Paragraph needs Num", element.sourceline)
        number = (element.findtext(_NUMBERED[element.tag]) or "").strip()
        sentences = "".join(_text(child) for child in element if child.tag in _SENTENCES)
        if line := f"{number}　{sentences}".strip():
            yield line


def _child(element: Any, tag: str) -> Any:
    found = element.find(tag)
    if found is None:
        raise LawError(f"{element.tag} needs {tag}", element.sourceline)
    return found


def _text(element: Any) -> str:
    """All text below an element but readings (ruby) of its words."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag != "Rt":
            pieces.append(_text(child))
        pieces.append(child.tail or "")
    return re.sub(r"[ \t\r\n]+", "", "".join(pieces))  # not 　, which is text
