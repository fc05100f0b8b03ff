"""The figures, against cases counted by hand."""

from __future__ import annotations

import pytest

from redaction.evaluation.gold import Document, Mark
from redaction.evaluation.score import Score, group, label


def score(document: Document, *marks: tuple[int, int, str]) -> Score:
    counted = Score()
    counted.add(document, [Mark(*mark) for mark in marks])
    return counted


# 0123456789…  佐藤花子 0-3, さん 4-5, blank 6, phone 7-18, 。 19
TEXT = "佐藤花子さん 090-1234-567。"
GOLD = Document("a", TEXT, (Mark(0, 4, "PERSON"), Mark(7, 19, "PHONE")))


def test_everything_right() -> None:
    counted = score(GOLD, (0, 4, "PERSON"), (7, 19, "PHONE"))
    summary = counted.summary()
    assert (summary["precision"], summary["recall"], summary["leak_direct"]) == (1.0, 1.0, 0.0)
    assert (summary["over_redaction"], summary["documents_leaking"]) == (0.0, 0.0)


def test_half_a_name_leaks_half_of_it() -> None:
    counted = score(GOLD, (0, 2, "PERSON"), (7, 19, "PHONE"))
    person = counted.kinds["PERSON"].figures()
    assert (person["precision_exact"], person["recall_exact"]) == (0.0, 0.0)
    assert (person["precision"], person["recall"], person["leak"], person["full"]) == (1.0, 1.0, 0.5, 0.0)
    # 2 of 4 + 10 characters; the hyphens of the number do not count.
    assert counted.summary()["leak_direct"] == round(2 / 14, 6)
    assert counted.summary()["documents_leaking"] == 1.0


def test_another_kind_covers_and_is_no_hit() -> None:
    counted = score(GOLD, (0, 4, "ADDRESS"), (7, 19, "PHONE"))
    assert counted.kinds["PERSON"].figures()["leak"] == 0.0
    assert counted.kinds["PERSON"].figures()["recall"] == 0.0
    assert counted.kinds["ADDRESS"].figures()["precision"] == 0.0
    assert counted.summary()["documents_leaking"] == 0.0


def test_what_is_covered_beside_gold_is_over_redaction() -> None:
    # さん and 。 are the three characters that are neither gold nor blank.
    counted = score(GOLD, (0, 6, "PERSON"), (7, 19, "PHONE"))
    assert counted.summary()["over_redaction"] == round(2 / 3, 6)
    assert counted.kinds["PERSON"].over == 2


def test_ignored_text_counts_neither_way() -> None:
    document = Document("a", TEXT, (Mark(7, 19, "PHONE"),), ignore=(Mark(0, 6),))
    counted = score(document, (0, 4, "PERSON"), (7, 19, "PHONE"))
    assert "PERSON" not in counted.kinds or counted.kinds["PERSON"].predicted == 0
    assert counted.summary()["over_redaction"] == 0.0


def test_traps_and_documents_without_anybody() -> None:
    document = Document("a", "0120-111-222へ", (), (Mark(0, 12, "public phone"),))
    counted = score(document, (0, 12, "PHONE"))
    summary = counted.summary()
    assert (summary["trap_hits"], summary["clean_documents_touched"]) == (1.0, 1.0)
    assert (summary["documents_leaking"], summary["leak_direct"]) == (None, None)
    assert counted.traps == {"public phone": [1, 1]}


def test_quasi_and_sensitive_are_counted_apart() -> None:
    document = Document("a", "45歳うつ病", (Mark(0, 3, "AGE"), Mark(3, 6, "SENSITIVE")))
    summary = score(document, (3, 4, "SENSITIVE")).summary()
    assert (summary["leak_quasi"], summary["leak_sensitive"], summary["leak_direct"]) == (1.0, round(2 / 3, 6), None)
    assert summary["documents_leaking"] is None


def test_predictions_beyond_the_text_are_cut() -> None:
    counted = score(GOLD, (-3, 4, "PERSON"), (7, 99, "PHONE"), (50, 60, "PHONE"))
    assert counted.kinds["PERSON"].exact == 1
    assert counted.kinds["PHONE"].predicted == 1


@pytest.mark.parametrize(
    ("kind", "wanted", "of"),
    [
        ("pii.person", "PERSON", "direct"),
        ("pii.sensitive.health", "SENSITIVE", "sensitive"),
        ("pii.age", "AGE", "quasi"),
    ],
)
def test_labels_of_kinds(kind: str, wanted: str, of: str) -> None:
    assert label(kind) == wanted
    assert group(wanted) == of
