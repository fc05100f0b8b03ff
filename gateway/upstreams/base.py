"""What every lane has in common: deployments, the call, the protocol, the error."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from policies.schema import Strict, Text
from policies.situation import Place, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

Message = dict[str, Any]
"""One JSON object of a reply: the whole reply, or one chunk of a stream."""

Messages = AsyncGenerator[Message, None]
"""A reply: one message or many. Close it (``aclose``) to make the provider stop."""

MAX_REPLY = 32 << 20
"""Bytes that a whole reply may have: 32 MiB."""

ENDPOINTS = ("chat/completions", "completions", "embeddings", "images/generations", "audio/transcriptions", "responses")
"""What a deployment can serve, as paths below ``/v1/``."""

OF_DEMO = ENDPOINTS[:-1]
"""What lane ``demo`` serves: Responses by way of chat."""

Lane = Literal["openai_wire", "litellm", "demo"]


class SecretMissingError(ValueError):
    """The environment lacks the key that a deployment names; the start stops."""


class SelectionError(ValueError):
    """Deployments or fallbacks contradict themselves, or cannot be served; the start stops."""


class Timeouts(Strict):
    """How long to wait for a deployment, in seconds."""

    connect: float = Field(default=10.0, gt=0, description="Until the connection stands, TLS included.")
    first_token: float = Field(
        default=120.0,
        gt=0,
        description="From sending a streamed request to the first chunk of its reply. Heartbeats do not count.",
    )
    between_tokens: float = Field(
        default=60.0, gt=0, description="Between two chunks of a streamed reply. Heartbeats do not count."
    )
    total: float = Field(default=600.0, gt=0, description="Until the reply is complete; the bound of whole replies.")


class Retries(Strict):
    """Trying again at the same deployment, before the next one is tried."""

    count: int = Field(default=1, ge=0, le=10, description="How often a failed call is repeated; 0 never.")
    pause_seconds: float = Field(default=0.5, ge=0, description="Pause before the first repetition; it doubles.")
    longest_pause_seconds: float = Field(
        default=5.0, ge=0, description="Longest pause; a provider that asks for a longer one is not waited for."
    )


class CircuitBreaking(Strict):
    """Leaving a deployment alone that fails again and again."""

    failures: int = Field(default=5, ge=1, description="Failures in a row after which it is left alone.")
    open_seconds: float = Field(default=30.0, gt=0, description="For how long; then one call is let through to see.")


class Deployment(Strict):
    """One place where a model runs, under the alias by which clients name it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Text = Field(description="Name of this deployment in records, metrics and errors. Unique.")
    model: Text = Field(description="Alias that clients name as `model`. Several deployments may share one.")
    lane: Lane = Field(
        description="`openai_wire` for servers that speak the OpenAI format, `litellm` for all other providers, "
        "`demo` for the built-in stand-in."
    )
    base_url: str | None = Field(
        default=None, description="Address before `/chat/completions`, such as `https://llm.example.jp/v1`."
    )
    upstream_model: Text | None = Field(
        default=None,
        description="What the provider calls the model; the alias if absent. "
        "In the litellm lane with the provider before it: `anthropic/NAME`.",
    )
    api_key_env: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="Environment variable that holds the provider's key. The key itself never stands in a file.",
    )
    api_key_header: str = Field(
        default="authorization",
        pattern=r"^[A-Za-z][A-Za-z0-9-]*$",
        description="Header that carries the key. `authorization` sends `Bearer KEY`; any other, such as "
        "`api-key` of Azure OpenAI, sends the key alone. Only in the openai_wire lane.",
    )
    zone: Zone = Field(
        description="`on_premises` if the text stays within the municipality's own premises, else `external`. "
        "Has no default."
    )
    region: Text = Field(description="Where the text is processed, such as `庁内`, `japaneast` or `ap-northeast-1`.")
    trains_on_input: bool | None = Field(
        default=None,
        description="Whether the provider may train on what it receives, by its contract. Required for `external`.",
    )
    endpoints: tuple[Text, ...] = Field(
        default=("chat/completions",),
        min_length=1,
        description="What this deployment serves: `chat/completions` (by which Responses, Messages, Gemini and Ollama "
        "are served too), `completions`, `embeddings`, `images/generations`, `audio/transcriptions`, and `responses` for a server that speaks "
        "Responses itself: it is then asked in that dialect. In lane `demo` all but the last.",
    )
    timeouts: Timeouts = Field(default=Timeouts(), description="How long to wait, in seconds.")
    retries: Retries = Field(default=Retries(), description="Trying again at this deployment.")
    circuit: CircuitBreaking = Field(default=CircuitBreaking(), description="Leaving it alone when it keeps failing.")
    headers: dict[str, str] = Field(
        default_factory=dict, repr=False, description="Further headers for each request. Never a key."
    )
    ca_file: str | None = Field(
        default=None,
        description="PEM file of certificate authorities to trust instead of the system's, as municipal proxies need.",
    )
    proxy: str | None = Field(
        default=None, repr=False, description="HTTP proxy for this deployment. The environment's is not used."
    )

    @property
    def place(self) -> Place:
        """What a rule may know of this deployment. Within the own premises nobody trains unless it is said."""
        return Place(self.zone, self.region, bool(self.trains_on_input))

    @property
    def provider_model(self) -> str:
        """What the provider calls the model."""
        return self.upstream_model or self.model

    @field_validator("endpoints")
    @classmethod
    def _known_endpoints(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [each for each in value if each not in ENDPOINTS]:
            raise ValueError(f"{unknown[0]} is not served here; known are {', '.join(ENDPOINTS)}")
        return value

    @model_validator(mode="before")
    @classmethod
    def _demo_serves_everything(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("lane") == "demo" and "endpoints" not in given:
            return {**given, "endpoints": OF_DEMO}
        return given

    @field_validator("base_url", "proxy")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address that begins with http:// or https://")
        if parts.username or parts.password:
            raise ValueError("must not hold a user name or password")
        return value.rstrip("/")

    @field_validator("headers")
    @classmethod
    def _no_keys(cls, value: dict[str, str]) -> dict[str, str]:
        for name, content in value.items():
            if name.lower() in ("authorization", "api-key", "x-api-key", "cookie"):
                raise ValueError(f"{name} does not belong here: name the key's variable in api_key_env")
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or re.search(r"[\r\n\0]", content):
                raise ValueError("a header has characters that HTTP does not allow")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Deployment:
        if self.lane == "openai_wire" and self.base_url is None:
            raise ValueError(f"deployment {self.name}: lane openai_wire needs base_url")
        if self.lane == "demo" and (self.base_url or self.api_key_env):
            raise ValueError(f"deployment {self.name}: lane demo takes neither base_url nor api_key_env")
        if self.lane == "litellm" and (self.ca_file or self.proxy):
            raise ValueError(f"deployment {self.name}: lane litellm cannot take ca_file or proxy")
        if self.lane == "demo" and "responses" in self.endpoints:
            raise ValueError(f"deployment {self.name}: lane demo answers Responses by way of chat/completions")
        if self.lane == "litellm" and self.endpoints != ("chat/completions",):
            raise ValueError(f"deployment {self.name}: lane litellm serves chat/completions only")
        if self.zone == "external" and self.trains_on_input is None:
            raise ValueError(f"deployment {self.name}: zone external needs trains_on_input (true or false)")
        if self.zone == "external" and self.base_url and not _is_private(self.base_url):
            raise ValueError(f"deployment {self.name}: zone external needs https in base_url")
        return self


def _is_private(address: str) -> bool:
    """Whether nobody on the way can read along: TLS, or this very computer."""
    parts = urlsplit(address)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def read_key(deployment: Deployment, environ: Mapping[str, str]) -> SecretStr | None:
    """Return the deployment's key from the environment; None if it names no variable.

    Raises ``SecretMissingError`` when the variable is named but unset or empty.
    """
    if deployment.api_key_env is None:
        return None
    key = environ.get(deployment.api_key_env, "").strip()
    if not key:
        raise SecretMissingError(
            f"deployment {deployment.name}: the environment variable {deployment.api_key_env} (api_key_env) is not set"
        )
    return SecretStr(key)


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """What is sent: the path below ``/v1/`` and the body. Whether it streams: ``body["stream"]``.

    ``translated``: the caller spoke another dialect. Fields that only its own providers know are then
    left out by a lane that speaks to others.
    """

    path: str
    body: dict[str, Any]
    translated: bool = False

    def __repr__(self) -> str:
        """Name the path only: the body is a user's text."""
        return f"Call(path={self.path!r})"


def finishes(message: Message) -> bool:
    """Whether a chunk tells that (one of) the reply's choices is complete."""
    choices = message.get("choices")
    if isinstance(choices, list):
        return any(isinstance(choice, dict) and choice.get("finish_reason") for choice in choices)
    return message.get("type") in ("response.completed", "response.incomplete", "message_stop")


class Upstream(Protocol):
    """One deployment, ready to be called."""

    def send(self, call: Call) -> Messages:
        """Send the call when first iterated; yield its reply. Raises ``UpstreamError``."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class UpstreamError(Exception):
    """A deployment gave no reply, or only the beginning of one.

    ``status`` and ``message`` are for the caller; ``message`` may quote the provider, so neither
    ``str()`` nor ``repr()`` holds it. ``code`` is a short machine-readable word, ``retryable``
    whether another deployment may do better, ``retry_after`` seconds to wait after a 429.
    """

    def __init__(
        self,
        *,
        status: int,
        code: str,
        message: str,
        retryable: bool,
        deployment: str,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{deployment}: {code} ({status})")
        self.status = status
        self.code = code
        self.message = message
        self.retryable = retryable
        self.deployment = deployment
        self.retry_after = retry_after
