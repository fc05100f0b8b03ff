"""Server-sent events, both ways, after the WHATWG rules (HTML Living Standard, section 9.2).

Also the one place where a JSON message becomes bytes, since an event is a line of JSON.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

DONE = b"data: [DONE]\n\n"
"""What ends a stream of the OpenAI API."""

MAX_EVENT = 1 << 20
"""Bytes that one event may have: 1 MiB. A chunk of a reply has some hundred."""

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class EventTooLargeError(ValueError):
    """An event, or a line of one, has more bytes than the decoder may hold."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its data lines joined by line feeds, and its type."""

    data: str
    event: str = "message"


class EventDecoder:
    """Turn bytes, cut anywhere, into events. The same bytes give the same events however cut.

    ``id`` and ``retry`` are read over: a reply of a model cannot be resumed. Bytes that are
    not UTF-8 become U+FFFD, as the standard says.
    """

    def __init__(self, max_event: int = MAX_EVENT) -> None:
        """Hold at most ``max_event`` bytes of one event."""
        self._max_event = max_event
        self._line = bytearray()
        self._data: list[str] = []
        self._size = 0
        self._event = ""
        self._after_cr = False
        self._first_line = True
        self._overflow = False

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that end in this chunk.

        Raises ``EventTooLargeError``; when events precede the large one in the same chunk, they
        are returned first and the next call raises.
        """
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        events: list[Event] = []
        if chunk and not self._overflow:
            self._after_cr = chunk.endswith(b"\r")
            self._overflow = not self._split(chunk, events)
        if self._overflow and not events:
            raise EventTooLargeError(f"an event has more than {self._max_event} bytes")
        return events

    def close(self) -> bool:
        """End the input: an event without its blank line is thrown away, as the standard says.

        Returns whether anything was thrown away. Raises ``EventTooLargeError`` when that is due.
        """
        if self._overflow:
            raise EventTooLargeError(f"an event has more than {self._max_event} bytes")
        unfinished = bool(self._line or self._data)
        self._line.clear()
        self._dispatch([])
        return unfinished

    def _split(self, chunk: bytes, events: list[Event]) -> bool:
        """Read the complete lines of a chunk and keep the rest; False when a bound is passed."""
        *lines, rest = _LINE_END.split(chunk)
        for piece in lines:
            self._line += piece
            if len(self._line) > self._max_event:
                return False
            line = bytes(self._line)
            self._line.clear()
            if self._first_line:
                self._first_line = False
                line = line.removeprefix(_BOM)
            self._read_line(line, events)
            if self._size > self._max_event:
                return False
        self._line += rest
        return len(self._line) <= self._max_event

    def _read_line(self, line: bytes, events: list[Event]) -> None:
        if not line:
            self._dispatch(events)
            return
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._size += len(value) + 1
            self._data.append(value.decode("utf-8", "replace"))
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")

    def _dispatch(self, events: list[Event]) -> None:
        if self._data:
            events.append(Event("\n".join(self._data), self._event or "message"))
        self._data.clear()
        self._size = 0
        self._event = ""


def json_bytes(value: Any) -> bytes:
    """Compact JSON in UTF-8, Japanese left as it is.

    A lone surrogate, which JSON can escape and UTF-8 cannot carry, is escaped with all the rest.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def encode(message: Any, event: str | None = None) -> bytes:
    """One message as one event. JSON has no bare line feeds, so one data line is enough."""
    name = f"event: {event}\n".encode() if event else b""
    return name + b"data: " + json_bytes(message) + b"\n\n"
