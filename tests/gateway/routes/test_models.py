from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fixtures.house import Running


async def test_the_list_has_openais_format(running: Running) -> None:
    body = (await running.client.get("/v1/models")).json()
    assert body["object"] == "list"
    assert body["data"][0] == {
        "id": "outside",
        "object": "model",
        "created": 0,
        "owned_by": "sekimori",
        "sekimori": {"zones": ["external"]},
    }


async def test_one_model_or_none(running: Running) -> None:
    assert (await running.client.get("/v1/models/inside")).json()["id"] == "inside"
    assert (await running.client.get("/v1/models/in/side")).status_code == 404


async def test_the_list_needs_a_key(running: Running) -> None:
    assert (await running.client.get("/v1/models", headers={"Authorization": ""})).status_code == 401


async def test_the_lists_of_the_other_dialects(running: Running) -> None:
    claude = (await running.client.get("/v1/models", headers={"anthropic-version": "2023-06-01"})).json()
    assert (claude["data"][0]["type"], claude["first_id"], claude["has_more"]) == ("model", "outside", False)
    gemini = (await running.client.get("/v1beta/models")).json()
    assert gemini["models"][0]["name"] == "models/outside"
    assert (await running.client.get("/v1beta/models/inside")).json()["name"] == "models/inside"
    assert (await running.client.get("/v1beta/models/nobody")).json()["error"]["status"] == "NOT_FOUND"
    ollama = (await running.client.get("/api/tags")).json()
    assert [model["name"] for model in ollama["models"]] == ["outside", "inside", "both"]
    assert (await running.client.post("/api/show", json={"model": "both:latest"})).status_code == 200
    assert (await running.client.post("/api/show", json={"model": "x"})).status_code == 404
    assert (await running.client.get("/api/version")).json()["version"]
    assert (await running.client.get("/openai/v1/models")).json()["object"] == "list"


async def test_every_list_needs_a_key(running: Running) -> None:
    for path in ("/v1beta/models", "/api/tags", "/api/version", "/openai/v1/models"):
        assert (await running.client.get(path, headers={"Authorization": ""})).status_code == 401
