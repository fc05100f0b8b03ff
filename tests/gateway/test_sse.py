from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sse import DONE, Event, EventDecoder, EventTooLargeError, encode, json_bytes


def decode(*chunks: bytes, max_event: int = 1 << 20) -> list[Event]:
    decoder = EventDecoder(max_event)
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    decoder.close()
    return events


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [Event("a")]),
        (b"data: a\r\n\r\n", [Event("a")]),
        (b"data: a\r\r", [Event("a")]),
        (b"data: a\r\n\rdata: b\n\r", [Event("a"), Event("b")]),
        (b"\xef\xbb\xbfdata: a\n\n", [Event("a")]),
        (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [Event("a")]),
        (b"data: a\ndata: b\ndata:c\n\n", [Event("a\nb\nc")]),
        (b"data:  two spaces\n\n", [Event(" two spaces")]),
        (b"data\n\n", [Event("")]),
        (b"data\ndata\n\n", [Event("\n")]),
        (b": comment\n\n:\n\ndata: a\n\n", [Event("a")]),
        (b"event: error\ndata: a\n\ndata: b\n\n", [Event("a", "error"), Event("b")]),
        (b"event: lost\n\ndata: b\n\n", [Event("b")]),
        (b"id: 1\nretry: 10\nunknown: x\ndata: a\n\n", [Event("a")]),
        ("data: 回答\n\n".encode(), [Event("回答")]),
        (b"data: \xff\xe3\x81\n\n", [Event("\ufffd\ufffd")]),
        (b"data: a\n\ndata: cut off", [Event("a")]),
        (b"data: a\n\ndata: cut off\n", [Event("a")]),
        (b"", []),
    ],
)
def test_events(stream: bytes, events: list[Event]) -> None:
    assert decode(stream) == events
    assert decode(*(stream[i : i + 1] for i in range(len(stream)))) == events


LINES = st.lists(
    st.one_of(
        st.builds(lambda text: f"data: {text}".encode(), st.text(max_size=8)),
        st.sampled_from([b"", b"", b"data", b"data:", b":x", b"event: error", b"id: 1", "data: 東京都".encode()]),
        st.binary(max_size=6),
    ),
    max_size=12,
)


@st.composite
def cut_streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    ends = st.sampled_from([b"\n", b"\r\n", b"\r"])
    stream = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + b"".join(line + draw(ends) for line in draw(LINES))
    cuts = sorted(draw(st.sets(st.integers(0, len(stream)), max_size=10)) | {0, len(stream)})
    return stream, [stream[start:end] for start, end in pairwise(cuts)]


@given(cut_streams())
def test_the_same_bytes_give_the_same_events_however_cut(case: tuple[bytes, list[bytes]]) -> None:
    stream, chunks = case
    assert decode(*chunks) == decode(stream)


@given(cut_streams(), st.integers(1, 12))
def test_the_bound_strikes_at_the_same_event_however_cut(case: tuple[bytes, list[bytes]], bound: int) -> None:
    def run(chunks: list[bytes]) -> tuple[list[Event], bool]:
        decoder, events = EventDecoder(bound), []
        try:
            for chunk in chunks:
                events += decoder.feed(chunk)
            decoder.close()
        except EventTooLargeError:
            return events, True
        return events, False

    stream, chunks = case
    assert run(chunks) == run([stream])


@pytest.mark.parametrize("stream", [b"data: " + b"x" * 20, b":" + b"x" * 20, b"data: xxxxxx\n" * 3])
def test_an_event_is_bounded_even_without_an_end(stream: bytes) -> None:
    decoder = EventDecoder(max_event=16)
    with pytest.raises(EventTooLargeError):
        decoder.feed(stream)
    with pytest.raises(EventTooLargeError):
        decoder.close()


def test_events_before_the_large_one_are_not_lost() -> None:
    decoder = EventDecoder(max_event=16)
    assert decoder.feed(b"data: a\n\ndata: " + b"x" * 20) == [Event("a")]
    with pytest.raises(EventTooLargeError):
        decoder.feed(b"")


def test_close_tells_what_was_thrown_away() -> None:
    decoder = EventDecoder()
    decoder.feed(b"data: a\n\ndata: b\n")
    assert decoder.close() is True
    assert decoder.close() is False


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.none() | st.sampled_from(["error", "message_start"]))
def test_encoded_messages_come_back(message: object, name: str | None) -> None:
    [event] = decode(encode(message, name))
    assert json.loads(event.data) == message
    assert event.event == (name or "message")


def test_japanese_stays_readable_on_the_wire() -> None:
    assert encode({"a": "山田"}) == 'data: {"a":"山田"}\n\n'.encode()
    assert encode({}, "error") == b"event: error\ndata: {}\n\n"
    assert decode(DONE) == [Event("[DONE]")]


def test_lone_surrogates_are_escaped() -> None:
    assert json_bytes({"a": "山\ud800"}) == b'{"a":"\\u5c71\\ud800"}'
