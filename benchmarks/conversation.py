"""What a growing conversation costs, and how long the event loop waits.

``python benchmarks/conversation.py [--turns 40] [--characters 100000]``

A conversation of N turns sends its whole history with every request. With the cache of findings only what is new is
read. The second part reads one long text on a worker's thread while a probe on the event loop notes how late it wakes.
Figures are ratios within one run; milliseconds are those of the machine at hand.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.inspection import FindingCache, decide, redact
from gateway.parts import detectors
from gateway.worker import Worker
from policies.loader import load_policy
from policies.reading import Reading
from policies.situation import Situation
from redaction.evaluation.corpus import generate
from redaction.vault import Vault

if TYPE_CHECKING:
    from policies.ruleset import PolicySet

RULES = Path(__file__).resolve().parents[1] / "policies" / "rules"
WHERE = Situation(endpoint="chat/completions")
TURN = 400
"""Characters of one turn, about."""
PROBE = 0.001


def turns(count: int) -> list[str]:
    """Messages of a conversation, about as long as each other."""
    texts = (document.text for document in generate(7, 100 * count))
    made: list[str] = []
    piece = ""
    for text in texts:
        piece += text + "\n"
        if len(piece) >= TURN:
            made.append(f"{len(made)}: {piece[:TURN]}")
            piece = ""
        if len(made) == count:
            return made
    raise AssertionError("the corpus is too short")


def request(policy: PolicySet, cache: FindingCache, history: list[str]) -> float:
    """Seconds that one request takes to be read, decided and redacted, as the inspection does it."""
    began = time.perf_counter()
    readings = [Reading(text) for text in history]
    decisions = decide(policy, WHERE, readings, [cache.detect(policy, reading) for reading in readings])
    vault = Vault(history)
    for text, decided in zip(history, decisions, strict=True):
        redact(text, decided, vault)
    return time.perf_counter() - began


def conversation(policy: PolicySet, count: int, entries: int) -> list[float]:
    """Seconds of each request of one conversation; ``entries`` 0 is no cache."""
    messages = turns(count)
    cache = FindingCache(entries)
    return [request(policy, cache, messages[:n]) for n in range(1, count + 1)]


async def lag(policy: PolicySet, text: str) -> tuple[float, list[float]]:
    """Seconds of reading one text on a worker's thread, and how late a probe on the loop woke meanwhile."""
    worker = Worker(threads=2, timeout=600)
    late: list[float] = []
    reading = True

    async def probe() -> None:
        while reading:
            began = time.perf_counter()
            await asyncio.sleep(PROBE)
            late.append(time.perf_counter() - began - PROBE)

    watching = asyncio.create_task(probe())
    began = time.perf_counter()
    await worker.run(lambda: FindingCache(0).detect(policy, Reading(text)))
    took = time.perf_counter() - began
    reading = False
    await watching
    return took, late


def long_text(length: int) -> str:
    """Invented documents one after the other."""
    pieces, total = [], 0
    for document in generate(random.Random(11).randrange(1000), length):  # noqa: S311, chance that must repeat
        pieces.append(document.text)
        total += len(document.text) + 1
        if total >= length:
            break
    return "\n".join(pieces)[:length]


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--turns", type=int, default=40)
    arguments.add_argument("--characters", type=int, default=100_000)
    options = arguments.parse_args()
    policy = load_policy(RULES, detectors(("personal_information",)))
    conversation(policy, 2, 0)  # the dictionary is opened and the patterns are warm
    print(f"one conversation of {options.turns} turns of about {TURN} characters")
    print(f"{'':<14}{'first':>10}{'last':>10}{'mean':>10}{'last/first':>12}{'median/first':>14}")
    for name, entries in (("cache", 20_000), ("no cache", 0)):
        runs = [conversation(policy, options.turns, entries) for _ in range(3)]
        took = [min(each) for each in zip(*runs, strict=True)]
        first, last = took[0], took[-1]
        print(
            f"{name:<14}{first * 1e3:>8.1f}ms{last * 1e3:>8.1f}ms{statistics.mean(took) * 1e3:>8.1f}ms"
            f"{last / first:>12.2f}{statistics.median(took) / first:>14.2f}"
        )
    print(f"\none text of {options.characters} characters on a worker's thread")
    took, late = asyncio.run(lag(policy, long_text(options.characters)))
    late.sort()
    print(
        f"read in {took:.2f} s; the loop woke late by {late[-1] * 1e3:.1f} ms at most, "
        f"{late[int(len(late) * 0.99)] * 1e3:.1f} ms at the 99th percentile ({len(late)} probes)"
    )


if __name__ == "__main__":
    main()
