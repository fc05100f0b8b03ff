"""Sign-in through a real OpenID provider (oidc-provider of npm), as a browser without scripts walks through it."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
import pytest

from gateway.app import build_app, build_house
from gateway.config import load_config
from tests.fixtures.gateway_process import ROOT, free_port
from tests.fixtures.house import SECRET, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

pytestmark = [pytest.mark.node, pytest.mark.slow]

HERE = Path(__file__).parent / "pages"


@pytest.fixture
async def signed(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    """A house whose people are known to a provider on another port."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "oidc-provider").exists():
        if os.environ.get("CI") == "true":
            pytest.fail("oidc-provider was not installed (make setup-e2e)")
        pytest.skip("oidc-provider was not installed (make setup-e2e)")
    port, own = free_port(), free_port()
    address = f"http://127.0.0.1:{own}"
    process = await asyncio.create_subprocess_exec(
        node, "provider.mjs", str(port), f"{address}/admin/openid/callback", cwd=HERE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            while b"listening" not in await process.stdout.readline():
                pass
        monkeypatch.setenv("SSO_SECRET", "a-secret-for-the-tests")
        openid = {
            "issuer": f"http://127.0.0.1:{port}",
            "client_id": "sekimori",
            "client_secret_env": "SSO_SECRET",
            "roles": {"policy-editors": "editor", "policy-approvers": "approver"},
        }
        admin = {"address": address, "openid": openid}
        async with open_house(tmp_path, provider, engine, port=own, admin=admin) as running:
            yield running
    finally:
        process.terminate()
        await process.wait()


async def walk(running: Running, login: str) -> httpx.Response:
    """Follow every redirect and fill in every form until a page of ours stands there."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        address = str(running.client.base_url.join("/admin/openid?next=/admin/rules"))
        answer = await client.get(address)
        for _ in range(20):
            if answer.is_redirect:
                answer = await client.get(urljoin(str(answer.url), answer.headers["location"]))
            elif form := re.search(r'<form[^>]*action="([^"]*/interaction/[^"]+)"', answer.text):
                prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
                fields: dict[str, Any] = {"prompt": prompt[1] if prompt else "", "login": login, "password": "x"}
                answer = await client.post(urljoin(str(answer.url), form[1]), data=fields)
            else:
                return answer
    raise AssertionError("the way has no end")


async def test_a_person_of_the_provider_gets_the_role_of_their_group(signed: Running) -> None:
    assert "職員の認証基盤でサインイン" in (await signed.client.get("/admin/sign-in")).text
    answer = await walk(signed, "hanako")
    assert (answer.status_code, answer.url.path) == (200, "/admin/rules")
    assert "hanako（編集者）" in answer.text
    (account,) = await signed.house.accounts.all()
    assert (account.name, account.local) == ("hanako", False)
    assert (await walk(signed, "taro")).status_code == 200
    entries = [(entry.action, entry.target) for entry in await signed.house.audit.entries()]
    assert entries[:2] == [("sign-in", "taro"), ("account.create", "taro")]


async def test_who_has_no_group_is_not_let_in(signed: Running) -> None:
    answer = await walk(signed, "jiro")
    assert answer.status_code == 403
    assert "このページを使う役割がありません" in answer.text
    assert await signed.house.accounts.all() == []


async def test_a_way_back_that_nobody_began(signed: Running) -> None:
    answer = await signed.client.get("/admin/openid/callback?code=x&state=y")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_secret_that_is_not_set_stops_the_start(tmp_path: Path, engine: Any) -> None:
    config = load_config(ROOT / "config.yaml")
    openid = {
        "issuer": "https://sso.example",
        "client_id": "x",
        "client_secret_env": "NOT_SET_ANYWHERE",
        "roles": {"a": "viewer"},
    }
    admin = type(config.admin).model_validate({"address": "https://ai.example", "openid": openid})
    with pytest.raises(ValueError, match="NOT_SET_ANYWHERE"):
        build_app(build_house(config.model_copy(update={"data_dir": tmp_path, "admin": admin}), engine, secret=SECRET))
