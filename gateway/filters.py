"""Incremental text codecs: what httpx's ContentDecoder is to bytes.

A filter is fed a text in pieces and closed once; what it returns depends on the text alone,
never on the pieces. A whole reply is ``feed(all) + close()``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol

from gateway.endpoints.json_text import JsonText
from policies.decision import Action
from policies.reading import Reading
from policies.ruleset import edits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policies.decision import Decision
    from policies.finding import Finding

MASK = "●"

_SENTENCE_END = re.compile(r"[。！？!?…]+[」』）)\]】”\"']*|[.]\s|\n")
_LONGEST = 600
_PAUSE = re.compile(r"[、，,;；:：\s）」』)\]]")


class TextFilter(Protocol):
    """``stopped`` is set when the rest of the text must not be shown: what the reader is told."""

    @property
    def stopped(self) -> str | None:
        """Why nothing more comes; None while the text goes on."""
        ...

    def reads(self, text: str) -> bool:
        """Whether feeding this piece would have a detector read something."""
        ...

    def feed(self, text: str) -> str:
        """Take a piece of the text, return what can be released."""
        ...

    def close(self) -> str:
        """No more comes: return what was still held."""
        ...


def apply(codec: TextFilter, text: str) -> str:
    """A whole text through a fresh filter."""
    return codec.feed(text) + codec.close()


class Chain:
    """Filters one behind the other. When one stops, the later ones still finish what came before."""

    def __init__(self, *filters: TextFilter) -> None:
        self._filters = filters

    @property
    def stopped(self) -> str | None:
        """The first reason among the filters."""
        return next((f.stopped for f in self._filters if f.stopped is not None), None)

    def reads(self, text: str) -> bool:
        """Only the first is asked: what the others get is released by it."""
        return self._filters[0].reads(text)

    def feed(self, text: str) -> str:
        """Through all filters."""
        for codec in self._filters:
            text = codec.feed(text)
        return text

    def close(self) -> str:
        """Close each filter with what the one before it still held."""
        text = ""
        for codec in self._filters:
            text = codec.feed(text) + codec.close()
        return text


class Plain:
    """A filter around something with ``feed`` and ``close`` that never stops."""

    stopped = None

    def __init__(self, codec: _Codec) -> None:
        self._codec = codec

    def reads(self, text: str) -> bool:
        """Never: a codec changes and does not judge."""
        del text
        return False

    def feed(self, text: str) -> str:
        """As the codec does."""
        return self._codec.feed(text)

    def close(self) -> str:
        """As the codec does."""
        return self._codec.close()


class _Codec(Protocol):
    def feed(self, text: str) -> str: ...
    def close(self) -> str: ...


class Screen:
    """Detect, decide, change, sentence by sentence: a sentence is shown when it has been judged.

    What only the whole text shows (that a clause is missing) is judged at its end, when it has been shown: it can be
    reported, but neither masked nor taken back.

    ``record`` is told the decisions of each sentence with its number, from 1. A sentence that is
    blocked ends the text; ``reason`` says to the reader why. ``better`` gives the phrase that takes
    the place of what was found, None where it stays.
    """

    def __init__(
        self,
        detect: Callable[[Reading], Sequence[Finding]],
        decide: Callable[[Sequence[Finding]], Sequence[Decision]],
        record: Callable[[int, Sequence[Decision]], None],
        reason: Callable[[Decision], str],
        better: Callable[[Decision], str | None] = lambda _: None,
        whole: Callable[[Reading], Sequence[Finding]] | None = None,
    ) -> None:
        self._detect, self._decide, self._record, self._reason = detect, decide, record, reason
        self._better, self._whole = better, whole
        self._held = ""
        self._sentences: list[str] = []
        self._ends: list[int] = []
        self.stopped: str | None = None

    def reads(self, text: str) -> bool:
        """Whether this piece completes a sentence."""
        return self.stopped is None and _cut(self._held + text, 0) is not None

    def feed(self, text: str) -> str:
        """Release the sentences that are complete."""
        if self.stopped is not None:
            return ""
        self._held += text
        released: list[str] = []
        start = 0
        while (end := _cut(self._held, start)) is not None and self._judge(self._held[start:end], released):
            start = end
        self._held = "" if end is not None else self._held[start:]
        return "".join(released)

    def close(self) -> str:
        """Judge and release the last, unfinished sentence."""
        held, self._held = self._held, ""
        released: list[str] = []
        if held and self.stopped is None:
            self._judge(held, released)
        if self._whole is not None and self._sentences and self.stopped is None:
            self._judge_whole(self._whole)
        return "".join(released)

    def _judge(self, sentence: str, released: list[str]) -> bool:
        """Release the sentence as it may be shown; False when it ends the text."""
        self._sentences.append(sentence)
        self._ends.append((self._ends[-1] if self._ends else 0) + len(sentence))
        decisions = self._decide(self._detect(Reading(sentence)))
        self._record(len(self._sentences), decisions)
        # Nobody can take a reply back into the building: what must not be shown outside it is
        # the request's matter, so in a reply only a block ends the text.
        if blocked := next((d for d in decisions if d.action is Action.BLOCK), None):
            self.stopped = self._reason(blocked)
            return False
        released.append(mask(sentence, decisions, self._better))
        return True

    def _judge_whole(self, detect: Callable[[Reading], Sequence[Finding]]) -> None:
        decisions = self._decide(detect(Reading("".join(self._sentences))))
        for decision in decisions:
            self._record(bisect_right(self._ends, decision.finding.span.start) + 1, [decision])
        if blocked := next((d for d in decisions if d.action is Action.BLOCK), None):
            self.stopped = self._reason(blocked)


def mask(text: str, decisions: Sequence[Decision], better: Callable[[Decision], str | None] = lambda _: None) -> str:
    """Replace what is to be redacted in a reply, and put better phrases where the policy has them.

    There is no way back for a reply, so what is redacted gets no token. A phrase that would touch a
    redaction, or one before it, is not put in.
    """
    changes = [(d.finding.span, MASK * (d.finding.span.end - d.finding.span.start)) for d in edits(decisions)]
    for decision in sorted(decisions, key=lambda d: (d.finding.span.start, -d.finding.span.end)):
        phrase = None if decision.action is Action.ALLOW else better(decision)
        if phrase is not None and not any(decision.finding.span.overlaps(span) for span, _ in changes):
            changes.append((decision.finding.span, phrase))
    for span, put in sorted(changes, reverse=True):
        text = text[: span.start] + put + text[span.end :]
    return text


def _cut(text: str, start: int) -> int | None:
    """Where the sentence that begins at ``start`` ends, if that is certain by now.

    An end is certain when a character follows it: a run of marks and closing brackets must be
    complete. A sentence without end is cut at its last pause within the longest length.
    """
    match = _SENTENCE_END.search(text, start)
    limit = start + _LONGEST
    if match and match.end() <= limit and match.end() < len(text):
        return match.end()
    if len(text) <= limit or (match and match.end() <= limit):
        return None
    pauses = [m.end() for m in _PAUSE.finditer(text, start + _LONGEST // 2, limit)]
    return pauses[-1] if pauses else limit


class JsonStrings:
    """For a text that is JSON: hold it until it is complete, then treat each string by itself.

    Only so can escapes be read, values with quotes be put back, and the JSON stay valid. A text
    that turns out not to be JSON (the model was cut off) is treated as one plain text.
    """

    def __init__(self, new: Callable[[], TextFilter], otherwise: Callable[[], TextFilter]) -> None:
        self._new, self._otherwise = new, otherwise
        self._held: list[str] = []
        self.stopped: str | None = None

    def reads(self, text: str) -> bool:
        """Never: everything is read at the end."""
        del text
        return False

    def feed(self, text: str) -> str:
        """Hold everything."""
        self._held.append(text)
        return ""

    def close(self) -> str:
        """Treat every string and release the JSON."""
        text = "".join(self._held)
        self._held.clear()
        json_text = JsonText.parse(text)
        if json_text is None:
            codec = self._otherwise()
            text = apply(codec, text)
            self.stopped = codec.stopped
            return text
        self._strings(json_text)
        return "" if self.stopped is not None else json_text.text()

    def _strings(self, json_text: JsonText) -> None:
        for n, literal in enumerate(json_text.literals):
            inner = JsonText.parse(literal) if literal[:1] in {"{", "["} else None
            if inner is not None:
                self._strings(inner)
                json_text.literals[n] = inner.text()
                continue
            codec = self._new()
            json_text.literals[n] = apply(codec, literal)
            if codec.stopped is not None:
                self.stopped = codec.stopped
                return
