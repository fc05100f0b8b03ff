"""An administrator's recognizers in the running house: found, covered by a rule or refused, and closed when they fail."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from gateway.config import Redaction
from gateway.parts import detectors
from policies.document import DocumentError
from policies.loader import load_policy
from tests.fixtures.house import ROOT, open_house

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.provider import FakeProvider

RECOGNIZERS = r"""recognizers:
  - name: 図書館カード
    supported_entity: LIBRARY_CARD
    patterns: [{name: L番号, regex: '\bL\d{5}\b', score: 0.9}]
    examples:
      match: [カードはL12345です。]
      no_match: [カードはM12345です。]
"""
RULE = """version: 1
rules:
  - id: pii/library-card
    kinds: [pii.library_card]
    directions: [request]
    action: redact
    message: 図書館カードの番号を置き換えました。
    examples: {match: [カードはL12345です。], no_match: [カードはM12345です。]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Redaction:
    path = tmp_path / "recognizers.yaml"
    path.write_text(RECOGNIZERS, "utf-8")
    return Redaction(recognizers=path)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "policies" / "rules", folder)
    (folder / "library.yaml").write_text(RULE, "utf-8")
    return folder


def test_a_kind_that_no_rule_covers_stops_the_start(settings: Redaction) -> None:
    with pytest.raises(DocumentError, match=r"no rule without conditions covers pii\.library_card in a request"):
        load_policy(ROOT / "policies" / "rules", detectors(("personal_information",), settings))


async def test_what_it_finds_is_hidden_and_its_failure_is_a_refusal(
    tmp_path: Path, settings: Redaction, rules: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = detectors(("personal_information",), settings)
    async with open_house(tmp_path, provider, built, policies={"directory": rules}) as running:
        assert (await running.chat("カードはL98765です。")).status_code == 200
        assert "[LIBRARY_CARD_1]" in provider.requests[-1].text
        assert "L98765" not in provider.requests[-1].text

        def broken(*_: object) -> object:
            raise ZeroDivisionError

        monkeypatch.setattr("redaction.custom.Custom.on", broken)
        count = len(provider.requests)
        answer = await running.chat("カードはL98766です。")
        assert answer.status_code == 503
        assert "L98766" not in answer.text
        assert len(provider.requests) == count
