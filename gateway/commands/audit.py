"""``audit``: verify the chain of entries, and list the newest."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from gateway.audit import Audit
from gateway.commands.database import open_store, reported
from gateway.commands.listing import columns
from gateway.config import load_config
from gateway.secret import load_secret

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from gateway.commands import Commands


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    audit = commands.add_parser("audit", help="verify and list the audit chain").add_subparsers(
        required=True, metavar="WHAT"
    )
    verify = audit.add_parser(
        "verify", help="read the whole chain; name every entry that was changed, missing or moved"
    )
    verify.add_argument("--head", metavar="HASH", help="a hash noted earlier: also see whether the end was cut off")
    verify.set_defaults(run=_verify)
    listing = audit.add_parser("list", help="list the newest entries")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="how many (default: 50)")
    listing.set_defaults(run=_list)


def _with_audit(arguments: argparse.Namespace, use: Callable[[Audit], Awaitable[int]]) -> int:
    config = load_config(arguments.config)

    async def run() -> int:
        async with open_store(config) as store:
            return await use(Audit(store, load_secret(config.data_dir)))

    return reported(run)


def _verify(arguments: argparse.Namespace) -> int:
    async def verify(audit: Audit) -> int:
        found = await audit.verify(arguments.head)
        for fault in found.faults:
            print(fault, file=sys.stderr)
        state = "faults found" if found.faults else "ok"
        print(f"{state}: {found.entries} entries, head {found.head}")
        return 1 if found.faults else 0

    return _with_audit(arguments, verify)


def _list(arguments: argparse.Namespace) -> int:
    async def show(audit: Audit) -> int:
        rows = [
            (
                str(entry.seq),
                entry.at.isoformat(timespec="seconds"),
                entry.actor,
                entry.action,
                entry.target,
                json.dumps(entry.details, ensure_ascii=False, sort_keys=True),
            )
            for entry in await audit.entries(limit=max(arguments.limit, 0))
        ]
        print(columns([("番号", "日時", "誰が", "何を", "対象", "内容"), *rows]))
        return 0

    return _with_audit(arguments, show)
