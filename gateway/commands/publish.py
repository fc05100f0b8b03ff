"""``publish``: write the public adoption figures as a site of plain files."""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.commands.database import open_store, reported
from gateway.config import load_config
from gateway.leaderboard.figures import Records
from gateway.leaderboard.site import Site
from gateway.pages import Pages
from metrics import rollup
from metrics.export.package import SUMS
from metrics.export.rows import Publisher
from metrics.usage import Memory

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from gateway.commands import Commands
    from gateway.config import Config


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("publish", help="write the public adoption figures as plain files for a web server")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder; an earlier site in it is replaced"
    )
    command.add_argument(
        "--periods", type=_positive, default=8, metavar="N", help="periods of each kind, the newest first (default: 8)"
    )
    command.set_defaults(run=_run)


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 40:  # noqa: PLR2004, ten years of quarters
        raise ValueError(text)
    return number


def _run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)
    out: Path = arguments.out
    if not replaceable(out):
        print(f"{out} は空でなく、publish が書いたものでもないため、置き換えません。", file=sys.stderr)
        return 1

    async def run() -> int:
        files = await _files(config, arguments.periods)
        try:
            replace(out, files)
        except OSError as error:
            print(f"{out} に書けません: {error.strerror}", file=sys.stderr)
            return 1
        print(f"{len(files)}個のファイルを {out} に書きました（{SUMS} で確かめられます）。")
        return 0

    return reported(run)


async def _files(config: Config, most: int) -> dict[str, bytes]:
    publisher, terms = Publisher(config.municipality.code, config.municipality.name), config.adoption.terms()
    async with open_store(config) as store:
        await rollup.count(store)  # nothing that waits to be counted may be missing
        survey = config.adoption.survey.source if config.adoption.survey else ""
        site = Site(Pages(), publisher, config.leaderboard, Records(store, terms, Memory()), terms, survey)
        now = datetime.now(UTC)
        if gaps := await site.gaps(now):
            print(f"PNGの図で表せない文字があります（図では空白になります）: {gaps}", file=sys.stderr)
        return await site.build(now, most)


def replaceable(folder: Path) -> bool:
    """Whether a folder may be written: it is not there, or empty, or an earlier site."""
    return not folder.exists() or (folder.is_dir() and ((folder / SUMS).is_file() or not any(folder.iterdir())))


def replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files in the place of a folder, whole or not at all. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as name:
        new, old = Path(name) / "new", Path(name) / "old"
        for path, content in files.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(content)
        shutil.copymode(folder, new) if folder.exists() else new.chmod(0o755)
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
