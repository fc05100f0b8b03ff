"""The shapes of a word list: expressions, patterns over words, the groups they share, and what a town silences."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from policies.schema import Guidance, Strict, Text

Category = Literal[
    "disability", "illness", "occupation", "gender", "lgbtq", "ethnicity", "nationality", "buraku", "origin", "age",
    "appearance", "insult", "sexual", "violence", "conduct", "official_style",
]  # fmt: skip
ContextName = Literal[
    "law_title", "historical", "quotation", "verbatim_record", "work_title", "proper_noun", "technical_term",
    "self_designation", "second_reading",
]  # fmt: skip
CONTEXTS: tuple[ContextName, ...] = ContextName.__args__  # type: ignore[attr-defined]

SUBJECT = "<だれ>"
"""Stands in a frame for the words that a pattern is about."""
_SEVERAL = re.compile(r"[、／/（(]|など$")


class Wording(Guidance):
    """What an expression and a pattern have in common. Their findings are of kind ``wording.<category>``."""

    id: Annotated[str, Field(pattern=r"^wording/[A-Za-z0-9][A-Za-z0-9_-]*$")] = Field(
        description="Unique name, such as `wording/DS-001`; stands in records."
    )
    category: Category = Field(description="Group of the expression; the kind of its findings is `wording.<category>`.")
    level: Literal["info", "warning"] = Field(
        default="warning", description="`info` or `warning`: how strongly the notice asks to think again."
    )
    rewrite: bool = Field(
        default=False, description="Whether replies get `better` in its place; `better` is then one phrase."
    )
    contexts: tuple[ContextName, ...] = Field(
        default=CONTEXTS, description="Contexts in which it is only recorded (`block` becomes `flag`)."
    )
    doubtful: bool = Field(
        default=False, description="Whether a sentence with it may well be harmless; its findings have score 0.5."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Wording:
        if not self.message.strip():
            raise ValueError("the message (the reason) is empty")
        return self

    @model_validator(mode="after")
    def _one_phrase(self) -> Wording:
        if self.rewrite and (self.better is None or _SEVERAL.search(self.better)):
            raise ValueError("rewrite: true needs better to be one phrase, without alternatives or brackets")
        return self

    @property
    def kind(self) -> str:
        """The kind of the entry's findings."""
        return f"wording.{self.category}"


class WordEntry(Wording):
    """One expression, why it hurts and what to write instead."""

    term: Text = Field(description="The expression.")
    variants: tuple[Text, ...] = Field(default=(), description="Other spellings of it.")
    lookalikes: tuple[Text, ...] = Field(default=(), description="Words that contain it innocently.")
    expressions: tuple[Text, ...] = Field(default=(), description="Regular expressions (RE2) that are found, too.")
    boundary: bool = Field(default=True, description="Whether it must begin and end where words do.")
    kana: bool = Field(default=False, description="Whether katakana and hiragana are the same.")
    inflects: bool = Field(default=False, description="Whether it is found in all forms of its last word.")
    separators: bool = Field(
        default=False, description="Whether it is also found spread out (バ・カ) or with a kanji for a kana (バ力)."
    )
    masked: bool = Field(
        default=False,
        description="Whether it is also found with a character hidden, as in き○がい; two, if it has five or more.",
    )
    spelling: bool = Field(
        default=False,
        description="Whether term and variants spell one word: all but the municipality's own (`spellings`) are found.",
    )


class PatternEntry(Wording):
    """Words in a certain order that together say more than each alone, such as 女性 … 感情的."""

    sequences: tuple[Text, ...] = Field(
        default=(), description="Words in order; `<概念>`, `a|b`, `a?` and gaps (`…`, `…20`) as described below."
    )
    about: Text | None = Field(default=None, description="Whom the frames speak of: one element, such as `<外国人>`.")
    frames: tuple[Text, ...] = Field(
        default=(), description="Names of frames; their sequences hold with `about` for `<だれ>`."
    )
    near: Text | None = Field(default=None, description="One of these must stand in the same sentence, too.")
    unless: Text | None = Field(default=None, description="None of these may stand in the same sentence.")

    @model_validator(mode="after")
    def _finds_something(self) -> PatternEntry:
        if not self.sequences and not self.frames:
            raise ValueError("a pattern needs sequences or frames")
        if bool(self.frames) is not (self.about is not None):
            raise ValueError("frames and about stand together: frames of whom?")
        return self


class Frame(Strict):
    """A way of speaking that hurts whomever it is said of, kept once and used by the patterns of every group."""

    name: Annotated[str, Field(pattern=r"^[^\s<>|…?]+$")] = Field(description="Name, as patterns list it in `frames`.")
    sequences: tuple[Annotated[Text, Field(pattern=f"(^|[ |]){SUBJECT}([ |]|$)")], ...] = Field(
        min_length=1, description="Words in order, as in patterns; each has `<だれ>` for those who are spoken of."
    )


class WordGroup(Strict):
    """A list of words under one name, kept once and used by many patterns as ``<name>``."""

    name: Annotated[str, Field(pattern=r"^[^\s<>|…?]+$")] = Field(description="Name, as `<name>` in patterns.")
    words: tuple[Text, ...] = Field(min_length=1, description="Words; those that inflect are found in all forms.")
    lookalikes: tuple[Text, ...] = Field(default=(), description="Longer words in which they do not count.")
    extends: bool = Field(default=False, description="Whether the words are added to the group of the same name.")


class Silence(Strict):
    """An entry that does not hold here."""

    id: Text = Field(description="Id of the entry or pattern that is not used.")
    reason: Text = Field(description="Why, for the colleague who wonders.")
