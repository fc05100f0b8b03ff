"""The layers of a policy: what is shipped, the chosen profile over it, the administrator's own files over both.

A later layer replaces a rule, word, check or matrix row of an earlier one by its id, whole, and adds what is new.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from policies.document import Document, DocumentError, Fault, parse, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

PROFILES = "profiles"
"""Folder of the profiles, each a folder of rule files, below that of the shipped rules."""


class Named(Protocol):
    """Whatever a rule file lists: it has an id."""

    @property
    def id(self) -> str:
        """Its name, unique within a layer."""
        ...


class Placed(NamedTuple):
    """A rule, word, check or matrix row, and where it stands."""

    document: Document[Any]
    list: str
    place: int
    entry: Any

    def fault(self, message: str, *below: str | int) -> Fault:
        """A fault at the entry, or at a value below it."""
        return self.document.fault((self.list, self.place, *below), message)

    def fault_at_name(self, message: str) -> Fault:
        """A fault at what names the entry: its id; of a matrix row its class."""
        return self.fault(message, "classification" if self.list == "matrix" else "id")


@dataclass(frozen=True, slots=True)
class Layers:
    """Documents by layer, lowest first, and a digest of all that stands in them. Models have ``lists()``."""

    documents: tuple[tuple[Document[Any], ...], ...]
    digest: bytes

    def in_force(self) -> list[Placed]:
        """What holds: of each id the topmost layer's, in the order of the files."""
        everything = [(depth, placed) for depth, layer in enumerate(self.documents) for placed in _entries(layer)]
        topmost = {placed.entry.id: depth for depth, placed in everything}
        return [placed for depth, placed in everything if topmost[placed.entry.id] == depth]

    def effective(self) -> list[Document[Any]]:
        """The documents of all layers, lowest first, without the entries that a later layer replaces."""
        kept: dict[int, dict[str, set[int]]] = {}
        for placed in self.in_force():
            kept.setdefault(id(placed.document), {}).setdefault(placed.list, set()).add(placed.place)
        return [
            document.only({name: kept.get(id(document), {}).get(name, set()) for name in document.model.lists()})
            for layer in self.documents
            for document in layer
        ]

    def duplicates(self) -> Iterator[Fault]:
        """The same id twice in one layer: nobody could say which of them holds."""
        for layer in self.documents:
            first: dict[str, Fault] = {}
            for placed in _entries(layer):
                here = placed.fault_at_name("")
                if (there := first.setdefault(placed.entry.id, here)) and there is not here:
                    yield placed.fault_at_name(f"the id {placed.entry.id} is already used at {there.path}:{there.line}")


def _entries(documents: Iterable[Document[Any]]) -> Iterator[Placed]:
    for document in documents:
        lists: Mapping[str, Sequence[Named]] = document.model.lists()
        for name, entries in lists.items():
            for index, entry in enumerate(entries):
                yield Placed(document, name, index, entry)


def read_layers(folder: Path, model: type[Any], *, profile: str, own: Mapping[str, str]) -> Layers:
    """Read the rule files of a folder, of the profile below it, and the administrator's own (text by name).

    Raises DocumentError with the faults of all files.
    """
    profiles = folder / PROFILES
    shipped = [path for path in rule_files(folder) if profiles not in path.parents]
    chosen = profiles / profile
    if profiles.is_dir() and not chosen.is_dir():
        known = ", ".join(sorted(path.name for path in profiles.iterdir() if path.is_dir()))
        raise DocumentError([Fault(str(profiles), 1, 1, f"no profile {profile} (there are: {known})")])
    of_profile = rule_files(chosen) if chosen.is_dir() else []
    if not (shipped or of_profile or own):
        raise DocumentError([Fault(str(folder), 1, 1, "no rule file (*.yaml) in this folder")])
    layered: list[dict[str, Path | str]] = [
        {str(path.relative_to(folder)): path for path in shipped},
        {str(path.relative_to(folder)): path for path in of_profile},
        dict(sorted(own.items())),
    ]
    digest, faults = hashlib.sha256(), list[Fault]()
    layers: list[tuple[Document[Any], ...]] = []
    for files in layered:
        layer: list[Document[Any]] = []
        for name, source in files.items():
            try:
                text = source if isinstance(source, str) else read(source, name)
                layer.append(parse(text, model, name))
                digest.update(f"{name}\0{text}\0".encode("utf-8", "surrogatepass"))
            except DocumentError as error:
                faults += error.faults
        layers.append(tuple(layer))
    if faults:
        raise DocumentError(faults)
    return Layers(tuple(layers), digest.digest())


def rule_files(folder: Path) -> list[Path]:
    """Every ``*.yaml`` below a folder, sorted. Raises DocumentError for a file that would be passed over."""
    # A rule file that is passed over in silence would leave its rules out of force.
    if misnamed := sorted(path for path in folder.rglob("*.yml") if path.is_file()):
        raise DocumentError(
            Fault(str(path.relative_to(folder)), 1, 1, "rule files end in .yaml: rename it") for path in misnamed
        )
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())


def read_own(folder: Path) -> dict[str, str]:
    """The administrator's files by name relative to the folder; nothing where there is no folder.

    Raises DocumentError for files that cannot be read as text.
    """
    if not folder.is_dir():
        return {}
    return {path.relative_to(folder).as_posix(): read(path, str(path)) for path in rule_files(folder)}
