"""The description covers every API path of the application, and only those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.app import ENDPOINTS, build_app
from gateway.endpoints.chat import Chat
from gateway.openapi import UndescribedEndpointError, describe

if TYPE_CHECKING:
    from tests.fixtures.house import Running


async def test_every_api_path_is_described(running: Running) -> None:
    described = (await running.client.get("/openapi.json")).json()["paths"]
    prefixes = ("/v1", "/v1beta", "/openai", "/api/")
    paths = {
        getattr(route, "path", "").replace(":path}", "}")
        for route in build_app(running.house).routes
        if getattr(route, "path", "").startswith(prefixes) and "openapi" not in getattr(route, "path", "")
    }
    assert paths == set(described)


def test_every_answer_that_can_happen_is_described() -> None:
    for path, operations in describe(ENDPOINTS, "x")["paths"].items():
        for operation in operations.values():
            assert {"200", "400", "401", "403", "404", "413", "415", "429", "502", "503", "504"} <= set(operation["responses"]), path  # fmt: skip
            assert ("{" in path) is bool(operation["parameters"])


def test_a_model_in_the_path_is_not_asked_for_in_the_body() -> None:
    paths = describe(ENDPOINTS, "x")["paths"]
    azure = paths["/openai/deployments/{model}/chat/completions"]["post"]["requestBody"]["content"]["application/json"]
    assert azure["schema"]["required"] == ["messages"]


def test_an_endpoint_without_a_description_is_an_error() -> None:
    class New(Chat):
        name = "new"

    with pytest.raises(UndescribedEndpointError, match="new"):
        describe([New()], "x")
