"""Plain text in, plain text out."""

from __future__ import annotations

import pytest

from gateway.endpoints.simple import Simple
from gateway.errors import BadRequest, NotFound
from tests.fixtures.provider import chat_chunks, chat_reply

DOOR = Simple()


def test_bytes_to_chat() -> None:
    body = DOOR.receive(DOOR.parse("\ufeff質問です\r\n".encode()), {"?model": "m", "?stream": "1"})
    DOOR.check(body)
    sent = DOOR.prepare(body)
    assert sent["messages"] == [{"role": "user", "content": "質問です\r\n"}]
    assert (sent["model"], sent["stream"]) == ("m", True)


@pytest.mark.parametrize("raw", ["質問".encode("cp932"), b"\xff\xfe"])
def test_other_encodings_are_named(raw: bytes) -> None:
    with pytest.raises(BadRequest, match="UTF-8"):
        DOOR.parse(raw)


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_question_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        DOOR.check(DOOR.receive({"prompt": text}, {"?model": "m"}))


def test_the_text_alone() -> None:
    assert DOOR.voice({}).whole(chat_reply("はい", reasoning_content="考え"))[0] == "はい\n".encode()
    voice = DOOR.voice({})
    told = b"".join(voice.feed(chunk) for chunk in chat_chunks("は", "い")) + voice.close()
    assert told == "はい\n".encode()
    assert "ありません" in voice.fail(NotFound("ありません")).decode()
