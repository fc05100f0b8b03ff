"""The real detectors, by the names that the configuration knows. Importing this loads the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.config import Redaction
from redaction import analyzer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policies.finding import Detector


def detectors(names: Sequence[str], settings: Redaction | None = None) -> tuple[Detector, ...]:
    """Build the named detectors, each once, as configured.

    Raises KeyError for a name that the schema let through, DocumentError for a bad file that the settings name.
    """
    settings = settings or Redaction()
    known: Mapping[str, Callable[[], Detector]] = {
        "personal_information": lambda: analyzer.build(settings.allowlist, settings.recognizers, strict=settings.strict)
    }
    return tuple(known[name]() for name in dict.fromkeys(names))
