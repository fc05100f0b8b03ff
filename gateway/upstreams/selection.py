"""Which deployments may serve a model, in which order, and the trying of one after the other."""

from __future__ import annotations

import os
from contextlib import aclosing
from typing import TYPE_CHECKING, Self

from gateway.upstreams.base import (
    Call,
    Deployment,
    Message,
    Messages,
    SelectionError,
    Upstream,
    UpstreamError,
    read_key,
)
from gateway.upstreams.demo import Demo
from gateway.upstreams.openai_wire import OpenAIWire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from policies.situation import Zone

__all__ = ["SelectionError", "Sending", "Upstreams", "open_upstream"]

_REFUSED_CONTENT = frozenset({"content_filter", "content_policy_violation"})


def open_upstream(deployment: Deployment, environ: Mapping[str, str] = os.environ) -> Upstream:
    """Return the lane of a deployment, its key read. Raises ``SecretMissingError``, ``SelectionError``."""
    if deployment.lane == "demo":
        return Demo(deployment)
    key = read_key(deployment, environ)
    if deployment.lane == "openai_wire":
        return OpenAIWire(deployment, key)
    # litellm takes seconds and hundreds of megabytes: only for those who name its lane.
    from gateway.upstreams.litellm import LiteLLM  # noqa: PLC0415

    return LiteLLM(deployment, key)


class Sending:
    """One call on its way: iterate it for the messages, and close it (``aclose``) when done.

    ``deployment`` is the one that serves, or that was tried last; ``attempts`` the names of all that
    were tried, in order.
    """

    def __init__(self, call: Call, lanes: Sequence[tuple[Deployment, Upstream]]) -> None:
        """Send nothing yet."""
        self.deployment: Deployment | None = None
        self.attempts: tuple[str, ...] = ()
        self._messages = self._send(call, lanes)

    def __aiter__(self) -> Self:
        """Return itself: a call is sent once."""
        return self

    async def __anext__(self) -> Message:
        """Return the next message. Raises ``UpstreamError`` when no deployment could serve."""
        return await anext(self._messages)

    async def aclose(self) -> None:
        """Stop the provider and free the connection."""
        await self._messages.aclose()

    async def _send(self, call: Call, lanes: Sequence[tuple[Deployment, Upstream]]) -> Messages:
        last = len(lanes) - 1
        for number, (deployment, upstream) in enumerate(lanes):
            self.deployment = deployment
            self.attempts += (deployment.name,)
            begun = False
            try:
                async with aclosing(upstream.send(call)) as messages:
                    async for message in messages:
                        begun = True
                        yield message
            except UpstreamError as error:
                # What the caller has seen cannot be taken back, and a refusal is an answer.
                if begun or number == last or not error.retryable or error.code in _REFUSED_CONTENT:
                    raise
            else:
                return


class Upstreams:
    """All deployments, ready to be called, and who stands in for whom."""

    def __init__(
        self,
        deployments: Iterable[Deployment],
        fallbacks: Mapping[str, Sequence[str]] | None = None,
        open_lane: Callable[[Deployment], Upstream] = open_upstream,
    ) -> None:
        """Open every lane. ``fallbacks`` is alias → aliases to try after it, in order.

        Raises ``SelectionError`` for doubled names and unknown aliases, ``SecretMissingError``.
        """
        self._deployments = tuple(deployments)
        self._fallbacks = {alias: tuple(others) for alias, others in (fallbacks or {}).items()}
        self._check()
        self._lanes = {deployment.name: open_lane(deployment) for deployment in self._deployments}

    def models(self) -> list[tuple[str, tuple[Deployment, ...]]]:
        """Return the aliases in the configured order, each with its own deployments."""
        return [(alias, self._of(alias)) for alias in self._aliases()]

    def knows(self, model: str) -> bool:
        """Whether some deployment has this alias: a name that a client made up is not for the records."""
        return model in self._aliases()

    def candidates(self, model: str, endpoint: str, zones: frozenset[Zone]) -> tuple[Deployment, ...]:
        """Return who may serve, best first: the alias' own deployments, then those of its fallbacks.

        Empty if the model is unknown, or nobody in these zones serves the endpoint.
        """
        if not self.knows(model):
            return ()
        aliases = dict.fromkeys((model, *self._fallbacks.get(model, ())))
        return tuple(
            deployment
            for alias in aliases
            for deployment in self._of(alias)
            if deployment.zone in zones and endpoint in deployment.endpoints
        )

    def send(self, call: Call, candidates: Sequence[Deployment]) -> Sending:
        """Send a call to the first of the candidates that answers, and to nobody else.

        The next one is tried only before the first message, and only after a failure that is not
        the caller's and not a refusal of the content. Raises ``ValueError`` without candidates.
        """
        if not candidates:
            raise ValueError("no deployment may serve this call")
        # A circuit breaker belongs here: it would leave out those that failed of late.
        return Sending(call, [(deployment, self._lanes[deployment.name]) for deployment in candidates])

    async def close(self) -> None:
        """Close all connections."""
        for lane in self._lanes.values():
            await lane.close()

    def _aliases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(deployment.model for deployment in self._deployments))

    def _of(self, alias: str) -> tuple[Deployment, ...]:
        return tuple(deployment for deployment in self._deployments if deployment.model == alias)

    def _check(self) -> None:
        names = [deployment.name for deployment in self._deployments]
        for name in names:
            if names.count(name) > 1:
                raise SelectionError(f"deployments: the name {name} is used twice")
        aliases = self._aliases()
        for alias, others in self._fallbacks.items():
            for each in (alias, *others):
                if each not in aliases:
                    raise SelectionError(f"fallbacks: no deployment has the model {each}")
