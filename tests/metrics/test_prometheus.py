from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from metrics.prometheus import Instruments


@pytest.fixture
def instruments() -> Instruments:
    return Instruments(["demo"], ["chat/completions"])


def samples(instruments: Instruments) -> dict[tuple[str, ...], float]:
    content, media_type = instruments.render()
    assert media_type.startswith("text/plain")
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(content.decode())
        for sample in family.samples
    }


def test_exchanges_are_counted_by_endpoint_and_outcome(instruments: Instruments) -> None:
    for outcome in ("answered", "answered", "blocked"):
        instruments.exchange("chat/completions", "demo", outcome, 0.3)
    found = samples(instruments)
    assert found["gateway_exchanges_total", "endpoint=chat/completions", "outcome=answered"] == 2
    assert found["gateway_exchanges_total", "endpoint=chat/completions", "outcome=blocked"] == 1
    labels = ("gen_ai_operation_name=chat/completions", "gen_ai_request_model=demo")
    assert found["gen_ai_client_operation_duration_seconds_count", *labels] == 3
    assert found["gen_ai_client_operation_duration_seconds_sum", *labels] == pytest.approx(0.9)


def test_what_a_caller_made_up_becomes_other(instruments: Instruments) -> None:
    for number in range(100):
        instruments.exchange("chat/completions", f"山田太郎{number}", "failed", 0.1)
        instruments.usage(f"secret-{number}", (1, 2), 0.1)
    text = instruments.render()[0].decode()
    assert "山田" not in text
    assert "secret-" not in text
    assert 'gen_ai_request_model="other"' in text


def test_tokens_and_first_token(instruments: Instruments) -> None:
    instruments.usage("demo", (12, 34), 0.5)
    instruments.usage("demo", None, None)
    found = samples(instruments)
    name, model = "gen_ai_client_token_usage_sum", "gen_ai_request_model=demo"
    sums = {kind: found[name, model, f"gen_ai_token_type={kind}"] for kind in ("input", "output")}
    assert sums == {"input": 12, "output": 34}
    assert found["gen_ai_server_time_to_first_token_seconds_count", "gen_ai_request_model=demo"] == 1


def test_decisions_errors_and_the_policy(instruments: Instruments) -> None:
    instruments.decisions({"pii.person": {"redact": 2, "flag": 1}, "wording.x": {}})
    instruments.upstream_error("cloud", 502)
    instruments.policy("r1")
    instruments.policy("r2")
    found = samples(instruments)
    assert found["gateway_decisions_total", "action=redact", "kind=pii.person"] == 2
    assert found["gateway_upstream_errors_total", "deployment=cloud", "status=502"] == 1
    assert [key for key in found if key[0] == "gateway_policy_info"] == [("gateway_policy_info", "revision=r2")]


def test_exchanges_in_flight(instruments: Instruments) -> None:
    instruments.entered()
    instruments.entered()
    instruments.left()
    assert samples(instruments)["gateway_exchanges_in_flight",] == 1


def test_inspections_are_timed_even_when_they_fail(instruments: Instruments) -> None:
    with pytest.raises(RuntimeError), instruments.inspection():
        raise RuntimeError
    assert samples(instruments)["gateway_inspection_duration_seconds_count",] == 1


def test_two_gateways_in_one_process_do_not_meet(instruments: Instruments) -> None:
    other = Instruments(["demo"], [])
    instruments.entered()
    assert samples(other)["gateway_exchanges_in_flight",] == 0


def test_the_description_names_every_metric(instruments: Instruments) -> None:
    described = {name for name, *_ in instruments.describe()}
    families = {family.name for family in text_string_to_metric_families(instruments.render()[0].decode())}
    # The client adds when each began to count.
    assert {name.removesuffix("_total") for name in described} == {n for n in families if not n.endswith("_created")}
    assert all(meaning.endswith(".") for *_, meaning in instruments.describe())
