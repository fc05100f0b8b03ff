"""Doors that speak another dialect and are carried on as chat completions inside.

The request is inspected as it came, in its own dialect, so that no field hides from the walk; only
then is it translated. The reply is screened and restored as chat, then told in the dialect: what
repeats a text (``output_text.done``, ``response.completed``) is made here from the screened one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.endpoints.chat import Chat
from gateway.endpoints.door import check_model
from gateway.endpoints.told import Told

if TYPE_CHECKING:
    from gateway.endpoints.base import Key, Message


class Spoken(Chat):
    """A dialect of conversation. Subclasses say ``to_chat`` and ``voice``."""

    serves = "chat/completions"
    routes: tuple[str, ...] = ()
    numbers: frozenset[Key] = frozenset()

    def to_chat(self, body: Message) -> Message:
        """The body in chat format. Raises BadRequest for what cannot be carried over."""
        raise NotImplementedError

    def check(self, body: Message) -> None:
        """Refuse what could not be translated, before anything else is done."""
        check_model(body)
        super().check(self.to_chat(body))

    def prepare(self, body: Message) -> Message:
        """The inspected body, translated."""
        return super().prepare({name: value for name, value in self.to_chat(body).items() if value is not None})

    def for_caller(self, message: Message, body: Message) -> Message | None:
        """Everything: the voice needs the token counts."""
        del body
        return message


class ChatVoice:
    """What the voices share: what was told so far, and under which name the model was asked for."""

    media_type = "text/event-stream"

    def __init__(self, body: Message) -> None:
        self.model = str(body.get("model", ""))
        self.told = Told()

    def report(self) -> dict[str, Any]:
        """The ``sekimori`` object as a member of the dialect's last message."""
        return {"sekimori": self.told.report} if self.told.report else {}


def system(text: str) -> list[Message]:
    """Instructions as a message; nothing for an empty text."""
    return [{"role": "system", "content": text}] if text else []


def function_tool(name: Any, description: Any, parameters: Any, strict: Any = None) -> Message:
    """A function in chat format, with what is there."""
    given = {"name": name, "description": description, "parameters": parameters, "strict": strict}
    return {"type": "function", "function": {key: value for key, value in given.items() if value is not None}}


def content(parts: list[Message]) -> str | list[Message]:
    """Chat content from its parts: one text as a string, which every server takes."""
    if all(part["type"] == "text" for part in parts):
        return "\n".join(part["text"] for part in parts)
    return parts


def text_part(text: str) -> Message:
    """A text as a content part."""
    return {"type": "text", "text": text}


def image_part(media_type: Any, data: Any) -> Message:
    """An image in base64 as a content part."""
    return {"type": "image_url", "image_url": {"url": f"data:{media_type or 'image/png'};base64,{data}"}}


def json_schema(schema: Any, name: str = "answer", *, strict: Any = None) -> Message:
    """``response_format`` for an answer after a schema."""
    inside = {"name": name, "schema": schema} | ({} if strict is None else {"strict": strict})
    return {"type": "json_schema", "json_schema": inside}
