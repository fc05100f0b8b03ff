"""The composition root: real parts or fakes, and one shape for every error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gateway.app import build_app, build_house
from gateway.config import Server, load_config
from gateway.upstreams.base import SelectionError
from policies.document import DocumentError
from tests.fixtures.gateway_process import ROOT
from tests.fixtures.house import SECRET

if TYPE_CHECKING:
    from pathlib import Path


def house(tmp_path: Path, engine: Any, **change: Any) -> Any:
    config = load_config(ROOT / "config.yaml").model_copy(update={"data_dir": tmp_path, **change})
    return build_house(config, engine, secret=SECRET)


def test_a_bad_rule_stops_the_start(tmp_path: Path, engine: Any) -> None:
    (tmp_path / "rules.yaml").write_text("version: 1\nrules: []\n", "utf-8")
    policies = load_config(ROOT / "config.yaml").policies.model_copy(update={"directory": tmp_path})
    with pytest.raises(DocumentError, match="no rules, wording, checks"):
        house(tmp_path, engine, policies=policies)


def test_contradicting_fallbacks_stop_the_start(tmp_path: Path, engine: Any) -> None:
    with pytest.raises(SelectionError):
        house(tmp_path, engine, fallbacks={"demo": ("nobody",)})


async def test_an_unforeseen_error_has_the_same_shape_and_no_text(tmp_path: Path, engine: Any) -> None:
    app = build_app(house(tmp_path, engine))

    async def broken(request: Any) -> Any:
        raise KeyError("佐藤花子")

    app.add_route("/broken", broken)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert "佐藤" not in answer.text


def test_no_more_exchanges_than_configured(tmp_path: Path, engine: Any) -> None:
    one = house(tmp_path, engine)
    limit = one.config.server.max_exchanges
    assert all(one.admit() for _ in range(limit))
    assert not one.admit()
    one.leave()
    assert one.admit()


def test_workers_share_what_is_admitted(tmp_path: Path, engine: Any) -> None:
    server = Server(max_exchanges=5, workers=2)
    one = house(tmp_path, engine, server=server)
    assert [one.admit() for _ in range(3)] == [True, True, False]
