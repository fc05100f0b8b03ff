"""Shipped rules, profile and own files, as the configuration names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gateway.config import Config
from gateway.policy.source import Source
from policies.document import DocumentError
from policies.situation import Place
from tests.fixtures.gateway_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from policies.finding import Detector

OWN = """version: 1
rules:
  - id: own/model
    kinds: [pii.phone]
    models: [{model}]
    action: block
    message: 止めます。
    examples: {{match: [電話は090-1234-5678です。], no_match: [会議です。]}}
"""


def config(folder: Path, **policies: Any) -> Config:
    deployments = [
        {"name": name, "model": model, "lane": "demo", "zone": zone, "region": zone, "trains_on_input": trains}
        for name, model, zone, trains in (
            ("a", "gpt", "external", True),
            ("b", "gpt", "external", False),
            ("c", "naibu", "on_premises", None),
        )
    ]
    chosen = {"directory": ROOT / "policies" / "rules", "own": folder / "own", **policies}
    return Config.model_validate(
        {"version": 1, "deployments": deployments, "fallbacks": {"gpt": ["naibu"]}, "policies": chosen}
    )


def test_the_profile_is_chosen(tmp_path: Path, engine: tuple[Detector, ...]) -> None:
    standard, strict = (Source(config(tmp_path, profile=p), engine).load({}) for p in ("standard", "strict"))
    assert standard.revision != strict.revision
    assert standard.guidance("strict/my-number") is None
    assert strict.guidance("strict/my-number") is not None
    assert strict.matrix["2"].zones == ("on_premises",)


def test_own_files_lie_where_the_configuration_says(tmp_path: Path, engine: tuple[Detector, ...]) -> None:
    source = Source(config(tmp_path), engine)
    assert source.own() == {}
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.yaml").write_text(OWN.format(model="gpt"), "utf-8")
    assert source.load(source.own()).guidance("own/model") is not None


def test_a_model_that_the_configuration_lacks_is_a_fault(tmp_path: Path, engine: tuple[Detector, ...]) -> None:
    with pytest.raises(DocumentError, match=r"a\.yaml:5:14: no deployment"):
        Source(config(tmp_path), engine).load({"a.yaml": OWN.format(model="gtp")})


def test_places_of_a_model_with_its_fallbacks(tmp_path: Path) -> None:
    source = Source(config(tmp_path), ())
    out = Place("external", "external")
    assert source.places("gpt") == (out._replace(trains_on_input=True), out, Place("on_premises", "on_premises"))
    assert source.places("naibu") == (Place("on_premises", "on_premises"),)
    assert source.places("nobody") == ()
    assert source.places("gpt", "no/such/door") == ()
