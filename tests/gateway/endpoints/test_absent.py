"""What is not here says why, and what to use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.endpoints.absent import reason

if TYPE_CHECKING:
    from tests.fixtures.house import Running

UNKNOWN = reason("/")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1/files", "添付"),
        ("/v1/files/file-1/content", "添付"),
        ("/openai/v1/files", "添付"),
        ("/openai/deployments/m/audio/translations", "/v1/audio/transcriptions"),
        ("/v1/batches", "/v1/check/batch"),
        ("/v1/messages/batches", "一件ずつ"),
        ("/v1/realtime/sessions", "realtime"),
        ("/v1/fine_tuning/jobs", "追加学習"),
    ],
)
def test_a_reason(path: str, words: str) -> None:
    assert words in reason(path)


@pytest.mark.parametrize("path", ["", "/v1/", "/v1/山田太郎", "/files", "/v1/file", "/v2/files", "/admin/files"])
def test_any_other_path_is_just_unknown(path: str) -> None:
    assert reason(path) == UNKNOWN


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_nothing_is_taken_there(running: Running, method: str) -> None:
    for path, content in (("/v1/files", b"--b\r\n"), ("/v1/batches", b"{}"), ("/v1/audio/translations", b"{}")):
        answer = await running.client.request(method, path, content=content)
        assert answer.status_code == 404
        error = answer.json()["error"]
        assert (error["code"], error["message"]) == ("not_found", reason(path))
