"""From bytes to a body, and what the doors share; the ways through the running house stand in tests/e2e."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.endpoints.door import Door, object_at, objects, openai_routes, parse, string_at
from gateway.errors import ApiError, BadRequest


def test_plain_json_comes_through_exactly() -> None:
    body = {"a": [1, 1.5, 12345678901234567890, True, None, "青葉"], "b": {"c": "\u2028"}}
    assert parse(json.dumps(body, ensure_ascii=False).encode()) == body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"nul",
        b"[1]",
        b"{} x",
        b'{"a": Infinity}',
        b'{"a": -1e400}',
        b'{"a": "\\udc00"}',
        b'{"a": "\\uD83D"}',
        b"\xef\xbb\xbf{}",
        b'{"a": 1' + b"0" * 5000 + b"}",
    ],
)
def test_anything_else_is_a_clear_error(raw: bytes) -> None:
    with pytest.raises(BadRequest) as raised:
        parse(raw)
    assert raised.value.code == "invalid_json"


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert parse(b'{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(raw: bytes) -> None:
    try:
        assert isinstance(parse(raw), dict)
    except ApiError as error:
        assert error.status == 400  # noqa: PT017, both ends are right


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5)))
def test_every_object_survives(body: dict[str, Any]) -> None:
    assert parse(json.dumps(body).encode()) == body


def test_an_azure_path_names_the_model() -> None:
    assert Door().receive({"model": "x"}, {"model": "gpt", "?model": "y"}) == {"model": "gpt"}
    assert Door().receive({"model": "x"}, {"?model": "y"}) == {"model": "x"}


def test_azures_clients_find_their_paths() -> None:
    assert openai_routes("embeddings") == (
        "/v1/embeddings",
        "/openai/v1/embeddings",
        "/openai/deployments/{model}/embeddings",
    )


@pytest.mark.parametrize("value", ["x", [1], {"a": 1}, 3, True])
def test_what_is_no_list_of_objects_is_refused_by_name(value: Any) -> None:
    with pytest.raises(BadRequest, match="tools"):
        objects(value, "tools")


def test_nothing_is_an_empty_list_or_object_or_text() -> None:
    assert (objects(None, "x"), object_at(None, "x"), string_at(None, "x")) == ([], {}, "")
    for read in (object_at, string_at):
        with pytest.raises(BadRequest, match="x"):
            read(1, "x")
