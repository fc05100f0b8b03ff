"""The model file: what it says, and what is wrong with a bad one."""

from __future__ import annotations

import hashlib
import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from policies.reading import Reading
from redaction.page import Page
from redaction.tagger import ModelError
from redaction.tagger.features import describe
from redaction.tagger.model import FORMAT, LABELS, SHIPPED, load, pack, save, shipped, spans

if TYPE_CHECKING:
    from pathlib import Path

LETTER = "轡田は先週から入院中。妻の沙友里と面談した。\n住まいは三篠町の坂の上、二軒目です。\n記録　苗加"


def tagged(text: str) -> list[tuple[str, str]]:
    page = Page(Reading(text))
    return [(kind, page.words[a:b]) for a, b, kind in shipped().tag(page).spans]


def test_names_without_a_cue_are_found() -> None:
    assert {("person", "轡田"), ("person", "沙友里"), ("person", "苗加")} <= set(tagged(LETTER))


@pytest.mark.parametrize(
    "text", ["", "\n", "。" * 500, "(" * 500, "\ud800", "今年度の予算案は、議会で可決されました。"]
)
def test_nothing_is_found_in(text: str) -> None:
    assert tagged(text) == []


def test_spans_lie_in_the_text_in_order_and_apart() -> None:
    page = Page(Reading(LETTER * 20))
    ends = 0
    for start, end, kind in shipped().tag(page).spans:
        assert ends <= start < end <= len(page.words)
        assert kind in {"person", "address"}
        ends = end


def test_the_same_text_is_tagged_the_same_on_every_thread() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(tagged, [LETTER] * 12))
    assert all(each == found[0] for each in found)


def test_labels_become_spans() -> None:
    sheet = describe(Page(Reading("森さんと林")))
    person, inside = LABELS.index("B-person"), LABELS.index("I-person")
    assert spans(sheet, [person, 0, 0, inside]) == [(0, 1, "person"), (4, 5, "person")]
    assert spans(sheet, [person, inside, 0, person]) == [(0, 3, "person"), (4, 5, "person")]
    assert spans(sheet, [person, person, 0, 0]) == [(0, 1, "person"), (1, 3, "person")]


def made(path: Path) -> Path:
    keys, values = np.array([7, 300, 70_000], np.uint32), np.ones((3, len(LABELS)), np.float32)
    steps = [[0.0] * len(LABELS) ** 2] * 2
    registers = [(keys, values), (keys, -values)]
    save(path, {"steps": steps, "tilts": [0, 0]}, registers, (keys[:1], values[:1, :1]))
    return path


def test_a_file_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    path = made(tmp_path / "m")
    assert load(path).revision == load(path).revision
    assert made(tmp_path / "n").read_bytes() == path.read_bytes()
    (rows, scale), data = pack(np.array([1, 9], np.uint32), np.array([[0.5], [-1.0]], np.float32))
    assert (rows, len(data)) == (2, 2 * 5)
    assert scale == pytest.approx(1 / 40)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.model: No such file"):
        load(tmp_path / "gone.model")


@pytest.mark.parametrize("length", [0, 1, 20, 300, 500, -1])
def test_a_file_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    path = made(tmp_path / "m")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ModelError, match=str(path)):
        load(path)


@pytest.mark.parametrize(
    "raw", [b"\n", b"{}\n", b"[1]\nx", b'{"format": "other"}\n', b"\xff\xfe\n", b"version https://"]
)
def test_another_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "m"
    path.write_bytes(raw)
    with pytest.raises(ModelError, match="not a model of this tagger"):
        load(path)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = made(tmp_path / "m")
    raw = bytearray(path.read_bytes())
    raw[-3] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(ModelError, match="incomplete or changed"):
        load(path)


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"labels": ["O"]}, None),
        ({"tables": [[5, 1.0]] * 2}, None),
        ({"tables": [[-1, 1.0]] * 2}, None),
        ({"tables": [[3, 1.0]]}, None),
        ({"tables": "x"}, None),
        ({"style": [9, 1.0]}, None),
        ({"steps": [[1.0], [1.0]]}, None),
        ({"tilts": None}, None),
        ({}, b"not compressed"),
        ({}, zlib.compress(b"\0" * (65 << 20), 1)),
    ],
)
def test_a_file_with_a_right_digest_and_wrong_tables_is_refused(
    tmp_path: Path, change: dict[str, object], body: bytes | None
) -> None:
    path = made(tmp_path / "m")
    head, _, old = path.read_bytes().partition(b"\n")
    body = old if body is None else body
    header = {**json.loads(head), **change, "sha256": hashlib.sha256(body).hexdigest()}
    path.write_bytes(json.dumps(header).encode() + b"\n" + body)
    with pytest.raises(ModelError, match="tables cannot be read"):
        load(path)


def test_the_shipped_file_is_small_says_how_it_was_made_and_holds_no_text() -> None:
    raw = SHIPPED.read_bytes()
    header = json.loads(raw.partition(b"\n")[0])
    assert len(raw) < 4_000_000
    assert header["format"] == FORMAT
    assert {"papers", "prose", "variants", "seed"} <= header["made"].keys()
    assert header["made"]["features"] == fingerprint()


def fingerprint() -> str:
    from redaction.training.train import fingerprint as of_features  # noqa: PLC0415, as the training writes it

    return of_features()
