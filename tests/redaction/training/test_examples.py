"""Marked documents as examples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from redaction.tagger.model import LABELS
from redaction.training.examples import DocumentError, documents, example, learnt, lines

if TYPE_CHECKING:
    from pathlib import Path


def marked(text: str, *values: tuple[str, str]) -> dict[str, Any]:
    spans = [{"start": text.index(v), "end": text.index(v) + len(v), "type": kind} for v, kind in values]
    return {"id": "x", "text": text, "spans": spans}


def labelled(document: dict[str, Any]) -> list[str]:
    return [LABELS[label] for label in example(document).labels]


def test_labels_of_words() -> None:
    document = marked("担当は森 陽子です。", ("森 陽子", "PERSON"))
    assert labelled(document) == ["O", "O", "B-person", "I-person", "I-person", "O", "O"]
    assert set(labelled(marked("電話 03-0000-0000", ("03-0000-0000", "PHONE")))) == {"O"}


def test_a_word_belongs_to_the_span_that_covers_half_of_it() -> None:
    assert "B-person" not in labelled(marked("北海道庁に行く", ("北", "PERSON")))


def test_offsets_are_those_of_the_text_as_it_is() -> None:
    assert labelled(marked("担当\u200bはﾔﾏﾀﾞです", ("ﾔﾏﾀﾞ", "PERSON"))).count("B-person") == 1


def test_rare_keys_are_not_learnt() -> None:
    one, other = example(marked("森さん", ("森", "PERSON"))), example(marked("林さん", ("林", "PERSON")))
    known, examples = learnt([one, other, other], 3)
    assert examples.features.shape == (6, one.keys.shape[1])
    assert examples.bounds.tolist() == [0, 2, 4, 6]
    assert examples.features.max() == len(known)
    assert all(np.count_nonzero(np.concatenate([one.keys, other.keys, other.keys]) == key) >= 3 for key in known[:20])


def test_lines_are_documents() -> None:
    assert [d["text"] for d in lines([{"text": "a\n\nb", "spans": []}])] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", r"d:2:\d+: not JSON"),
        ("[]", r"d:2: wanted"),
        ('{"text": 1, "spans": []}', r"d:2: wanted"),
        ('{"text": "a", "spans": [{"start": 0, "end": 2, "type": "PERSON"}]}', r"d:2: a span"),
        ('{"text": "a", "spans": [{"start": 0, "end": 0, "type": "PERSON"}]}', r"d:2: a span"),
        ('{"text": "a", "spans": [{"start": 0, "end": 1}]}', r"d:2: a span"),
        ('{"text": "a", "spans": [3]}', r"d:2: a span"),
    ],
)
def test_bad_documents_are_named_by_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "d"
    path.write_text(json.dumps(marked("森", ("森", "PERSON"))) + "\n" + line, "utf-8")
    with pytest.raises(DocumentError, match=says):
        documents(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        documents(tmp_path / "gone")
    (tmp_path / "bad").write_bytes(b"\xff")
    with pytest.raises(DocumentError, match="not UTF-8"):
        documents(tmp_path / "bad")
