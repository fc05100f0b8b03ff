"""The composition root: from a configuration, real parts or fakes, to a running house."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.accounts.accounts import Accounts
from gateway.audit import Audit
from gateway.directory import Caller, Directory
from gateway.documents.process import Reader
from gateway.endpoints import absent, shapes
from gateway.endpoints.chat import Chat
from gateway.endpoints.completions import Completions
from gateway.endpoints.embeddings import Embeddings
from gateway.endpoints.gemini import Gemini
from gateway.endpoints.images import Images
from gateway.endpoints.messages import Messages
from gateway.endpoints.ollama import OllamaChat, OllamaGenerate
from gateway.endpoints.responses import Responses
from gateway.endpoints.simple import Simple
from gateway.endpoints.transcriptions import Transcriptions
from gateway.errors import ApiError, MethodNotAllowed, NotFound
from gateway.identity import Identity
from gateway.inspection import FindingCache, Inspector
from gateway.policy.history import History
from gateway.policy.live import Live
from gateway.policy.source import Source
from gateway.proxy import Gateway
from gateway.reload import Reloader
from gateway.reports import Reports
from gateway.routes import (
    admin,
    check,
    counting,
    coverage,
    inference,
    leaderboard,
    models,
    ops,
    statutes,
)
from gateway.second_reading import LocalJudge, SecondReading
from gateway.statute_uploads import StatuteUploads
from gateway.upstreams.selection import Upstreams
from gateway.worker import Worker
from metrics import retention, usage
from metrics.prometheus import Instruments
from metrics.recorder import Recorder
from metrics.rollup import Counting
from metrics.store import Store
from metrics.usage import Memory
from policies.ordinance.library import Library

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from starlette.requests import Request

    from gateway.accounts.openid import Provider
    from gateway.config import Config
    from gateway.endpoints.door import Endpoint
    from gateway.routes.admin.door import Telling
    from policies.finding import Detector
    from policies.ruleset import PolicySet

log = logging.getLogger("sekimori")

ENDPOINTS: tuple[Endpoint, ...] = (
    Chat(),
    Responses(),
    Completions(),
    Embeddings(),
    Images(),
    Transcriptions(),
    Messages(),
    Gemini(),
    OllamaChat(),
    OllamaGenerate(),
    Simple(),
)


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
    reader: Reader
    audit: Audit
    live: Live
    library: Library
    counting: Counting
    reloader: Reloader
    source: Source
    accounts: Accounts
    reports: Reports
    openid: Provider | None
    uploads: StatuteUploads
    memory: Memory = field(default_factory=Memory, repr=False)
    judge: LocalJudge | None = None
    _inside: int = field(default=0, repr=False)

    def admit(self) -> bool:
        """Let one more exchange in; False when there are as many as this worker may have."""
        if self._inside >= self.config.server.share(self.config.server.max_exchanges):
            return False
        self._inside += 1
        return True

    def leave(self) -> None:
        """An exchange that was let in has ended."""
        self._inside -= 1

    def enforce(self, policy: PolicySet) -> None:
        """From now on this policy holds; an exchange that has begun keeps the one it began with."""
        self.policy = policy
        self.instruments.policy(policy.revision)

    async def records_ready(self) -> bool:
        """Whether the database answers."""
        return await self.store.ready()


@dataclass(frozen=True, slots=True)
class Engine:
    """What is heavy to load and the same for all workers. Has no thread, no connection and no name of a process."""

    config: Config
    library: Library
    source: Source
    policy: PolicySet


def load_engine(config: Config, detectors: Sequence[Detector]) -> Engine:
    """Load the rules with these detectors. Raises DocumentError for bad rules."""
    library = Library(config.statutes_index)
    source = Source(config, detectors, library)
    return Engine(config, library, source, source.load({}))


def build_house(
    config: Config,
    detectors: Sequence[Detector],
    *,
    secret: bytes,
    upstreams: Upstreams | None = None,
    demo: Caller | None = None,
    rebuild: Callable[[], Sequence[Detector]] | None = None,
) -> House:
    """Load and furnish in one go, for one process. Raises DocumentError for bad rules, SelectionError."""
    return furnish(load_engine(config, detectors), secret=secret, upstreams=upstreams, demo=demo, rebuild=rebuild)


def furnish(
    engine: Engine,
    *,
    secret: bytes,
    upstreams: Upstreams | None = None,
    demo: Caller | None = None,
    rebuild: Callable[[], Sequence[Detector]] | None = None,
    keeper: bool = True,
) -> House:
    """Put the parts of one process together; the threads that read texts begin here.

    ``upstreams`` takes the place of those of the configuration (tests). ``demo`` is the caller of
    the demo key. ``rebuild`` makes the detectors anew when a file of theirs has changed. ``keeper``: whether this
    process keeps the folder of own rules; of several workers one does. Raises SelectionError for bad deployments.
    """
    config, library, source, policy = engine.config, engine.library, engine.source, engine.policy
    store = Store(config.database.url, password_env=config.database.password_env)
    directory, recorder = Directory(store, secret), Recorder(store)
    upstreams = upstreams or Upstreams(config.deployments, config.fallbacks)
    judge, instruments, memory = _judge(config, upstreams), _instruments(config, upstreams), Memory()
    instruments.policy(policy.revision)
    inspector = _inspector(config, judge)
    audit = Audit(store, secret)
    history = History(store, audit, two_persons=config.policies.two_persons)
    folders = (config.policies.own, config.policies.directory)
    live = Live(source, history, folders, lambda policy: house.enforce(policy), keeper=keeper)  # noqa: PLW0108, below
    house = House(
        config=config,
        policy=policy,
        store=store,
        directory=directory,
        identity=Identity(directory, config.identity.person_header, demo),
        inspector=inspector,
        upstreams=upstreams,
        recorder=recorder,
        instruments=instruments,
        gateway=Gateway(inspector, upstreams, recorder, instruments, audit),
        reader=Reader(config.documents),
        audit=audit,
        live=live,
        library=library,
        counting=_counting(config, store, memory),
        memory=memory,
        reloader=_reloader(config, rebuild, live),
        source=source,
        accounts=Accounts(store, audit, hours=config.admin.session_hours),
        reports=Reports(store),
        openid=_provider(config, secret),
        judge=judge,
        uploads=StatuteUploads(config.ordinance.statutes, library),
    )
    return house


def _inspector(config: Config, judge: LocalJudge | None) -> Inspector:
    settings, second = config.inspection, config.inspection.second_reading
    return Inspector(
        Worker(settings.threads, settings.timeout_seconds),
        FindingCache(settings.cache_entries),
        SecondReading(judge, second.most_sentences, checks=second.checks) if judge and second else None,
    )


def _instruments(config: Config, upstreams: Upstreams) -> Instruments:
    return Instruments(
        models=[alias for alias, _ in upstreams.models()],
        endpoints=[endpoint.path for endpoint in ENDPOINTS],
        tools=[tool.name for tool in config.adoption.tools],
    )


def _counting(config: Config, store: Store, memory: Memory) -> Counting:
    """The adoption figures in the background, and the records that need not be kept."""
    kept, terms = retention.Kept(**config.retention.model_dump()), config.adoption.terms()
    return Counting(
        store,
        daily=lambda now: retention.clean(store, kept, now),
        always=lambda now: usage.prepare(store, now, terms, memory),
    )


def _reloader(config: Config, rebuild: Callable[[], Sequence[Detector]] | None, live: Live) -> Reloader:
    """Looks at the files of the detectors; without ``rebuild`` at nothing."""
    files = [path for path in (config.redaction.allowlist, config.redaction.recognizers) if path]
    return Reloader(files if rebuild else (), config.redaction.reload_seconds, rebuild or tuple, live.renew)


def _provider(config: Config, secret: bytes) -> Provider | None:
    """Who vouches for persons; None without one. Raises ValueError where its secret is not set."""
    settings = config.admin.openid
    if settings is None:
        return None
    from gateway.accounts.openid import Provider  # noqa: PLC0415, signatures are loaded only where they are checked

    return Provider(settings, f"{config.admin.address}/admin/openid/callback", secret)


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
        await house.live.start()
        await house.recorder.start()
        await house.counting.start()
        house.reloader.start()
        try:
            yield
        finally:
            await house.reloader.stop()
            await house.counting.stop()
            await house.recorder.stop()
            await house.live.stop()
            await house.upstreams.close()
            await house.store.close()
            house.instruments.close()

    app = FastAPI(
        title="Sekimori", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=lifespan
    )
    app.state.house = house
    for endpoint in ENDPOINTS:
        for path in endpoint.routes:
            app.add_route(path, inference.serve(endpoint, house), methods=["POST"])
    counting.mount(app, house)
    models.mount(app, house)
    check.mount(app, house)
    app.add_route("/healthz", ops.healthz, methods=["GET"])
    app.add_route("/readyz", ops.readyz(house), methods=["GET"])
    app.add_route("/metrics", ops.metrics(house), methods=["GET"])
    leaderboard.mount(app, house)
    coverage.mount(app, house, ENDPOINTS)
    statutes.mount(app, house)
    answer = _answering(admin.mount(app, house))
    app.add_exception_handler(ApiError, answer)
    app.add_exception_handler(HTTPException, answer)
    app.add_exception_handler(Exception, answer)
    return app


def _answering(as_page: Telling) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        """Any error as who asks for this path understands it. Never the text of an unforeseen one."""
        if isinstance(error, HTTPException):
            error = _translated(error, request.url.path)
        if not isinstance(error, ApiError):
            log.error("unforeseen %s", type(error).__name__)
            error = ApiError("ゲートウェイの内部で問題が起きました。システム管理者に連絡してください。")
        if (page := as_page(request, error)) is not None:
            return page
        content, media_type = shapes.answer(request.url.path, error)
        headers = {**error.headers, "Cache-Control": "no-store"}
        return Response(content, status_code=error.status, headers=headers, media_type=media_type)

    return answer


def _translated(error: HTTPException, path: str) -> ApiError:
    kinds: dict[int, Callable[[str], ApiError]] = {404: NotFound, 405: MethodNotAllowed}
    messages = {404: absent.reason(path), 405: "そのメソッドでは使えません。"}
    if error.status_code in kinds:
        known = kinds[error.status_code](messages[error.status_code])
        known.headers = dict(error.headers or {})  # Allow, which RFC 9110 asks for beside 405
        return known
    answer = ApiError("リクエストを処理できませんでした。")
    answer.status = error.status_code
    return answer
