"""Every provider with a wire format of its own: Claude, Gemini, Bedrock, Vertex and so on.

The one door to litellm. Importing this module imports litellm (seconds, some 200 MB), so only
``selection`` does, when a deployment names the lane. Nothing is fetched, logged, cached, retried
or counted by litellm here, and no redirect is followed.

Of a request's fields, ``metadata``, ``store`` and ``prompt_cache_retention`` are dropped: they are
about an account at OpenAI. Fields outside OpenAI's chat format are refused, for litellm would take
``api_base`` or ``mock_response`` as orders to itself. Of a reply, ``provider_specific_fields`` is
dropped: it repeats the reply in the provider's own words.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import re
from contextlib import aclosing
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

# Read at import: the price list and tokenizers come from the package, and no .env file is loaded.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_OFFLINE_MODE"] = "true"
os.environ["LITELLM_MODE"] = "PRODUCTION"

import httpx  # comes with litellm
import litellm
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

from gateway.upstreams.base import Call, Deployment, Message, Messages, SelectionError, UpstreamError, finishes
from gateway.upstreams.clock import Clock
from gateway.upstreams.refusals import failure, refusal

if TYPE_CHECKING:
    from pydantic import SecretStr

_FIELDS = frozenset(
    {
        "messages",
        "stream",
        "stream_options",
        "temperature",
        "top_p",
        "n",
        "stop",
        "max_tokens",
        "max_completion_tokens",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "user",
        "response_format",
        "seed",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "functions",
        "function_call",
        "logprobs",
        "top_logprobs",
        "reasoning_effort",
        "verbosity",
        "modalities",
        "audio",
        "prediction",
        "service_tier",
        "safety_identifier",
        "prompt_cache_key",
        "web_search_options",
        "thinking",
        "top_k",
    }
)
_DROPPED = frozenset({"model", "metadata", "store", "prompt_cache_retention"})
_OPENAI_SDK = frozenset({"openai", "azure", "custom_openai", "text-completion-openai", "azure_text"})
_UNSUPPORTED = re.compile(r"does not support parameters: (\[[^\]]*\])")


class LiteLLM:
    """One deployment that is reached through litellm."""

    def __init__(self, deployment: Deployment, key: SecretStr | None = None) -> None:
        """Look the provider up; connect to nothing yet. Raises ``SelectionError``."""
        _quieten()
        self._deployment = deployment
        self._key = key
        self._check()
        # litellm's own clients follow redirects, with body and key, to any host.
        self._client = AsyncHTTPHandler(timeout=deployment.timeouts.total, follow_redirects=False)

    async def send(self, call: Call) -> Messages:
        """Send the call; yield the whole reply, or the chunks of its stream. Raises ``UpstreamError``."""
        arguments = self._arguments(call)
        clock = Clock(self._deployment.timeouts, call)
        begun = finished = False
        try:
            async with clock.wait():
                reply = await litellm.acompletion(**arguments)
            if not hasattr(reply, "__anext__"):
                yield _message(reply)
                return
            async with aclosing(reply):
                while True:
                    async with clock.wait():
                        chunk = await anext(reply, None)
                    if chunk is None:
                        break
                    message = _message(chunk)
                    begun, finished = True, finished or finishes(message)
                    yield message
                    clock.restart()
        except TimeoutError:
            raise failure("upstream_timeout", self._deployment.name) from None
        except Exception as error:  # noqa: BLE001  litellm raises what it likes, and quotes the request in it
            raise self._error(error, begun=begun) from None
        if not finished:
            raise failure("upstream_ended_early", self._deployment.name)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _check(self) -> None:
        try:
            _, provider, _, _ = litellm.get_llm_provider(self._deployment.provider_model)
        except litellm.BadRequestError:
            raise SelectionError(
                f"deployment {self._deployment.name}: upstream_model must begin with a provider that litellm knows, "
                f"such as anthropic/NAME, gemini/NAME or bedrock/NAME"
            ) from None
        if provider.startswith("vertex_ai") and find_spec("google") is None:
            raise SelectionError(
                f"deployment {self._deployment.name}: Vertex AI needs the package google-auth to log in: install it"
            )
        if provider in _OPENAI_SDK:
            raise SelectionError(f"deployment {self._deployment.name}: {provider} is reached through lane openai_wire")

    def _arguments(self, call: Call) -> dict[str, Any]:
        """Return what litellm is called with. Raises ``UpstreamError`` 400 or 404 for what it cannot carry."""
        if call.path != "chat/completions":
            raise self._refused(404, "not_found", "この接続先は chat/completions だけに対応しています。")
        given = {name: value for name, value in call.body.items() if value is not None and name not in _DROPPED}
        if reason := _objection(given):
            raise self._refused(400, "unsupported_parameter", reason)
        timeouts = self._deployment.timeouts
        return {
            # litellm edits what it is given, and a fallback needs the body as it was.
            **copy.deepcopy(given),
            "model": self._deployment.provider_model,
            "api_base": self._deployment.base_url,
            "api_key": self._key.get_secret_value() if self._key else None,
            "extra_headers": dict(self._deployment.headers) or None,
            "client": self._client,
            "timeout": httpx.Timeout(timeouts.total, connect=timeouts.connect),
            "num_retries": 0,
            "max_retries": 0,
            "no-log": True,
            "_skip_mcp_handler": True,
        }

    def _error(self, error: Exception, *, begun: bool) -> UpstreamError:
        name = self._deployment.name
        error = getattr(error, "original_exception", None) or error
        if isinstance(error, UpstreamError):
            return error
        if isinstance(error, litellm.Timeout):
            return failure("upstream_timeout", name)
        if isinstance(error, litellm.APIConnectionError):
            return failure("upstream_ended_early" if begun else "upstream_unreachable", name)
        if isinstance(error, litellm.UnsupportedParamsError):
            found = _UNSUPPORTED.search(str(error))
            return self._refused(
                400, "unsupported_parameter", f"この接続先では使えない項目があります: {found[1] if found else ''}"
            )
        status = getattr(error, "status_code", None)
        if not isinstance(status, int):
            return failure("upstream_bad_answer", name)
        body = _provider_body(str(getattr(error, "message", "")))
        if isinstance(error, litellm.ContentPolicyViolationError):
            body = {"error": {"message": "内容が提供元の利用規約に触れると判断されました。", "code": "content_filter"}}
        headers = getattr(error, "litellm_response_headers", None) or {}
        return refusal(status, body, name, headers.get("retry-after"))

    def _refused(self, status: int, code: str, message: str) -> UpstreamError:
        return UpstreamError(
            status=status, code=code, message=message, retryable=False, deployment=self._deployment.name
        )


def _objection(given: dict[str, Any]) -> str | None:
    """Return why this lane cannot carry a body, for the caller; None if it can."""
    if unknown := sorted(given.keys() - _FIELDS):
        return f"この接続先では使えない項目があります: {'、'.join(unknown)[:200]}"
    for name in ("messages", "tools"):
        items = given.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            return f"{name} はオブジェクトのリストにしてください。"
    if not given.get("messages"):
        return "messages がありません。"
    if _links(given["messages"]):
        return "画像やファイルは、アドレスではなくデータとして添えてください。"
    # The provider would pass the conversation on to a server of the caller's choice.
    if any(tool.get("type") == "mcp" for tool in given.get("tools", [])):
        return "この接続先では mcp の道具は使えません。"
    return None


def _quieten() -> None:
    """Switch off all by which litellm would print, log, count, cache or change a text."""
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.set_verbose = False
    litellm.drop_params = False
    litellm.modify_params = False
    litellm.cache = None
    litellm.disable_hf_tokenizer_download = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).disabled = True
    # At INFO it logs addresses, and some providers take the key in the address.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _message(reply: Any) -> Message:
    """Return a reply of litellm as it would stand on OpenAI's wire."""
    message: Message = reply.model_dump(exclude_none=True, mode="json")
    for choice in message.get("choices", ()):
        choice.setdefault("finish_reason", None)
        if "message" in choice:
            choice["message"].setdefault("content", None)
        for part in (choice, choice.get("message", {}), choice.get("delta", {})):
            part.pop("provider_specific_fields", None)
        for call in choice.get("message", {}).get("tool_calls", ()):
            call.pop("index", None)
    return message


def _links(tree: Any) -> bool:
    """Whether a part of a message names an address: litellm would fetch it from within our network."""
    if isinstance(tree, list):
        return any(_links(item) for item in tree)
    if not isinstance(tree, dict):
        return False
    if tree.get("type") in ("image_url", "input_audio", "audio_url", "video_url", "file", "document", "image"):
        return re.search(r'"(?:https?|gs|s3|file)://', json.dumps(tree), re.IGNORECASE) is not None
    return _links(tree.get("content"))


def _provider_body(message: str) -> Any:
    """Return the provider's JSON out of litellm's ``BadRequestError: AnthropicException - {…}``."""
    start = message.find("{")
    try:
        return json.JSONDecoder().raw_decode(message, start)[0] if start >= 0 else None
    except (ValueError, RecursionError):
        return None
