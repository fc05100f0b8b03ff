"""``POST /v1/completions``: OpenAI's older format, a prompt and what follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.endpoints.base import Key, Message, TextPart
from gateway.endpoints.chat import READ, Chat, beside
from gateway.endpoints.door import check_count, check_model, object_at, openai_routes, unsupported
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

_OF_CHOICE = frozenset({"index", "finish_reason", "stop_reason", "logprobs"})


class Completions(Chat):
    """Prompts. A group is a choice; its one text is ``(choice, "text")``. A chunk looks like a whole reply."""

    name = "completions"
    path = "completions"
    serves = "completions"
    routes = openai_routes("completions")
    numbers: frozenset[Key] = frozenset({("seed",), ("max_tokens",)})

    def check(self, body: Message) -> None:
        """Refuse prompts that are no text, and ``logprobs``."""
        check_model(body)
        prompts = body.get("prompt")
        for prompt in prompts if isinstance(prompts, list) else [prompts]:
            if not isinstance(prompt, str):
                raise BadRequest(
                    "prompt を文字列で指定してください（トークンの番号は検査できません）。", param="prompt"
                )
        if not prompts:
            raise BadRequest("prompt を文字列で指定してください。", param="prompt")
        check_count(body.get("n"))
        object_at(body.get("stream_options"), "stream_options")
        if body.get("logprobs") is not None:
            raise unsupported("logprobs", "置き換える前の語が返答に残るためです。", "logprobs")

    def groups(self, body: Message) -> int:
        """So many choices for each of the prompts."""
        prompts = body["prompt"]
        return (body.get("n") or 1) * (len(prompts) if isinstance(prompts, list) else 1)

    def answers_in_json(self, body: Message) -> bool:
        """No: running text."""
        del body
        return False

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """What stands beside the choices, then every text of every choice."""
        yield from beside(message, READ, 0)
        for choice in _choices(message):
            texts = {name for name, value in choice.items() if isinstance(value, str)}
            yield from beside(choice, _OF_CHOICE | texts, choice.get("index", 0), "choice")
            for name, value in choice.items():
                if isinstance(value, str) and value and name != "finish_reason":
                    yield TextPart((choice.get("index", 0), name), choice, name, partial=True)

    def closed_by(self, message: Message, open_keys: Sequence[Key]) -> Sequence[Key]:
        """A finish reason ends the texts of its choice."""
        ended = {choice.get("index", 0) for choice in _choices(message) if choice.get("finish_reason")}
        return [key for key in open_keys if key[0] in ended]

    def delta(self, message: Message, key: Key, text: str) -> Message:
        """A chunk with a text of its own."""
        index, name = key
        return {**_envelope(message), "choices": [{"index": index, str(name): text, "finish_reason": None}]}

    def text_key(self, group: Hashable) -> Key:
        """The choice's ``text``."""
        return (group, "text")

    def stop(self, message: Message, group: Hashable, text: str) -> list[Message]:
        """End the choice here, in place where the message ends it anyway."""
        for choice in _choices(message):
            if choice.get("index", 0) == group and choice.get("finish_reason"):
                choice["text"] = (choice.get("text") or "") + text
                choice["finish_reason"] = "content_filter"
                return []
        last = {"index": group, "text": text, "finish_reason": "content_filter"}
        return [{**_envelope(message), "choices": [last]}]

    def mute(self, message: Message, groups: frozenset[Hashable]) -> bool:
        """Drop the choices that were ended."""
        choices = _choices(message)
        kept = [choice for choice in choices if choice.get("index", 0) not in groups]
        if len(kept) < len(choices):
            message["choices"] = kept
        return bool(kept) or not choices or bool(message.get("usage"))

    def ends(self, message: Message) -> bool:
        """A choice with a finish reason, or a message without choices (usage)."""
        choices = _choices(message)
        return not choices or any(choice.get("finish_reason") for choice in choices)


def _choices(message: Message) -> list[dict[str, Any]]:
    choices = message.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def _envelope(message: Message) -> Message:
    return {name: value for name, value in message.items() if name not in {"choices", "usage"}}
