"""``demo-data``: fill the database with an invented city and its invented usage, clearly marked as such."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from gateway.accounts.accounts import Accounts
from gateway.accounts.roles import Role
from gateway.audit import Audit
from gateway.commands.database import open_store, reported
from gateway.config import load_config
from gateway.directory import Caller, Department, Directory, DirectoryError
from gateway.secret import load_secret
from metrics import demonstration

if TYPE_CHECKING:
    import argparse

    from gateway.commands import Commands
    from gateway.config import Config

CALLER = Caller(department="0103", ancestors=("01",), person="d" * 32, kind="person", key_id="k-demo")
"""Whom the demo key stands for: one invented member of 情報政策課."""

SINCE = date(2020, 4, 1)
ADMINISTRATOR = "demo-admin"


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("demo-data", help="fill the database with demonstration departments and usage")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)

    async def run() -> int:
        await fill(config)
        print("デモの部署と利用実績（架空の青葉野市）を用意しました。")
        return 0

    return reported(run)


async def open_pages(config: Config) -> str:
    """Give the demonstration's administrator a new password for the pages; it is shown once and lasts until the next."""
    password = secrets.token_urlsafe(12)
    async with open_store(config) as store:
        accounts = Accounts(store, Audit(store, load_secret(config.data_dir)))
        if any(account.name == ADMINISTRATOR for account in await accounts.all()):
            await accounts.change(ADMINISTRATOR, password=password, disabled=False, actor="demo")
        else:
            await accounts.create(ADMINISTRATOR, Role.ADMINISTRATOR, password, actor="demo")
    return password


async def fill(config: Config) -> None:
    """Add the demonstration roster and what is missing of its usage. Quick when nothing is missing.

    Raises DirectoryError when the database holds real departments, StoreError when it does not answer.
    """
    async with open_store(config) as store:
        if await demonstration.holds_real_departments(store):
            raise DirectoryError(
                "このデータベースには実際の部署が登録されているため、デモのデータは入れません。"
                "デモには別のデータベース（config.yaml の database.url）を使ってください。"
            )
        if not await demonstration.holds_roster(store):
            rows = [Department(u.code, u.name, u.parent, u.head_count, SINCE) for u in demonstration.UNITS]
            await Directory(store, load_secret(config.data_dir)).save_departments(rows, demo=True)
        await demonstration.fill_usage(store, datetime.now(UTC))
