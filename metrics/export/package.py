"""The data sheet: a data package (Frictionless Data Package 1.0, ``datapackage.json``) and the hashes of all files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metrics.export.rows import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from metrics.export.rows import Publisher

SUMS = "SHA256SUMS"
_TYPES = {"csv": "text/csv", "json": "application/json", "xlsx": (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package says of itself: its first and last day, terms with their meanings, the terms of use (may be empty)."""

    span: tuple[date, date]
    about: Sequence[tuple[str, str]] = ()
    licence: str = ""


def package(publisher: Publisher, files: Mapping[str, bytes], contents: Contents) -> bytes:
    """The description of data files (name → content; CSV, Excel, JSON), as JSON."""
    description: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "generative-ai-adoption",
        "title": f"{publisher.name} 部署別の生成AI活用率",
        "description": "\n".join(f"{name}：{text}" for name, text in contents.about),
        "municipality": {"code": publisher.code, "name": publisher.name},
        "temporal": {"start": contents.span[0].isoformat(), "end": contents.span[1].isoformat()},
        "resources": [_resource(name, content) for name, content in sorted(files.items())],
    }
    if contents.licence:
        description["licenses"] = [{"title": contents.licence}]
    return written(description)


def _resource(path: str, content: bytes) -> dict[str, Any]:
    ending = path.rsplit(".", 1)[-1]
    resource: dict[str, Any] = {
        "name": path.rsplit(".", 1)[0].replace("/", "-"),
        "path": path,
        "format": ending,
        "mediatype": _TYPES[ending],
        "bytes": len(content),
        "hash": f"sha256:{digest(content)}",
    }
    if ending == "csv":
        resource["profile"] = "tabular-data-resource"
        resource["encoding"] = "utf-8"
        resource["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "header": True}
        resource["schema"] = {
            "fields": [{"name": c.heading, "type": c.kind, "description": c.meaning} for c in COLUMNS],
            "missingValues": [""],
        }
    return resource


def sums(files: Mapping[str, bytes]) -> bytes:
    """The hashes of all files, as ``sha256sum --check`` reads them."""
    return "".join(f"{digest(content)}  {name}\n" for name, content in sorted(files.items())).encode()


def written(value: Any) -> bytes:
    """JSON for people too: indented, Japanese as it is, a line feed at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
