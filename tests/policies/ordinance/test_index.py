from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policies.ordinance.index import StatuteIndex, StatuteIndexError

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "ordinance"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURES / "city", tmp_path / "laws")
    shutil.copy(FIXTURES / "procedure.xml", tmp_path / "laws" / "procedure.xml")
    return tmp_path / "laws"


@pytest.fixture
def index(tmp_path: Path) -> StatuteIndex:
    return StatuteIndex(tmp_path / "data" / "statutes.sqlite3")


def test_only_what_has_changed_is_read_again(index: StatuteIndex, folder: Path) -> None:
    said: list[tuple[int, int, str]] = []
    first = index.load(folder, lambda *step: said.append(step))
    assert first.loaded == ["contract.txt", "finance.md", "procedure.xml", "records.html"]
    assert said[0] == (0, 4, "contract.txt")
    assert said[-1] == (4, 4, "")
    revision = index.revision()
    again = index.load(folder)
    assert (again.loaded, len(again.unchanged), index.revision()) == ([], 4, revision)
    (folder / "finance.md").write_text("# 湊ヶ丘市財務規則\n第1条　新しい規則とする。\n", "utf-8")
    (folder / "records.html").unlink()
    third = index.load(folder)
    assert (third.loaded, third.removed) == (["finance.md"], ["records.html"])
    assert index.revision() != revision
    assert index.search("新しい規則")
    assert not index.search("文書管理責任者")


def test_a_broken_file_is_named_and_what_was_loaded_from_it_stays(index: StatuteIndex, folder: Path) -> None:
    index.load(folder)
    (folder / "contract.txt").write_bytes("湊ヶ丘市契約規則\n書きかけ".encode())
    (folder / "procedure.xml").write_text("<Law><LawNum>x", "utf-8")
    (folder / "new.md").write_text("# 新条例\n第1条　目的を定める。\n", "utf-8")
    load = index.load(folder)
    assert [str(s).split(": ")[0] for s in load.skipped] == ["contract.txt:1:1", "procedure.xml:1:15"]
    assert load.loaded == ["new.md"]
    assert index.search("見積書")[0].law == "湊ヶ丘市契約規則"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("見積", "第21条の2"),
        ("随意契約 見積書", "第21条の2"),
        ("廃棄", "第8条"),
        ("精算", "第31条の2"),
        ("ＳＥＩＳＡＮ", None),
        ("請", "第23条"),
        ("存在しない語", None),
        ("", None),
        ('" OR 1', None),
        ("*", None),
        ("見" * 5000, None),
    ],
)
def test_words_of_two_characters_are_found(index: StatuteIndex, folder: Path, query: str, found: str | None) -> None:
    index.load(folder)
    names = [hit.article.name for hit in index.search(query)]
    assert found in names if found else names == []


def test_an_empty_house_has_no_laws(index: StatuteIndex) -> None:
    assert (index.search("契約"), list(index.laws()), index.revision()) == ([], [], "")


def test_what_is_no_index_is_an_error_that_says_what_to_do(index: StatuteIndex, folder: Path) -> None:
    index.path.parent.mkdir()
    index.path.write_bytes(b"not a database" * 100)
    with pytest.raises(StatuteIndexError, match="delete it"):
        index.search("契約")
    with pytest.raises(StatuteIndexError, match="delete it"):
        index.load(folder)


def test_the_laws_come_back_as_they_were_read(index: StatuteIndex, folder: Path) -> None:
    index.load(folder)
    laws = {law.title: law for law in index.laws()}
    assert set(laws) == {"湊ヶ丘市契約規則", "湊ヶ丘市財務規則", "湊ヶ丘市文書管理規則", "見本手続法"}
    assert laws["見本手続法"].abbreviation == "見本法"
    assert [a.key for a in laws["湊ヶ丘市契約規則"].articles] == ["1", "21", "21-2", "22", "23", "1"]
