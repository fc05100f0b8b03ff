"""``serve``: open the door."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import traceback
from contextlib import ExitStack, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from gateway import interpreter
from gateway.config import Config, load_config
from gateway.directory import DirectoryError
from gateway.local_model import LocalModelMissingError, in_place_of_demo
from metrics.store import StoreError

if TYPE_CHECKING:
    import argparse

    from gateway.commands import Commands


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("serve", help="run the gateway")
    command.add_argument("--host", help="address to listen on (default: server.host of the configuration)")
    command.add_argument("--port", type=int, help="port to listen on (default: server.port of the configuration)")
    command.add_argument("--demo", action="store_true", help="with demonstration data and the demo key, loopback only")
    command.add_argument("--local-model", action="store_true", help="also serve a real, small model (make demo-llm)")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)
    changes = {k: v for k, v in (("host", arguments.host), ("port", arguments.port)) if v is not None}
    config = config.model_copy(update={"server": config.server.model_copy(update=changes)})
    if arguments.demo and not _is_loopback(config.server.host):
        print("the demo listens on loopback only: its key is known to all (--host 127.0.0.1)", file=sys.stderr)
        return 1
    _log()
    try:
        with ExitStack() as stack:
            listening = stack.enter_context(_listen(config.server.host, config.server.port))
            if arguments.local_model:
                config = stack.enter_context(in_place_of_demo(config))
            return _serve(config, listening, demo=arguments.demo)
    except OSError as error:
        print(f"cannot listen on {config.server.host}:{config.server.port}: {error.strerror}", file=sys.stderr)
    except (ValueError, LocalModelMissingError, DirectoryError, *StoreError) as error:
        # Faults of the configuration, the secret, the roster or the database; each says which.
        print(f"{arguments.config}: {error}", file=sys.stderr)
    return 1


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


def _log() -> None:
    """To standard error: ours from INFO on, others' from WARNING on."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(TextlessFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[out])
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


def _serve(config: Config, listening: socket.socket, *, demo: bool) -> int:
    import uvicorn  # noqa: PLC0415, only this command serves

    from gateway.app import build_app, build_house  # noqa: PLC0415, the engine is loaded after the port is ours
    from gateway.commands import demo_data  # noqa: PLC0415
    from gateway.parts import detectors  # noqa: PLC0415
    from gateway.secret import load_secret  # noqa: PLC0415

    interpreter.prepare()
    password = ""
    if demo:
        asyncio.run(demo_data.fill(config))
        password = asyncio.run(demo_data.open_pages(config))
    house = build_house(
        config,
        detectors(config.inspection.detectors, config.redaction),
        secret=load_secret(config.data_dir),
        demo=demo_data.CALLER if demo else None,
        rebuild=lambda: detectors(config.inspection.detectors, config.redaction),
    )
    app = build_app(house)
    address = f"http://{config.server.host}:{listening.getsockname()[1]}"
    if demo:
        print(welcome(address, config.deployments[0].model, password), flush=True)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=30,
            timeout_keep_alive=75,
            h11_max_incomplete_event_size=64 * 1024,
        )
    )
    interpreter.settle()
    with suppress(SystemExit):  # by which uvicorn tells of a start that failed: so do we
        server.run(sockets=[listening])
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
