"""The built-in stand-in for a model: shows what left the gateway, and writes a letter with it.

No text is understood here. The answer is in Japanese, for the person who tries the gateway out.
Tokens that it *shows* are written ‹PERSON_1›, a form that the gateway does not restore; tokens
that it *uses* are written as they came, and the gateway puts the values back.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from itertools import cycle
from typing import TYPE_CHECKING, Any

from gateway.sse import json_bytes
from gateway.upstreams.base import OF_DEMO, Call, Deployment, Message, Messages, UpstreamError
from gateway.upstreams.demo_others import completions, embeddings, images, transcription
from gateway.upstreams.demo_text import Arrived, arguments, letter

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CHOICES = 16
# Sizes of streamed pieces, in characters. None is as long as a token, so every token is cut.
_PIECES = (3, 5, 2, 6, 4, 1)


class Demo:
    """A deployment without a model. ``pause`` is the time between streamed pieces, in seconds."""

    def __init__(self, deployment: Deployment, *, pause: float = 0.01) -> None:
        """Answer in the name of this deployment."""
        self._deployment = deployment
        self._pause = pause

    async def send(self, call: Call) -> Messages:
        """Yield the answer, whole or in pieces as the body asks. Raises ``UpstreamError`` 400 or 404."""
        if call.path not in OF_DEMO:
            raise self._refused(404, "not_found", f"デモ用の応答は {'、'.join(OF_DEMO)} だけに対応しています。")
        choices = call.body.get("n") or 1
        if isinstance(choices, bool) or not isinstance(choices, int) or not 1 <= choices <= _MOST_CHOICES:
            raise self._refused(400, "invalid_value", f"n は1から{_MOST_CHOICES}までの整数にしてください。")
        for number, message in enumerate(self._messages(call, choices)):
            if number:
                await asyncio.sleep(self._pause)
            yield message

    async def close(self) -> None:
        """Nothing is open."""

    def _messages(self, call: Call, choices: int) -> Iterator[Message]:
        model = self._deployment.model
        if call.path == "completions":
            yield from completions(call.body, model, _pieces)
        elif call.path == "embeddings":
            yield embeddings(call.body, model)
        elif call.path == "images/generations":
            yield images(call.body)
        elif call.path == "audio/transcriptions":
            yield transcription(call.body)
        else:
            reply = _Reply(call.body, model, choices)
            yield from reply.chunks() if call.body.get("stream") else iter([reply.whole()])

    def _refused(self, status: int, code: str, message: str) -> UpstreamError:
        return UpstreamError(
            status=status, code=code, message=message, retryable=False, deployment=self._deployment.name
        )


class _Reply:
    """One answer, ready to be told whole or in pieces."""

    def __init__(self, body: dict[str, Any], model: str, choices: int) -> None:
        arrived = Arrived.of(body)
        self._id = f"chatcmpl-demo-{uuid.uuid4().hex}"
        self._created = int(time.time())
        self._model = model
        self._choices = choices
        self._tool = _asked_tool(body)
        self._text = (
            json_bytes(arguments(self._tool.get("parameters"), arrived)).decode() if self._tool else letter(arrived)
        )
        options = body.get("stream_options")
        self._tells_usage = isinstance(options, dict) and bool(options.get("include_usage"))
        # There is no tokenizer here: one character counts as one token.
        asked, answered = arrived.characters, len(self._text) * choices
        self._usage = {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}

    def whole(self) -> Message:
        """The answer as one ``chat.completion``."""
        message = {"role": "assistant", "content": None, "tool_calls": [self._call(self._text)]}
        if self._tool is None:
            message = {"role": "assistant", "content": self._text}
        choices = [
            {"index": index, "message": message, "logprobs": None, "finish_reason": self._finish}
            for index in range(self._choices)
        ]
        return self._head("chat.completion") | {"choices": choices, "usage": self._usage}

    def chunks(self) -> Iterator[Message]:
        """The answer as ``chat.completion.chunk`` messages, the choices taking turns."""
        start: dict[str, Any] = {"role": "assistant", "content": ""}
        if self._tool is not None:
            start = {"role": "assistant", "content": None, "tool_calls": [{"index": 0, **self._call("")}]}
        yield from self._turn(start)
        for piece in _pieces(self._text):
            call = {"index": 0, "function": {"arguments": piece}}
            yield from self._turn({"content": piece} if self._tool is None else {"tool_calls": [call]})
        yield from self._turn({}, self._finish)
        if self._tells_usage:
            yield self._head("chat.completion.chunk") | {"choices": [], "usage": self._usage}

    @property
    def _finish(self) -> str:
        return "stop" if self._tool is None else "tool_calls"

    def _turn(self, delta: dict[str, Any], finish: str | None = None) -> Iterator[Message]:
        for index in range(self._choices):
            choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
            usage = {"usage": None} if self._tells_usage else {}
            yield self._head("chat.completion.chunk") | {"choices": [choice]} | usage

    def _head(self, kind: str) -> Message:
        return {"id": self._id, "object": kind, "created": self._created, "model": self._model}

    def _call(self, text: str) -> dict[str, Any]:
        name = self._tool["name"] if self._tool else ""
        return {"id": f"call_{self._id[-12:]}", "type": "function", "function": {"name": name, "arguments": text}}


def _asked_tool(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the function that ``tool_choice`` demands; None if the answer may be text."""
    tools = body.get("tools")
    functions = [
        tool["function"]
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, dict) and isinstance(tool.get("function"), dict) and tool["function"].get("name")
    ]
    choice = body.get("tool_choice")
    if choice == "required":
        return functions[0] if functions else None
    wanted = choice.get("function") if isinstance(choice, dict) else None
    name = wanted.get("name") if isinstance(wanted, dict) else None
    return next((function for function in functions if function["name"] == name), None)


def _pieces(text: str) -> Iterator[str]:
    sizes = cycle(_PIECES)
    start = 0
    while start < len(text):
        size = next(sizes)
        yield text[start : start + size]
        start += size
