"""Who may open the adoption page inside: networks that need nothing more, and a token that all viewers share."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHORTEST_TOKEN = 16
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Sekimori", charset="UTF-8"'}
"""The browser asks for a name and a password, without JavaScript; any name will do, the password is the token."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whoever comes from one of the networks, or knows the token. With neither configured: whoever reaches the gateway."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    token: str | None = None

    def admits(self, address: str | None, authorization: str) -> bool:
        """Whether a request may see the page; ``address`` is that of the connection, never of a header."""
        if not self.networks and self.token is None:
            return True
        return self._near(address) or (self.token is not None and _same(_credential(authorization), self.token))

    def _near(self, address: str | None) -> bool:
        try:
            found = ip_address(address or "")
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        return any((mapped or found) in network for network in self.networks)


def read_access(networks: Sequence[str], token_env: str | None, environ: Mapping[str, str]) -> Access:
    """The access that a configuration asks for. Raises ValueError where the token is missing or easily guessed."""
    token = environ.get(token_env, "") if token_env else None
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise ValueError(
            f"the environment variable {token_env} (leaderboard.internal.token_env)"
            f" needs a token of at least {SHORTEST_TOKEN} characters"
        )
    return Access(tuple(ip_network(network) for network in networks), token)


def _credential(authorization: str) -> bytes:
    """The secret of an ``Authorization`` header: a bearer token, or the password of a basic one."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip().encode("latin-1", "replace")  # as Starlette decoded it
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def _same(given: bytes, wanted: str) -> bool:
    return hmac.compare_digest(given, wanted.encode())
