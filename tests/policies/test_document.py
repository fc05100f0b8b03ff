"""Errors point at the line, and a file says what it seems to say."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policies.document import LARGEST, DocumentError, dump, load, parse
from policies.schema import Strict


class Inner(Strict):
    word: str
    flag: bool = False


class Outer(Strict):
    name: str
    items: tuple[Inner, ...] = ()


def fault(tmp_path: Path, content: str | bytes) -> str:
    path = tmp_path / "x.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DocumentError) as raised:
        load(path, Outer, shown_as="x.yaml")
    return str(raised.value)


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("name: あ\nitems:\n  - word: 'no'\n    flag: true\n", "utf-8")
    document = load(path, Outer)
    assert document.model.items[0].flag is True
    assert str(document.fault(("items", 0, "word"), "ここ")).endswith("x.yaml:3:11: ここ")


@pytest.mark.parametrize("word", ["no", "on", "2026-04-01", "2026-99-99", "012", "08", "1:30", "0x1F", "1_000", "="])
def test_words_stay_words(tmp_path: Path, word: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"name: {word}\nitems:\n  - word: {word}\n", "utf-8")
    assert load(path, Outer).model.name == word


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("name: あ\nitems:\n  - wrod: x\n", "x.yaml:3:5: word is required"),
        ("name: あ\nitems:\n  - word: x\n    flg: true\n", "x.yaml:4:10: unknown key flg"),
        ("name: あ\nitems:\n  - word: x\n    flag: maybe\n", "x.yaml:4:11: Input should be a valid boolean"),
        ("items: []\n", "x.yaml:1:1: name is required"),
        ("name: あ\nname: い\n", "x.yaml:2:1: the key name stands twice"),
        ("a: &x 1\nname: *x\n", "aliases"),
        ("name: [\n", "x.yaml:2:1: not valid YAML"),
        ("name: !!python/object/apply:os.system [ls]\n", "x.yaml:1:7: tags (!) are not supported"),
        ("name: !!int ''\n", "x.yaml:1:7: tags (!) are not supported"),
        ("name: !!timestamp foo\n", "tags (!) are not supported"),
        ("name: !!bool foo\n", "tags (!) are not supported"),
        ("name: !!float ''\n", "tags (!) are not supported"),
        ("!!set {name}\n", "x.yaml:1:1: tags (!) are not supported"),
        ("<<: {name: あ}\n", "unknown key <<"),
        ("", "the file is empty"),
        (b"\xff\xfe", "not UTF-8"),
        ("- 1\n", "valid dictionary"),
        ("name: \x07\n", "not valid YAML"),
    ],
)
def test_faults_name_file_line_and_column(tmp_path: Path, content: str | bytes, wanted: str) -> None:
    assert wanted in fault(tmp_path, content)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    assert fault(tmp_path, "nme: x\nitems:\n  - wrd: y\n").count("\n") == 3


def test_a_missing_file_and_a_huge_one(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        load(tmp_path / "none.yaml", Outer)
    assert "larger than" in fault(tmp_path, b"#" * (LARGEST + 1))


def test_deep_nesting_is_an_error_and_no_crash(tmp_path: Path) -> None:
    assert "x.yaml:" in fault(tmp_path, "[" * 5000)


YAML_LIKE = st.lists(
    st.sampled_from(
        [*"[]{}:,-?!&*|>'\"#%@` \n\t~", "name", "items", "word", "!!", "int", "bool", "---", "<<", "1", "あ"]
    )
).map("".join)


@given(st.text(max_size=200) | YAML_LIKE)
def test_any_text_is_a_document_or_has_faults_with_a_place(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("d") / "x.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found = None
    try:
        load(path, Outer)
    except DocumentError as error:
        found = error.faults
    assert found is None or (found and all(f.line >= 1 and f.column >= 1 and f.message for f in found))


def test_what_is_written_reads_back_the_same() -> None:
    data = {"rules": [{"id": "r/1", "message": "理由：3A", "kinds": ["a", "b"], "examples": {"match": ["x: y", "2"]}}]}
    text = dump(data)
    assert text.startswith("rules:\n  - id: r/1\n    message: 理由：3A\n    kinds:\n      - a\n")
    assert yaml.safe_load(text) == data


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (LAUGHS, r"f\.yaml:2:\d+: aliases"),
        ("name: " + "[" * 100_000, r"f\.yaml:1:\d+: not valid YAML: while increasing flow level|exceeded maximum"),
        ("name: " + "[" * 900 + "]" * 900, r"f\.yaml:1:"),
        ("\n".join(" " * n + "a:" for n in range(3000)), r"f\.yaml:\d+:\d+: not valid YAML"),
        ("x" * (LARGEST + 1), r"f\.yaml:1:1: larger than"),
        ("name: !!python/object/apply:os.system [x]\n", r"f\.yaml:1:\d+"),
        ("<<: {name: x}\n", r"f\.yaml:1:1: "),
    ],
)
def test_what_would_explode_is_refused_at_once(source: str, wanted: str) -> None:
    begun = time.monotonic()
    with pytest.raises(DocumentError, match=wanted):
        parse(source, Outer, "f.yaml")
    assert time.monotonic() - begun < 10
