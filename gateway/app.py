"""The composition root: from a configuration, real parts or fakes, to a running house."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from gateway.directory import Caller, Directory
from gateway.endpoints.chat import Chat
from gateway.errors import ApiError, MethodNotAllowed, NotFound
from gateway.identity import Identity
from gateway.inspection import FindingCache, Inspector
from gateway.proxy import Gateway
from gateway.routes import inference, leaderboard, models, ops
from gateway.second_reading import LocalJudge, SecondReading
from gateway.upstreams.selection import Upstreams
from gateway.worker import Worker
from metrics.prometheus import Instruments
from metrics.recorder import Recorder
from metrics.store import Store
from policies.loader import load_policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.requests import Request

    from gateway.config import Config
    from gateway.endpoints.base import Endpoint
    from policies.finding import Detector
    from policies.ruleset import PolicySet

log = logging.getLogger("sekimori")

ENDPOINTS: tuple[Endpoint, ...] = (Chat(),)


@dataclass
class House:
    """Everything that a route may need. ``policy`` is swapped whole; an exchange keeps its own."""

    config: Config
    policy: PolicySet
    store: Store
    directory: Directory
    identity: Identity
    inspector: Inspector
    upstreams: Upstreams
    recorder: Recorder
    instruments: Instruments
    gateway: Gateway
    judge: LocalJudge | None = None
    _inside: int = field(default=0, repr=False)

    def admit(self) -> bool:
        """Let one more exchange in; False when there are as many as the configuration allows."""
        if self._inside >= self.config.server.max_exchanges:
            return False
        self._inside += 1
        return True

    def leave(self) -> None:
        """An exchange that was let in has ended."""
        self._inside -= 1

    async def records_ready(self) -> bool:
        """Whether the database answers."""
        return await self.store.ready()


def build_house(
    config: Config,
    detectors: Sequence[Detector],
    *,
    secret: bytes,
    upstreams: Upstreams | None = None,
    demo: Caller | None = None,
) -> House:
    """Put the parts together; nothing is started yet.

    ``upstreams`` takes the place of those of the configuration (tests). ``demo`` is the caller of
    the demo key. Raises DocumentError for bad rules, SelectionError for bad deployments.
    """
    policy = load_policy(config.policies.directory, detectors)
    store = Store(config.database.url, password_env=config.database.password_env)
    directory = Directory(store, secret)
    upstreams = upstreams or Upstreams(config.deployments, config.fallbacks)
    judge = _judge(config, upstreams)
    second = config.inspection.second_reading
    inspector = Inspector(
        Worker(config.inspection.threads, config.inspection.timeout_seconds),
        FindingCache(config.inspection.cache_entries),
        SecondReading(judge, second.most_sentences) if judge and second else None,
    )
    recorder = Recorder(store)
    instruments = Instruments(
        models=[alias for alias, _ in upstreams.models()], endpoints=[endpoint.path for endpoint in ENDPOINTS]
    )
    instruments.policy(policy.revision)
    return House(
        config=config,
        policy=policy,
        store=store,
        directory=directory,
        identity=Identity(directory, config.identity.person_header, demo),
        inspector=inspector,
        upstreams=upstreams,
        recorder=recorder,
        instruments=instruments,
        gateway=Gateway(inspector, upstreams, recorder, instruments),
        judge=judge,
    )


def _judge(config: Config, upstreams: Upstreams) -> LocalJudge | None:
    """The local model that looks again at doubtful wording, where one is configured."""
    second = config.inspection.second_reading
    if second is None:
        return None
    (deployment,) = (d for d in config.deployments if d.name == second.deployment)
    return LocalJudge(upstreams, deployment, second.timeout_seconds)


def build_app(house: House) -> FastAPI:
    """The application: routes, and one shape for every error."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if house.judge is not None:
            house.judge.start()
        await house.store.start()
        await house.recorder.start()
        try:
            yield
        finally:
            await house.recorder.stop()
            await house.upstreams.close()
            await house.store.close()

    app = FastAPI(
        title="Sekimori", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=lifespan
    )
    app.state.house = house
    for endpoint in ENDPOINTS:
        app.add_route(f"/v1/{endpoint.path}", inference.serve(endpoint, house), methods=["POST"])
    app.add_route("/v1/models", models.models(house), methods=["GET"])
    app.add_route("/v1/models/{model:path}", models.model(house), methods=["GET"])
    app.add_route("/healthz", ops.healthz, methods=["GET"])
    app.add_route("/readyz", ops.readyz(house), methods=["GET"])
    app.add_route("/metrics", ops.metrics(house), methods=["GET"])
    leaderboard.mount(app, house)
    app.add_exception_handler(ApiError, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(Exception, _answer)
    return app


async def _answer(_: Request, error: Exception) -> Response:
    """Any error as OpenAI's clients understand it. Never the text of an unforeseen one."""
    if isinstance(error, HTTPException):
        error = _translated(error)
    if not isinstance(error, ApiError):
        log.error("unforeseen %s", type(error).__name__)
        error = ApiError("ゲートウェイの内部で問題が起きました。システム管理者に連絡してください。")
    return JSONResponse(error.body(), status_code=error.status, headers={**error.headers, "Cache-Control": "no-store"})


def _translated(error: HTTPException) -> ApiError:
    kinds: dict[int, Callable[[str], ApiError]] = {404: NotFound, 405: MethodNotAllowed}
    messages = {404: "そのパスはこのゲートウェイにありません。", 405: "そのメソッドでは使えません。"}
    if error.status_code in kinds:
        return kinds[error.status_code](messages[error.status_code])
    answer = ApiError("リクエストを処理できませんでした。")
    answer.status = error.status_code
    return answer
