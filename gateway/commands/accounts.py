"""``accounts``: local accounts of those who govern the gateway."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from gateway.accounts.accounts import AccountError, Accounts, PasswordError
from gateway.accounts.roles import Role
from gateway.audit import Audit
from gateway.commands.database import open_store, reported
from gateway.commands.listing import columns
from gateway.config import load_config
from gateway.secret import load_secret

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from gateway.commands import Commands

_ACTOR = "command line"


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    accounts = commands.add_parser("accounts", help="make, list and change accounts of the pages").add_subparsers(
        required=True, metavar="WHAT"
    )
    create = accounts.add_parser("create", help="make an account; the password is asked for, twice")
    create.add_argument("name", metavar="NAME", help="account name")
    create.add_argument("--role", required=True, choices=[role.value for role in Role], help="what it may do")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create.set_defaults(run=_create)
    accounts.add_parser("list", help="list all accounts").set_defaults(run=_list)
    password = accounts.add_parser("password", help="give an account another password; its sessions end")
    password.add_argument("name", metavar="NAME", help="account name")
    password.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    password.set_defaults(run=_password)
    for name, disabled in (("disable", True), ("enable", False)):
        command = accounts.add_parser(name, help=f"{name} an account")
        command.add_argument("name", metavar="NAME", help="account name")
        command.set_defaults(run=_switch, disabled=disabled)


def _with_accounts(arguments: argparse.Namespace, use: Callable[[Accounts], Awaitable[str]]) -> int:
    config = load_config(arguments.config)

    async def run() -> int:
        async with open_store(config) as store:
            try:
                print(await use(Accounts(store, Audit(store, load_secret(config.data_dir)))))
            except (AccountError, PasswordError) as error:
                print(error, file=sys.stderr)
                return 1
        return 0

    return reported(run)


def _asked(arguments: argparse.Namespace) -> str:
    """The password. Never an argument: those can be read by everyone on the computer."""
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first, second = (getpass.getpass(prompt) for prompt in ("パスワード: ", "もう一度: "))
    if first != second:
        raise AccountError("二つのパスワードが同じではありません。")
    return first


def _create(arguments: argparse.Namespace) -> int:
    async def create(accounts: Accounts) -> str:
        await accounts.create(arguments.name, Role(arguments.role), _asked(arguments), actor=_ACTOR)
        return f"アカウント {arguments.name}（{Role(arguments.role).word}）を作りました。"

    return _with_accounts(arguments, create)


def _password(arguments: argparse.Namespace) -> int:
    async def change(accounts: Accounts) -> str:
        await accounts.change(arguments.name, password=_asked(arguments), actor=_ACTOR)
        return f"アカウント {arguments.name} のパスワードを変えました。"

    return _with_accounts(arguments, change)


def _switch(arguments: argparse.Namespace) -> int:
    async def switch(accounts: Accounts) -> str:
        await accounts.change(arguments.name, disabled=arguments.disabled, actor=_ACTOR)
        return f"アカウント {arguments.name} を{'無効' if arguments.disabled else '有効'}にしました。"

    return _with_accounts(arguments, switch)


def _list(arguments: argparse.Namespace) -> int:
    async def show(accounts: Accounts) -> str:
        rows = [
            (one.name, one.role.word, "パスワード" if one.local else "OpenID", "無効" if one.disabled else "有効")
            for one in await accounts.all()
        ]
        return columns([("アカウント", "役割", "サインイン", "状態"), *rows])

    return _with_accounts(arguments, show)
