"""Chat replies for the tests of voices, and a voice that has told one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fixtures.provider import chat_chunks

if TYPE_CHECKING:
    from gateway.endpoints.door import Voice

USAGE = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}, "sekimori": {"verdict": "allow"}}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}


def chunks(*deltas: dict[str, Any], finish: str = "stop") -> list[dict[str, Any]]:
    """A stream with these deltas, a finish, and a last message with usage and report."""
    first, last = chat_chunks(finish=finish)
    middle = [{**first, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    return [first, *middle, last, USAGE]


def tell(voice: Voice, messages: list[dict[str, Any]]) -> str:
    return b"".join([*(voice.feed(message) for message in messages), voice.close()]).decode()
