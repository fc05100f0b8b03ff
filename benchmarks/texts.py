"""What the word lists and patterns find in a folder of texts: ``python benchmarks/texts.py FOLDER [--show N]``.

For texts that ought to be left alone: statutes, ordinances, a town's own web pages. Every file (plain text, Markdown, HTML, XML;
UTF-8, Shift_JIS, EUC-JP) is read paragraph by paragraph, as it would be pasted, and once more whole. The table counts findings by
what the shipped policy does with them, for each megabyte; ``--show`` prints the places, to be looked at one by one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import html

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policies.decision import Action  # noqa: E402
from policies.document import load  # noqa: E402
from policies.loader import PolicyFile  # noqa: E402
from policies.ordinance.law_file import ENDINGS, decode  # noqa: E402
from policies.reading import Reading  # noqa: E402
from policies.wording import lists  # noqa: E402
from policies.wording.contexts import Guided  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = ROOT / "policies" / "rules" / "wording"
MARKUP = frozenset({".html", ".htm", ".xml"})
AROUND = 30
"""Characters shown on either side of a place."""


def paragraphs(path: Path) -> list[str]:
    """The lines of a file that say something, without markup."""
    text = decode(path.read_bytes())
    if path.suffix.lower() in MARKUP:
        text = "\n".join(html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8")).itertext())
    return [line.strip() for line in text.splitlines() if line.strip()]


class Counts:
    """What was found: by what is done with it and by rule, with the places."""

    def __init__(self) -> None:
        files = [load(path, PolicyFile).model for path in sorted(RULES.rglob("*.yaml"))]
        words = lists.assemble(files)
        self._detector = words.detector()
        self._guided = Guided({entry.id: entry for entry in (*words.entries, *words.patterns)})
        self.actions: Counter[Action] = Counter()
        self.rules: Counter[tuple[Action, str]] = Counter()
        self.places: dict[str, list[str]] = defaultdict(list)

    def read(self, text: str, name: str) -> None:
        """Count what is found in one text."""
        for finding in self._detector.detect(Reading(text)):
            action = self._guided[finding.rule].action
            start, end = finding.span.start, finding.span.end
            self.actions[action] += 1
            self.rules[action, finding.rule] += 1
            before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
            self.places[finding.rule].append(f"{name}: {before}【{text[start:end]}】{behind}".replace("\n", " "))


def files(folder: Path) -> Iterator[Path]:
    """The texts below a folder, in order."""
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print up to N places of each rule")
    arguments = parser.parse_args()
    apart, whole, size, count = Counts(), Counts(), 0, 0
    for path in files(arguments.folder):
        lines = paragraphs(path)
        size, count = size + path.stat().st_size, count + 1
        for line in lines:
            apart.read(line, path.name)
        whole.read("\n".join(lines), path.name)
    megabytes = size / 1e6
    if not count:
        parser.error(f"no texts below {arguments.folder}")
    print(f"{count} files, {megabytes:.2f} MB       by paragraph    whole    by paragraph for each MB")
    for action in sorted(Action, reverse=True):
        found = apart.actions[action]
        print(f"{action.name.lower():24} {found:16} {whole.actions[action]:8} {found / megabytes:18.2f}")
    for (action, rule), found in sorted(apart.rules.items(), key=lambda item: (-item[0][0], -item[1])):
        print(f"  {action.name.lower():8} {found:5} {rule}")
        for place in apart.places[rule][: arguments.show]:
            print(f"      {place}")


if __name__ == "__main__":
    main()
