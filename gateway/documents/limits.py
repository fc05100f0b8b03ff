"""How much of a document is read at most, and how it is said that one cannot be read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from policies.schema import Strict

MEBIBYTE = 1 << 20

Reason = Literal["broken", "locked", "old", "large", "pages", "expands", "slow", "long", "pixels", "unseen"]
"""Why a document cannot be read."""

REASONS: dict[Reason, str] = {
    "broken": "壊れているか、形式が正しくありません",
    "locked": "パスワードが付いています",
    "old": "古い形式（.doc .xls .ppt）か、パスワードが付いています。新しい形式で保存し直してください",
    "large": "大きすぎます",
    "pages": "ページ（シート、スライド）が多すぎます",
    "expands": "展開すると大きくなりすぎます",
    "slow": "時間内に読み終わりませんでした",
    "long": "文字が多すぎます",
    "pixels": "画像が大きすぎます",
    "unseen": "画像から文字を読み取れませんでした",
}


class Limits(Strict):
    """Bounds of attached documents. A document beyond them is refused by name."""

    max_documents: int = Field(default=20, ge=0, description="Most documents in one request; 0 takes none.")
    max_bytes: int = Field(default=20 * MEBIBYTE, ge=1, description="Largest document in bytes, after base64.")
    max_expanded_bytes: int = Field(
        default=200 * MEBIBYTE, ge=1, description="Largest sum of the files inside an Office document, uncompressed."
    )
    max_ratio: int = Field(default=200, ge=1, description="Largest ratio of uncompressed to compressed bytes in one.")
    max_pages: int = Field(default=300, ge=1, description="Most pages of a PDF, slides, or sheets of a workbook.")
    max_characters: int = Field(default=500_000, ge=1, description="Most characters that a document may yield.")
    timeout_seconds: float = Field(default=20.0, gt=0, description="Longest reading of one document.")
    max_memory_bytes: int = Field(
        default=1024 * MEBIBYTE, ge=64 * MEBIBYTE, description="Memory of the reading process (Linux and macOS)."
    )
    pictures: Literal["policy", "text"] = Field(
        default="policy",
        description="What becomes of PNG and JPEG pictures in messages: `policy` leaves them to the rules for "
        "`content.image`; `text` sends in their place the letters that Tesseract reads in them, inspected like any text "
        "(needs the system's `tesseract` with `jpn` and `eng`). One without letters is left to the rules.",
    )
    max_pixels: int = Field(default=40_000_000, ge=1, description="Largest picture whose letters are read, in pixels.")
    processes: int = Field(default=2, ge=1, le=32, description="Documents that are read at one time.")


class UnreadableError(Exception):
    """A document cannot be read. Says why, never what stands in it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
