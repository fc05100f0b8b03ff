"""``POST /v1/audio/transcriptions``: sound, which nobody can read here, in; a transcript, which is read, out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gateway import sse
from gateway.endpoints.base import Key, Message, TextPart
from gateway.endpoints.door import OpenAIVoice, check_model, openai_routes, unsupported
from gateway.endpoints.embeddings import Whole
from gateway.endpoints.form import fields
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from gateway.endpoints.door import Voice

FORMATS = ("json", "text", "verbose_json", "srt", "vtt")
_TIMED = frozenset({"verbose_json", "srt", "vtt"})
# What a file is stands in its first bytes; names and media types lie.
_SOUNDS = (
    ("wav", re.compile(rb"RIFF.{4}WAVE", re.DOTALL)),
    ("flac", re.compile(rb"fLaC")),
    ("ogg", re.compile(rb"OggS")),
    ("webm", re.compile(rb"\x1aE\xdf\xa3")),
    ("m4a", re.compile(rb".{4}ftyp", re.DOTALL)),
    ("mp3", re.compile(rb"ID3|\xff[\xe2-\xff]")),
)
_SAID = ("text", "language", "task")
# Token numbers, words and log probabilities would tell what the screen took out of the text.
_KEPT = frozenset({*_SAID, "duration", "usage", "segments", "blocked"})
_OF_SEGMENT = frozenset({"id", "seek", "start", "end", "text", "temperature"})


class Transcriptions(Whole):
    """A form with a file. The file is an opaque part of kind audio: the policy decides where it may go."""

    name = "transcriptions"
    path = "audio/transcriptions"
    serves = "audio/transcriptions"
    routes = openai_routes("audio/transcriptions")
    media_types = frozenset({"multipart/form-data"})

    def parse(self, raw: bytes) -> Message:
        """Fields as strings, names that end in ``[]`` as lists, the file as ``{"type", "format", "data"}``."""
        body: Message = {}
        for field in fields(raw):
            many = field.name.endswith("[]")
            if field.name in body and not many:
                raise BadRequest("同じ項目が二つあります。", code="invalid_form")
            if field.file or field.name == "file":
                if not field.file or field.name != "file":
                    raise BadRequest("音声は file という項目に一つだけ付けてください。", param="file")
                body["file"] = {"type": "audio", "format": _format(field.data), "data": field.data}
                continue
            try:
                value = field.data.decode("utf-8")
            except UnicodeDecodeError:
                raise BadRequest("項目の値は UTF-8 の文字にしてください。", code="invalid_form") from None
            if many:
                body.setdefault(field.name, []).append(value)
            else:
                body[field.name] = value
        return body

    def receive(self, body: Message, path: Mapping[str, str]) -> Message:
        """In a form, true and false are words."""
        body = super().receive(body, path)
        stream = body.get("stream")
        return {**body, "stream": stream == "true"} if stream in ("true", "false") else body

    def check(self, body: Message) -> None:
        """Refuse a form without sound, and what would tell more than the screened text."""
        check_model(body)
        super().check(body)
        sound = body.get("file")
        if not isinstance(sound, dict) or not isinstance(sound.get("data"), bytes):
            raise BadRequest("file に音声を付けてください。", param="file")
        if body.get("response_format", "json") not in FORMATS:
            raise BadRequest(
                f"response_format は {'、'.join(FORMATS)} のどれかにしてください。", param="response_format"
            )
        why = "検査した文と食い違う語が残るためです。"
        if "timestamp_granularities" in body or body.get("timestamp_granularities[]", ["segment"]) != ["segment"]:
            raise unsupported("timestamp_granularities の segment 以外", why, "timestamp_granularities")
        if any(name in body for name in ("include", "include[]")):
            raise unsupported("include", why, "include")

    def prepare(self, body: Message) -> Message:
        """Asked for as JSON, whatever the caller reads: what is no JSON is told here, from the screened text."""
        timed = body.get("response_format") in _TIMED
        return {**body, "response_format": "verbose_json" if timed else "json"}

    def voice(self, body: Message) -> Voice:
        """In the form that was asked for."""
        return _TranscriptVoice(str(body.get("response_format", "json")))

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """The text, then that of each segment."""
        for name in _SAID:
            if isinstance(message.get(name), str) and message[name]:
                yield TextPart((0, name), message, name)
        for n, segment in enumerate(_segments(message)):
            if isinstance(segment.get("text"), str) and segment["text"]:
                yield TextPart((0, "segments", n, "text"), segment, "text")

    def stop(self, message: Message, group: Hashable, text: str) -> list[Message]:
        """The reason takes the place of the whole transcript."""
        del group
        message.update(text=text.strip(), segments=[], blocked=text.strip())
        return []

    def text_key(self, group: Hashable) -> Key:
        """A key that no text has: a footnote would become part of the minutes."""
        return (group, "")

    def for_caller(self, message: Message, body: Message) -> Message | None:
        """What was screened, and no more.

        Segments are screened one by one, the text as a whole. Where they then say different things, something stood
        across two segments: one segment with the text takes their place.
        """
        del body
        kept = {name: value for name, value in message.items() if name in _KEPT}
        if not isinstance(kept.get("duration", 0), (int, float)):
            del kept["duration"]
        if "usage" in kept:
            kept["usage"] = _numbers(kept["usage"])
        for name in _SAID:
            kept[name] = kept[name] if isinstance(kept.get(name), str) else ""
        segments = [_plain(segment) for segment in _segments(message)]
        if segments and _squeezed("".join(s["text"] for s in segments)) != _squeezed(kept["text"]):
            segments = [{"id": 0, "start": segments[0]["start"], "end": segments[-1]["end"], "text": kept["text"]}]
        told = {"segments": segments} if "segments" in kept else {}
        given = {name: value for name, value in kept.items() if name == "text" or value != ""}
        return {**given, **told}


class _TranscriptVoice(OpenAIVoice):
    """A transcript as JSON, as text, or as subtitles."""

    def __init__(self, form: str) -> None:
        self._form = form

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The body in its form."""
        if self._form in {"json", "verbose_json"}:
            return sse.json_bytes(message), "application/json"
        told = message["text"] + "\n" if self._form == "text" else _subtitles(message, dot=self._form == "vtt")
        return told.encode("utf-8", "replace"), "text/plain"


def _subtitles(message: Message, *, dot: bool) -> str:
    """SubRip, or WebVTT with a dot before the milliseconds."""
    end = _seconds(message.get("duration"))
    cues = message.get("segments") or [{"start": 0.0, "end": end, "text": message["text"]}]
    blocks = ["WEBVTT"] if dot else []
    for number, cue in enumerate(cues, 1):
        times = " --> ".join(_time(_seconds(cue.get(name)), "." if dot else ",") for name in ("start", "end"))
        text = " ".join(cue["text"].replace("-->", "→").split())
        blocks.append(f"{times}\n{text}" if dot else f"{number}\n{times}\n{text}")
    return "\n\n".join(blocks) + "\n"


def _time(seconds: float, mark: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e7 else 0.0  # noqa: PLR2004  115 days


def _segments(message: Message) -> list[dict[str, Any]]:
    found = message.get("segments")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _plain(segment: dict[str, Any]) -> dict[str, Any]:
    numbers = {k: v for k, v in segment.items() if k in _OF_SEGMENT and isinstance(v, (int, float))}
    text = segment.get("text")
    return {"start": 0.0, "end": 0.0, **numbers, "text": text if isinstance(text, str) else ""}


def _numbers(usage: object) -> dict[str, Any]:
    """What was used, without a word of anybody's."""
    given = usage if isinstance(usage, dict) else {}
    kinds = {"type": given["type"]} if given.get("type") in ("tokens", "duration") else {}
    return kinds | {name: value for name, value in given.items() if isinstance(value, (int, float))}


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _format(data: bytes) -> str:
    """The ending of a sound file by its first bytes. Raises BadRequest."""
    if not data:
        raise BadRequest("音声が空です。", param="file")
    for ending, begins in _SOUNDS:
        if begins.match(data):
            return ending
    raise BadRequest("音声の形式が分かりません（wav、flac、ogg、webm、m4a、mp3 が使えます）。", param="file")
