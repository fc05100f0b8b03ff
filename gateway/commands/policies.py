"""``policies check``: every rule file loaded, every example run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gateway.config import load_config
from policies.loader import load_policy

if TYPE_CHECKING:
    import argparse

    from gateway.commands import Commands


def register(commands: Commands) -> None:
    """Add the command and its parts."""
    policies = commands.add_parser("policies", help="check the rule files").add_subparsers(
        required=True, metavar="WHAT"
    )
    check = policies.add_parser("check", help="load every rule file and run every example")
    check.add_argument("directory", type=Path, nargs="?", metavar="DIR", help="default: the folder that config names")
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    """Print the revision and what it holds. Faults leave as DocumentError, each with its line."""
    from gateway.parts import detectors  # noqa: PLC0415, the engine is loaded only by commands that read texts

    if arguments.directory:
        policy = load_policy(arguments.directory, detectors(("personal_information",)))
    else:
        config = load_config(arguments.config)
        policy = load_policy(config.policies.directory, detectors(config.inspection.detectors, config.redaction))
    words = sum(rule.startswith("wording/") for rule in policy.entries)
    checks = len(policy.entries) - words
    print(f"ok: revision {policy.revision}, {len(policy.rules)} rules, {words} wording entries, {checks} checks")
    return 0
