"""Documents of every dialect become text parts in their place."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gateway.documents.attachments import attachments, unfold
from gateway.documents.limits import UnreadableError
from gateway.errors import BadRequest

B64 = base64.b64encode("佐藤花子".encode()).decode()


class Reads:
    """Reads UTF-8; a document called bad cannot be read, one called picture is none."""

    most = 3

    def __init__(self, *, pictures: bool = False) -> None:
        self.pictures = pictures

    async def read(self, name: str, data: bytes) -> str | None:
        if "bad" in name:
            raise UnreadableError("locked")
        return None if "picture" in name else data.decode()


PARTS: list[tuple[dict[str, Any], str | None]] = [
    ({"type": "file", "file": {"filename": "名簿.txt", "file_data": f"data:text/plain;base64,{B64}"}}, "text"),
    ({"type": "file", "file": {"filename": "名簿.txt", "file_data": B64}}, "text"),
    ({"type": "input_file", "filename": "名簿.txt", "file_data": B64}, "input_text"),
    ({"type": "document", "title": "名簿.txt", "source": {"type": "base64", "media_type": "text/plain", "data": B64}}, "text"),
    ({"type": "document", "title": "名簿.txt", "source": {"type": "text", "media_type": "text/plain", "data": "佐藤花子"}}, "text"),
    ({"inlineData": {"mimeType": "text/plain", "displayName": "名簿.txt", "data": B64}}, None),
    ({"inline_data": {"mime_type": "text/plain", "display_name": "名簿.txt", "data": f"{B64[:4]}\n{B64[4:]}"}}, None),
]  # fmt: skip


@pytest.mark.parametrize(("part", "becomes"), PARTS)
async def test_a_document_becomes_a_text_in_its_place(part: dict[str, Any], becomes: str | None) -> None:
    body = {"messages": [{"content": [{"type": "text", "text": "x"}, part]}]}
    await unfold(body, Reads())
    new: Any = body["messages"][0]["content"][1]
    assert new.get("type") == becomes
    assert new["text"] == "【添付ファイル：名簿.txt】\n佐藤花子\n【添付ファイルの終わり】"


@pytest.mark.parametrize(
    "part",
    [
        {"type": "file", "file": {"filename": "picture", "file_data": B64}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "file", "file": {"filename": "a.png", "file_data": "data:image/png;base64,AAAA"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"type": "document", "source": {"type": "url", "url": "https://example.jp/a.pdf"}},
        {"type": "file"},
        {"type": "file", "file": "x"},
    ],
)
async def test_what_is_no_document_stays_for_the_policy(part: dict[str, Any]) -> None:
    body = {"content": [dict(part)]}
    await unfold(body, Reads())
    assert body == {"content": [part]}


async def test_a_document_that_cannot_be_read_is_refused_by_name() -> None:
    body = {"content": [{"type": "input_file", "filename": f"bad\n{'x' * 200}.pdf", "file_data": B64}]}
    with pytest.raises(BadRequest) as raised:
        await unfold(body, Reads())
    assert raised.value.code == "unreadable_document"
    assert "「bad xxx" in raised.value.message
    assert "パスワード" in raised.value.message
    assert len(raised.value.message) < 200


@pytest.mark.parametrize("data", ["あ", "A", "AA=A", "*"])
async def test_what_is_no_base64_is_refused(data: str) -> None:
    with pytest.raises(BadRequest, match="base64"):
        await unfold({"x": [{"type": "input_file", "filename": "a", "file_data": data}]}, Reads())


async def test_too_many_documents_are_refused_before_any_is_read() -> None:
    part = {"type": "input_file", "filename": "bad", "file_data": B64}
    with pytest.raises(BadRequest) as raised:
        await unfold({"content": [dict(part) for _ in range(4)]}, Reads())
    assert raised.value.code == "too_many_documents"


def test_deep_bodies_are_left_to_the_walk() -> None:
    body: Any = {"type": "input_file", "filename": "a", "file_data": B64}
    for _ in range(200):
        body = [body]
    assert attachments({"x": body}) == []
