"""An estimate, on the high side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gateway.routes.counting import estimate

if TYPE_CHECKING:
    from tests.fixtures.house import Running


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        ({"model": "x" * 100}, 0),
        ({"messages": [{"role": "user", "content": "市民課"}]}, 3),
        ({"messages": [{"role": "user", "content": "abcdefg"}]}, 3),
        ({"contents": [{"parts": [{"text": "山a"}, {"inlineData": {"mimeType": "image/png", "data": "QQ=="}}]}]}, 1605),
    ],
)
def test_estimates(body: dict[str, Any], tokens: int) -> None:
    assert abs(estimate(body) - tokens) <= 3


async def test_both_dialects(running: Running) -> None:
    body = {"model": "outside", "messages": [{"role": "user", "content": "市民課"}]}
    answer = await running.client.post("/v1/messages/count_tokens", json=body)
    assert answer.json() == {"input_tokens": 3, "sekimori": {"estimate": True}}
    contents = {"contents": [{"parts": [{"text": "市民課"}]}]}
    answer = await running.client.post("/v1beta/models/outside:countTokens", json=contents)
    assert answer.json()["totalTokens"] == 3
    assert (await running.client.post("/v1/messages/count_tokens", json=body, headers={"Authorization": ""})).json()["error"]["type"] == "authentication_error"  # fmt: skip
