"""What uses are counted under: purposes, tools, models, deployments. Only the label of an exchange is ever kept."""

from __future__ import annotations

from enum import StrEnum

PURPOSES = {
    "drafting": "文書作成",
    "summary": "要約",
    "transcription": "文字起こし",
    "ideas": "アイディア出し",
    "council": "議会答弁",
    "research": "調査",
    "translation": "翻訳",
    "other": "その他",
}
"""Identifier, as headers and files may write it, and the word on pages. Records hold the identifier."""

OTHER = "other"


class Dimension(StrEnum):
    """By what the uses of the whole municipality are divided."""

    PURPOSE = "purpose"
    TOOL = "tool"
    MODEL = "model"
    DEPLOYMENT = "deployment"


def purpose(named: str) -> str | None:
    """The identifier of a purpose given by identifier or word; None for a name that is neither."""
    named = named.strip()
    if named.lower() in PURPOSES:
        return named.lower()
    return next((identifier for identifier, word in PURPOSES.items() if word == named), None)
