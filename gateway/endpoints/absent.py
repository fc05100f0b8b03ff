"""Paths that clients may look for and that do not exist here: what to say beside 404."""

from __future__ import annotations

import re

_UNKNOWN = "そのパスはこのゲートウェイにありません。"
_BEFORE = re.compile(r"/(?:openai/)?(?:v1(?:beta)?|deployments/[^/]+)/")
_STORED = "提供元に預けた内容は検査できないため、{what}はありません。{instead}"
_INSTEAD = "文書は会話に添付してください（PDF、Word、Excel など）。"
_REASONS = {
    "files": _STORED.format(what="ファイルの保管", instead=_INSTEAD),
    "uploads": _STORED.format(what="ファイルの保管", instead=_INSTEAD),
    "vector_stores": _STORED.format(what="文書の保管", instead=_INSTEAD),
    "batches": _STORED.format(what="一括処理", instead="一件ずつ送るか、検査だけなら POST /v1/check/batch を使ってください。"),
    "messages/batches": _STORED.format(what="一括処理", instead="一件ずつ送ってください。"),
    "assistants": _STORED.format(what="アシスタント", instead="POST /v1/responses を使ってください。"),
    "threads": _STORED.format(what="会話の保管", instead="POST /v1/responses を使ってください。"),
    "conversations": _STORED.format(what="会話の保管", instead="やり取りは毎回すべて送ってください。"),
    "fine_tuning": "学習用の文は送る前に一件ずつ確かめられないため、追加学習はありません。",
    "realtime": "音声のやり取りは途中で検査できないため、realtime はありません。録音は POST /v1/audio/transcriptions で文字にできます。",
    "audio/translations": "翻訳付きの文字起こしはありません。POST /v1/audio/transcriptions の結果を会話で訳してください。",
    "audio/speech": "音声は検査できないため、読み上げはありません。",
    "images/edits": "画像は検査できないため、画像の加工はありません。",
    "images/variations": "画像は検査できないため、画像の加工はありません。",
}  # fmt: skip


def reason(path: str) -> str:
    """Why there is nothing at this path, and what to use instead, in a sentence that quotes nothing of it."""
    before = _BEFORE.match(path)
    rest = path[before.end() :].split("/") if before else []
    return _REASONS.get("/".join(rest[:2])) or _REASONS.get("/".join(rest[:1])) or _UNKNOWN
