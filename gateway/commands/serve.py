"""``serve``: open the door."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import sys
import traceback
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from gateway import interpreter
from gateway.config import MOST_WORKERS, Config, load_config
from gateway.directory import DirectoryError
from gateway.local_model import LocalModelMissingError, in_place_of_demo
from gateway.processes import Post, Processes
from gateway.reload import Stamp, stamp
from metrics.store import StoreError
from policies.document import DocumentError
from redaction.tagger import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gateway.app import Engine
    from gateway.commands import Commands
    from policies.finding import Detector

_METRICS = "PROMETHEUS_MULTIPROC_DIR"


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("serve", help="run the gateway")
    command.add_argument("--host", help="address to listen on (default: server.host of the configuration)")
    command.add_argument("--port", type=int, help="port to listen on (default: server.port of the configuration)")
    command.add_argument(
        "--workers",
        type=_workers,
        help="processes behind the port, or auto (default: server.workers of the configuration)",
    )
    command.add_argument("--demo", action="store_true", help="with demonstration data and the demo key, loopback only")
    command.add_argument("--local-model", action="store_true", help="also serve a real, small model (make demo-llm)")
    command.set_defaults(run=_run)


def _workers(text: str) -> int | str:
    """A number of workers on the command line."""
    if text == "auto":
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WORKERS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither auto nor a number from 1 to {MOST_WORKERS}")


def _run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)
    changes = {name: value for name in ("host", "port", "workers") if (value := getattr(arguments, name)) is not None}
    config = config.model_copy(update={"server": config.server.model_copy(update=changes)})
    if fault := _unfit(config, arguments):
        print(fault, file=sys.stderr)
        return 1
    _log()
    try:
        with ExitStack() as stack:
            listening = stack.enter_context(_listen(config.server.host, config.server.port))
            if arguments.local_model:
                config = stack.enter_context(in_place_of_demo(config))
            return _serve(config, listening, arguments.config, demo=arguments.demo)
    except OSError as error:
        print(f"cannot listen on {config.server.host}:{config.server.port}: {error.strerror}", file=sys.stderr)
    except (ValueError, LocalModelMissingError, DirectoryError, *StoreError) as error:
        # Faults of the configuration, the secret, the roster or the database; each says which.
        print(f"{arguments.config}: {error}", file=sys.stderr)
    return 1


def _unfit(config: Config, arguments: argparse.Namespace) -> str | None:
    """Why this cannot be served as it was asked for; None where it can."""
    if arguments.demo and not _is_loopback(config.server.host):
        return "the demo listens on loopback only: its key is known to all (--host 127.0.0.1)"
    if config.server.processes == 1:
        return None
    if not hasattr(os, "fork"):
        return "this system cannot run several workers (server.workers): 1 is possible"
    if arguments.local_model:
        return "the local model runs beside one worker only: leave out --workers, or set server.workers to 1"
    if config.database.url.endswith(":memory:"):
        return "several workers need a database that they share: not sqlite in memory"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class TextlessFormatter(logging.Formatter):
    """Says where something went wrong and of which type, never its message: that may quote a user's text."""

    def formatException(self, ei: Any) -> str:  # noqa: N802, logging's name
        """The frames and the type."""
        kind, _, trace = ei
        frames = traceback.format_list([_bare(frame) for frame in traceback.extract_tb(trace)])
        return "".join(frames) + (kind.__name__ if kind else "")


def _bare(frame: traceback.FrameSummary) -> traceback.FrameSummary:
    return traceback.FrameSummary(frame.filename, frame.lineno, frame.name, lookup_line=False, line="")


def _log(name: str = "") -> None:
    """To standard error: ours from INFO on, others' from WARNING on. ``name`` is that of one of several processes."""
    out = logging.StreamHandler(sys.stderr)
    own = f"[{name}] " if name else ""
    out.setFormatter(TextlessFormatter(f"%(asctime)s %(levelname)s {own}%(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[out], force=bool(name))
    logging.getLogger("sekimori").setLevel(logging.INFO)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port first: a second start fails at once, not after the engine is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def _serve(config: Config, listening: socket.socket, said: Path, *, demo: bool) -> int:
    """Load, then serve: in this process, or in several that begin with what is loaded here."""
    workers = config.server.processes
    if workers > 1:
        _share_metrics(config.data_dir)  # the instruments look for the folder when they are imported

    from gateway.secret import load_secret  # noqa: PLC0415, the engine is loaded after the port is ours
    from metrics.prometheus import forget  # noqa: PLC0415

    interpreter.prepare()
    password = _fill(config) if demo else ""
    seen, engine = _seen(config), _load(config)
    opening = _Opening(config, engine, seen, listening, load_secret(config.data_dir), demo)
    if demo:
        address = f"http://{config.server.host}:{listening.getsockname()[1]}"
        print(welcome(address, config.deployments[0].model, password), flush=True)
    if workers == 1:
        return _open(opening)
    interpreter.settle()  # what is frozen is not walked through, and stays shared
    # Our end of the port is closed before theirs: who comes late is refused and does not wait for nobody.
    return Processes(workers, lambda post: _work(opening, post, said), forget, listening.close).run()


@dataclass(frozen=True, slots=True)
class _Opening:
    """What a process needs to open the door. ``seen`` is the state of the files that ``engine`` was loaded from."""

    config: Config
    engine: Engine
    seen: Stamp
    listening: socket.socket
    secret: bytes
    demo: bool


def _fill(config: Config) -> str:
    """The demonstration's data; the password of its pages."""
    from gateway.commands import demo_data  # noqa: PLC0415

    asyncio.run(demo_data.fill(config))
    return asyncio.run(demo_data.open_pages(config))


def _load(config: Config) -> Engine:
    from gateway.app import load_engine  # noqa: PLC0415

    return load_engine(config, _detectors(config))


def _detectors(config: Config) -> Sequence[Detector]:
    from gateway.parts import detectors  # noqa: PLC0415, loads the engine

    return detectors(config.inspection.detectors, config.redaction)


def _seen(config: Config) -> Stamp:
    own = (config.redaction.allowlist, config.redaction.recognizers)
    return stamp([*sorted(config.policies.directory.rglob("*.yaml")), *filter(None, own)])


def _share_metrics(data_dir: Path) -> None:
    """An empty folder in which all workers count, unless the environment names one already."""
    if os.environ.get(_METRICS):
        return
    folder = data_dir / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.db"):
        path.unlink()
    os.environ[_METRICS] = str(folder)


def _work(opening: _Opening, post: Post, said: Path) -> int:
    """The life of one worker. A file that has changed since the parent read it is read anew."""
    _log(post.name)

    def run() -> int:
        changed = _seen(opening.config) != opening.seen
        return _open(replace(opening, engine=_load(opening.config)) if changed else opening, post)

    return _or_say(said, run)


def _or_say(said: Path, run: Callable[[], int]) -> int:
    """Its exit status, or 1 and one line on what is wrong with the configuration, the secret, the rules or the database."""
    try:
        return run()
    except (DocumentError, ModelError) as error:
        print(error, file=sys.stderr)
    except (ValueError, LocalModelMissingError, DirectoryError, *StoreError) as error:
        print(f"{said}: {error}", file=sys.stderr)
    return 1


def _open(opening: _Opening, post: Post | None = None) -> int:
    """Serve in this process until it is told to end."""
    import uvicorn  # noqa: PLC0415, only this command serves

    from gateway.app import build_app, furnish  # noqa: PLC0415
    from gateway.commands import demo_data  # noqa: PLC0415

    house = furnish(
        opening.engine,
        secret=opening.secret,
        demo=demo_data.CALLER if opening.demo else None,
        rebuild=lambda: _detectors(opening.config),
        keeper=post is None or post.number == 0,
    )

    async def report() -> None:
        server.should_exit |= post is not None and not post.report()

    server = uvicorn.Server(
        uvicorn.Config(
            build_app(house),
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=30,
            timeout_keep_alive=75,
            h11_max_incomplete_event_size=64 * 1024,
            callback_notify=report,
            timeout_notify=1,
        )
    )
    interpreter.settle()
    with suppress(SystemExit):  # by which uvicorn tells of a start that failed: so do we
        server.run(sockets=[opening.listening])
    if not server.started:
        for fault in house.live.faults:  # of own rule files, which are read when the database is open
            print(fault, file=sys.stderr)
    return 0 if server.started else 1


def welcome(address: str, model: str, password: str = "") -> str:
    """What the demo prints: addresses, the key, and a line to paste."""
    question = "佐藤花子さん（電話 090-1234-5678）から要望のあった通学路の修繕を、280万円で随意契約したい。起案文と、父兄への案内文を作ってください。"
    body = f'{{"model": "{model}", "messages": [{{"role": "user", "content": "{question}"}}]}}'
    return f"""
関守 Sekimori（デモ）
  接続先（base URL）  {address}/v1
  APIキー             sk-sekimori-demo（この端末からだけ使えます）
  部署別の活用率       {address}/leaderboard
  文面を確かめる       {address}/check
  管理ページ           {address}/admin（アカウント demo-admin、今回のパスワード {password}）
  状態                 {address}/readyz   計測値 {address}/metrics

試す（そのまま貼り付けられます）:

curl -sS {address}/v1/chat/completions -H 'Authorization: Bearer sk-sekimori-demo' \\
  -H 'Content-Type: application/json' -d '{body}'

止めるには Ctrl+C
"""
