"""The key with which persons become pseudonyms: a file of its own, or an environment variable."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = "SEKIMORI_SECRET"
_BYTES = 32


class SecretError(ValueError):
    """The secret cannot be used; the message never holds it."""


def load_secret(data_dir: Path) -> bytes:
    """The secret of ``SEKIMORI_SECRET``, else of ``data_dir/secret.key``, made at the first start (mode 0600).

    Raises SecretError when it is too short or cannot be read.
    """
    if (given := os.environ.get(VARIABLE)) is not None:
        return _checked(given.encode(), VARIABLE)
    path = data_dir / "secret.key"
    try:
        _make(path)
    except FileExistsError:
        pass
    except OSError as error:
        raise SecretError(f"{path}: cannot be made: {error.strerror}") from None
    try:
        return _checked(path.read_bytes(), str(path))
    except OSError as error:
        raise SecretError(f"{path}: cannot be read: {error.strerror}") from None


def _make(path: Path) -> None:
    """Write a new secret, unless the file is there (FileExistsError).

    The link appears with its content: of two that start at once, one makes the file and the other reads it whole.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _checked(secret: bytes, name: str) -> bytes:
    secret = secret.strip()
    if len(secret) < _BYTES:
        raise SecretError(f"{name}: at least {_BYTES} characters are needed")
    return secret
