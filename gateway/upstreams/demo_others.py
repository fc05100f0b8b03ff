"""What the demo answers where nothing is conversed: completions, embeddings, pictures."""

from __future__ import annotations

import base64
import hashlib
import itertools
import math
import struct
import time
import uuid
import zlib
from typing import TYPE_CHECKING, Any

from gateway.upstreams.demo_text import Arrived, letter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.upstreams.base import Message

DIMENSIONS = 256
_MOST_DIMENSIONS = 4096
_SIDE = 64
"""Pixels of the demo's picture, each way."""


def completions(body: dict[str, Any], model: str, pieces: Any) -> Iterator[Message]:
    """The letter about each prompt: whole, or cut by ``pieces`` when the body asks for a stream."""
    prompts = body.get("prompt")
    prompts = [str(each) for each in prompts] if isinstance(prompts, list) else [str(prompts or "")]
    count = body.get("n") or 1
    texts = [letter(Arrived.of({"messages": [{"role": "user", "content": p}]})) for p in prompts for _ in range(count)]
    asked, answered = sum(map(len, prompts)), sum(map(len, texts))
    usage = {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}
    head = {
        "id": f"cmpl-demo-{uuid.uuid4().hex}",
        "object": "text_completion",
        "created": int(time.time()),
        "model": model,
    }
    if not body.get("stream"):
        choices = [_choice(index, text, "stop") for index, text in enumerate(texts)]
        yield {**head, "choices": choices, "usage": usage}
        return
    for index, text in enumerate(texts):
        for piece in pieces(text):
            yield {**head, "choices": [_choice(index, piece, None)]}
        yield {**head, "choices": [_choice(index, "", "stop")]}
    options = body.get("stream_options")
    if isinstance(options, dict) and options.get("include_usage"):
        yield {**head, "choices": [], "usage": usage}


def embeddings(body: dict[str, Any], model: str) -> Message:
    """A vector of each text: its pairs of characters, hashed. Texts that share many lie near each other."""
    given = body.get("input")
    texts = [str(each) for each in given] if isinstance(given, list) else [str(given or "")]
    wanted = body.get("dimensions")
    size = wanted if isinstance(wanted, int) and 1 <= wanted <= _MOST_DIMENSIONS else DIMENSIONS
    coded = body.get("encoding_format") == "base64"
    data = [
        {"object": "embedding", "index": n, "embedding": _base64(vector(text, size)) if coded else vector(text, size)}
        for n, text in enumerate(texts)
    ]
    count = sum(map(len, texts))
    return {"object": "list", "model": model, "data": data, "usage": {"prompt_tokens": count, "total_tokens": count}}


def images(body: dict[str, Any]) -> Message:
    """A picture of one colour, which the prompt chooses, and the prompt as it arrived."""
    prompt = str(body.get("prompt") or "")
    picture = base64.b64encode(png(hashlib.sha256(prompt.encode()).digest()[:3])).decode()
    count = body.get("n") or 1
    item = {"b64_json": picture, "revised_prompt": f"デモの画像です。届いた依頼: {prompt}"}
    return {"created": int(time.time()), "data": [dict(item) for _ in range(count)]}


def transcription(body: dict[str, Any]) -> Message:
    """Nothing is heard here: the size of the sound and the prompt as it arrived, in two segments."""
    size, prompt = len(body["file"]["data"]), str(body.get("prompt") or "")
    said = [f"デモの文字起こしです。音声は{size:,}バイトでした。", f"届いた指示: {prompt}"]
    message: Message = {"text": "".join(said), "usage": {"type": "duration", "seconds": 2}}
    if body.get("response_format") != "verbose_json":
        return message
    segments = [{"id": n, "start": float(n), "end": n + 1.0, "text": text} for n, text in enumerate(said)]
    return {**message, "task": "transcribe", "language": "japanese", "duration": 2.0, "segments": segments}


def vector(text: str, size: int) -> list[float]:
    """A unit vector of this many dimensions."""
    values = [0.0] * size
    padded = f" {text} "
    for first, second in itertools.pairwise(padded):
        digest = hashlib.blake2b((first + second).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        values[int.from_bytes(digest[:4]) % size] += 1.0 if digest[4] & 1 else -1.0
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


def png(colour: bytes) -> bytes:
    """A square of one colour (three bytes: red, green, blue) after the PNG specification."""
    rows = b"".join(b"\0" + colour * _SIDE for _ in range(_SIDE))
    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _choice(index: int, text: str, finish: str | None) -> dict[str, Any]:
    return {"index": index, "text": text, "logprobs": None, "finish_reason": finish}


def _base64(values: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()
