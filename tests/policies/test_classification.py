"""Classes are read from headers and from marks in a document; a question about them is no mark."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from policies.classification import CLASSES, Classification, marked, named, strictest


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3A", "3A"), ("3b", "3B"), (" ３Ｃ ", "3C"), ("機密性2", "2"), ("機密性１", "1"), ("3", "3B"), ("", ""), ("  ", ""),
        ("4", None), ("3D", None), ("secret", None), ("3A3B", None), ("22", None),
    ],
)  # fmt: skip
def test_names(text: str, wanted: str | None) -> None:
    assert named(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("【機密性３Ｂ】\n協議録", "3B"),
        ("（機密性2情報）", "2"),
        ("機密性：1", "1"),
        ("表題\n機密性の区分：３Ｃ\n本文", "3C"),
        ("【機密性3】", "3B"),
        ("【機密性2】\n別紙【機密性3A】", "3A"),
        ("機密性3Aとは何ですか。", ""),
        ("機密性2の情報を扱うときの決まり", ""),
        ("機密性が高い文書", ""),
        ("【完全性2】", ""),
        ("", ""),
    ],
)
def test_marks(text: str, wanted: str) -> None:
    assert marked(text) == wanted


def test_a_long_run_of_openings_is_read_in_linear_time() -> None:
    assert marked("【" * 100_000 + "機密性" + "　" * 100_000) == ""


def test_the_strictest_of_some() -> None:
    assert strictest(["1", "3C", "2", ""]) == "3C"
    assert strictest([]) == ""
    assert [strictest([name, "1"]) for name in CLASSES] == list(CLASSES)


@pytest.mark.parametrize(("given", "wanted"), [(2, "2"), ("3A", "3A"), (1, "1")])
def test_a_number_of_yaml_is_a_class(given: Any, wanted: str) -> None:
    assert TypeAdapter(Classification).validate_python(given) == wanted


@pytest.mark.parametrize("given", [3, True, "4", None])
def test_what_is_no_class_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Classification).validate_python(given)
