"""What a dialect costs beside chat, side by side in one run: ratios, not absolute times.

    python benchmarks/doors.py [--rounds 200]

For each door: receiving, checking, walking and translating a request of 21 messages, and telling a streamed reply of
60 chunks. Detectors, network and upstream are left out: they are the same for all doors (benchmarks/overhead.py).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.app import ENDPOINTS
from gateway.endpoints.base import texts

TEXT = "市民課の窓口でお手続きをお願いします。" * 8
PATH = {"model": "m", "?model": "m", "?alt": "sse", "?stream": "1", "path": ":streamGenerateContent"}
CHUNKS = [
    {"id": "x", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "回答です"}, "finish_reason": None}]}
    for _ in range(59)
] + [{"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1}}]  # fmt: skip


def turns(role: str, content: Any) -> list[dict[str, Any]]:
    """Twenty-one turns, the user's and the model's."""
    return [{"role": role if n % 2 else "user", **content} for n in range(21)]


BODIES: dict[str, dict[str, Any]] = {
    "chat": {"messages": turns("assistant", {"content": TEXT})},
    "responses": {"input": turns("assistant", {"content": TEXT})},
    "messages": {"max_tokens": 9, "messages": turns("assistant", {"content": [{"type": "text", "text": TEXT}]})},
    "gemini": {"contents": turns("model", {"parts": [{"text": TEXT}]})},
    "ollama_chat": {"messages": turns("assistant", {"content": TEXT})},
    "ollama_generate": {"prompt": TEXT * 21},
    "simple": {"prompt": TEXT * 21},
}


def request(endpoint: Any) -> float:
    """Seconds for one request on its way in."""
    begun = time.perf_counter()
    body = endpoint.receive({"model": "m", "stream": True, **BODIES[endpoint.name]}, PATH)
    endpoint.check(body)
    assert texts(body).parts
    endpoint.prepare(body)
    return time.perf_counter() - begun


def reply(endpoint: Any) -> float:
    """Seconds for one stream on its way out."""
    voice = endpoint.voice({"model": "m"})
    begun = time.perf_counter()
    told = b"".join([*(voice.feed(chunk) for chunk in CHUNKS), voice.close()])
    assert told
    return time.perf_counter() - begun


def main() -> None:
    """Measure in turns, so that a slow moment of the machine hits all doors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    doors = [endpoint for endpoint in ENDPOINTS if endpoint.name in BODIES]
    seconds: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for endpoint in doors:
            for name, measured in (("request", request), ("reply", reply)):
                seconds.setdefault((endpoint.name, name), []).append(measured(endpoint))
    middle = {key: statistics.median(values) * 1000 for key, values in seconds.items()}
    print(f"{'door':16} {'request':>10} {'ratio':>6} {'reply':>10} {'ratio':>6}")
    for endpoint in doors:
        cells = [(middle[endpoint.name, name], middle["chat", name]) for name in ("request", "reply")]
        print(f"{endpoint.name:16} " + " ".join(f"{ms:7.3f} ms {ms / chat:6.1f}" for ms, chat in cells))


if __name__ == "__main__":
    main()
