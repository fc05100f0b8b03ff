"""``statutes``: load, search and show the laws and ordinances that checks quote."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.config import load_config
from policies.ordinance.citations import Statutes
from policies.ordinance.index import Load, StatuteIndex, StatuteIndexError
from policies.ordinance.law import NumberError, key_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from gateway.commands import Commands
    from policies.ruleset import PolicySet

_BAR = 24


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    statutes = commands.add_parser("statutes", help="load, search and show laws and ordinances").add_subparsers(
        required=True, metavar="WHAT"
    )
    load = statutes.add_parser("load", help="take in a folder of law files; only what has changed is read")
    load.add_argument("directory", type=Path, nargs="?", metavar="DIR", help="default: the folder that config names")
    load.set_defaults(run=_load)
    search = statutes.add_parser("search", help="find articles that have all of these words")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many (default: 20)")
    search.set_defaults(run=_search)
    show = statutes.add_parser("show", help="show a law's articles, or one article")
    show.add_argument("law", metavar="LAW", help="title, short name, or the end of an ordinance's title")
    show.add_argument("article", nargs="?", metavar="ARTICLE", help="such as 第百六十七条の二, 167条の2 or 167-2")
    show.set_defaults(run=_show)


def unresolved(policy: PolicySet, statutes: Statutes) -> Iterator[str]:
    """What the legal basis of the policy's rules cites and the statutes do not have, a line for each."""
    for entry in (*policy.rules, *policy.entries.values()):
        for citation, repealed in statutes.wrong(entry.basis or ""):
            state = "削除されています" if repealed else "読み込んだ例規にありません"
            yield f"{entry.id}: {citation.law} {citation.key} は、{state}"


def _load(arguments: argparse.Namespace) -> int:
    """Status 1 when some file was skipped: what was loaded from it before stays in force."""
    config = load_config(arguments.config)
    folder: Path = arguments.directory or config.ordinance.statutes
    if not folder.is_dir():
        print(f"{folder}: このフォルダーはありません。", file=sys.stderr)
        return 1
    try:
        load = StatuteIndex(config.statutes_index).load(folder, _progress)
    except StatuteIndexError as error:
        print(error, file=sys.stderr)
        return 1
    _report(load)
    return 1 if load.skipped else 0


def _progress(done: int, all_: int, name: str) -> None:
    """A bar on standard error, for people."""
    if not sys.stderr.isatty():
        return
    filled = _BAR * done // max(1, all_)
    sys.stderr.write(f"\r\033[K[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{all_} {name[:60]}")
    sys.stderr.write("\n" if done == all_ else "")
    sys.stderr.flush()


def _report(load: Load) -> None:
    for skipped in load.skipped:
        print(skipped, file=sys.stderr)
    print(
        f"読み込み {len(load.loaded)}件、変更なし {len(load.unchanged)}件、"
        f"削除 {len(load.removed)}件、読み込めなかったもの {len(load.skipped)}件"
    )


def _search(arguments: argparse.Namespace) -> int:
    try:
        hits = StatuteIndex(load_config(arguments.config).statutes_index).search(
            " ".join(arguments.words), max(1, arguments.limit)
        )
    except StatuteIndexError as error:
        print(error, file=sys.stderr)
        return 1
    for hit in hits:
        caption = f"（{hit.article.caption}）" if hit.article.caption else ""
        print(f"{hit.law} {hit.article.part}{hit.article.name}{caption} {hit.article.excerpt}")
    return 0 if hits else 1


def _show(arguments: argparse.Namespace) -> int:
    index = StatuteIndex(load_config(arguments.config).statutes_index)
    try:
        statutes = Statutes(index.laws(), index.revision())
        key = key_of(arguments.article) if arguments.article else None
    except (StatuteIndexError, NumberError) as error:
        print(error, file=sys.stderr)
        return 1
    title = statutes.title(arguments.law)
    if title is None:
        print(f"「{arguments.law}」は読み込まれていません。", file=sys.stderr)
        return 1
    if key is None:
        for article in statutes.articles(title):
            print(f"{article.name}（{article.caption}）" if article.caption else article.name)
        return 0
    found = statutes.article(title, key)
    if found is None:
        print(f"{title}に{arguments.article}はありません。", file=sys.stderr)
        return 1
    print(f"{title} {found.name}" + (f"（{found.caption}）" if found.caption else ""))
    print(found.text)
    return 0
