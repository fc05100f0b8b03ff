"""Who calls: from the headers to a Caller, or 401. And who the person behind an application is."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from gateway.errors import BadRequest, Unauthorized
from gateway.language import mark
from policies.classification import named, strictest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.directory import Caller, Directory

CLASS_HEADER = "X-Sekimori-Classification"
REASON_HEADER = "X-Sekimori-Reason"
_REASON = range(5, 501)
"""Characters that a reason may have: a dot is none, and a document belongs elsewhere."""

DEMO_KEY = "sk-sekimori-demo"
"""Accepted in demo mode from this very computer only."""

_LONGEST_NAME = 256
_KEY_HEADERS = ("x-api-key", "api-key", "x-goog-api-key")


@dataclass(frozen=True, slots=True)
class Identity:
    """Reads the caller's key and, for application keys, the person's name.

    ``demo`` is the caller that the demo key stands for; None outside demo mode.
    """

    directory: Directory
    person_header: str
    demo: Caller | None = None

    async def identify(self, headers: Mapping[str, str], peer: str | None) -> Caller:
        """The caller of a request. Raises Unauthorized (401) without a valid key."""
        key = _key(headers)
        if key is None:
            raise Unauthorized(
                mark("APIキーがありません。Authorization: Bearer <キー> を付けてください。"), code="missing_api_key"
            )
        if self.demo is not None and key == DEMO_KEY and _is_loopback(peer):
            return self.demo
        caller = await self.directory.find(key)
        if caller is None:
            raise Unauthorized(mark("APIキーが正しくないか、期限切れまたは失効しています。"))
        return caller

    def classification(self, caller: Caller, headers: Mapping[str, str]) -> str:
        """The stricter of the class that the request states and the key's; "" where nobody states one.

        Raises BadRequest for a header that names no class: a misspelt one must not mean none.
        """
        stated = named(decoded(headers.get(CLASS_HEADER.lower(), "")))
        if stated is None:
            raise BadRequest(
                f"{CLASS_HEADER} は 3A、3B、3C、2、1 のどれかにしてください。", code="invalid_classification"
            )
        return strictest((stated, caller.classification))

    def reason(self, headers: Mapping[str, str]) -> str | None:
        """The written reason for which a rule may give way; None without one. Raises BadRequest for an empty word."""
        given = headers.get(REASON_HEADER.lower())
        if given is None:
            return None
        reason = " ".join(decoded(given).split())
        if len(reason) not in _REASON:
            raise BadRequest(
                f"{REASON_HEADER} には理由を{_REASON[0]}〜{_REASON[-1]}文字で書いてください（UTF-8 をそのまま、"
                "または %E3%81%82 の形で）。",
                code="invalid_reason",
            )
        return reason

    def person(self, caller: Caller, headers: Mapping[str, str], body: dict[str, Any]) -> Caller:
        """The caller with the person that an application names, as a keyed pseudonym.

        Takes ``user`` out of the body and puts the pseudonym in its place: a provider can still
        tell users apart, but never who they are. The same for ``safety_identifier``, OpenAI's later name for it;
        what groups requests for a provider's cache becomes a pseudonym of itself.
        """
        named = body.get("user") if body.get("user") is not None else body.get("safety_identifier")
        if caller.kind == "application" and caller.person is None:
            name = headers.get(self.person_header.lower()) or (named if isinstance(named, str) else None)
            if name and (name := name.strip()[:_LONGEST_NAME]):
                caller = replace(caller, person=self.directory.pseudonym(name))
        for field in ("user", "safety_identifier"):
            if body.get(field) is not None:
                body[field] = caller.person or self.directory.pseudonym(f"key:{caller.key_id}")
        if body.get("prompt_cache_key") is not None:
            body["prompt_cache_key"] = self.directory.pseudonym(f"cache:{body['prompt_cache_key']}")
        return caller


def decoded(value: str) -> str:
    """A header's Japanese: sent as UTF-8 bytes, which HTTP reads as Latin-1, or percent-encoded."""
    with contextlib.suppress(UnicodeError):
        value = value.encode("latin-1").decode("utf-8")
    return unquote(value)


def _key(headers: Mapping[str, str]) -> str | None:
    """The key, as clients of OpenAI send it, or of Anthropic, Azure or Google. Never from an address: those are logged."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    return next((key for name in _KEY_HEADERS if (key := headers.get(name, "").strip())), None)


def _is_loopback(peer: str | None) -> bool:
    try:
        return peer is not None and ip_address(peer).is_loopback
    except ValueError:
        return False
