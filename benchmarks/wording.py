"""What the word lists and patterns add to a reading that other detectors have paid for: ``python benchmarks/wording.py``.

The words of a text (Sudachi) and its normalised forms are computed once for all detectors; they are
measured apart. All figures come from one run on one machine: compare the columns, not with others.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policies.document import load  # noqa: E402
from policies.loader import PolicyFile  # noqa: E402
from policies.reading import Reading  # noqa: E402
from policies.wording import lists  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = ROOT / "policies" / "rules" / "wording"
ROUNDS = 200
LENGTH = 400

ORDINARY = (
    "来年度の子育て支援事業について、次のとおり案を作成しました。市民課では、転入届の手続を受け付けています。"
    "手話通訳が必要な方は、十日前までに申し込んでください。日本語での手続が難しい方には、電話通訳を無料で御利用いただけます。"
    "ひとり親家庭等医療費助成の更新手続は、八月末までにお願いします。女性の防災リーダーを増やすため、養成講座を開きます。"
)
TOUCHED = (
    "窓口につんぼの方が来られたので筆談で対応した。女性ならではの細やかな気配りを期待する。"
    "どうせ外国人の世帯でしょうから、警告文を作ります。高齢の方はどうせスマートフォンを使いこなせない。"
)


def of_length(text: str) -> str:
    """The text repeated and cut to 400 characters."""
    return (text * (LENGTH // len(text) + 1))[:LENGTH]


def milliseconds(work: Callable[[Reading], object], text: str) -> float:
    """The median of one piece of work on fresh readings whose words are known, in milliseconds of processor time."""
    spent = []
    for _ in range(ROUNDS):
        reading = Reading(text)
        assert reading.view
        if work is not words:
            words(reading)
        began = time.thread_time()
        work(reading)
        spent.append((time.thread_time() - began) * 1000)
    return statistics.median(spent)


def words(reading: Reading) -> object:
    """What all detectors share."""
    return reading.tokens, reading.norms, reading.boundaries


def main() -> None:
    """Print the table."""
    began = time.perf_counter()
    documents = [load(path, PolicyFile) for path in sorted(RULES.rglob("*.yaml"))]
    read = time.perf_counter() - began
    began = time.perf_counter()
    faults = lists.faults(documents)
    assert not faults
    detector = lists.assemble([document.model for document in documents]).detector()
    built = time.perf_counter() - began
    print(f"word lists: files read in {read:.2f} s, checked and compiled in {built:.2f} s")
    print(f"{LENGTH} characters, median of {ROUNDS}    shared words ms   wording ms   ratio")
    for name, text in (("ordinary text", of_length(ORDINARY)), ("much to say", of_length(TOUCHED))):
        shared, own = milliseconds(words, text), milliseconds(detector.detect, text)
        print(f"{name:32} {shared:15.3f} {own:12.3f} {own / shared:7.2f}")


if __name__ == "__main__":
    main()
