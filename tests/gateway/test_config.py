"""Unknown keys, contradictions and wrong values stop the start, each with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.config import Server, load_config
from policies.document import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

SMALLEST = """version: 1
deployments:
  - name: local
    model: naibu
    lane: openai_wire
    base_url: http://127.0.0.1:8000/v1
    zone: on_premises
    region: 庁内
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_smallest_file(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, SMALLEST))
    assert config.server.host == "127.0.0.1"
    assert config.data_dir == tmp_path / "data"
    assert config.database.url == f"sqlite:///{tmp_path}/data/sekimori.db"
    assert config.policies.directory == tmp_path / "policies" / "rules"


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("serer: {}\n", "config.yaml:9:1: unknown key serer"),
        ("server: {prot: 1}\n", "unknown key prot"),
        ("server: {port: 99999}\n", "less than or equal to 65535"),
        ("server: {port: x}\n", "valid integer"),
        ("server: {workers: 0}\n", "greater than or equal to 1"),
        ("server: {workers: 65}\n", "less than or equal to 64"),
        ("server: {workers: many}\n", "Input should be 'auto'"),
        ("timezone: UTC\n", "Input should be 'Asia/Tokyo'"),
        ("database: {url: mysql://x}\n", "url must begin with sqlite:/// or postgresql://"),
        ("inspection: {detectors: [typo]}\n", "Input should be 'personal_information'"),
        ("inspection: {detectors: []}\n", "at least 1 item"),
        ("inspection: {timeout_seconds: 0}\n", "greater than 0"),
        ("inspection: {second_reading: {deployment: gpt}}\n", "second_reading names gpt, which is no deployment"),
        (
            (
                "  - {name: cloud, model: c, lane: demo, zone: external, region: 庁外, trains_on_input: false}\n"
                "inspection: {second_reading: {deployment: cloud}}\n"
            ),
            "second_reading names cloud, whose zone is not on_premises",
        ),
        ("inspection: {second_reading: {deployment: local, timeout_seconds: 0}}\n", "greater than 0"),
        ("fallbacks: {naibu: [gpt]}\n", "fallbacks name the model gpt, which no deployment serves"),
        ("municipality: {code: '12'}\n", "should match pattern"),
    ],
)
def test_faults_point_at_the_line(tmp_path: Path, more: str, wanted: str) -> None:
    with pytest.raises(DocumentError) as raised:
        load_config(write(tmp_path, SMALLEST + more))
    assert wanted in str(raised.value)


def test_a_deployment_says_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="zone is required"):
        load_config(write(tmp_path, SMALLEST.replace("    zone: on_premises\n", "")))


def test_a_doubled_deployment(tmp_path: Path) -> None:
    doubled = SMALLEST + SMALLEST.split("deployments:\n")[1]
    with pytest.raises(DocumentError, match="the deployment name local stands twice"):
        load_config(write(tmp_path, doubled))


def test_no_deployment(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="at least 1 item"):
        load_config(write(tmp_path, "version: 1\ndeployments: []\n"))


def test_an_absolute_database_stays(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, SMALLEST + "database: {url: 'sqlite:////var/x.db'}\n"))
    assert config.database.url == "sqlite:////var/x.db"


def test_workers_share_limits_and_auto_is_a_number() -> None:
    assert (Server().processes, Server().share(20)) == (1, 20)
    assert [Server(workers=3).share(most) for most in (20, 3, 2)] == [6, 1, 1]
    assert 1 <= Server(workers="auto").processes <= 64
