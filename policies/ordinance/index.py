"""The statutes that a municipality has loaded: one SQLite file, searched by pairs of characters.

Every word of two characters and more is found (交付, 補助金): the text is indexed as its overlapping pairs, and a
query is a row of pairs. A load is one transaction: readers see the old index until the new one is whole, and a file
that cannot be read leaves what was loaded from it before. https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from policies.ordinance.law import Article, Law
from policies.ordinance.law_file import ENDINGS, check_size, read_law
from policies.ordinance.law_text import LawError
from policies.ordinance.law_xml import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCHEMA_FILE = "stdLaw.xsd"
_FORMAT = "2"
_TABLES = """
CREATE TABLE IF NOT EXISTS laws (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, digest TEXT NOT NULL,
  title TEXT NOT NULL, number TEXT NOT NULL, abbreviation TEXT NOT NULL, in_force TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (id INTEGER PRIMARY KEY, law INTEGER NOT NULL REFERENCES laws(id) ON DELETE CASCADE,
  key TEXT NOT NULL, part TEXT NOT NULL, caption TEXT NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS article_of_law ON articles(law, part, key);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(caption, pairs, tokenize="unicode61 remove_diacritics 0");
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_WORDS = re.compile(r"[^\W_]+")
_MOST_WORDS = 16
_LONGEST_QUERY = 200
_COMMON = 400
_HITS = (
    "SELECT l.title, a.key, a.text, a.caption, a.heading, a.part FROM words w "
    "JOIN articles a ON a.id = w.rowid JOIN laws l ON l.id = a.law"
)


class StatuteIndexError(Exception):
    """The index cannot be opened or written; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be loaded, printed as ``file:line:column: message``."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


@dataclass(slots=True)
class Load:
    """What a load did: paths of files, relative to the folder."""

    loaded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a search has found."""

    law: str
    article: Article


class StatuteIndex:
    """The index in one file. Reading never writes; ``load`` is the only writer."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, folder: Path, progress: Callable[[int, int, str], None] = lambda *_: None) -> Load:
        """Take in every law file below a folder, those that have changed only. Raises StatuteIndexError.

        ``progress`` is called with how many files are done, how many there are, and the next one's name.
        """
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
        done = Load()
        schema = self._schema(folder, done)
        with closing(self._open(write=True)) as db, db:
            known = {path: (number, digest) for number, path, digest in db.execute("SELECT id, path, digest FROM laws")}
            for n, path in enumerate(paths):
                name = path.relative_to(folder).as_posix()
                progress(n, len(paths), name)
                _take(db, path, name, known.get(name), schema, done)
            gone = sorted(set(known) - {p.relative_to(folder).as_posix() for p in paths})
            for name in gone:
                _forget(db, known[name][0])
            done.removed += gone
            if done.loaded or done.removed:
                _sign(db)
            progress(len(paths), len(paths), "")
        return done

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """Articles with all words of a query, the best first. A word of one character finds what begins a pair with it."""
        pairs = _query(query)
        if not pairs or not self.path.exists():
            return []
        with closing(self._open()) as db:
            # What stands in many articles is not weighed, which would take long: captions first, then the text's order.
            found = db.execute("SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (pairs, _COMMON)).fetchall()
            if len(found) == _COMMON:
                return _common(db, pairs, limit)
            rows = db.execute(f"{_HITS} WHERE words MATCH ? ORDER BY rank LIMIT ?", (pairs, limit)).fetchall()
        return [Hit(title, Article(*article)) for title, *article in rows]

    def laws(self) -> Iterator[Law]:
        """Every law with its articles, in the order of the files."""
        if not self.path.exists():
            return
        with closing(self._open()) as db:
            rows = db.execute("SELECT id, title, number, abbreviation, in_force FROM laws ORDER BY in_force, path")
            for number, *about in rows.fetchall():
                found = db.execute(
                    "SELECT key, text, caption, heading, part FROM articles WHERE law = ? ORDER BY id", (number,)
                )
                title, law_number, abbreviation, in_force = about
                yield Law(title, tuple(Article(*row) for row in found), law_number, abbreviation, in_force)

    def revision(self) -> str:
        """Names what is loaded: changes with every load that changes anything; empty for nothing."""
        if not self.path.exists():
            return ""
        with closing(self._open()) as db:
            row = db.execute("SELECT value FROM about WHERE name = 'revision'").fetchone()
        return str(row[0]) if row else ""

    def _schema(self, folder: Path, done: Load) -> Schema | None:
        path = folder / SCHEMA_FILE
        if not path.is_file():
            return None
        try:
            return Schema(path)
        except LawError as error:
            done.skipped.append(Skipped(SCHEMA_FILE, error.line, error.column, str(error)))
            return None

    def _open(self, *, write: bool = False) -> sqlite3.Connection:
        try:
            if write:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                db = sqlite3.connect(self.path, timeout=30)
                db.execute("PRAGMA foreign_keys = ON")
                db.executescript(_TABLES)
            else:
                db = sqlite3.connect(f"file:{self.path.as_posix()}?mode=ro", uri=True, timeout=5)
                db.execute("SELECT 1 FROM laws LIMIT 1")
        except (OSError, sqlite3.Error) as error:
            raise StatuteIndexError(
                f"{self.path}: cannot be opened ({error}); delete it and load the statutes again"
            ) from None
        return db


def _common(db: sqlite3.Connection, pairs: str, limit: int) -> list[Hit]:
    hits: dict[int, Hit] = {}
    for column in ("caption", "pairs"):
        query = f"{{{column}}} : ({pairs})"
        numbers = db.execute("SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (query, limit)).fetchall()
        for (number,) in numbers:
            title, *article = db.execute(f"{_HITS} WHERE w.rowid = ?", (number,)).fetchone()
            hits.setdefault(number, Hit(title, Article(*article)))
    return list(hits.values())[:limit]


def _take(
    db: sqlite3.Connection, path: Path, name: str, known: tuple[int, str] | None, schema: Schema | None, done: Load
) -> None:  # fmt: skip
    try:
        digest = _digest(path, schema)
        if known and known[1] == digest:
            done.unchanged.append(name)
            return
        law = read_law(path, schema)
    except LawError as error:
        done.skipped.append(Skipped(name, error.line, error.column, str(error)))
        return
    except (OSError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "nested too deeply"
        done.skipped.append(Skipped(name, 1, 1, f"cannot be read: {reason}"))
        return
    if known:
        _forget(db, known[0])
    _keep(db, law, name, digest)
    done.loaded.append(name)


def _digest(path: Path, schema: Schema | None) -> str:
    """Changes with the file, and with how it would be read. Raises LawError for what is too large to be read."""
    check_size(path)
    return hashlib.sha256(_FORMAT.encode() + bytes(schema is not None) + path.read_bytes()).hexdigest()


def _keep(db: sqlite3.Connection, law: Law, name: str, digest: str) -> None:
    row = (name, digest, law.title, law.number, law.abbreviation, law.in_force)
    added = db.execute(
        "INSERT INTO laws (path, digest, title, number, abbreviation, in_force) VALUES (?,?,?,?,?,?)", row
    )
    for article in law.articles:
        values = (added.lastrowid, article.key, article.part, article.caption, article.heading, article.text)
        one = db.execute("INSERT INTO articles (law, key, part, caption, heading, text) VALUES (?,?,?,?,?,?)", values)
        words = (one.lastrowid, _pairs(f"{law.title} {article.caption}"), _pairs(article.text))
        db.execute("INSERT INTO words (rowid, caption, pairs) VALUES (?,?,?)", words)


def _forget(db: sqlite3.Connection, law: int) -> None:
    db.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM articles WHERE law = ?)", (law,))
    db.execute("DELETE FROM articles WHERE law = ?", (law,))
    db.execute("DELETE FROM laws WHERE id = ?", (law,))


def _sign(db: sqlite3.Connection) -> None:
    digests = [f"{path} {digest}" for path, digest in db.execute("SELECT path, digest FROM laws ORDER BY path")]
    revision = hashlib.sha256("\n".join(digests).encode()).hexdigest()[:12]
    db.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('revision', ?)", (revision,))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _pairs(text: str) -> str:
    """The overlapping pairs of every word; a word of one character stands alone."""
    pieces: list[str] = []
    for word in _WORDS.findall(_fold(text)):
        if len(word) == 1:
            pieces.append(word)
        else:
            pieces += map("".join, pairwise(word))
    return " ".join(pieces)


def _query(text: str) -> str:
    """An FTS5 query for all words: each a phrase of its pairs, a single character a prefix."""
    words = _WORDS.findall(_fold(text[:_LONGEST_QUERY]))[:_MOST_WORDS]
    return " AND ".join(f'"{word}"*' if len(word) == 1 else f'"{_pairs(word)}"' for word in words)
