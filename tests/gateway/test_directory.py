from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gateway import directory as module
from gateway.directory import PREFIX, Department, Directory, DirectoryError, NewKey

if TYPE_CHECKING:
    from pathlib import Path

    from metrics.store import Store

HEADER = "code,name,parent,head_count,valid_from\n"
ROSTER = HEADER + "01,総務部,,2,2026-04-01\n0101,総務課,01,18,2026-04-01\n02,市民部,,3,2026-04-01\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, "utf-8")
    return path


def write(path: Path, rows: str) -> None:
    path.write_text(HEADER + rows, "utf-8")


def written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("sekimori.db*"))


# ---- keys


async def test_a_key_finds_its_caller(directory: Directory, roster: Path) -> None:
    await directory.import_roster(roster)
    key = await directory.create_key(NewKey(department="0101", kind="person", person=" yamada "))
    caller = await directory.find(key)
    assert caller is not None
    assert (caller.department, caller.ancestors, caller.kind) == ("0101", ("01",), "person")
    assert caller.person == directory.pseudonym("yamada")
    assert key.startswith(PREFIX)
    assert len(key) == len(PREFIX) + 43


async def test_neither_key_nor_person_is_kept(directory: Directory, store: Store, tmp_path: Path) -> None:
    key = await directory.create_key(NewKey(department="0101", kind="person", person="yamada-hanako-77"))
    await store.close()
    kept = written(tmp_path)
    assert key.encode() not in kept
    assert key.removeprefix(PREFIX).encode() not in kept
    assert b"yamada-hanako-77" not in kept


async def test_a_pseudonym_needs_the_secret(store: Store) -> None:
    one, other = Directory(store, b"a" * 32), Directory(store, b"b" * 32)
    assert one.pseudonym("yamada") == one.pseudonym("yamada ")
    assert one.pseudonym("yamada") != other.pseudonym("yamada")
    assert len(one.pseudonym("\ud83d")) == 32  # half a surrogate pair, as JSON allows it


@pytest.mark.parametrize("key", ["", "sk-sekimori-", "sk-sekimori-demo", "\ud800", "x" * 10_000])
async def test_an_unknown_key_is_nobody(directory: Directory, key: str) -> None:
    assert await directory.find(key) is None


async def test_a_revoked_key_stops_within_seconds(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    key = await directory.create_key(NewKey(department="0101", kind="robot"))
    caller = await directory.find(key)
    assert caller is not None
    assert await directory.revoke(caller.key_id)
    clock = module.time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: clock + 5.1)
    assert await directory.find(key) is None
    assert not await directory.revoke(caller.key_id)
    assert not await directory.revoke("k-none")


async def test_an_expired_key_is_nobody(directory: Directory) -> None:
    now = datetime.now(UTC)
    old = await directory.create_key(NewKey(department="1", kind="robot", expires_at=now - timedelta(seconds=1)))
    new = await directory.create_key(NewKey(department="1", kind="robot", expires_at=now + timedelta(hours=1)))
    assert await directory.find(old) is None
    assert await directory.find(new) is not None


async def test_a_key_made_a_moment_ago_is_found_although_it_was_asked_for_before(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.secrets, "token_urlsafe", lambda _: "A" * 43)
    assert await directory.find(PREFIX + "A" * 43) is None
    await directory.create_key(NewKey(department="1", kind="robot"))
    clock = module.time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: clock + 1.1)
    assert await directory.find(PREFIX + "A" * 43) is not None


async def test_what_is_remembered_has_a_limit(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_REMEMBERED", 3)
    for number in range(10):
        await directory.find(f"guess-{number}")
    assert len(directory._remembered) == 3


@pytest.mark.parametrize("person", [None, "", "  "])
async def test_a_key_of_a_person_needs_one(directory: Directory, person: str | None) -> None:
    with pytest.raises(DirectoryError, match="--person"):
        await directory.create_key(NewKey(department="0101", kind="person", person=person))


async def test_a_key_needs_a_department_of_the_roster(directory: Directory, roster: Path) -> None:
    await directory.import_roster(roster)
    with pytest.raises(DirectoryError, match="9999"):
        await directory.create_key(NewKey(department="9999", kind="robot"))


async def test_a_label_must_fit(directory: Directory) -> None:
    with pytest.raises(DirectoryError, match="255"):
        await directory.create_key(NewKey(department="1", kind="robot", label="あ" * 256))


async def test_the_list_holds_no_digest(directory: Directory) -> None:
    await directory.create_key(NewKey(department="1", kind="robot", label="夜間処理"))
    (row,) = await directory.keys()
    assert (row["label"], row["person"], row["revoked_at"]) == ("夜間処理", None, None)
    assert "digest" not in row


# ---- roster


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("01,a,99,1,2026-04-01\n", "99 が名簿にありません"),
        ("01,a,01,1,2026-04-01\n", "自分に戻ります"),
        ("01,a,03,1,2026-04-01\n02,b,01,1,2026-04-01\n03,c,02,1,2026-04-01\n", "自分に戻ります"),
    ],
)
async def test_a_roster_that_is_no_tree_is_refused(
    directory: Directory, tmp_path: Path, rows: str, message: str
) -> None:
    path = tmp_path / "r.csv"
    write(path, rows)
    with pytest.raises(DirectoryError, match=message):
        await directory.import_roster(path)
    assert await directory.departments() == []


async def test_a_move_to_another_division_is_no_circle(directory: Directory, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write(path, "A,a,,1,2025-04-01\nB,b,A,1,2025-04-01\nB,b,,1,2026-04-01\nA,a,B,1,2026-04-01\n")
    assert await directory.import_roster(path) == 4
    caller = await directory.find(await directory.create_key(NewKey(department="A", kind="robot")))
    assert caller is not None
    assert caller.ancestors == ("B",)


async def test_a_division_of_the_future_is_not_above_anybody_yet(directory: Directory, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write(path, f"A,a,,1,2025-04-01\nB,b,A,1,2025-04-01\nB,b,,1,{datetime.now(UTC).year + 1}-04-01\n")
    await directory.import_roster(path)
    caller = await directory.find(await directory.create_key(NewKey(department="B", kind="robot")))
    assert caller is not None
    assert caller.ancestors == ("A",)


async def test_a_second_import_replaces_the_same_day_and_adds_others(directory: Directory, roster: Path) -> None:
    assert await directory.import_roster(roster) == 3
    write(roster, "0101,総務課,01,20,2026-04-01\n0101,総務課,01,25,2027-04-01\n")
    assert await directory.import_roster(roster) == 2
    counts = {(d.code, d.valid_from.year): d.head_count for d in await directory.departments()}
    assert counts == {("01", 2026): 2, ("02", 2026): 3, ("0101", 2026): 20, ("0101", 2027): 25}


async def test_an_import_is_whole_or_not_at_all(directory: Directory, roster: Path) -> None:
    await directory.import_roster(roster)
    write(roster, "01,総務部,,9,2026-04-01\n0101,総務課,77,9,2026-04-01\n")
    with pytest.raises(DirectoryError):
        await directory.import_roster(roster)
    assert [d.head_count for d in await directory.departments() if d.code == "01"] == [2]


async def test_a_missing_file_is_told(directory: Directory, tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match=r"none\.csv: 読めません"):
        await directory.import_roster(tmp_path / "none.csv")


async def test_real_departments_do_not_mix_with_invented_ones(directory: Directory, roster: Path) -> None:
    await directory.save_departments([Department("01", "架空部", None, 1, date(2026, 4, 1))], demo=True)
    with pytest.raises(DirectoryError, match="デモ"):
        await directory.import_roster(roster)


def test_what_a_key_is_to_be_does_not_show_its_person() -> None:
    assert "yamada-hanako-77" not in repr(NewKey(department="0101", kind="person", person="yamada-hanako-77"))
