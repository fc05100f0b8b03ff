"""``POST /v1/images/generations``: the prompt is read, and what the provider made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.endpoints.chat import READ, beside
from gateway.endpoints.door import check_count, openai_routes
from gateway.endpoints.embeddings import Whole
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.endpoints.base import Message, TextPart

_KNOWN = READ | {"data", "background", "output_format", "quality", "size"}
_PICTURE = frozenset({"b64_json", "url"})


class Images(Whole):
    """A prompt in; pictures, which nobody can read here, and a revised prompt, which is read, out."""

    name = "images"
    path = "images/generations"
    serves = "images/generations"
    routes = openai_routes("images/generations")

    def check(self, body: Message) -> None:
        """Refuse a body without a prompt."""
        super().check(body)
        if not isinstance(body.get("prompt"), str) or not body["prompt"].strip():
            raise BadRequest("prompt を文字列で指定してください。", param="prompt")
        check_count(body.get("n"))

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """Every text but the picture and its address."""
        yield from beside(message, _KNOWN, 0)
        data = message.get("data")
        for n, item in enumerate(data if isinstance(data, list) else ()):
            yield from beside(item, _PICTURE, 0, "data", n) if isinstance(item, dict) else ()
