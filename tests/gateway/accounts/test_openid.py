"""Whoever comes back from the provider is let in only when everything fits: state, nonce, issuer, audience, time, key."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from gateway.accounts.accounts import SignInError
from gateway.accounts.openid import Provider
from gateway.accounts.roles import Role
from gateway.config import OpenID

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY, OTHER = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
REDIRECT = "http://127.0.0.1:9/admin/openid/callback"


class Fake:
    """A provider that says what a test tells it to; ``changes`` are made to an otherwise good ID token."""

    def __init__(self) -> None:
        self.changes: dict[str, Any] = {}
        self.key: Any = KEY
        self.algorithm = "RS256"
        self.published: Any = KEY
        self.nonce = ""
        self.discovery: dict[str, Any] = {}
        self.received: dict[str, str] = {}
        self.token: str | None = None
        self.issuer = ""

    async def metadata(self, _: web.Request) -> web.Response:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return web.json_response({**found, **self.discovery})

    async def keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [self.published.as_dict(private=False)]})

    async def tokens(self, request: web.Request) -> web.Response:
        self.received = dict(await request.post())  # type: ignore[arg-type]
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "sekimori", "sub": "u-1", "iat": now, "exp": now + 300, "nonce": self.nonce,
            "preferred_username": "hanako", "groups": ["staff", "policy-editors"],
        }  # fmt: skip
        claims = {name: value for name, value in {**claims, **self.changes}.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "1"}
        token = (
            self.token if self.token is not None else jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        )
        return web.json_response({"id_token": token, "access_token": "x", "token_type": "Bearer"})


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    made = Fake()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", made.metadata)
    app.router.add_get("/keys", made.keys)
    app.router.add_post("/token", made.tokens)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def provider(fake: Fake, **change: Any) -> Provider:
    roles = {"policy-editors": "editor", "policy-approvers": "approver"}
    settings = {"issuer": fake.issuer, "client_id": "sekimori", "roles": roles, **change}
    return Provider(OpenID.model_validate(settings), REDIRECT, b"x" * 32)


async def come_back(fake: Fake, one: Provider, **change: str) -> Any:
    """Begin, and come back with what the provider gave, or with something else."""
    address, ticket = await one.begin("/admin/history")
    asked = dict(parse_qsl(urlsplit(address).query))
    fake.nonce = fake.nonce or asked["nonce"]
    query = {"code": "c", "state": asked["state"], **{k: v for k, v in change.items() if k != "ticket"}}
    return await one.finish({k: v for k, v in query.items() if v}, change.get("ticket", ticket))


async def test_whoever_fits_is_let_in(fake: Fake) -> None:
    one = provider(fake)
    vouched, wanted = await come_back(fake, one, iss=fake.issuer)
    assert (vouched.name, vouched.role, wanted) == ("hanako", Role.EDITOR, "/admin/history")
    assert len(vouched.subject) == 64
    assert len(fake.received["code_verifier"]) >= 43
    assert fake.received["redirect_uri"] == REDIRECT


async def test_the_request_is_bound_to_the_browser(fake: Fake) -> None:
    address, ticket = await provider(fake).begin("/admin")
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["redirect_uri"] == REDIRECT
    assert asked["code_challenge"] not in ticket


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["sekimori", "another"]},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"nonce": "planted"},
        {"nonce": None},
        {"groups": ["staff"]},
        {"groups": None},
        {"iat": 9_999_999_999},
    ],
)
async def test_a_token_that_does_not_fit_lets_nobody_in(fake: Fake, change: dict[str, Any]) -> None:
    fake.changes = change
    with pytest.raises(SignInError):
        await come_back(fake, provider(fake))


async def test_a_token_for_several_names_us_as_the_party(fake: Fake) -> None:
    fake.changes = {"aud": ["sekimori", "another"], "azp": "sekimori"}
    assert (await come_back(fake, provider(fake)))[0].name == "hanako"


@pytest.mark.parametrize("kind", ["another key", "our own secret", "none", "rubbish", ""])
async def test_a_signature_of_somebody_else_lets_nobody_in(fake: Fake, kind: str) -> None:
    if kind == "another key":
        fake.key = OTHER
    elif kind == "our own secret":
        fake.key, fake.algorithm = OctKey.import_key("a" * 32), "HS256"
    elif kind == "none":
        fake.token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTEifQ."
    else:
        fake.token = kind
    with pytest.raises(SignInError):
        await come_back(fake, provider(fake))


async def test_new_keys_of_the_provider_are_fetched(fake: Fake) -> None:
    one = provider(fake)
    await come_back(fake, one)
    fake.key = fake.published = OTHER
    fake.nonce = ""
    assert (await come_back(fake, one))[0].name == "hanako"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "planted"},
        {"state": ""},
        {"code": ""},
        {"iss": "https://evil.example"},
        {"ticket": ""},
        {"ticket": "e30=.00"},
    ],
)
async def test_a_way_back_that_was_not_ours(fake: Fake, change: dict[str, str]) -> None:
    with pytest.raises(SignInError):
        await come_back(fake, provider(fake), **change)


async def test_a_ticket_ends(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    one = provider(fake)
    address, ticket = await one.begin("/admin")
    state = dict(parse_qsl(urlsplit(address).query))["state"]
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(SignInError) as raised:
        await one.finish({"state": state, "code": "c"}, ticket)
    assert raised.value.why == "late"


@pytest.mark.parametrize(
    "discovery", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": ""}]
)
async def test_a_provider_that_is_somebody_else(fake: Fake, discovery: dict[str, str]) -> None:
    fake.discovery = discovery
    with pytest.raises(SignInError):
        await provider(fake).begin("/admin")


async def test_a_provider_that_is_not_there() -> None:
    fake = Fake()
    fake.issuer = "http://127.0.0.1:9"
    with pytest.raises(SignInError):
        await provider(fake).begin("/admin")


async def test_the_strongest_role_of_several_holds(fake: Fake) -> None:
    fake.changes = {"groups": ["policy-approvers", "policy-editors"]}
    assert (await come_back(fake, provider(fake)))[0].role is Role.APPROVER
    fake.nonce = ""
    fake.changes = {"groups": "policy-editors", "preferred_username": None}
    vouched, _ = await come_back(fake, provider(fake))
    assert (vouched.role, vouched.name) == (Role.EDITOR, "u-1")


def test_settings_that_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake()
    fake.issuer = "http://sso.city.example.jp"
    with pytest.raises(ValueError, match="must begin with https"):
        provider(fake)
    fake.issuer = "https://sso.city.example.jp"
    monkeypatch.delenv("SSO_SECRET", raising=False)
    with pytest.raises(ValueError, match="SSO_SECRET"):
        provider(fake, client_secret_env="SSO_SECRET")
