"""How fast personal information is found, and how time grows with the text: ours beside Presidio with ja_ginza.

    python benchmarks/redaction.py [--documents FILE.jsonl] [--json FILE]

Each lane is a process of its own that loads, reads every document once and reports its own time and memory. The lanes
strict and Presidio need ja_ginza (make setup-strict): without it they say so. Presidio reads with all of its pipeline
but the two components of the package ginza, which does not fit beside our Sudachi (docs/adr/0055). Growth is
shown for texts of 1,000 to 1,000,000 characters of three kinds that are hard on patterns. CPU time, one core.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SIZES = (1_000, 10_000, 100_000, 1_000_000)
KINDS = ("random", "digits", "brackets")
COPIES = 300
LETTER = (
    "受付{n}　{date}\n窓口：福祉課　担当 {staff}\n青葉野市本町{n}番地の2　{name}様（{age}歳）より電話。長女の{given}さんと同居。"
    "折り返し先は090-{n:04d}-{m:04d}。介護保険の更新について、次の訪問で{staff}から説明することとした。\n"
    "氏名：{name}\n生年月日：昭和{year}年3月1日\n備考：特になし。先月の説明会の資料は郵送済み。本人は日中は畑に出ていることが多い。\n"
)
SURNAMES = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水".split()
GIVEN = "陽子 一郎 健太 美咲 和子 正男 千代 直樹 由美 さくら 恵 隆 ヨシエ 翔太 結衣".split()


def documents(path: Path | None) -> list[str]:
    """Texts of a file, or letters of our own."""
    if path is not None:
        return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines() if line.strip()]
    chance = random.Random(1)  # noqa: S311, nothing secret
    return [
        LETTER.format(
            n=chance.randint(1, 9999), m=chance.randint(1, 9999), date=f"令和6年{chance.randint(1, 12)}月3日",
            staff=chance.choice(SURNAMES), name=chance.choice(SURNAMES) + chance.choice(GIVEN), age=chance.randint(20, 95),
            given=chance.choice(GIVEN), year=chance.randint(10, 60),
        )
        for _ in range(COPIES)
    ]  # fmt: skip


def hard(kind: str, size: int) -> str:
    """A text of one hard kind."""
    chance = random.Random(size)  # noqa: S311, nothing secret
    if kind == "digits":
        return "".join(chance.choice("0123456789-") for _ in range(size))
    if kind == "brackets":
        return "".join(chance.choice("[]()「」（）{}") for _ in range(size))
    return "".join(
        chr(chance.choice((chance.randint(0x3041, 0x30FF), chance.randint(0x4E00, 0x9FA5), 0x3002)))
        for _ in range(size)
    )


def ours(texts: list[str]) -> dict[str, Any]:
    """Our detector with everything that is shipped."""
    figures = _detected(texts, strict=False)
    assert not {"spacy", "presidio_analyzer"} & set(sys.modules)
    return figures


def strict(texts: list[str]) -> dict[str, Any]:
    """The same with the second opinion."""
    if importlib.util.find_spec("ja_ginza") is None:
        return {"not run": "ja_ginza is not installed"}
    return _detected(texts, strict=True)


def _detected(texts: list[str], *, strict: bool) -> dict[str, Any]:
    began = time.perf_counter()
    from policies.reading import Reading  # noqa: PLC0415, loading is measured
    from redaction.analyzer import build  # noqa: PLC0415, the same

    detector = build(strict=strict)
    detector.detect(Reading("山田太郎"))
    loaded = time.perf_counter() - began
    return {"load s": round(loaded, 2), **_timed(lambda text: detector.detect(Reading(text)), texts)}


def presidio(texts: list[str]) -> dict[str, Any]:
    """Presidio's engine with ja_ginza, its labels mapped to Presidio's."""
    if importlib.util.find_spec("ja_ginza") is None:
        return {"not run": "ja_ginza is not installed"}
    began = time.perf_counter()
    import ja_ginza  # noqa: PLC0415, loading is measured
    import spacy  # noqa: PLC0415, the same
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415, the same
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine  # noqa: PLC0415, the same

    mapping = {"Person": "PERSON", "City": "LOCATION", "Province": "LOCATION", "Email": "EMAIL_ADDRESS"}
    engine = SpacyNlpEngine(
        models=[{"lang_code": "ja", "model_name": "ja_ginza"}],
        ner_model_configuration=NerModelConfiguration(model_to_presidio_entity_mapping=mapping),
    )
    folder = next(Path(str(ja_ginza.__file__)).parent.glob("ja_ginza-*"))
    engine.nlp = {"ja": spacy.load(folder, exclude=["compound_splitter", "bunsetu_recognizer"])}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["ja"])
    analyzer.analyze("山田太郎", language="ja")
    loaded = time.perf_counter() - began
    return {"load s": round(loaded, 2), **_timed(lambda text: analyzer.analyze(text, language="ja"), texts)}


def growth() -> dict[str, Any]:
    """Microseconds per character by kind and size: the same in a row means linear."""
    from policies.reading import Reading  # noqa: PLC0415, as above
    from redaction.analyzer import build  # noqa: PLC0415, as above

    detector = build()
    detector.detect(Reading("山田太郎"))
    rows: dict[str, Any] = {}
    for kind in KINDS:
        for size in SIZES:
            reading = Reading(hard(kind, size))
            began = time.process_time()
            detector.detect(reading)
            rows.setdefault(kind, {})[size] = round((time.process_time() - began) / size * 1e6, 2)
    return rows


def _timed(read: Any, texts: list[str]) -> dict[str, Any]:
    began = time.process_time()
    for text in texts:
        read(text)
    spent = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return {"characters/s": round(sum(map(len, texts)) / spent), "RSS MB": round(memory)}


LANES = {"ours": ours, "strict": strict, "presidio": presidio}


def main() -> None:
    """Run the lanes one after the other and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, help='lines of {"text"}; default: letters of our own')
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--lane", choices=(*LANES, "growth"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.lane:
        found = growth() if options.lane == "growth" else LANES[options.lane](documents(options.documents))
        print(json.dumps(found))
        return
    figures = {}
    for lane in (*LANES, "growth"):
        command = [sys.executable, __file__, "--lane", lane]
        command += ["--documents", str(options.documents)] if options.documents else []
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603, ourselves
        figures[lane] = json.loads(done.stdout.splitlines()[-1])
        if lane != "growth":
            print(f"{lane:10}", "  ".join(f"{name} {value}" for name, value in figures[lane].items()))
    print("\nmicroseconds per character  " + "".join(f"{size:>12,}" for size in SIZES))
    for kind, row in figures["growth"].items():
        print(f"{kind:26}  " + "".join(f"{row[str(size)]:>12}" for size in SIZES))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")


if __name__ == "__main__":
    main()
