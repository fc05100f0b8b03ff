"""``usage``: uses of tools outside the gateway, and the sums that the adoption figures are made of."""

from __future__ import annotations

import asyncio
import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.audit import serialise
from gateway.commands.database import open_store, reported, with_directory
from gateway.commands.listing import columns
from gateway.commands.progress import Progress
from gateway.config import load_config
from gateway.csv_file import CsvError, read_bytes
from gateway.directory import COMMAND_LINE, DirectoryError
from gateway.usage_file import Rules, UsageFile, UsageMapping, read_usage
from metrics import imported, retention, rollup, usage, withdrawal
from metrics.periods import today
from metrics.withdrawal import WithdrawalError
from policies.document import load

if TYPE_CHECKING:
    import argparse

    from gateway.commands import Commands
    from gateway.directory import Directory

_BATCH = 5_000
_SHOWN = 50
"""Refused lines that are told on the terminal; ``--report`` has all."""


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    parts = commands.add_parser(
        "usage", help="import usage of other tools or take it back, count, delete old records"
    ).add_subparsers(required=True, metavar="WHAT")
    importing = parts.add_parser("import", help="add the uses of a tool's export (CSV), whole or not at all")
    importing.add_argument("--mapping", type=Path, required=True, metavar="FILE", help="YAML: which column means what")
    importing.add_argument("file", type=Path, metavar="FILE", help="CSV: UTF-8, or as Excel for Japan writes it")
    importing.add_argument("--dry-run", action="store_true", help="only say what would happen")
    importing.add_argument("--report", type=Path, metavar="FILE", help="write every refused line here (CSV)")
    importing.set_defaults(run=_import)
    parts.add_parser("imports", help="list what was imported, the newest first").set_defaults(run=_list)
    taking = parts.add_parser("withdraw", help="take an import back whole; the figures follow")
    taking.add_argument("id", metavar="ID", help="the import, as usage imports names it")
    taking.set_defaults(run=_withdraw)
    counting = parts.add_parser("count", help="count what the gateway has not counted yet")
    counting.add_argument("--anew", action="store_true", help="forget the sums first, as far as records are kept")
    counting.set_defaults(run=_count)
    cleaning = parts.add_parser("clean", help="delete records that are older than the configuration keeps them")
    cleaning.add_argument("--dry-run", action="store_true", help="only say how many")
    cleaning.set_defaults(run=_clean)


def _import(arguments: argparse.Namespace) -> int:
    mapping = load(arguments.mapping, UsageMapping).model
    path: Path = arguments.file

    async def run(directory: Directory) -> int:
        try:
            content = await asyncio.to_thread(read_bytes, path)
            rules = await _rules(directory)
            found = read_usage(content, path.name, mapping, rules, Progress("読み取り"))
        except CsvError as error:
            raise DirectoryError(str(error)) from None
        return await _add(directory, found, arguments)

    return with_directory(arguments, run)


async def _rules(directory: Directory) -> Rules:
    async with directory.store.begin() as connection:
        if await usage.is_demonstration(connection):
            raise DirectoryError("このデータベースにはデモのデータが入っているため、実際の利用は取り込めません。")
        return Rules(
            await imported.department_days(connection),
            today(datetime.now(UTC)),
            await imported.kept_since(connection),
            directory.pseudonym,
        )


async def _add(directory: Directory, found: UsageFile, arguments: argparse.Namespace) -> int:
    """Compare with the database and write in the same transaction, so that two imports cannot both add a line."""
    async with directory.store.begin() as connection:
        await serialise(connection)
        await rollup.take_turn(connection)
        lines = list(found.lines.values())
        known = await imported.compare(connection, lines)
        faults = [*found.faults]
        faults += [(found.places[name], "取り込み済みの行と数が違います。") for name in known.different]
        fresh = [line for line in lines if line.id not in known.same]
        if not faults and not arguments.dry_run:
            bar = Progress("書き込み")
            at = await imported.save(connection, fresh, lambda done: bar(done, len(fresh)))
            if fresh:
                uses = sum(line.uses for line in fresh)
                await directory.audit.note(
                    connection, COMMAND_LINE, "usage.import", withdrawal.name_of(at), lines=len(fresh), uses=uses
                )
    if faults:
        return _refuse(sorted(faults), arguments)
    if not arguments.dry_run:
        await rollup.count(directory.store)
    done = "取り込めます（何も書いていません）" if arguments.dry_run else "取り込みました"
    print(f"{found.read:,}行を読み、{len(fresh):,}件（{sum(line.uses for line in fresh):,}回分）を{done}。")
    if known.same:
        print(f"取り込み済みの{len(known.same):,}件は加えていません。")
    return 0


def _refuse(faults: list[tuple[int, str]], arguments: argparse.Namespace) -> int:
    name = arguments.file.name
    for line, fault in faults[:_SHOWN]:
        print(f"{name}:{line}: {fault}", file=sys.stderr)
    if len(faults) > _SHOWN:
        print(f"ほか{len(faults) - _SHOWN:,}件（--report FILE ですべて書き出せます）", file=sys.stderr)
    if arguments.report:
        with arguments.report.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([("行", "理由"), *faults])
    print("1件も取り込んでいません。直してからもう一度お試しください。", file=sys.stderr)
    return 1


def _list(arguments: argparse.Namespace) -> int:
    async def show(directory: Directory) -> int:
        async with directory.store.begin() as connection:
            found = await withdrawal.imports(connection)
        rows = [
            (one.id, one.tool, f"{one.lines:,}", f"{one.uses:,}", one.first.isoformat(), one.last.isoformat())
            for one in found
        ]
        print(columns([("ID", "ツール", "件数", "利用回数", "最初の日", "最後の日"), *rows]))
        return 0

    return with_directory(arguments, show)


def _withdraw(arguments: argparse.Namespace) -> int:
    async def take(directory: Directory) -> int:
        try:
            async with directory.store.begin() as connection:
                await serialise(connection)
                await rollup.take_turn(connection)
                gone = await withdrawal.withdraw(connection, arguments.id)
                await directory.audit.note(
                    connection, COMMAND_LINE, "usage.withdraw", gone.id, lines=gone.lines, uses=gone.uses
                )
        except WithdrawalError as error:
            raise DirectoryError(str(error)) from None
        print(
            f"{gone.tool}の{gone.lines:,}件（{gone.uses:,}回分）を取り下げました。公開済みのファイルは publish で作り直してください。"
        )
        return 0

    return with_directory(arguments, take)


def _count(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)

    async def run() -> int:
        async with open_store(config) as store:
            if arguments.anew:
                await rollup.recount(store)
            number, bar = 0, Progress("集計")
            total = await rollup.number_waiting(store)
            while done := await rollup.count_batch(store, _BATCH):
                number += done
                bar(number, max(total, number))
            print(f"{number:,}件を集計しました。")
        return 0

    return reported(run)


def _clean(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)

    async def run() -> int:
        async with open_store(config) as store:
            kept = retention.Kept(**config.retention.model_dump())
            done = await retention.clean(store, kept, datetime.now(UTC), dry_run=arguments.dry_run)
        word = "削除できます（何も変えていません）" if arguments.dry_run else "削除しました"
        print(f"利用の記録{done.exchanges:,}件、取り込んだ行{done.imported:,}件を{word}。")
        if done.pseudonyms:
            print(
                f"{done.pseudonyms:,}件の職員の仮名を、つながりのない番号に置き換え{'られ' if arguments.dry_run else 'まし'}た。"
            )
        return 0

    return reported(run)
