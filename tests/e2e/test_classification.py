"""Material of a class goes only where the matrix lets it; personal information only to who does not train on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gateway.directory import NewKey
from tests.fixtures.house import ROOT, deployments, open_house

if TYPE_CHECKING:
    from pathlib import Path

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

TEXT = "会議の案内を作ってください。"
NAMED = "山田太郎様から電話がありました。"


def served(provider: FakeProvider) -> list[str]:
    return [request.json()["model"] for request in provider.requests]


async def ask(running: Running, text: str, model: str, **headers: str) -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    return await running.post(body, headers={f"X-Sekimori-{name}": value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("classification", "model", "wanted"),
    [
        ("3A", "both", None),
        ("3B", "both", "both-local"),
        ("3B", "outside", None),
        ("3C", "inside", "local"),
        ("2", "both", "both-cloud"),
        ("1", "outside", "cloud"),
    ],
)
async def test_header_and_matrix(
    running: Running, provider: FakeProvider, classification: str, model: str, wanted: str | None
) -> None:
    answer = await ask(running, TEXT, model, Classification=classification)
    assert answer.status_code == (200 if wanted else 403)
    assert served(provider) == ([wanted] if wanted else [])
    told = answer.json()["sekimori"]
    assert told["classification"] == classification
    if wanted is None:
        assert answer.json()["error"]["code"] == "classification_not_allowed"
        assert told["left_out"] == [f"matrix/{classification}"]


async def test_a_mark_in_any_message_counts_and_a_header_cannot_lower_it(
    running: Running, provider: FakeProvider
) -> None:
    answer = await ask(running, f"【機密性３Ｂ】\n{TEXT}", "outside", Classification="1")
    assert answer.status_code == 403
    assert (await ask(running, f"【機密性３Ｂ】\n{TEXT}", "both")).status_code == 200
    assert served(provider) == ["both-local"]


async def test_the_class_of_a_key_counts(running: Running, provider: FakeProvider) -> None:
    key = await running.house.directory.create_key(NewKey(department="0101", kind="robot", classification="3C"))
    headers = {"Authorization": f"Bearer {key}", "X-Sekimori-Classification": "2"}
    body = {"model": "outside", "messages": [{"role": "user", "content": TEXT}]}
    assert (await running.post(body, headers=headers)).status_code == 403
    assert provider.requests == []


async def test_a_misspelt_class_is_refused(running: Running, provider: FakeProvider) -> None:
    answer = await ask(running, TEXT, "outside", Classification="secret")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_classification")
    assert provider.requests == []


async def test_personal_information_goes_to_the_deployment_that_does_not_train(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]
) -> None:
    cloud = deployments(provider)[0]
    trains = cloud.model_copy(update={"name": "trains", "upstream_model": "trains", "trains_on_input": True})
    async with open_house(tmp_path, provider, engine, deployments=[trains, cloud]) as running:
        assert (await running.chat(TEXT)).status_code == 200
        told = (await running.chat(NAMED)).json()["sekimori"]
    assert served(provider) == ["trains", "cloud"]
    assert told["left_out"] == ["routing/no-training"]


async def test_the_strict_profile_keeps_my_number_inside(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]
) -> None:
    policies = {"directory": ROOT / "policies" / "rules", "profile": "strict", "own": tmp_path / "own"}
    async with open_house(tmp_path, provider, engine, policies=policies) as running:
        refused = await running.chat("個人番号は123456789018です。")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "no_on_premises_deployment")
        assert (await running.chat("個人番号は123456789018です。", model="both")).status_code == 200
    assert served(provider) == ["both-local"]
    assert "123456789018" not in provider.received
