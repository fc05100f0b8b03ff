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

from gateway import interpreter
from gateway.inspection import FindingCache, decide, redact
from gateway.parts import detectors
from gateway.worker import Worker
from policies.loader import load_policy
from policies.reading import Reading
from policies.situation import Situation
from redaction.evaluation.corpus import generate
from redaction.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.ruleset import PolicySet

RULES = Path(__file__).resolve().parents[1] / "policies" / "rules"
WHERE = (Situation(endpoint="chat/completions"),)
TURN = 300
"""Characters of the longest turn; the shortest has half of them."""
PROBE = 0.001


def dense(count: int) -> list[str]:
    """Every turn another document about people: what no conversation is, and the hardest case."""
    made: list[str] = []
    for document in generate(7, 100 * count):
        if len(document.text) >= TURN // 2:
            made.append(f"{len(made)}: {document.text[:TURN]}")
        if len(made) == count:
            return made
    raise AssertionError("the corpus is too short")


def working(count: int) -> list[str]:
    """What staff do: a file is pasted, then questions and answers about it, now and then with a name out of it."""
    documents = list(generate(7, 200))
    about = [document for document in documents if document.spans][:8]
    names = [document.text[s.start : s.end] for document in about for s in document.spans if s.label == "PERSON"]
    nobody = [document.text[:200] for document in documents if not document.spans]
    first = "次の記録を要約してください。\n" + "\n\n".join(document.text for document in about)
    made = [first]
    for n in range(1, count):
        mention = f"{names[n % len(names)]}さんについて、" if n % 4 == 0 else ""
        made.append(f"{n}: {mention}{nobody[n % len(nobody)]}")
    return made


def request(policy: PolicySet, cache: FindingCache, history: list[str]) -> float:
    """Seconds that one request takes to be read, decided and redacted, as the inspection does it."""
    began = time.perf_counter()
    readings = [Reading(text) for text in history]
    decisions = decide(policy, WHERE, readings, [cache.detect(policy, reading) for reading in readings], cache.places)
    vault = Vault(history)
    for text, decided in zip(history, decisions, strict=True):
        redact(text, decided, vault)
    return time.perf_counter() - began


def conversation(policy: PolicySet, messages: list[str], entries: int) -> list[float]:
    """Seconds of each request of one conversation; ``entries`` 0 is no cache."""
    cache = FindingCache(entries)
    return [request(policy, cache, messages[:n]) for n in range(1, len(messages) + 1)]


async def lag(work: Callable[[], object]) -> tuple[float, list[float]]:
    """Seconds of some work on a worker's thread, and how late a probe on the loop woke meanwhile, in order."""
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
    await worker.run(work)
    took = time.perf_counter() - began
    reading = False
    await watching
    return took, sorted(late)


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
    conversation(policy, working(2), 0)  # the dictionary is opened and the patterns are warm
    for title, made in (("a file, then questions about it", working), ("every turn another file", dense)):
        messages = made(options.turns)
        print(f"{title}: {options.turns} turns, the first {len(messages[0])} of {sum(map(len, messages))} characters")
        print(f"  {'':<10}{'first':>10}{'last':>10}{'mean':>10}{'last/first':>12}{'mean/first':>12}{'most/first':>12}")
        for name, entries in (("cache", 20_000), ("no cache", 0)):
            runs = [conversation(policy, messages, entries) for _ in range(3)]
            took = [min(each) for each in zip(*runs, strict=True)]
            first, last, mean = took[0], took[-1], statistics.mean(took)
            print(
                f"  {name:<10}{first * 1e3:>8.1f}ms{last * 1e3:>8.1f}ms{mean * 1e3:>8.1f}ms"
                f"{last / first:>12.2f}{mean / first:>12.2f}{max(took) / first:>12.2f}"
            )
    text = long_text(options.characters)
    interpreter.prepare()
    interpreter.settle()  # as the gateway does before it serves
    print(f"\none text of {options.characters} characters on a worker's thread: how late the event loop woke")
    print(f"  {'':<24}{'took':>8}{'most':>10}{'99 %':>10}{'median':>10}")

    def reading() -> object:
        return FindingCache(0).detect(policy, Reading(text))

    for name, work in (("reading", reading), ("reading again", reading), ("nothing", lambda: time.sleep(1.0))):
        took, late = asyncio.run(lag(work))
        most, often, middle = late[-1], late[int(len(late) * 0.99)], late[len(late) // 2]
        print(f"  {name:<24}{took:>7.2f}s{most * 1e3:>8.1f}ms{often * 1e3:>8.1f}ms{middle * 1e3:>8.1f}ms")


if __name__ == "__main__":
    main()
