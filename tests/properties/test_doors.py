"""Whatever a body has in whatever place, a door takes it or refuses it: nothing else is raised, and no text is lost sight of."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.app import ENDPOINTS
from gateway.coverage.manifest import received
from gateway.coverage.samples import REQUESTS
from gateway.documents.attachments import attachments
from gateway.endpoints.base import texts
from gateway.errors import BadRequest

MARK = "山田太郎"
"""No plain identifier: such keys are not read."""
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**13) | st.floats(allow_nan=False) | st.sampled_from(
        ["", MARK, "text", "tool_use", "function", "file", "document", "thinking", "user", "message", "data:x", "\x00", "{}"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "role", "content", "text", "source", "data", "function", "name", "parts", "input", MARK]),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a body, the body itself left out."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place for step, value in inner for place in ((*path, step), *places(value, (*path, step)))]


def put(body: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        body = body[step]
    body[path[-1]] = value


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.name != "simple"], ids=lambda e: e.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_odd_value_anywhere_is_taken_or_refused(endpoint: Any, data: Any) -> None:
    place = data.draw(st.sampled_from(sorted(REQUESTS[endpoint.name])))
    body = {"model": "m", "stream": False, **copy.deepcopy(REQUESTS[endpoint.name][place](MARK))}
    for _ in range(data.draw(st.integers(1, 2))):
        put(body, data.draw(st.sampled_from(sorted(places(body), key=str))), data.draw(values))
    try:
        full = received(endpoint, body, stream=data.draw(st.booleans()))
        attachments(full)
        endpoint.check(full)
    except BadRequest:
        return
    found = texts(full)
    for part in found.parts:
        part.text = part.text.replace(MARK, "TOKEN")
    found.write_back()
    sent = [endpoint.prepare(full)]
    if endpoint.native:
        sent.append(endpoint.prepare_native(full))
    endpoint.groups(full)
    endpoint.answers_in_json(full)
    if not found.opaque:
        assert MARK not in json.dumps(sent, ensure_ascii=False, default=repr)
