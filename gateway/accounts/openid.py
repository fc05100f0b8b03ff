"""Sign-in by OpenID Connect: the authorization code flow with PKCE (RFC 7636, OpenID Connect Core 1.0).

The one door to joserfc, which checks the provider's signatures.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.accounts.accounts import SignInError, same
from gateway.accounts.roles import Role
from gateway.language import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.config import OpenID

_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by the provider's key alone: neither ``none`` nor ones made with our own client secret."""

_LEEWAY = 60
_TICKET_SECONDS = 600
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LARGEST = 1 << 20
_FAILED = mark("認証基盤でのサインインができませんでした。もう一度お試しください。続くときは管理者に連絡してください。")


def _refusal(why: str, message: str = _FAILED) -> SignInError:
    """The provider is not reachable, or what it said does not hold. The message is for the person."""
    return SignInError(message, why)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for. ``subject`` is unique for ever; ``name`` is for people."""

    subject: str
    name: str
    role: Role


class Provider:
    """One identity provider. Its addresses and keys are asked for when first needed, keys again when one is unknown."""

    def __init__(self, settings: OpenID, redirect: str, secret: bytes) -> None:
        """``redirect`` is our address to which it sends people back; ``secret`` signs the ticket in between."""
        self._settings, self._redirect = settings, redirect
        self._key = hmac.new(secret, b"sekimori openid ticket", hashlib.sha256).digest()
        self._client_secret = _client_secret(settings)
        self._metadata: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    async def begin(self, wanted: str) -> tuple[str, str]:
        """Where to send a person, and the ticket that their browser keeps meanwhile. Raises SignInError."""
        metadata = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        ticket = {
            "state": state,
            "nonce": nonce,
            "verifier": verifier,
            "next": wanted,
            "until": time.time() + _TICKET_SECONDS,
        }
        address = str(metadata["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", self._sealed(ticket)

    async def finish(self, query: Mapping[str, str], ticket: str) -> tuple[Vouched, str]:
        """Who came back, and where they wanted to go. Raises SignInError unless everything fits together."""
        opened = self._opened(ticket)
        if not same(query.get("state", ""), opened["state"]):
            raise _refusal("state")
        if query.get("iss", self._settings.issuer) != self._settings.issuer:  # RFC 9207
            raise _refusal("iss")
        if "code" not in query:
            raise _refusal("no code")
        claims = await self._claims(query["code"], opened)
        return self._vouched(claims), str(opened["next"])

    async def _claims(self, code: str, opened: Mapping[str, Any]) -> dict[str, Any]:
        metadata = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self._settings.client_id,
            "code_verifier": opened["verifier"],
        }
        headers = {}
        if self._client_secret:  # RFC 6749, 2.3.1: both are form-encoded before they are joined
            pair = f"{quote_plus(self._settings.client_id)}:{quote_plus(self._client_secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = await self._ask("POST", str(metadata["token_endpoint"]), data=form, headers=headers)
        claims = await self._read(str(answer.get("id_token", "")))
        if not same(str(claims.get("nonce", "")), str(opened["nonce"])):
            raise _refusal("nonce")
        return claims

    async def _read(self, token: str) -> dict[str, Any]:
        """The claims of an ID token that is genuine, for us, and of this moment."""
        decoded = None
        for fresh in (False, True):  # the provider may have changed its keys
            try:
                decoded = jwt.decode(token, await self._key_set(fresh=fresh), algorithms=_ALGORITHMS)
                break
            except (JoseError, ValueError) as error:
                if fresh:
                    raise _refusal(type(error).__name__) from None
        if decoded is None:
            raise _refusal("no token")
        claims = dict(decoded.claims)
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        client = self._settings.client_id
        if client not in audiences or (len(audiences) > 1 and claims.get("azp") != client):
            raise _refusal("aud")
        registry = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._settings.issuer},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            raise _refusal(type(error).__name__) from None
        return claims

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        given = claims.get(self._settings.role_claim, [])
        groups = given if isinstance(given, list) else [given]
        roles = [role for group, role in self._settings.roles.items() if group in groups]
        if not roles:
            raise _refusal("no role", mark("このページを使う役割がありません。管理者に連絡してください。"))
        name = str(claims.get(self._settings.name_claim) or claims["sub"])
        subject = hashlib.sha256(f"{self._settings.issuer}\0{claims['sub']}".encode()).hexdigest()
        return Vouched(subject, name, max(roles, key=list(Role).index))

    async def _discover(self) -> Mapping[str, Any]:
        if self._metadata is None:
            issuer = self._settings.issuer
            found = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise _refusal("another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not _private(str(found.get(name, ""))):
                    raise _refusal(f"{name} without TLS")
            self._metadata = found
        return self._metadata

    async def _key_set(self, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh:
            metadata = await self._discover()
            keys: Any = await self._ask("GET", str(metadata["jwks_uri"]))
            self._keys = KeySet.import_key_set(keys)
        return self._keys

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        """A JSON object from the provider. Redirects are not followed, and what is too large is not read."""
        context = ssl.create_default_context(cafile=self._settings.ca_file)
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, connector=aiohttp.TCPConnector(ssl=context)) as session,
                session.request(method, address, allow_redirects=False, **more) as answer,
            ):
                body = await answer.content.read(_LARGEST)
                found = json.loads(body) if answer.status == 200 else None  # noqa: PLR2004, OK
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _refusal(type(error).__name__) from None
        if not isinstance(found, dict):
            raise _refusal("not a JSON object")
        return found

    def _sealed(self, ticket: Mapping[str, Any]) -> str:
        body = base64.urlsafe_b64encode(json.dumps(ticket).encode()).decode()
        return f"{body}.{self._signature(body)}"

    def _opened(self, sealed: str) -> dict[str, Any]:
        body, _, signature = sealed.partition(".")
        if not same(signature, self._signature(body)):
            raise _refusal("ticket")
        ticket: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body))
        if ticket["until"] < time.time():
            raise _refusal("late")
        return ticket

    def _signature(self, body: str) -> str:
        return hmac.new(self._key, body.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _private(address: str) -> bool:
    """TLS, or this very computer."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"})


def _client_secret(settings: OpenID) -> str | None:
    """Raises ValueError where the variable is named but not set: the start stops."""
    if not _private(settings.issuer):
        raise ValueError("admin.openid.issuer must begin with https://")
    if settings.client_secret_env is None:
        return None
    secret = os.environ.get(settings.client_secret_env, "").strip()
    if not secret:
        raise ValueError(
            f"the environment variable {settings.client_secret_env} (admin.openid.client_secret_env) is not set"
        )
    return secret
