"""Writes the tables of the docs from the code: ``python docs/generate.py`` (``--check`` only compares).

A table stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``; everything else is written by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import types
import typing
from pathlib import Path
from typing import Any

from pydantic import BaseModel

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from gateway.__main__ import parser  # noqa: E402
from gateway.accounts.roles import ALLOWED, Role  # noqa: E402
from gateway.app import ENDPOINTS  # noqa: E402
from gateway.config import Config  # noqa: E402
from gateway.coverage.manifest import manifest  # noqa: E402
from gateway.policy.cases import Case, CaseFile, CaseSituation, Expectation  # noqa: E402
from gateway.routes.admin import ROUTES  # noqa: E402
from gateway.usage_file import UsageMapping  # noqa: E402
from metrics.prometheus import Instruments  # noqa: E402
from policies.loader import PolicyFile  # noqa: E402
from policies.ordinance.checks import Check, DocumentKind  # noqa: E402
from policies.ordinance.moved import Moved  # noqa: E402
from policies.ordinance.phrases import Concept  # noqa: E402
from policies.schema import MatrixRow, PolicyRule  # noqa: E402
from policies.wording import Frame, PatternEntry, Silence, WordEntry, WordGroup  # noqa: E402
from redaction.allowlist import AllowFile  # noqa: E402
from redaction.custom import CustomRecognizer  # noqa: E402

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def config_table() -> str:
    """Every key of ``config.yaml``."""
    return _table(("Key", "Default", "Meaning"), _keys(Config))


def schema_table(model: type[BaseModel]) -> str:
    """Every field of one model."""
    return _table(("Field", "Default", "Meaning"), _keys(model, deep=False))


def command_table() -> str:
    """Every command with its usage."""
    return "".join(f"```text\n{usage}\n```\n\n" for usage in _usages(parser()))


def metric_table() -> str:
    """Every metric with its labels."""
    rows = sorted(Instruments(models=(), endpoints=()).describe())
    return _table(("Metric", "Type", "Labels", "Meaning"), ((f"`{n}`", t, ls, d) for n, t, ls, d in rows))


def coverage_table() -> str:
    """Every place of every API."""
    rows = ((f"`{r.endpoint}`", r.place, r.whole, r.streamed) for r in manifest(ENDPOINTS))
    return _table(("Endpoint", "Place", "Whole", "Streamed"), rows)


def page_table() -> str:
    """Every page behind the sign-in, and the roles that may open it."""
    rows = [
        (f"`{route.path.replace('{revision:int}', '{revision}')}`", route.method, "、".join(
            role.word for role in Role if route.permission in ALLOWED[role]
        ))
        for route in ROUTES
    ]  # fmt: skip
    return _table(("Path", "Method", "Roles"), rows)


def _keys(model: type[BaseModel], prefix: str = "", *, deep: bool = True) -> Iterator[tuple[str, ...]]:
    for name, info in model.model_fields.items():
        inner, many = _inner(info.annotation)
        key = f"{prefix}{name}{'[]' if many else ''}"
        if inner is not None and deep:
            yield f"`{key}`", "", info.description or ""
            yield from _keys(inner, f"{key}.")
            continue
        default = "**required**" if info.is_required() else f"`{_shown(info.get_default(call_default_factory=True))}`"
        yield f"`{key}`", default, info.description or ""


def _shown(value: Any) -> str:
    if isinstance(value, BaseModel):
        return "{}"
    if isinstance(value, Path):
        return str(value)
    return json.dumps(getattr(value, "word", value), ensure_ascii=False, default=str)


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that a field holds, and whether it holds many."""
    many = typing.get_origin(annotation) in (tuple, list)
    for part in (annotation, *typing.get_args(annotation)):
        if isinstance(part, type) and not isinstance(part, types.GenericAlias) and issubclass(part, BaseModel):
            return part, many
    return None, False


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _usages(top: argparse.ArgumentParser) -> Iterator[str]:
    for action in top._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for sub in action.choices.values():
                inner = list(_usages(sub))
                yield from inner or [_help(sub)]


def _help(sub: argparse.ArgumentParser) -> str:
    sub.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=100)
    return sub.format_help().strip()


SCHEMAS: dict[str, type[BaseModel]] = {
    "policy.schema.json": PolicyFile,
    "cases.schema.json": CaseFile,
    "config.schema.json": Config,
}

TABLES: dict[str, Callable[[], str]] = {
    "config": config_table,
    "commands": command_table,
    "metrics": metric_table,
    "coverage": coverage_table,
    "usage-mapping": lambda: _table(("Key", "Default", "Meaning"), _keys(UsageMapping)),
    "pages": page_table,
    "policy-file": lambda: schema_table(PolicyFile),
    "rule": lambda: schema_table(PolicyRule),
    "word": lambda: schema_table(WordEntry),
    "pattern": lambda: schema_table(PatternEntry),
    "word-group": lambda: schema_table(WordGroup),
    "frame": lambda: schema_table(Frame),
    "silence": lambda: schema_table(Silence),
    "check": lambda: schema_table(Check),
    "matrix": lambda: schema_table(MatrixRow),
    "case": lambda: schema_table(Case),
    "case-situation": lambda: schema_table(CaseSituation),
    "case-expect": lambda: schema_table(Expectation),
    "allowlist": lambda: schema_table(AllowFile),
    "recognizer": lambda: schema_table(CustomRecognizer),
    "concept": lambda: schema_table(Concept),
    "moved": lambda: schema_table(Moved),
    "document": lambda: schema_table(DocumentKind),
}


def rendered(source: str) -> str:
    """A page with its tables written anew."""
    return BLOCK.sub(lambda m: f"{m[1]}{TABLES[m[2]]()}{m[3]}", source)


def main() -> int:
    """Write, or with ``--check`` say which pages are out of date."""
    check = "--check" in sys.argv[1:]
    stale = []
    for page in sorted(DOCS.glob("*.md")):
        old = page.read_text("utf-8")
        if (new := rendered(old)) != old:
            stale.append(page.name)
            if not check:
                page.write_text(new, "utf-8")
    for name, model in SCHEMAS.items():
        text = json.dumps(model.model_json_schema(), ensure_ascii=False, indent=1) + "\n"
        path = DOCS / name
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, "utf-8")
    stale += _link_schemas(check=check)
    for name in stale:
        print(f"{'out of date' if check else 'written'}: docs/{name}")
    return 1 if check and stale else 0


def _link_schemas(*, check: bool) -> list[str]:
    """The first line of every shipped rule or test file names its schema, so that editors help while typing."""
    stale = []
    for folder, schema in (("rules", "policy.schema.json"), ("cases", "cases.schema.json")):
        for path in sorted((DOCS.parent / "policies" / folder).rglob("*.yaml")):
            up = "../" * (len(path.relative_to(DOCS.parent).parts) - 1)
            link = f"# yaml-language-server: $schema={up}docs/{schema}\n"
            if not (text := path.read_text("utf-8")).startswith(link):
                stale.append(f"../{path.relative_to(DOCS.parent)}")
                if not check:
                    path.write_text(link + text, "utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
