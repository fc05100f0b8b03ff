"""``departments``: the roster of departments with their head counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gateway.commands.database import with_directory
from gateway.commands.listing import columns

if TYPE_CHECKING:
    import argparse

    from gateway.commands import Commands
    from gateway.directory import Directory


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    departments = commands.add_parser("departments", help="import and list departments").add_subparsers(
        required=True, metavar="WHAT"
    )
    importing = departments.add_parser(
        "import", help="read a CSV file (code,name,parent,head_count,valid_from[,valid_to]), whole or not at all"
    )
    importing.add_argument("file", type=Path, metavar="FILE", help="UTF-8, or as Excel for Japan writes it")
    importing.set_defaults(run=_import)
    departments.add_parser("list", help="list the roster as it stands").set_defaults(run=_list)


def _import(arguments: argparse.Namespace) -> int:
    async def read(directory: Directory) -> int:
        count = await directory.import_roster(arguments.file)
        print(f"{count}件の部署を登録しました。")
        return 0

    return with_directory(arguments, read)


def _list(arguments: argparse.Namespace) -> int:
    async def show(directory: Directory) -> int:
        rows = [
            (d.code, d.name, d.parent or "-", str(d.head_count), d.valid_from.isoformat())
            for d in await directory.departments()
        ]
        print(columns([("コード", "部署名", "上位", "対象職員数", "適用日"), *rows]))
        return 0

    return with_directory(arguments, show)
