"""Every text of a body is found, wherever it stands; nothing is skipped by place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.endpoints.base import MAX_DEPTH, texts
from gateway.endpoints.json_text import JsonText
from gateway.errors import BadRequest

NAME = "山田太郎"
ESCAPED = json.dumps({"who": NAME, "id": NAME, NAME: [NAME, 1]})
BODY: dict[str, Any] = {
    "model": "m",
    "user": NAME,
    "metadata": {"note": NAME, "type": NAME, "id": NAME, NAME: "x"},
    "unknown_field": {"deep": [[NAME]]},
    "messages": [
        {"role": "system", "content": NAME, "name": NAME},
        {"role": "developer", "content": NAME},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": NAME},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": NAME}},
                {"type": "file", "file": {"filename": f"{NAME}.pdf", "file_data": "data:application/pdf;base64,AAAA"}},
            ],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": NAME, "type": "function", "function": {"name": "f", "arguments": ESCAPED}}],
        },
        {"role": "tool", "tool_call_id": NAME, "content": json.dumps({"inner": ESCAPED})},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "f",
                "description": NAME,
                "parameters": {
                    "type": "object",
                    "properties": {"a": {"enum": [NAME], "default": NAME}, "type": {"description": NAME}, NAME: {}},
                },
            },
        }
    ],
    "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {"title": NAME}}},
    "prediction": {"type": "content", "content": NAME},
    "stop": [NAME],
    "logit_bias": {NAME: 1},
}


def test_no_place_of_a_body_is_left_out() -> None:
    body = copy.deepcopy(BODY)
    found = texts(body)
    for part in found.parts:
        part.text = part.text.replace(NAME, "[PERSON_1]")
    found.write_back()
    out = json.dumps(body, ensure_ascii=False)
    assert NAME not in out
    assert json.dumps(NAME)[1:-1].replace("\\", "\\\\") not in out
    assert "u5c71" not in out
    arguments = json.loads(body["messages"][3]["tool_calls"][0]["function"]["arguments"])
    assert arguments == {"who": "[PERSON_1]", "id": "[PERSON_1]", "[PERSON_1]": ["[PERSON_1]", 1]}
    inner = json.loads(json.loads(body["messages"][4]["content"])["inner"])
    assert inner["who"] == "[PERSON_1]"
    assert body["metadata"]["[PERSON_1]"] == "x"


def test_what_is_not_changed_stays_byte_for_byte() -> None:
    body = copy.deepcopy(BODY)
    found = texts(body)
    found.write_back()
    assert body == BODY


def test_parts_that_are_no_text_are_named() -> None:
    assert [(part.key[:4], part.content) for part in texts(copy.deepcopy(BODY)).opaque] == [
        (("messages", 2, "content", 1), "image"),
        (("messages", 2, "content", 2), "file"),
    ]


def test_a_payload_is_not_read_as_text() -> None:
    assert not any("base64" in part.text for part in texts(copy.deepcopy(BODY)).parts)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"metadata": {"n": 123456789018}}, "123456789018"),
        ({"messages": [{"content": '{"n": 123456789018, "x": 0.1234567}'}]}, "123456789018"),
        ({"x": [1234567.5]}, "1234567.5"),
    ],
)
def test_long_numbers_are_texts_too(body: dict[str, Any], wanted: str) -> None:
    found = texts(body)
    assert [part.text for part in found.parts if part.text.strip("0123456789.") == ""] == [wanted]
    for part in found.parts:
        part.text = part.text.replace(wanted, "[MY_NUMBER_1]")
    found.write_back()
    assert wanted not in json.dumps(body)


@pytest.mark.parametrize(
    "body", [{"seed": 1234567890}, {"x": {"seed": 1234567890}}, {"x": [{"max_tokens": 1234567890}]}]
)
def test_a_number_steers_only_where_the_door_says_so(body: dict[str, Any]) -> None:
    numbers: frozenset[tuple[str, ...]] = frozenset({("seed",), ("max_tokens",)})
    steers = list(body) == ["seed"]
    assert [part.text for part in texts(body, numbers).parts] == ([] if steers else ["1234567890"])
    assert [part.text for part in texts(body).parts] == ["1234567890"]


def test_a_keyword_is_no_text_but_a_name_in_its_place_is() -> None:
    found = texts({"messages": [{"role": "user"}, {"role": NAME}, {"type": "090-1234-5678"}]})
    assert [part.text for part in found.parts] == [NAME, "090-1234-5678"]


def test_deep_nesting_is_refused() -> None:
    node: Any = NAME
    for _ in range(MAX_DEPTH + 2):
        node = [node]
    with pytest.raises(BadRequest):
        texts({"x": node})


def test_deep_nesting_inside_json_text_counts_too() -> None:
    with pytest.raises(BadRequest):
        texts({"x": "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)})


def test_json_text_nested_in_itself_many_times_is_refused_or_read() -> None:
    text = json.dumps({"who": NAME})
    for _ in range(8):
        text = json.dumps({"next": text})
    body = {"x": text}
    found = texts(body)
    for part in found.parts:
        part.text = part.text.replace(NAME, "T")
    found.write_back()
    inner: Any = body["x"]
    while isinstance(inner, str) and inner.startswith("{"):
        inner = next(iter(json.loads(inner).values()))
    assert inner == "T"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_json_text_survives_unchanged_and_changed(value: Any, ascii_only: bool) -> None:  # noqa: FBT001
    source = json.dumps(value, ensure_ascii=ascii_only)
    parsed = JsonText.parse(source)
    if parsed is None:
        return
    assert parsed.text() == source
    parsed.literals[:] = [f'{literal}"\n' for literal in parsed.literals]
    json.loads(parsed.text())


BASE64 = "iVBORw0KGgoAAAANSUhEUgAA" * 20


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": BASE64}}]}]}, "image"),
        ({"contents": [{"parts": [{"inline_data": {"mime_type": "audio/wav", "data": "QQ=="}}]}]}, "audio"),
        ({"contents": [{"parts": [{"fileData": {"fileUri": "https://example.jp/a.pdf"}}]}]}, "file"),
        ({"messages": [{"role": "user", "content": "x", "images": ["QQ=="]}]}, "image"),
        ({"messages": [{"content": [{"type": "image", "source": {"type": "base64", "data": BASE64}}]}]}, "image"),
        ({"messages": [{"content": [{"type": "document", "source": {"type": "base64", "data": BASE64}}]}]}, "file"),
        ({"x_future": {"blob": BASE64}}, "file"),
        ({"messages": [{"content": BASE64}]}, "file"),
        ({"messages": [{"content": json.dumps({"picture": BASE64})}]}, "file"),
    ],
)
def test_what_is_no_text_is_noted_in_every_dialect(body: dict[str, Any], content: str) -> None:
    found = texts(body)
    assert [part.content for part in found.opaque] == [content]
    assert not any(BASE64 in part.text for part in found.parts)


def test_what_a_provider_sealed_is_no_content() -> None:
    body = {
        "messages": [
            {"content": [{"type": "thinking", "thinking": NAME, "signature": BASE64}]},
            {"content": [{"type": "redacted_thinking", "data": BASE64}]},
        ]
    }
    found = texts(body)
    assert found.opaque == []
    assert [part.text for part in found.parts] == [NAME]


@pytest.mark.parametrize("name", ["signature", "encrypted_content", "data"])
def test_nobody_seals_what_is_no_thought(name: str) -> None:
    holders: tuple[dict[str, Any], ...] = (
        {name: BASE64},
        {"type": "text", name: BASE64},
        {"x": [{"type": "brand_new", name: BASE64}]},
        {"type": ["thinking"], name: BASE64},
    )
    for holder in holders:
        assert [part.content for part in texts({"messages": [holder]}).opaque] == ["file"]


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME} {BASE64}",
        f"data:image/png;base64,{BASE64}です",
        "\n".join(BASE64[at : at + 76] for at in range(0, len(BASE64), 76)),
        "前\r\n" + "\r\n ".join(BASE64[at : at + 60] for at in range(0, len(BASE64), 60)) + "\r\n後",
        json.dumps({"a": f"見て {BASE64}"}),
    ],
)
def test_base64_in_a_text_is_a_file_and_the_text_is_read(text: str) -> None:
    found = texts({"messages": [{"content": text}]})
    assert [part.content for part in found.opaque] == ["file"]
    assert any(BASE64[:40] in part.text for part in found.parts)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500,
        "0123456789" * 60,
        "https://example.jp/" + "abcDEF/" * 60,
        "長い文です。" * 100,
        "aB3 " * 200,
        ("aB3" * 85 + ".") * 4000,
    ],
)
def test_what_only_looks_long_is_no_file(text: str) -> None:
    assert texts({"messages": [{"content": text}]}).opaque == []


def test_a_name_among_the_pictures_is_a_text() -> None:
    found = texts({"images": ["QQ==", NAME]})
    assert ([part.content for part in found.opaque], [part.text for part in found.parts]) == (["image"], [NAME])


@pytest.mark.parametrize("text", ["x" * 500, "あ" * 500, "0123456789" * 60, f"{BASE64} {NAME}", f"{BASE64}\n{BASE64}"])
def test_long_texts_are_still_texts(text: str) -> None:
    assert [part.text for part in texts({"content": text}).parts] == [text]
