"""The one door to prometheus-client. Labels never hold a key, a person or a text, and are bounded by the configuration.

Several processes of one gateway write into one folder, which the environment variable ``PROMETHEUS_MULTIPROC_DIR`` names (empty
at the start, and named before this module is imported); each of them then answers for all. Without it a process answers for itself.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from metrics.purposes import OTHER, PURPOSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576)
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Instruments:
    """All metrics of one gateway, in a registry of their own.

    ``models``, ``endpoints`` and ``tools`` are the names that may stand in labels; any other counts as ``other``.
    """

    def __init__(self, models: Sequence[str], endpoints: Sequence[str], tools: Sequence[str] = ()) -> None:
        self._known, self._tools = frozenset((*models, *endpoints)), frozenset(tools)
        self._revision: str | None = None
        self.registry = CollectorRegistry()
        self._exchange_instruments()
        self._policy_instruments()
        self._state_instruments()

    def _exchange_instruments(self) -> None:
        self._duration = self._histogram(
            "gen_ai_client_operation_duration_seconds",
            "Time from the opening of an exchange to its end.",
            ("gen_ai_operation_name", "gen_ai_request_model"),
        )
        self._tokens = self._histogram(
            "gen_ai_client_token_usage",
            "Tokens of an exchange, as the upstream counted them.",
            ("gen_ai_request_model", "gen_ai_token_type"),
            _TOKENS,
        )
        self._first_token = self._histogram(
            "gen_ai_server_time_to_first_token_seconds",
            "Time from the opening of an exchange to the first message of the upstream.",
            ("gen_ai_request_model",),
        )
        self._exchanges = self._counter(
            "gateway_exchanges", "Exchanges that ended, by outcome.", ("endpoint", "outcome")
        )
        self._uses = self._counter("gateway_uses", "Answered exchanges, by purpose and tool.", ("purpose", "tool"))
        self._upstream_errors = self._counter(
            "gateway_upstream_errors", "Failures of deployments.", ("deployment", "status")
        )

    def _policy_instruments(self) -> None:
        self._decisions = self._counter("gateway_decisions", "Decisions of the policy.", ("kind", "action"))
        self._inspection = self._histogram(
            "gateway_inspection_duration_seconds",
            "Time that the inspection of a request took.",
            buckets=(0.001, 0.002, 0.005, *_SECONDS),
        )

    def _state_instruments(self) -> None:
        self._in_flight = Gauge(
            "gateway_exchanges_in_flight",
            "Exchanges under way.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._policy = Gauge(
            "gateway_policy_info",
            "The rules in force: 1; with several processes 0 for those that were.",
            ("revision",),
            registry=self.registry,
            multiprocess_mode="livemax",
        )

    def _counter(self, name: str, meaning: str, labels: Sequence[str]) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, labels: Sequence[str] = (), buckets: Sequence[float] = _SECONDS
    ) -> Histogram:
        return Histogram(name, meaning, labels, buckets=buckets, registry=self.registry)

    def policy(self, revision: str) -> None:
        """Name the rules in force."""
        if os.environ.get(_FOLDER):  # the folder of several processes forgets nothing
            if self._revision is not None:
                self._policy.labels(self._revision).set(0)
        else:
            self._policy.clear()
        self._policy.labels(revision).set(1)
        self._revision = revision

    @contextmanager
    def inspection(self) -> Iterator[None]:
        """Time the inspection of a request."""
        with self._inspection.time():
            yield

    def entered(self) -> None:
        """An exchange began."""
        self._in_flight.inc()

    def left(self) -> None:
        """An exchange is over."""
        self._in_flight.dec()

    def upstream_error(self, deployment: str, status: int) -> None:
        """A deployment failed; ``status`` is what the caller was told."""
        self._upstream_errors.labels(deployment, str(status)).inc()

    def decisions(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Decisions of an exchange, by kind and action."""
        for kind, actions in counts.items():
            for action, number in actions.items():
                self._decisions.labels(kind, action).inc(number)

    def exchange(self, endpoint: str, model: str, outcome: str, seconds: float) -> None:
        """An exchange ended."""
        endpoint, model = self._name(endpoint), self._name(model)
        self._exchanges.labels(endpoint, outcome).inc()
        self._duration.labels(endpoint, model).observe(seconds)

    def usage(self, model: str, tokens: tuple[int, int] | None, first_token_seconds: float | None) -> None:
        """What an exchange used."""
        model = self._name(model)
        if tokens is not None:
            self._tokens.labels(model, "input").observe(tokens[0])
            self._tokens.labels(model, "output").observe(tokens[1])
        if first_token_seconds is not None:
            self._first_token.labels(model).observe(first_token_seconds)

    def use(self, purpose: str, tool: str) -> None:
        """An exchange was answered."""
        purpose = purpose if purpose in PURPOSES else OTHER
        self._uses.labels(purpose, tool if tool in self._tools else OTHER).inc()

    def render(self) -> tuple[bytes, str]:
        """The text format and its media type."""
        registry = self.registry
        if folder := os.environ.get(_FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST

    def close(self) -> None:
        """This process ends: what it had under way is no longer counted."""
        forget(os.getpid())

    def describe(self) -> list[tuple[str, str, str, str]]:
        """Name, type, labels and meaning of each metric, for the docs."""
        described = []
        for collector in (
            self._duration, self._tokens, self._first_token, self._exchanges, self._decisions, self._uses,
            self._in_flight, self._inspection, self._upstream_errors, self._policy,
        ):  # fmt: skip
            kind = type(collector).__name__.lower()
            name = collector._name + ("_total" if kind == "counter" else "")  # noqa: SLF001, no other way to ask
            labels = ", ".join(f"`{label}`" for label in collector._labelnames)  # noqa: SLF001
            described.append((name, kind, labels, collector._documentation))  # noqa: SLF001
        return described

    def _name(self, name: str) -> str:
        return name if name in self._known else OTHER


def forget(pid: int) -> None:
    """A process has ended: what it had under way is no longer counted."""
    if folder := os.environ.get(_FOLDER):
        mark_process_dead(pid, path=folder)  # type: ignore[no-untyped-call]
