"""``corpus``: the project's own evaluation documents, to be measured with ``evaluate``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from redaction.evaluation.corpus import generate

if TYPE_CHECKING:
    import argparse

    from gateway.commands import Commands


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("corpus", help="write invented documents with gold spans, as JSON lines")
    command.add_argument("--seed", type=int, default=1, help="the same seed writes the same documents (default: 1)")
    command.add_argument("--documents", type=int, default=500, metavar="N", help="how many (default: 500)")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.documents < 1:
        print("--documents must be at least 1", file=sys.stderr)
        return 2
    for document in generate(arguments.seed, arguments.documents):
        sys.stdout.write(document.line() + "\n")
    return 0
