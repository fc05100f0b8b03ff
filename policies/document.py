"""The one door to YAML: a file becomes a model, or errors that point at the line.

Aliases, duplicate keys, tags and oversized files are refused: what an administrator reads in the
file is what holds. ``yes``, ``no``, ``on`` and ``off`` are words, not truth values, and ``2026-04-01``
is no date (YAML 1.2, core schema).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Location = Sequence[str | int]

LARGEST = 8 * 1024 * 1024
"""Bytes of the largest file that is read: the whole shipped policy is a tenth of this."""

_TAG = "!"
"""Every tag begins with it (YAML 1.2.2, 6.8.2): a file without one is spared the look at each node."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file, printed as ``file:line:column: message``."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class DocumentError(Exception):
    """A file that cannot be used; carries every fault found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class _Loader(yaml.CSafeLoader):
    """The safe loader, reading plain words as YAML 1.2's core schema does: no dates, octals or merge keys."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _plain, _first in (
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    # A leading zero makes a code (department 012), not a number.
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,17})", list("-+0123456789")),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^{_plain}$"), _first)


@dataclass(frozen=True, slots=True)
class Document(Generic[Model]):
    """A model and the file it came from."""

    model: Model
    path: str
    _root: yaml.Node

    def fault(self, location: Location, message: str) -> Fault:
        """A fault at the value that ``location`` (keys and indices) leads to."""
        return _fault(self.path, self._root, location, message)

    def only(self, kept: Mapping[str, Collection[int]]) -> Document[Model]:
        """The document with these items alone in the lists that are named; faults still point at their lines."""
        lists = {name: getattr(self.model, name) for name in kept}
        if all(len(kept[name]) == len(items) for name, items in lists.items()):
            return self
        changes = {name: tuple(item for n, item in enumerate(lists[name]) if n in kept[name]) for name in kept}
        root = copy(self._root)
        root.value = [(key, _items(node, kept.get(key.value))) for key, node in root.value]
        return Document(self.model.model_copy(update=changes), self.path, root)


def load(path: Path, model: type[Model], *, shown_as: str | None = None) -> Document[Model]:
    """Read, parse and validate one file. Raises DocumentError with every fault in it."""
    name = shown_as or str(path)
    return parse(read(path, name), model, name)


def read(path: Path, name: str) -> str:
    """The text of a file. Raises DocumentError for one that is too large, unreadable or not UTF-8."""
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError([Fault(name, 1, 1, f"larger than {LARGEST} bytes: split the file")])
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DocumentError([Fault(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise DocumentError([Fault(name, 1, 1, f"not UTF-8 (byte {error.start}); save the file as UTF-8")]) from None


def parse(source: str, model: type[Model], name: str) -> Document[Model]:
    """Parse and validate the text of a file. Raises DocumentError with every fault in it."""
    if len(source) > LARGEST:
        raise DocumentError([Fault(name, 1, 1, f"larger than {LARGEST} characters: split the file")])
    root, data = _parse(source, name)
    try:
        return Document(model.model_validate(data), name, root)
    except ValidationError as error:
        faults = [_fault(name, root, *_explain(detail)) for detail in error.errors(include_url=False)]
        raise DocumentError(sorted(faults, key=lambda f: (f.line, f.column))) from None


def _items(node: yaml.Node, kept: Collection[int] | None) -> yaml.Node:
    """A sequence with some of its items; any other node as it is."""
    if kept is None or not isinstance(node, yaml.SequenceNode):
        return node
    fewer = copy(node)
    fewer.value = [item for n, item in enumerate(node.value) if n in kept]
    return fewer


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key, as in the shipped files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        """Never without indentation."""
        del indentless
        super().increase_indent(flow, False)  # noqa: FBT003


def dump(data: Any) -> str:
    """Plain data as the text of a file, in the order given."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return text


def _parse(source: str, name: str) -> tuple[yaml.Node, Any]:
    try:
        loader = _Loader(source)
        try:
            root = loader.get_single_node()
            if root is None:
                raise DocumentError([Fault(name, 1, 1, "the file is empty")])
            if faults := list(_refused(root, name, loader if _TAG in source else None)):
                raise DocumentError(faults)
            return root, loader.construct_document(root)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DocumentError([Fault(name, line, column, f"not valid YAML: {error.problem or error.context}")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError([Fault(name, 1, 1, f"not valid YAML: {type(error).__name__}")]) from None


def _refused(root: yaml.Node, name: str, loader: _Loader | None) -> Iterable[Fault]:
    """Aliases, tags and duplicate keys: all make a file say something else than it seems to.

    ``loader`` is None for a file that can have no tag.
    """
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            yield Fault(name, node.start_mark.line + 1, node.start_mark.column + 1, "aliases (&, *) are not supported")
            continue
        seen.add(id(node))
        if loader is not None and node.tag != _untagged(node, loader):
            yield Fault(name, node.start_mark.line + 1, node.start_mark.column + 1, "tags (!) are not supported")
        if isinstance(node, yaml.MappingNode):
            yield from _duplicates(node, name)
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _untagged(node: yaml.Node, loader: _Loader) -> str:
    """The tag that the node has when the file names none."""
    if isinstance(node, yaml.ScalarNode) and (node.style or node.value[:1] not in loader.yaml_implicit_resolvers):
        return loader.DEFAULT_SCALAR_TAG  # most values: quoted, or beginning as no number and no truth value does
    plain = getattr(node, "style", None) in {None, ""}
    tag: str = loader.resolve(type(node), node.value, (plain, not plain))  # type: ignore[no-untyped-call]
    return tag


def _duplicates(node: yaml.MappingNode, name: str) -> Iterable[Fault]:
    keys: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in keys:
                mark = key.start_mark
                yield Fault(name, mark.line + 1, mark.column + 1, f"the key {key.value} stands twice")
            keys.add(key.value)


def _explain(detail: ErrorDetails) -> tuple[Location, str]:
    location = detail["loc"]
    if detail["type"] == "extra_forbidden":
        return location, f"unknown key {location[-1]}"
    if detail["type"] == "missing":
        return location[:-1], f"{location[-1]} is required"
    return location, detail["msg"].removeprefix("Value error, ")


def _fault(name: str, root: yaml.Node, location: Location, message: str) -> Fault:
    node = mark_of = root
    for step in location:
        found = _child(node, step)
        if found is None:  # a step that names a variant of a union, not a place in the file
            continue
        mark_of, node = found
    return Fault(name, mark_of.start_mark.line + 1, mark_of.start_mark.column + 1, message)


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The node to point at (a mapping's key) and the node to go on from (its value)."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return (value if isinstance(value, yaml.ScalarNode) else key), value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
