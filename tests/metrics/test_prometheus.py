from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from metrics.prometheus import Instruments

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def instruments() -> Instruments:
    return Instruments(["demo"], ["chat/completions"], ["chat page"])


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


def test_uses_are_counted_under_known_labels(instruments: Instruments) -> None:
    instruments.use("summary", "chat page")
    instruments.use("summary", "山田の端末")
    instruments.use("山田の仕事", "other")
    found = samples(instruments)
    assert found["gateway_uses_total", "purpose=summary", "tool=chat page"] == 1
    assert found["gateway_uses_total", "purpose=summary", "tool=other"] == 1
    assert found["gateway_uses_total", "purpose=other", "tool=other"] == 1
    assert "山田" not in instruments.render()[0].decode()


PROCESS = """
from metrics.prometheus import Instruments
instruments = Instruments(["demo"], ["chat/completions"], ["chat page"])
instruments.policy("r1")
instruments.policy("r2")
instruments.entered()
instruments.entered()
instruments.exchange("chat/completions", "demo", "answered", 0.3)
instruments.use("summary", "chat page")
print(instruments.render()[0].decode())
input()
instruments.close()
"""


def test_each_of_several_processes_answers_for_all(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    command = [sys.executable, "-c", PROCESS]

    def text(process: subprocess.Popen[str]) -> str:
        lines: list[str] = []
        assert process.stdout is not None
        while not lines or lines[-1].strip():
            lines.append(process.stdout.readline())
        return "".join(lines)

    with subprocess.Popen(command, **pipes) as first:  # noqa: S603
        text(first)
        with subprocess.Popen(command, **pipes) as second:  # noqa: S603
            together = text(second)
            assert 'gateway_exchanges_total{endpoint="chat/completions",outcome="answered"} 2.0' in together
            assert 'gateway_uses_total{purpose="summary",tool="chat page"} 2.0' in together
            assert "gateway_exchanges_in_flight 4.0" in together
            assert 'gateway_policy_info{revision="r2"} 1.0' in together
            assert 'gateway_policy_info{revision="r1"} 0.0' in together
            second.communicate("\n")
        first.communicate("\n")
    assert (first.returncode, second.returncode) == (0, 0)
    after = subprocess.run(command, input="\n", check=True, capture_output=True, text=True, env=environment)  # noqa: S603
    assert "gateway_exchanges_in_flight 2.0" in after.stdout  # those of the two that ended are gone
    assert 'outcome="answered"} 3.0' in after.stdout


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
