"""``python -m gateway COMMAND``: serve the gateway, look into it, and govern it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.commands import (
    accounts,
    audit,
    corpus,
    demo_data,
    departments,
    evaluate,
    inspect,
    keys,
    policies,
    publish,
    serve,
    statutes,
    usage,
)
from policies.document import DocumentError
from redaction.places.register import PlacesError
from redaction.tagger import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.commands import Commands

COMMANDS = (
    serve, inspect, evaluate, corpus, policies, statutes, keys, departments, usage, publish, accounts, audit, demo_data,
)  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """The command line, as ``--help`` and the docs show it."""
    top = argparse.ArgumentParser(
        prog="python -m gateway",
        description="関守 Sekimori: the AI governance gateway for Japanese local governments.",
    )
    top.add_argument(
        "--config", type=Path, default=Path("config.yaml"), metavar="FILE", help="configuration (default: config.yaml)"
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    _accept_config_anywhere(commands)
    return top


def _accept_config_anywhere(commands: Commands) -> None:
    """``--config`` may stand behind the command as well: nobody remembers which side is right."""
    for sub in commands.choices.values():
        sub.add_argument("--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help=argparse.SUPPRESS)
        for action in sub._actions:  # noqa: SLF001, argparse has no other way to the commands below a command
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
                _accept_config_anywhere(action)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 for what the files or data say, 2 for usage."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except (DocumentError, ModelError, PlacesError) as error:
        print(error, file=sys.stderr)  # noqa: T201, the answer of the command
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
