"""What the gateway adds to a request, side by side in one run: ratios, not absolute times.

    python benchmarks/overhead.py [--requests 300] [--workers N] [--json FILE]

Three lanes before the same mock upstream: direct, a bare FastAPI + aiohttp pass-through, and the gateway
with everything on. Each lane is a process of its own; lanes take turns, request by request, so that a slow
moment of the machine hits all. The prompt is a resident's letter of about 400 characters, varied so that no
two requests are alike: the findings cache does not help to read it. With ``--workers N`` a second gateway of so many
workers stands beside the first; clients and upstream need cores as well, so that N workers want more than N cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
import yaml
from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60
"""Seconds that a lane may take to come up."""
WARM_UP = 20
"""Requests before any is counted."""
LETTER = (
    "私は青葉野市本町三丁目二番五号に住む{name}と申します。昨年から母の{mother}の介護をしており、介護保険の申請のために"
    "何度か窓口へ伺いましたが、必要な書類が分かりにくく、同じ説明を繰り返すことになりました。担当の方のお名前は存じませんが、"
    "もう少し一覧のようなものを用意していただけると助かります。また、電話（{phone}）で問い合わせた際に、折り返すと言われた"
    "まま三日間ご連絡がありませんでした。お忙しいとは思いますが、来月の更新手続きまでに、何を持っていけばよいのか、誰に聞けば"
    "よいのかを文書で教えてください。なお、母は足が悪く、窓口まで行くことができません。郵送や代理人による申請ができるのかも、"
    "あわせて教えていただきたいです。返事は郵送で結構です。どうぞよろしくお願いいたします。この手紙への返信文案を、丁寧で"
    "分かりやすい日本語で作成してください。受付番号は{n}番です。"
)
REPLY = "[PERSON_1] 様、このたびはお手数をおかけし申し訳ございません。必要な書類は別紙のとおりです。" * 3
SENTENCE_END = "。".encode()
CHUNKS = [REPLY[i : i + 5] for i in range(0, len(REPLY), 5)]


def mock() -> FastAPI:
    """An upstream that answers at once."""
    app = FastAPI()
    head = {"id": "x", "created": 1, "model": "m"}
    whole = json.dumps(
        {
            **head,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": REPLY}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 300, "completion_tokens": 100, "total_tokens": 400},
        },
        ensure_ascii=False,
    ).encode()

    def chunk(delta: dict[str, Any], finish: str | None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        message = {**head, "object": "chat.completion.chunk", "choices": [choice]}
        return f"data: {json.dumps(message, ensure_ascii=False)}\n\n".encode()

    stream = [chunk({"content": text}, None) for text in CHUNKS] + [chunk({}, "stop"), b"data: [DONE]\n\n"]

    async def events() -> Any:
        for event in stream:
            yield event
            await asyncio.sleep(0)

    async def answer(request: Request) -> Response:
        body = await request.json()
        if body.get("stream"):
            return StreamingResponse(events(), media_type="text/event-stream")
        return Response(whole, media_type="application/json")

    app.add_route("/v1/chat/completions", answer, methods=["POST"])
    return app


def bare(upstream: str) -> FastAPI:
    """The least that a proxy can be: FastAPI in front, aiohttp behind, bytes as they come."""
    app = FastAPI()
    session: list[aiohttp.ClientSession] = []

    @app.post("/v1/chat/completions")
    async def relay(request: Request) -> Response:
        if not session:
            session.append(aiohttp.ClientSession())
        body = await request.body()
        answer = await session[0].post(upstream, data=body, headers={"Content-Type": "application/json"})
        if answer.content_type == "text/event-stream":
            return StreamingResponse(answer.content.iter_any(), media_type="text/event-stream")
        return Response(await answer.read(), media_type="application/json")

    return app


def serve(name: str, port: int, upstream: str) -> None:
    """The body of a child process."""
    app = mock() if name == "mock" else bare(upstream)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Lane:
    """A server process and what was measured of it."""

    def __init__(self, name: str, command: list[str], port: int) -> None:
        self.name, self.port = name, port
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        self.url = f"http://127.0.0.1:{port}/v1/chat/completions"
        self.headers = {"Content-Type": "application/json"}
        self.cold = 0.0

    def memory(self) -> dict[str, int]:
        """Of this process and its workers in MB: resident, and resident with what is shared counted once."""
        parent = self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        rolled = [Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() for pid in (parent, *children)]
        return {
            name.lower(): sum(int(line.split()[1]) for lines in rolled for line in lines if line.startswith(f"{name}:"))
            // 1024
            for name in ("Rss", "Pss")
        }

    def stop(self) -> None:
        """End the process, if need be by force."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def body(rng: random.Random, *, stream: bool = False) -> bytes:
    """A letter like no other."""
    names = ["佐藤花子", "鈴木一郎", "高橋美咲", "田中健", "伊藤さくら", "渡辺翔", "山本恵", "中村大輔"]
    text = LETTER.format(
        name=rng.choice(names),
        mother=rng.choice(names),
        phone=f"090-{rng.randint(1000, 9999)}-{rng.randint(1000, 9999)}",
        n=rng.randint(1, 999),
    )
    message = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": text}]}
    return json.dumps(message, ensure_ascii=False).encode()


async def one(session: aiohttp.ClientSession, lane: Lane, data: bytes) -> tuple[float, float, float]:
    """Seconds to the first byte of the body, to the end of the first sentence in it, and to the end."""
    begun = time.perf_counter()
    got, first, sentence = b"", 0.0, 0.0
    async with session.post(lane.url, data=data, headers=lane.headers) as answer:
        async for piece in answer.content.iter_any():
            now = time.perf_counter() - begun
            got += piece
            first = first or now
            sentence = sentence or (now if SENTENCE_END in got else 0.0)
        assert answer.ok, got.decode("utf-8", "replace")
    total = time.perf_counter() - begun
    return first, sentence or total, total


async def ready(session: aiohttp.ClientSession, lane: Lane) -> None:
    """Until the first request is answered: the cold start."""
    data = body(random.Random(0))  # noqa: S311
    while True:
        try:
            await one(session, lane, data)
        except (aiohttp.ClientError, AssertionError) as error:
            if lane.process.poll() is not None or time.perf_counter() - lane.begun > PATIENCE:
                raise RuntimeError(f"the lane {lane.name} did not come up") from error
            await asyncio.sleep(0.01)
        else:
            lane.cold = time.perf_counter() - lane.begun
            return


async def latency(session: aiohttp.ClientSession, lanes: list[Lane], count: int, *, stream: bool) -> dict[str, Any]:
    """All lanes in turn, ``count`` requests each."""
    rng = random.Random(f"stream {stream}")  # noqa: S311, no letter of one lane is known from another
    times: dict[str, list[tuple[float, float, float]]] = {lane.name: [] for lane in lanes}
    for n in range(count + WARM_UP):
        for lane in lanes:
            measured = await one(session, lane, body(rng, stream=stream))
            if n >= WARM_UP:
                times[lane.name].append(measured)
    return {
        name: {
            "first_p50": statistics.median(first for first, _, _ in rows),
            "sentence_p50": statistics.median(sentence for _, sentence, _ in rows),
            "p50": statistics.median(total for _, _, total in rows),
            "p95": statistics.quantiles([total for _, _, total in rows], n=20)[18],
        }
        for name, rows in times.items()
    }


async def throughput(session: aiohttp.ClientSession, lane: Lane, clients: int, seconds: float) -> float:
    """Requests per second with so many clients at once."""
    rng = random.Random(clients)  # noqa: S311
    done = 0
    until = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await one(session, lane, body(rng))
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return done / (time.perf_counter() - begun)


def gateway_lane(folder: Path, upstream: str, workers: str) -> Lane:
    """The gateway as an operator starts it, with a key; ``workers`` other than 1 stand in its name."""
    port = free_port()
    folder.mkdir()
    name = "gateway" if workers == "1" else f"workers-{workers}"
    deployment = {
        "name": "mock", "model": "m", "lane": "openai_wire", "base_url": upstream.removesuffix("/chat/completions"),
        "zone": "external", "region": "mock", "trains_on_input": False,
    }  # fmt: skip
    config: dict[str, Any] = {
        "version": 1,
        "policies": {"directory": str(ROOT / "policies" / "rules")},
        "deployments": [deployment],
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    base = [sys.executable, "-m", "gateway", "--config", str(path)]
    made = subprocess.run(  # noqa: S603
        [*base, "keys", "create", "--department", "0101", "--person", "bench"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    key = next(word for word in made.stdout.split() if word.startswith("sk-sekimori-"))
    lane = Lane(name, [*base, "serve", "--port", str(port), "--workers", workers], port)
    lane.headers = {**lane.headers, "Authorization": f"Bearer {key}"}
    return lane


async def measure(count: int, folder: Path, workers: str) -> dict[str, Any]:
    """Everything, in one run."""
    me = [sys.executable, str(ROOT / "benchmarks" / "overhead.py"), "--serve"]
    upstream_port, bare_port = free_port(), free_port()
    upstream = f"http://127.0.0.1:{upstream_port}/v1/chat/completions"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        lanes = [Lane("direct", [*me, "mock", str(upstream_port), upstream], upstream_port)]
        try:
            await ready(session, lanes[0])
            lanes.append(Lane("bare", [*me, "bare", str(bare_port), upstream], bare_port))
            await ready(session, lanes[1])
            for number in dict.fromkeys(("1", workers)):
                lanes.append(gateway_lane(folder / number, upstream, number))
                await ready(session, lanes[-1])
            results: dict[str, Any] = {
                "whole": await latency(session, lanes, count, stream=False),
                "stream": await latency(session, lanes, count // 3, stream=True),
                "requests_per_second": {
                    lane.name: {n: await throughput(session, lane, n, 3.0) for n in (1, 16, 64)} for lane in lanes
                },
            }
            results["memory_mb"] = {lane.name: lane.memory() for lane in lanes}
            results["cold_start_s"] = {lane.name: lane.cold for lane in lanes}
            return results
        finally:
            for lane in lanes:
                lane.stop()


def show(results: dict[str, Any]) -> None:
    """The table, and the ratios that count."""
    for kind in ("whole", "stream"):
        print(f"{kind}: latency in ms")
        for name, row in results[kind].items():
            first = f"  first byte p50 {row['first_p50'] * 1e3:7.2f}" if kind == "stream" else ""
            print(f"  {name:12} p50 {row['p50'] * 1e3:7.2f}  p95 {row['p95'] * 1e3:7.2f}{first}")
        base, proxy, ours = (results[kind][name]["p50"] for name in ("direct", "bare", "gateway"))
        print(f"  added p50: gateway / bare pass-through = {(ours - base) / (proxy - base):.1f}")
    # The gateway holds the first sentence back until it has been judged, so a pass-through's first byte is no measure:
    # what the gateway adds is its first byte against the moment at which the bare one has passed that sentence on.
    ours, proxy = results["stream"]["gateway"]["first_p50"], results["stream"]["bare"]["sentence_p50"]
    print(f"first byte above the bare pass-through's first sentence: {(ours - proxy) * 1e3:.2f} ms (wanted: at most 5)")
    print("requests per second at concurrency 1, 16, 64")
    for name, row in results["requests_per_second"].items():
        print(f"  {name:12} " + "  ".join(f"{value:7.0f}" for value in row.values()))
    memory = (f"{name} {row['rss']} ({row['pss']})" for name, row in results["memory_mb"].items())
    print("resident memory in MB, all processes (shared counted once): " + ", ".join(memory))
    print(
        "cold start to the first answer in s: " + ", ".join(f"{k} {v:.2f}" for k, v in results["cold_start_s"].items())
    )


def main() -> None:
    """Run, print, and write JSON where asked."""
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], int(sys.argv[3]), sys.argv[4])
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--workers", default="1", help="processes of the gateway, or auto")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = asyncio.run(measure(arguments.requests, Path(folder), arguments.workers))
    show(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
