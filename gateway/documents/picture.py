"""The letters in a picture, by Tesseract, where the operating system has it. PNG and JPEG."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

from gateway.documents.limits import UnreadableError

if TYPE_CHECKING:
    from gateway.documents.limits import Limits

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
LANGUAGES = "jpn+eng"
_PROGRAM = "tesseract"
_SHARE_OF_TIME = 0.9
"""Of the time that reading may take: the program has to end before the process that asked it."""
# Tesseract puts blanks between the letters of a script that has none.
_GAP = re.compile(r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])[ ]+(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])")
_FRAMES = frozenset({*range(0xC0, 0xD0)}) - {0xC4, 0xC8, 0xCC}


class TesseractMissingError(ValueError):
    """The configuration asks for letters in pictures, and the program is not there; the start stops."""

    def __init__(self) -> None:
        super().__init__(f"documents.pictures: text needs the program {_PROGRAM} with the languages {LANGUAGES}")


def installed() -> bool:
    """Whether there is a Tesseract with the letters of Japanese."""
    program = shutil.which(_PROGRAM)
    if program is None:
        return False
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    return set(LANGUAGES.split("+")) <= set(listed.stdout.split())


def read(data: bytes, limits: Limits) -> str:
    """The text; empty where none is seen. Raises UnreadableError, also for a Tesseract that is missing or fails."""
    width, height = size(data)
    if width * height > limits.max_pixels:
        raise UnreadableError("pixels")
    program = shutil.which(_PROGRAM)
    if program is None:
        raise UnreadableError("unseen")
    command = [program, "stdin", "stdout", "-l", LANGUAGES]
    try:
        done = subprocess.run(  # noqa: S603, the picture goes in by a pipe: nothing of it is a word of the command
            command,
            input=data,
            capture_output=True,
            timeout=limits.timeout_seconds * _SHARE_OF_TIME,
            check=False,
            env={"OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError("slow") from None
    if done.returncode:
        raise UnreadableError("unseen")
    return _GAP.sub("", done.stdout.decode("utf-8", "replace")).strip()


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels as the file says before it is unpacked. Raises UnreadableError."""
    try:
        if data.startswith(PNG):
            width, height = struct.unpack_from(">II", data, 16)
        else:
            width, height = _jpeg(data)
    except struct.error:
        raise UnreadableError("broken") from None
    if not width or not height:
        raise UnreadableError("broken")
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    """The frame header among the segments (ITU-T T.81, annex B)."""
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF:  # noqa: PLR2004  every segment begins so
            raise UnreadableError("broken")
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 1 if kind == 0xFF else 2 + length  # noqa: PLR2004  fill bytes
