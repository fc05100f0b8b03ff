"""A chat reply as it is told, piece by piece: what the voices of all other dialects listen to.

A whole reply is one message; a stream is many. Both are read here by the same code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gateway.endpoints.base import Message

Kind = Literal["reasoning", "text", "refusal"]
Piece = tuple[int, Kind, str]
"""Which choice goes on, with what kind of text, and the text."""

_REASONING = ("reasoning_content", "reasoning")


@dataclass(slots=True)
class ToolCall:
    """A call of a tool; ``arguments`` is JSON."""

    id: str = ""
    name: str = ""
    arguments: str = ""
    custom: bool = False

    def values(self) -> dict[str, Any]:
        """The arguments as an object; what is none stands under ``input``."""
        try:
            value = json.loads(self.arguments or "{}")
        except (ValueError, RecursionError):
            return {"input": self.arguments}
        return value if isinstance(value, dict) else {"input": value}


@dataclass(slots=True)
class Choice:
    """What one choice has said so far."""

    reasoning: str = ""
    text: str = ""
    refusal: str = ""
    signature: str = ""
    finish: str | None = None
    calls: dict[int, ToolCall] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        """Whether the policy, or the provider's own, ended it."""
        return self.finish == "content_filter"

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls in order; those of a reply that was stopped are taken back."""
        return [] if self.stopped else [self.calls[n] for n in sorted(self.calls)]

    def feed(self, said: dict[str, Any]) -> list[tuple[Kind, str]]:
        """Add what a message or a delta says; return the texts that are new."""
        pieces: list[tuple[Kind, str]] = []
        reasoning = next((said[name] for name in _REASONING if isinstance(said.get(name), str)), "")
        self._sealed(said.get("thinking_blocks"))
        for kind, text in (
            ("reasoning", reasoning),
            ("text", _text(said.get("content"))),
            ("refusal", _text(said.get("refusal"))),
        ):
            if text:
                setattr(self, kind, getattr(self, kind) + text)
                pieces.append((kind, text))  # type: ignore[arg-type]  # the three literals above
        calls = said.get("tool_calls")
        for n, call in enumerate(calls if isinstance(calls, list) else ()):
            if isinstance(call, dict):
                self._call(call.get("index", n), call)
        if isinstance(function := said.get("function_call"), dict):
            self._call(0, {"function": function})
        return pieces

    def _sealed(self, blocks: Any) -> None:
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, dict) and isinstance(block.get("signature"), str):
                self.signature += block["signature"]

    def _call(self, index: Any, call: dict[str, Any]) -> None:
        known = self.calls.setdefault(index if isinstance(index, int) else 0, ToolCall())
        known.custom = known.custom or isinstance(call.get("custom"), dict)
        inside = call.get("custom") if known.custom else call.get("function")
        inside = inside if isinstance(inside, dict) else {}
        known.id += _text(call.get("id")) if not known.id else ""
        known.name += _text(inside.get("name")) if not known.name else ""
        known.arguments += _text(inside.get("input" if known.custom else "arguments"))


@dataclass(slots=True)
class Told:
    """What a reply has said so far, all choices; ``report`` is the ``sekimori`` object."""

    choices: dict[int, Choice] = field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    report: dict[str, Any] | None = None

    def feed(self, message: Message) -> list[Piece]:
        """Read one message of the reply; return the texts that are new."""
        self.report = message.get("sekimori") or self.report
        usage = message.get("usage")
        if isinstance(usage, dict):
            self.input_tokens = _count(usage.get("prompt_tokens"))
            self.output_tokens = _count(usage.get("completion_tokens"))
        pieces: list[Piece] = []
        choices = message.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict):
                index = choice["index"] if isinstance(choice.get("index"), int) else 0
                known = self.choices.setdefault(index, Choice())
                for said in (choice.get("message"), choice.get("delta")):
                    if isinstance(said, dict):
                        pieces += [(index, kind, text) for kind, text in known.feed(said)]
                known.finish = _text(choice.get("finish_reason")) or known.finish
        return pieces

    @property
    def first(self) -> Choice:
        """The first choice: dialects that know no other tell only this one."""
        return self.choices.get(0) or Choice()


def _text(value: Any) -> str:
    """A text, or the texts of a list of parts."""
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, list) else ()
    return "".join(p["text"] for p in parts if isinstance(p, dict) and isinstance(p.get("text"), str))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
