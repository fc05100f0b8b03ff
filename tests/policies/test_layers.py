"""Shipped, profile, own: the topmost of the same id holds, and all the rest stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.document import LARGEST, DocumentError
from policies.layers import read_layers, read_own, rule_files
from policies.loader import PolicyFile

if TYPE_CHECKING:
    from pathlib import Path

    from policies.layers import Layers


def rules(*names: str, action: str = "redact") -> str:
    one = "  - {{id: {}, kinds: [pii.*], action: {}, message: 理由, examples: {{match: [a], no_match: [b]}}}}\n"
    return "version: 1\nrules:\n" + "".join(one.format(name, action) for name in names)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    for name, content in (
        ("base.yaml", rules("r/a", "r/b", "r/c")),
        ("profiles/standard/more.yaml", rules("r/d")),
        ("profiles/strict/more.yaml", rules("r/b", action="confine")),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


def read(folder: Path, profile: str = "standard", **own: str) -> Layers:
    return read_layers(folder, PolicyFile, profile=profile, own={f"{name}.yaml": text for name, text in own.items()})


def in_force(layers: Layers) -> dict[str, str]:
    return {placed.entry.id: placed.entry.action.word for placed in layers.in_force()}


def test_a_profile_adds_and_replaces(shipped: Path) -> None:
    assert in_force(read(shipped)) == {"r/a": "redact", "r/b": "redact", "r/c": "redact", "r/d": "redact"}
    assert in_force(read(shipped, "strict")) == {"r/a": "redact", "r/b": "confine", "r/c": "redact"}


def test_own_files_have_the_last_word(shipped: Path) -> None:
    own = read(shipped, "strict", mine=rules("r/b", "r/new", action="flag"))
    assert in_force(own) == {"r/a": "redact", "r/b": "flag", "r/c": "redact", "r/new": "flag"}
    assert list(own.duplicates()) == []


def test_twice_in_one_layer_is_a_fault_with_both_places(shipped: Path) -> None:
    (fault,) = read(shipped, one=rules("r/x"), two=rules("r/x")).duplicates()
    assert str(fault) == "two.yaml:3:10: the id r/x is already used at one.yaml:3"


def test_the_digest_names_the_content(shipped: Path) -> None:
    first = read(shipped)
    assert read(shipped).digest == first.digest
    assert read(shipped, "strict").digest != first.digest
    assert read(shipped, mine=rules("r/a")).digest != first.digest


def test_an_unknown_profile_names_those_that_are_there(shipped: Path) -> None:
    with pytest.raises(DocumentError, match=r"no profile lax \(there are: standard, strict\)"):
        read(shipped, "lax")


def test_without_profiles_a_folder_is_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(rules("r/a"), "utf-8")
    assert in_force(read(tmp_path, "strict")) == {"r/a": "redact"}


def test_faults_of_all_layers_are_told_at_once(shipped: Path) -> None:
    (shipped / "base.yaml").write_text("version: 3\n", "utf-8")
    with pytest.raises(DocumentError) as raised:
        read(shipped, mine="rules: 3\n")
    assert {fault.path for fault in raised.value.faults} == {"base.yaml", "mine.yaml"}


def test_own_files_are_read_as_text(shipped: Path) -> None:
    assert set(read_own(shipped)) == {"base.yaml", "profiles/standard/more.yaml", "profiles/strict/more.yaml"}
    assert read_own(shipped / "nowhere") == {}


def test_files_that_cannot_be_text_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(DocumentError, match=r"a\.yaml:1:1: not UTF-8"):
        read_own(tmp_path)
    (tmp_path / "a.yaml").write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(DocumentError, match=r"a\.yaml:1:1: larger than"):
        read_own(tmp_path)


def test_a_file_that_would_be_passed_over_is_refused(tmp_path: Path) -> None:
    (tmp_path / "late.yml").write_text("version: 1\n", "utf-8")
    with pytest.raises(DocumentError, match=r"late.yml:1:1: rule files end in .yaml"):
        rule_files(tmp_path)
