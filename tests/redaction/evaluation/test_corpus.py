"""The generated corpus: the same for a seed, spans where they say, all genres."""

from __future__ import annotations

from redaction.evaluation.corpus import generate
from redaction.evaluation.gold import LABELS, read
from redaction.evaluation.templates import WITH_PEOPLE, WITHOUT_PEOPLE


def test_a_seed_writes_the_same_documents() -> None:
    assert list(generate(3, 40)) == list(generate(3, 40))
    assert list(generate(3, 40)) != list(generate(4, 40))
    assert list(generate(3, 40)) == list(generate(3, 60))[:40]


def test_documents_are_gold() -> None:
    documents = list(generate(1, 500))
    assert read([document.line().encode() for document in documents], "corpus") == documents
    assert {document.genre for document in documents} == {*WITH_PEOPLE, *WITHOUT_PEOPLE}
    assert {span.label for document in documents for span in document.spans} == LABELS
    assert any(not document.spans for document in documents)


def test_spans_bound_the_values() -> None:
    for document in generate(2, 200):
        assert "{1." not in document.text
        for span in document.spans:
            value = document.text[span.start : span.end]
            assert value.strip() == value
            if span.label == "EMAIL":
                assert "@" in value
            if span.label == "PERSON":
                assert not any(char.isdigit() for char in value)
