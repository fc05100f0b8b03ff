"""The dashboard and the alert rules, against a real Prometheus that scrapes the running gateway."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from metrics.prometheus import Instruments
from tests.fixtures.prometheus import GRAFANA, open_prometheus, promtool

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.house import Running

DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboard.json").read_text("utf-8"))
EXPRESSIONS = {panel["title"]: [target["expr"] for target in panel["targets"]] for panel in DASHBOARD["panels"]}
QUIET = {"配備の失敗"}
"""Panels that show nothing while all is well."""


def known_names() -> set[str]:
    names = {"up"}
    for name, kind, _, _ in Instruments(models=(), endpoints=()).describe():
        names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
    return names


def test_the_dashboard_and_the_rules_ask_for_metrics_that_there_are() -> None:
    rules = (GRAFANA / "alerts.yaml").read_text("utf-8")
    asked = [*(e for expressions in EXPRESSIONS.values() for e in expressions), *re.findall(r"expr: [^#]+?for:", rules)]
    found = {name for text in asked for name in re.findall(r"\b(?:gateway|gen_ai)_\w+|\bup\b", text)}
    found -= {"gen_ai_request_model", "gen_ai_token_type"}  # labels
    assert len(found) > 8
    assert found <= known_names()


def test_every_panel_has_a_place_and_a_source_of_its_own() -> None:
    places = [tuple(panel["gridPos"].values()) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    assert {target["datasource"]["uid"] for panel in DASHBOARD["panels"] for target in panel["targets"]} == {
        "${datasource}"
    }


@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts.test.yaml"), ("check", "config", "prometheus.yaml")],
)
def test_promtool_is_content(arguments: tuple[str, ...]) -> None:
    done = promtool(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_a_real_prometheus_scrapes_the_gateway(running: Running, tmp_path: Path) -> None:
    url = running.client.base_url
    folder = tmp_path / "prometheus"
    folder.mkdir()
    async with open_prometheus(folder, f"{url.host}:{url.port}") as prometheus:

        async def scraped() -> bool:
            return [sample["value"][1] for sample in await prometheus.query('up{job="sekimori"}')] == ["1"]

        await prometheus.wait_for(scraped)
        for text in ("佐藤花子さんへの案内", "要約してください"):
            assert (await running.chat(text)).status_code == 200
        assert (await running.chat("続けて", stream=True)).status_code == 200

        async def counted() -> bool:
            answered = await prometheus.query('sum(gateway_exchanges_total{outcome="answered"})')
            twice = await prometheus.query(
                "min(count_over_time(gateway_exchanges_total[1m])) >= 3"
            )  # a rate needs samples
            return [sample["value"][1] for sample in answered] == ["3"] and bool(twice)

        await prometheus.wait_for(counted)
        for title, expressions in EXPRESSIONS.items():
            for expression in expressions:
                asked = expression.replace("$job", ".+").replace("$__rate_interval", "1m")
                assert await prometheus.query(asked) or title in QUIET, (title, asked)
        rules = await prometheus.rules()
        assert len(rules) == 8

        async def judged() -> bool:
            return all(rule["health"] == "ok" for rule in (await prometheus.rules()).values())

        await prometheus.wait_for(judged)
        assert {rule["state"] for rule in (await prometheus.rules()).values()} == {"inactive"}
    lint = promtool("check", "metrics", stdin=(await running.client.get("/metrics")).text)
    assert lint.returncode == 0, lint.stdout + lint.stderr
