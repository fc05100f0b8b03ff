"""``keys``: make, list and revoke the keys with which tools call the gateway."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gateway.commands.database import with_directory
from gateway.commands.listing import columns
from gateway.config import load_config
from gateway.directory import DirectoryError, NewKey
from gateway.labels import as_purpose, known_tool
from policies.classification import CLASSES

if TYPE_CHECKING:
    from gateway.commands import Commands
    from gateway.directory import CallerKind, Directory

_JAPAN = ZoneInfo("Asia/Tokyo")
_KINDS = {"person": "個人", "robot": "ロボット", "application": "アプリケーション"}

_SHOWN_ONCE = """
このキーは二度と表示できません。いま、使うツールの設定に登録してください。
メールやチャットで送らず、知られたおそれがあるときは keys revoke で失効させてください。"""


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    keys = commands.add_parser("keys", help="make, list and revoke API keys").add_subparsers(
        required=True, metavar="WHAT"
    )
    create = keys.add_parser("create", help="make a key; it is shown once")
    create.add_argument("--department", required=True, metavar="CODE", help="department that the use counts for")
    holder = create.add_mutually_exclusive_group(required=True)
    holder.add_argument("--person", metavar="ID", help="member of staff, by number or account; kept as a pseudonym")
    holder.add_argument("--robot", metavar="NAME", help="program that calls by itself; counts for no person")
    holder.add_argument("--application", metavar="NAME", help="tool that many use and that may name the person")
    create.add_argument("--expires", type=_day, metavar="YYYY-MM-DD", help="last day on which the key works (Japan)")
    create.add_argument(
        "--classification",
        choices=CLASSES,
        default="",
        help="all that is sent with the key counts as at least this class",
    )
    create.add_argument(
        "--purpose", metavar="NAME", help="what its uses are for (要約, summary …), where no header says so"
    )
    create.add_argument("--tool", metavar="NAME", help="tool of config.yaml (adoption.tools) that uses the key")
    create.add_argument("--label", default="", metavar="TEXT", help="note for keys list; no personal information")
    create.set_defaults(run=_create)
    keys.add_parser("list", help="list all keys (never the keys themselves)").set_defaults(run=_list)
    revoke = keys.add_parser("revoke", help="make a key invalid, within seconds and for good")
    revoke.add_argument("key_id", metavar="KEY_ID", help="identifier as keys list shows it")
    revoke.set_defaults(run=_revoke)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("日付は 2027-03-31 の形にしてください") from None
    if day < datetime.now(_JAPAN).date():
        raise argparse.ArgumentTypeError(f"{day} は過ぎています")
    return day


def _create(arguments: argparse.Namespace) -> int:
    kind, name = _holder(arguments)
    label = arguments.label if kind == "person" else "　".join(filter(None, (name, arguments.label)))

    async def create(directory: Directory) -> int:
        purpose, tool = _labels(arguments)
        new = NewKey(
            department=arguments.department,
            kind=kind,
            person=name if kind == "person" else None,
            label=label,
            classification=arguments.classification,
            expires_at=_end_of(arguments.expires) if arguments.expires else None,
            purpose=purpose,
            tool=tool,
        )
        print(await directory.create_key(new))
        print(_SHOWN_ONCE, file=sys.stderr)
        return 0

    return with_directory(arguments, create)


def _labels(arguments: argparse.Namespace) -> tuple[str | None, str | None]:
    """Purpose and tool as they are recorded. Raises DirectoryError for names that nobody knows."""
    try:
        purpose = as_purpose(arguments.purpose) if arguments.purpose else None
        tool = known_tool(load_config(arguments.config).adoption, arguments.tool) if arguments.tool else None
    except ValueError as error:
        raise DirectoryError(str(error)) from None
    return purpose, tool


def _holder(arguments: argparse.Namespace) -> tuple[CallerKind, str]:
    if arguments.person is not None:
        return "person", arguments.person
    return ("robot", arguments.robot) if arguments.robot is not None else ("application", arguments.application)


def _end_of(day: date) -> datetime:
    """The moment after the last moment of a day in Japan."""
    return datetime.combine(day + timedelta(days=1), time(), _JAPAN)


def _list(arguments: argparse.Namespace) -> int:
    async def show(directory: Directory) -> int:
        keys = await directory.keys()
        now = datetime.now(UTC)
        rows = [
            (key["id"], key["department"], _KINDS[key["kind"]], _state(key, now), _until(key), key["label"])
            for key in keys
        ]
        print(columns([("KEY_ID", "部署", "種別", "状態", "有効期限", "メモ"), *rows]))
        return 0

    return with_directory(arguments, show)


def _state(key: dict[str, Any], now: datetime) -> str:
    if key["revoked_at"]:
        return "失効"
    return "期限切れ" if key["expires_at"] and key["expires_at"] <= now else "有効"


def _until(key: dict[str, Any]) -> str:
    expires_at: datetime | None = key["expires_at"]
    if expires_at is None:
        return "なし"
    return (expires_at.astimezone(_JAPAN) - timedelta(microseconds=1)).date().isoformat()


def _revoke(arguments: argparse.Namespace) -> int:
    async def revoke(directory: Directory) -> int:
        if await directory.revoke(arguments.key_id):
            print(f"キー {arguments.key_id} を失効させました。数秒のうちに使えなくなります。")
            return 0
        print(f"有効なキー {arguments.key_id} はありません。keys list で確かめてください。", file=sys.stderr)
        return 1

    return with_directory(arguments, revoke)
