"""The real detectors, by the names that the configuration knows. Importing this loads the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction import analyzer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policies.finding import Detector

_DETECTORS: Mapping[str, Callable[[], Detector]] = {"personal_information": analyzer.build}


def detectors(names: Sequence[str]) -> tuple[Detector, ...]:
    """Build the named detectors, each once. Raises KeyError for a name that the schema let through."""
    return tuple(_DETECTORS[name]() for name in dict.fromkeys(names))
