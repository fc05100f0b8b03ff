"""The only loop over a reply: every text through its filter, whole or streamed alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from gateway.endpoints.base import Key, Message, TextPart
    from gateway.endpoints.door import Endpoint
    from gateway.filters import TextFilter


class Rewriter:
    """Rewrites the messages of one reply.

    ``new_filter`` gives each text its own filter when it is first seen; ``footnote`` gives what is
    added below the main text of a group when that ends ("" for nothing). The text that a caller
    puts together from the messages is the same however the upstream cut them.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        new_filter: Callable[[TextPart], TextFilter],
        footnote: Callable[[Hashable], str],
        groups: int = 1,
    ) -> None:
        self._endpoint, self._new_filter, self._footnote, self._groups = endpoint, new_filter, footnote, groups
        self._filters: dict[Key, TextFilter] = {}  # of the texts still open
        self._ended: dict[Hashable, None] = {}  # groups that were stopped
        self._last: Message | None = None

    @property
    def finished(self) -> bool:
        """Whether every group was stopped, so that nothing the upstream still says is shown."""
        return len(self._ended) >= self._groups

    @property
    def open(self) -> bool:
        """Whether some text has not ended."""
        return bool(self._filters)

    def reads(self, message: Message) -> bool:
        """Whether feeding this message would have a detector read something."""
        parts = list(self._endpoint.reply_parts(message))
        if any(not part.partial or part.key not in self._filters for part in parts):
            return True
        if self._endpoint.closed_by(message, list(self._filters)):
            return True
        return any(self._filters[part.key].reads(part.text) for part in parts)

    def feed(self, message: Message) -> list[Message]:
        """The messages to send in place of this one."""
        endpoint = self._endpoint
        if not endpoint.mute(message, frozenset(self._ended)):
            return []
        self._last = message
        stops: dict[Hashable, str] = {}
        found = list(endpoint.reply_parts(message))
        parts = {part.key: part for part in found}  # where a server says one place twice, the last
        before = endpoint.closed_by(message, [key for key in self._filters if key not in parts])
        out = self._tails(before, message, stops)
        for part in found:
            self._part(part, stops)
        for key in endpoint.closed_by(message, list(self._filters)):
            parts[key].text += self._close(key, stops)
        out.append(message)
        for group, reason in stops.items():
            out += endpoint.stop(message, group, reason)
        return out

    def close(self) -> list[Message]:
        """The upstream has said all it will: release what is still held, judged like the rest."""
        if self._last is None:
            return []
        stops: dict[Hashable, str] = {}
        out = self._tails(list(self._filters), self._last, stops)
        for group, reason in stops.items():
            out += self._endpoint.stop(self._last, group, reason)
        return out

    def blank(self) -> list[Message]:
        """A last message without text, for a reply that ended without saying so; none if there was no reply."""
        return [] if self._last is None else [self._endpoint.delta(self._last, self._endpoint.text_key(0), "")]

    def _tails(self, keys: Sequence[Key], message: Message, stops: dict[Hashable, str]) -> list[Message]:
        """Close texts that have no part in this message; what they held, as messages of their own."""
        tails = [(key, self._close(key, stops)) for key in keys]
        return [self._endpoint.delta(message, key, tail) for key, tail in tails if tail]

    def _part(self, part: TextPart, stops: dict[Hashable, str]) -> None:
        if part.key[0] in self._ended:
            part.text = ""
            return
        codec = self._filters.get(part.key)
        if codec is None:
            codec = self._filters[part.key] = self._new_filter(part)
        released = codec.feed(part.text)
        if not part.partial or codec.stopped is not None:
            released += self._close(part.key, stops)
        part.text = released

    def _close(self, key: Key, stops: dict[Hashable, str]) -> str:
        """Take a text's filter away; what it still held. A stop ends the other texts of the group."""
        codec = self._filters.pop(key, None)
        if codec is None:  # its group was stopped a moment ago
            return ""
        tail = codec.close()
        group = key[0]
        if codec.stopped is None:
            return tail + (self._footnote(group) if self._endpoint.main(key) else "")
        self._ended[group] = None
        stops[group] = codec.stopped
        for other in [other for other in self._filters if other[0] == group]:
            del self._filters[other]
        return tail
