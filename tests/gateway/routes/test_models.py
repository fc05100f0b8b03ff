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
