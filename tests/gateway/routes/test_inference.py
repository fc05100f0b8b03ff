"""What an address says; the ways through the running door stand in tests/e2e."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fixtures.house import Running


async def test_a_query_does_not_change_the_model_of_a_json_body(running: Running) -> None:
    body = {"model": "inside", "messages": [{"role": "user", "content": "x"}]}
    answer = await running.client.post("/v1/chat/completions?model=outside", json=body)
    assert answer.json()["sekimori"]["deployment"] == "local"


async def test_who_names_no_model_in_plain_text_gets_the_first(running: Running) -> None:
    answer = await running.client.post("/v1/simple", content=b"x", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.text) == (200, "はい。\n")
    assert (await running.records())[0]["model"] == "outside"


async def test_a_model_that_does_not_serve_a_path_is_told_apart_from_an_unknown_one(running: Running) -> None:
    for model, code in (("outside", "endpoint_not_served"), ("nobody", "model_not_found")):
        answer = await running.client.post("/v1/embeddings", json={"model": model, "input": "x"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)
