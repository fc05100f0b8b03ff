from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from tests.fixtures.house import Running


async def test_health_and_readiness(running: Running) -> None:
    assert (await running.client.get("/healthz")).json() == {"status": "ok"}
    ready = await running.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["policy_revision"] == running.house.policy.revision


async def test_a_database_that_is_gone_is_not_ready(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unready() -> bool:
        return False

    monkeypatch.setattr(running.house.store, "ready", unready)
    answer = await running.client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["records"]) == (503, "unavailable")


async def test_metrics_tell_of_exchanges_and_of_no_caller(running: Running) -> None:
    await running.chat("佐藤花子さんへ")
    await running.chat("こんにちは", model="my-secret-model-name")
    text = (await running.client.get("/metrics")).text
    assert 'gateway_exchanges_total{endpoint="chat/completions",outcome="answered"} 1.0' in text
    assert 'gateway_decisions_total{action="redact",kind="pii.person"} 1.0' in text
    assert f'gateway_policy_info{{revision="{running.house.policy.revision}"}} 1.0' in text
    assert "gateway_exchanges_in_flight 0.0" in text
    for secret in (running.key, "tanaka", "佐藤", "my-secret-model-name"):
        assert secret not in text
