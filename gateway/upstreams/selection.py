"""Which deployments may serve a model, in which order, and the trying of one after the other."""

from __future__ import annotations

import asyncio
import math
import os
import random
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from gateway.upstreams.base import (
    Call,
    Deployment,
    Message,
    Messages,
    Retries,
    SelectionError,
    Upstream,
    UpstreamError,
    read_key,
)
from gateway.upstreams.circuit import Circuit
from gateway.upstreams.demo import Demo
from gateway.upstreams.openai_wire import OpenAIWire
from gateway.upstreams.refusals import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from policies.situation import Zone

__all__ = ["SelectionError", "Sending", "Upstreams", "open_upstream"]

_REFUSED_CONTENT = frozenset({"content_filter", "content_policy_violation"})
_RATE_LIMIT = 429


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


@dataclass(frozen=True, slots=True)
class Way:
    """A deployment with its lane and its circuit."""

    deployment: Deployment
    lane: Upstream
    circuit: Circuit


class Sending:
    """One call on its way: iterate it for the messages, and close it (``aclose``) when done.

    ``deployment`` is the one that serves, or that was tried last; ``attempts`` the names of all that
    were tried, in order, with repetitions.
    """

    def __init__(self, call: Call, ways: Sequence[Way], native: Call | None = None) -> None:
        """Send nothing yet. ``native`` takes the place of ``call`` at a deployment that lists its path."""
        self.deployment: Deployment | None = None
        self.attempts: tuple[str, ...] = ()
        self._calls = (call, native)
        self._messages = self._send(ways)

    def __aiter__(self) -> Self:
        """Return itself: a call is sent once."""
        return self

    async def __anext__(self) -> Message:
        """Return the next message. Raises ``UpstreamError`` when no deployment could serve."""
        return await anext(self._messages)

    async def aclose(self) -> None:
        """Stop the provider and free the connection."""
        await self._messages.aclose()

    async def _send(self, ways: Sequence[Way]) -> Messages:
        last: UpstreamError | None = None
        for way in ways:
            for repetition in range(way.deployment.retries.count + 1):
                if not way.circuit.enter():
                    break
                begun = False
                try:
                    async with aclosing(self._once(way)) as messages:
                        async for message in messages:
                            begun = True
                            yield message
                except UpstreamError as error:
                    # What the caller has seen cannot be taken back, and a refusal is an answer.
                    if begun or not may_be_tried_again(error):
                        raise
                    last = error
                else:
                    return
                pause = pause_before(repetition + 1, last, way.deployment.retries)
                if pause is None or repetition == way.deployment.retries.count:
                    break
                await asyncio.sleep(pause)
        raise last or _resting(ways)

    async def _once(self, way: Way) -> Messages:
        """One attempt, noted by the circuit as soon as it is answered or fails."""
        call, native = self._calls
        if native is not None and native.path in way.deployment.endpoints:
            call = native
        self.deployment = way.deployment
        self.attempts += (way.deployment.name,)
        try:
            async with aclosing(way.lane.send(call)) as messages:
                async for message in messages:
                    way.circuit.succeeded()
                    yield message
        except UpstreamError as error:
            if error.retryable and error.status != _RATE_LIMIT:
                way.circuit.failed()
            else:
                way.circuit.succeeded()
            raise


def may_be_tried_again(error: UpstreamError) -> bool:
    """Whether a failure is neither the caller's nor a refusal of the content, which is never gone around."""
    return error.retryable and error.code not in _REFUSED_CONTENT


def pause_before(repetition: int, error: UpstreamError, retries: Retries) -> float | None:
    """Seconds before the same deployment is tried again; None when another one is the better choice.

    A deployment that was late is not waited for twice. The pause doubles, and chance spreads the
    callers who failed together (AWS Builders' Library, "Timeouts, retries, and backoff with jitter").
    """
    if error.code == "upstream_timeout":
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= retries.longest_pause_seconds else None
    pause = min(retries.pause_seconds * 2.0 ** (repetition - 1), retries.longest_pause_seconds)
    return pause * random.uniform(0.5, 1.0)  # noqa: S311, no secret hangs on it


def _resting(ways: Sequence[Way]) -> UpstreamError:
    """The error when every deployment is left alone for now."""
    error = failure("upstream_resting", ways[-1].deployment.name)
    error.retry_after = math.ceil(min(way.circuit.wait for way in ways)) or 1
    return error


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
        self._ways = {
            each.name: Way(each, open_lane(each), Circuit(each.name, each.circuit)) for each in self._deployments
        }

    def models(self) -> list[tuple[str, tuple[Deployment, ...]]]:
        """Return the aliases in the configured order, each with its own deployments."""
        return [(alias, self._of(alias)) for alias in self._aliases()]

    def knows(self, model: str) -> bool:
        """Whether some deployment has this alias: a name that a client made up is not for the records."""
        return model in self._aliases()

    def candidates(
        self, model: str, endpoint: str, zones: frozenset[Zone], native: str | None = None
    ) -> tuple[Deployment, ...]:
        """Return who may serve, best first: the alias' own deployments, then those of its fallbacks.

        A deployment serves that lists ``endpoint`` or, where there is one, ``native``.
        Empty if the model is unknown, or nobody in these zones serves the endpoint.
        """
        if not self.knows(model):
            return ()
        aliases = dict.fromkeys((model, *self._fallbacks.get(model, ())))
        served = {endpoint, native or endpoint}
        return tuple(
            deployment
            for alias in aliases
            for deployment in self._of(alias)
            if deployment.zone in zones and not served.isdisjoint(deployment.endpoints)
        )

    def send(self, call: Call, candidates: Sequence[Deployment], native: Call | None = None) -> Sending:
        """Send a call to the first of the candidates that answers, and to nobody else; ``native`` to one that lists its path.

        Each is tried again after a pause, as its ``retries`` say, then the next one: only before the
        first message, and only after a failure that is not the caller's and not a refusal of the
        content. One that keeps failing is passed over (``circuit``). Raises ``ValueError`` without candidates.
        """
        if not candidates:
            raise ValueError("no deployment may serve this call")
        return Sending(call, [self._ways[deployment.name] for deployment in candidates], native)

    async def close(self) -> None:
        """Close all connections."""
        for way in self._ways.values():
            await way.lane.close()

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
