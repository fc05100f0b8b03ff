"""Train the tagger: ``python -m redaction.training.train --data DIR --out FILE``.

DIR holds the marked documents: ``train_free_*.jsonl`` (papers of an office) and ``train_real.jsonl`` (prose).
``--without NAME`` leaves one of them out, ``--score FILE`` prints figures on documents that were not learnt from.
The same data, dictionary and NumPy give the same file.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policies.reading import Reading
from redaction.page import Page
from redaction.tagger import model
from redaction.tagger.features import describe
from redaction.training import crf
from redaction.training.examples import DocumentError, documents, example, learnt, lines
from redaction.training.variation import supply, variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redaction.tagger.features import Keys
    from redaction.tagger.model import Values
    from redaction.training.examples import Example

SEED = 20261125
FEWEST = 4
"""Times that a feature must occur to be learnt."""
ROWS = 300_000
"""Features kept of each register: those that weigh most."""
ALIKE = 1 << 21
"""Of features whose keys are alike in these bits the heaviest is kept: an eighth less to keep, and no figure gets worse."""
TILTS = (0.2, 1.6)
PLAN = crf.Plan(epochs=8, dropped=0.4, seed=SEED)
_STYLE_EPOCHS, _STYLE_RATE, _STYLE_FEWEST = 12, 0.1, 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write, score. 1 for data that cannot be used."""
    options = _options(arguments)
    try:
        papers = {path.stem: documents(path) for path in sorted(options.data.glob("train_free_*.jsonl"))}
        prose = documents(options.data / "train_real.jsonl")
        tests = {path.stem: documents(path) for path in options.score}
    except DocumentError as error:
        print(error, file=sys.stderr)  # noqa: T201, a command
        return 1
    papers = {name: found for name, found in papers.items() if name not in options.without}
    if not papers:
        print(f"{options.data}: no train_free_*.jsonl to learn from", file=sys.stderr)  # noqa: T201, a command
        return 1
    train(options.out, [d for found in papers.values() for d in found], prose, options.variants)
    made = model.load(options.out)
    for name, found in tests.items():
        print(f"{name}: {figures(made, found)}")  # noqa: T201, a command
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m redaction.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of marked documents")
    parser.add_argument("--out", type=Path, required=True, help="model file to write")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="leave out, as train_free_c")
    parser.add_argument(
        "--score", action="append", default=[], type=Path, metavar="FILE", help="print figures on these"
    )
    parser.add_argument("--variants", type=int, default=2, help="variants of each paper with other names (default: 2)")
    return parser.parse_args(arguments)


def train(out: Path, papers: list[dict[str, Any]], prose: list[dict[str, Any]], count: int) -> None:
    """Learn both registers and their difference; write the file."""
    names = supply()
    own = [example(d) for d in papers]
    office = [*own, *(example(d) for d in variants(papers, count, names, SEED))]
    others = [example(d) for d in prose]
    wide = [*others, *(example(d) for d in variants(prose, 1, names, SEED)), *own]
    tables, steps = [], []
    for examples in (office, wide):
        table, between = _register(examples)
        tables.append(table)
        steps.append([round(float(step), 4) for step in between.ravel()])
    short = [np.array(describe(Page(Reading(line["text"]))).style, np.uint32) for line in lines(papers)]
    style = _style([e.style for e in own] + short, [e.style for e in others])
    made = {
        "features": fingerprint(),
        "papers": len(papers),
        "prose": len(prose),
        "variants": count,
        "seed": SEED,
        "plan": PLAN._asdict(),
    }
    model.save(out, {"made": made, "steps": steps, "tilts": TILTS}, tables, style)


def fingerprint() -> str:
    """Of what the tagger looks at: a model belongs to the features that it was learnt from."""
    sample = "○議長（森）　髙橋 花子さんは三軒茶屋1-2に転入。\n世帯主：ヤマダ タロウ（45歳）\nDear Mr. Sato, へき(へき)が来た。"
    return hashlib.sha256(example({"text": sample, "spans": []}).keys.tobytes()).hexdigest()[:16]


def _register(examples: Sequence[Example]) -> tuple[tuple[Keys, Values], Values]:
    known, numbered = learnt(examples, FEWEST)
    weights, steps = crf.train(numbered, len(known) + 1, len(model.LABELS), PLAN)
    return heaviest(known, weights[1:]), steps


def heaviest(keys: Keys, weights: Values) -> tuple[Keys, Values]:
    """The features that are kept, in the order of their keys."""
    order = np.argsort(-np.abs(weights).max(1), kind="stable")[:ROWS]
    _, first = np.unique(keys[order] & np.uint32(ALIKE - 1), return_index=True)
    kept = np.sort(order[first])
    return keys[kept], weights[kept]


def _style(office: Sequence[Keys], prose: Sequence[Keys]) -> tuple[Keys, Values]:
    """Weights of ordinary words for prose and against it: logistic regression, each side weighing the same."""
    chance = random.Random(SEED)  # noqa: S311, nothing secret
    known, counts = np.unique(np.concatenate([np.unique(s) for s in (*office, *prose)]), return_counts=True)
    known = known[counts >= _STYLE_FEWEST]
    rows = [np.flatnonzero(np.isin(known, style)) for style in (*office, *prose)]
    share = [1 / len(office)] * len(office) + [1 / len(prose)] * len(prose)
    weights, squares = np.zeros(len(known)), np.full(len(known), 1e-2)
    order = list(range(len(rows)))
    for _ in range(_STYLE_EPOCHS):
        chance.shuffle(order)
        for n in order:
            wanted = n >= len(office)
            error = (1 / (1 + np.exp(-weights[rows[n]].sum())) - wanted) * share[n] * len(rows) / 2
            squares[rows[n]] += error**2
            weights[rows[n]] -= _STYLE_RATE * error / np.sqrt(squares[rows[n]])
    return heaviest(known, weights.astype(np.float32)[:, None])


def figures(made: model.Model, found: Sequence[dict[str, Any]]) -> str:
    """Precision and recall of the tagger alone, spans counted where they overlap, and the share of characters missed."""
    out = []
    for label, kind in (("PERSON", "person"), ("ADDRESS", "address")):
        right = given = hit = wanted = lost = length = 0
        for document in found:
            page = Page(Reading(document["text"]))
            spans = [page.reading.view.span(a, b) for a, b, which in made.tag(page).spans if which == kind]
            gold = [(s["start"], s["end"]) for s in document["spans"] if s["type"] == label]
            covered = {n for span in spans for n in range(span.start, span.end)}
            given, wanted = given + len(spans), wanted + len(gold)
            right += sum(any(span.start < b and a < span.end for a, b in gold) for span in spans)
            hit += sum(any(span.start < b and a < span.end for span in spans) for a, b in gold)
            lost += sum(n not in covered for a, b in gold for n in range(a, b))
            length += sum(b - a for a, b in gold)
        out.append(
            f"{label} precision {right / max(given, 1):.3f} recall {hit / max(wanted, 1):.3f} missed {lost / max(length, 1):.4f}"
        )
    return ", ".join(out)


if __name__ == "__main__":
    sys.exit(main())
