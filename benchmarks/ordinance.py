"""What the ordinance checks add to a text's shared reading, and how fast statutes are loaded and searched.

    python benchmarks/ordinance.py [--repeat 200] [--statutes DIR]

The cost of the checks is given in processor time beside that of the shared tokenisation of the same text in the same
run: a ratio, since times depend on the machine. Texts are drafts of the project's own corpus, varied so that no two
are alike. With ``--statutes`` a folder of law texts is loaded, repeated to at least 20 MB, and searched.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policies.document import load  # noqa: E402
from policies.loader import PolicyFile  # noqa: E402
from policies.ordinance.checks import OrdinanceDetector  # noqa: E402
from policies.ordinance.index import StatuteIndex  # noqa: E402
from policies.ordinance.moved import Moves  # noqa: E402
from policies.reading import Reading  # noqa: E402

RULES = ROOT / "policies" / "rules" / "ordinance"
DRAFTS = ROOT / "tests" / "fixtures" / "ordinance" / "drafts.jsonl"
QUERIES = ("交付", "随意契約", "補助金 交付", "個人情報 提供", "議会の議決", "こと")
LEAST = 20 << 20
LENGTHS = (400, 10_000)


def detector() -> OrdinanceDetector:
    """The shipped checks."""
    files = [load(path, PolicyFile).model for path in sorted(RULES.glob("*.yaml"))]
    return OrdinanceDetector(
        [check for file in files for check in file.checks],
        [concept for file in files for concept in file.concepts],
        [kind for file in files for kind in file.documents],
        moves=Moves([row for file in files for row in file.moved]),
    )


def texts(length: int, count: int) -> list[str]:
    """Different texts of one length from the drafts."""
    drafts = "\n".join(json.loads(line)["text"] for line in DRAFTS.read_text("utf-8").splitlines())
    drafts *= length // len(drafts) + 2
    step = max(1, (len(drafts) - length) // count)
    return [drafts[n * step : n * step + length] for n in range(count)]


def measure(length: int, count: int, checks: OrdinanceDetector) -> tuple[float, float]:
    """Median milliseconds of processor time: shared reading, checks."""
    reads, asks = [], []
    for text in texts(length, count):
        began = time.thread_time()
        reading = Reading(text)
        assert reading.boundaries
        assert reading.norms
        between = time.thread_time()
        checks.detect(reading)
        reads.append(between - began)
        asks.append(time.thread_time() - between)
    return statistics.median(reads) * 1000, statistics.median(asks) * 1000


def statutes(folder: Path) -> None:
    """Load a folder again and again under other names until there are 20 MB; then search."""
    with tempfile.TemporaryDirectory() as name:
        laws, size, copy = Path(name) / "laws", 0, 0
        files = [path for path in sorted(folder.rglob("*")) if path.suffix in {".txt", ".html", ".xml", ".md"}]
        while size < LEAST:
            for path in files:
                target = laws / str(copy) / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
                size += path.stat().st_size
            copy += 1
        index = StatuteIndex(Path(name) / "statutes.sqlite3")
        began = time.perf_counter()
        done = index.load(laws)
        print(f"load     {size / (1 << 20):.0f} MB, {len(done.loaded)} files: {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        index.load(laws)
        print(f"again    nothing changed: {time.perf_counter() - began:.2f} s")
        for query in QUERIES:
            times = []
            for _ in range(20):
                began = time.perf_counter()
                hits = index.search(query)
                times.append(time.perf_counter() - began)
            print(f"search   {query}: {statistics.median(times) * 1000:.2f} ms, {len(hits)} hits")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=200)
    parser.add_argument("--statutes", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    began = time.thread_time()
    checks = detector()
    print(f"compile  {time.thread_time() - began:.2f} s")
    for length in LENGTHS:
        read, ask = measure(length, max(10, arguments.repeat * LENGTHS[0] // length), checks)
        print(f"{length:6} characters: shared reading {read:.2f} ms, checks {ask:.2f} ms, ratio {ask / read:.2f}")
    if arguments.statutes:
        statutes(arguments.statutes)


if __name__ == "__main__":
    main()
