"""``POST /v1/embeddings``: texts in, vectors out. Vectors are no text, so only the request is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.endpoints.chat import READ, beside
from gateway.endpoints.door import Door, check_model, openai_routes, unsupported
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from gateway.endpoints.base import Key, Message, TextPart


class Whole(Door):
    """What endpoints share whose reply is one message, never a stream."""

    def check(self, body: Message) -> None:
        """Refuse a stream."""
        check_model(body)
        if body.get("stream"):
            raise unsupported("stream", "このパスの返答は一度に返ります。", "stream")

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """No text."""
        del message
        return iter(())

    def closed_by(self, message: Message, open_keys: Sequence[Key]) -> Sequence[Key]:
        """Nothing stays open."""
        del message, open_keys
        return ()

    def delta(self, message: Message, key: Key, text: str) -> Message:
        """Nothing is sent beside the message."""
        del key, text
        return message

    def text_key(self, group: Hashable) -> Key:
        """A key that no text has: there is no place for footnotes."""
        return (group, "")

    def stop(self, message: Message, group: Hashable, text: str) -> list[Message]:
        """Take the whole reply back: no part of it can carry the reason but ``blocked``."""
        del group
        message["data"] = []
        message["blocked"] = text.strip()
        return []

    def mute(self, message: Message, groups: frozenset[Hashable]) -> bool:
        """Nothing was ended before."""
        del message, groups
        return True

    def ends(self, message: Message) -> bool:
        """It is the last message."""
        del message
        return True

    def usage(self, message: Message) -> tuple[int, int] | None:
        """Tokens read; OpenAI's name or the images' one."""
        usage = message.get("usage")
        if not isinstance(usage, dict):
            return None
        asked = usage.get("prompt_tokens", usage.get("input_tokens"))
        answered = usage.get("output_tokens", 0)
        return (asked if isinstance(asked, int) else 0), (answered if isinstance(answered, int) else 0)

    def for_caller(self, message: Message, body: Message) -> Message | None:
        """As it is."""
        del body
        return message


_KNOWN = READ | {"data"}
_OF_VECTOR = frozenset({"object", "index", "embedding"})


class Embeddings(Whole):
    """Texts whose personal information becomes keyed pseudonyms, so that an index and a query agree."""

    name = "embeddings"
    path = "embeddings"
    serves = "embeddings"
    routes = openai_routes("embeddings")

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """What stands beside the vectors, which are no text: nothing, with servers that keep to the format."""
        yield from beside(message, _KNOWN, 0)
        data = message.get("data")
        for n, item in enumerate(data if isinstance(data, list) else ()):
            yield from beside(item, _OF_VECTOR, 0, n) if isinstance(item, dict) else ()

    def check(self, body: Message) -> None:
        """Refuse token numbers: they are text that cannot be read here."""
        super().check(body)
        given = body.get("input")
        texts = given if isinstance(given, list) else [given]
        if not given or not all(isinstance(text, str) for text in texts):
            raise BadRequest(
                "input は文字列か文字列の配列にしてください（トークンの番号は検査できません。"
                "LangChain では check_embedding_ctx_length=False を指定してください）。",
                param="input",
            )
