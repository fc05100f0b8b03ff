from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.upstreams.base import (
    Call,
    Deployment,
    SecretMissingError,
    Timeouts,
    UpstreamError,
    finishes,
    read_key,
)

GIVEN = {
    "name": "gpt-jp",
    "model": "gpt",
    "lane": "openai_wire",
    "base_url": "https://llm.example.jp/v1/",
    "zone": "external",
    "region": "japaneast",
    "trains_on_input": False,
}


def test_a_deployment_and_its_defaults() -> None:
    deployment = Deployment(**GIVEN)
    assert deployment.base_url == "https://llm.example.jp/v1"
    assert deployment.provider_model == "gpt"
    assert deployment.endpoints == ("chat/completions",)
    assert deployment.timeouts == Timeouts(connect=10, first_token=120, between_tokens=60, total=600)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": None}, "zone"),
        ({"zone": "cloud"}, "on_premises"),
        ({"lane": "http"}, "openai_wire"),
        ({"region": None}, "region"),
        ({"unknown": 1}, "unknown"),
        ({"trains_on_input": None}, "gpt-jp: zone external needs trains_on_input"),
        ({"base_url": None}, "gpt-jp: lane openai_wire needs base_url"),
        ({"base_url": "llm.example.jp"}, "must be an address"),
        ({"base_url": "https://user:secret@llm.example.jp/"}, "must not hold a user name"),
        ({"base_url": "http://llm.example.jp/v1"}, "gpt-jp: zone external needs https"),
        ({"lane": "demo"}, "lane demo takes neither"),
        (
            {"lane": "demo", "base_url": None, "api_key_env": None, "endpoints": ("responses",)},
            "lane demo answers Responses by way of",
        ),
        (
            {"lane": "litellm", "endpoints": ("chat/completions", "responses")},
            "lane litellm serves chat/completions only",
        ),
        ({"endpoints": ("responses/x",)}, "responses/x is not served here"),
        ({"lane": "litellm", "ca_file": "city.pem"}, "lane litellm cannot take"),
        ({"headers": {"Authorization": "Bearer secret"}}, "api_key_env"),
        ({"headers": {"x": "a\r\nsecret: b"}}, "characters that HTTP does not allow"),
        ({"api_key_env": "not a name"}, "api_key_env"),
        ({"endpoints": ()}, "endpoints"),
        ({"timeouts": {"total": 0}}, "total"),
    ],
)
def test_errors_name_what_is_wrong_and_quote_nothing(change: dict[str, Any], message: str) -> None:
    given = {name: value for name, value in (GIVEN | change).items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        Deployment(**given)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/v1", "http://localhost/v1", "http://[::1]:9/v1"])
def test_this_computer_needs_no_tls(address: str) -> None:
    assert Deployment(**GIVEN | {"base_url": address}).base_url == address


def test_on_premises_needs_neither_tls_nor_a_promise() -> None:
    given = {name: value for name, value in GIVEN.items() if name != "trains_on_input"}
    deployment = Deployment(**given | {"zone": "on_premises", "base_url": "http://llm.city.example/v1"})
    assert deployment.trains_on_input is None


def test_every_key_is_documented() -> None:
    for model in (Deployment, Timeouts):
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name}"


def test_keys_come_from_the_environment_and_are_never_shown() -> None:
    deployment = Deployment(**GIVEN, api_key_env="CITY_LLM_KEY", headers={"x-org": "hidden-value"})
    key = read_key(deployment, {"CITY_LLM_KEY": " sk-invented \n"})
    assert key is not None
    assert key.get_secret_value() == "sk-invented"
    assert "sk-invented" not in repr(key)
    assert "hidden-value" not in repr(deployment)
    assert read_key(Deployment(**GIVEN), {}) is None


@pytest.mark.parametrize("environ", [{}, {"CITY_LLM_KEY": " "}])
def test_a_missing_key_names_deployment_and_variable(environ: dict[str, str]) -> None:
    deployment = Deployment(**GIVEN, api_key_env="CITY_LLM_KEY")
    with pytest.raises(SecretMissingError, match=r"deployment gpt-jp: .*CITY_LLM_KEY"):
        read_key(deployment, environ)


def test_neither_calls_nor_errors_show_text() -> None:
    error = UpstreamError(status=400, code="x", message="山田太郎", retryable=False, deployment="gpt-jp")
    assert "山田" not in f"{error!r}{error}{Call('chat/completions', {'messages': '山田太郎'})!r}"
    assert str(error) == "gpt-jp: x (400)"


@pytest.mark.parametrize(
    ("message", "end"),
    [
        ({"choices": [{"finish_reason": None}]}, False),
        ({"choices": [{"finish_reason": None}, {"finish_reason": "stop"}]}, True),
        ({"choices": []}, False),
        ({"choices": ["odd"]}, False),
        ({"type": "response.completed"}, True),
        ({"type": "message_stop"}, True),
        ({}, False),
    ],
)
def test_the_end_of_a_reply_is_recognised(message: dict[str, Any], *, end: bool) -> None:
    assert bool(finishes(message)) is end
