"""Text files in the encodings that Japanese offices use: UTF-8, Shift_JIS, EUC-JP, ISO-2022-JP, UTF-16. CSV is text."""

from __future__ import annotations

from charset_normalizer import from_bytes

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ESCAPE = b"\x1b$"
_GUESSED = ["cp932", "euc_jp"]


def read(data: bytes) -> str | None:
    """The text; None where no encoding fits, so that it is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data, encoding)
    if _ESCAPE in data and (text := _decode(data, "iso2022_jp_ext")) is not None:
        return text
    if (text := _decode(data, "utf-8")) is not None:
        return text
    best = from_bytes(data, cp_isolation=_GUESSED).best()
    candidates = [best.encoding] if best else []
    # A short text gives no ground for a guess: then what Windows writes.
    return next(
        (text for name in [*candidates, *_GUESSED, "shift_jis_2004"] if (text := _decode(data, name)) is not None), None
    )


def _decode(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
