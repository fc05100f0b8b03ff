"""Ordinary programs with unmodified clients of many makers: run by test_clients.py, in an environment of its own.

They share no code with the gateway. Argument: the gateway's address without a path; the key stands in SEKIMORI_KEY.
On standard input: ``{"model", "text", "embedder"}``. On standard output: one JSON object, one member for each client.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from llama import llama_index

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
KEY = os.environ["SEKIMORI_KEY"]
SCHEMA = {"type": "object", "properties": {"note": {"type": "string"}}, "required": ["note"]}


def anthropic(url: str, job: dict[str, str]) -> dict[str, Any]:
    import anthropic as sdk

    client = sdk.Anthropic(base_url=url, api_key=KEY, max_retries=0)
    ask = {"model": job["model"], "max_tokens": 500, "messages": [{"role": "user", "content": job["text"]}]}
    tool = {"name": "register", "description": "Registers a note.", "input_schema": SCHEMA}
    whole = client.messages.create(system="簡潔に", **ask)
    with client.messages.stream(**ask) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    with client.messages.stream(tools=[tool], **ask) as stream:
        call = next(block for block in stream.get_final_message().content if block.type == "tool_use")
    asked = client.messages.create(tools=[tool], **ask)
    used = next(block for block in asked.content if block.type == "tool_use")
    result = {"type": "tool_result", "tool_use_id": used.id, "content": job["text"]}
    turns = [*ask["messages"], {"role": "assistant", "content": asked.content}, {"role": "user", "content": [result]}]
    return {
        "whole": whole.content[0].text,
        "streamed": "".join(pieces),
        "finish": [whole.stop_reason, final.stop_reason, asked.stop_reason],
        "tools": call.input,
        "tools_whole": used.input,
        "turns": client.messages.create(**{**ask, "messages": turns}).content[0].text,
        "count": client.messages.count_tokens(model=job["model"], messages=ask["messages"]).input_tokens,
        "models": [model.id for model in client.models.list()],
        "errors": [
            failure(lambda: client.with_options(api_key="sk-x").messages.create(**ask)),
            failure(lambda: client.messages.create(**{**ask, "model": "nobody"})),
            failure(lambda: client.messages.create(**{**ask, "max_tokens": 0})),
        ],
    }


def google_genai(url: str, job: dict[str, str]) -> dict[str, Any]:
    from google import genai
    from google.genai import types

    client = genai.Client(api_key=KEY, vertexai=False, http_options=types.HttpOptions(base_url=url))
    declared = types.FunctionDeclaration(name="register", description="d", parameters_json_schema=SCHEMA)
    manual = types.AutomaticFunctionCallingConfig(disable=True)
    tools = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[declared])], automatic_function_calling=manual
    )
    models = client.models
    whole = models.generate_content(
        model=job["model"], contents=job["text"], config=types.GenerateContentConfig(system_instruction="簡潔に")
    )
    chunks = list(models.generate_content_stream(model=job["model"], contents=job["text"]))
    called = models.generate_content(model=job["model"], contents=job["text"], config=tools)
    stranger = genai.Client(api_key="sk-x", vertexai=False, http_options=types.HttpOptions(base_url=url))
    return {
        "whole": whole.text,
        "streamed": "".join(chunk.text or "" for chunk in chunks),
        "finish": [whole.candidates[0].finish_reason.name, chunks[-1].candidates[0].finish_reason.name],
        "tools_whole": dict(called.function_calls[0].args),
        "count": models.count_tokens(model=job["model"], contents=job["text"]).total_tokens,
        "models": [model.name for model in models.list()],
        "errors": [
            failure(lambda: stranger.models.generate_content(model=job["model"], contents="x")),
            failure(lambda: models.generate_content(model="nobody", contents="x")),
        ],
    }


def langchain_openai(url: str, job: dict[str, str]) -> dict[str, Any]:
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings

    common = {"base_url": f"{url}/v1", "api_key": KEY, "model": job["model"], "max_retries": 0}
    chat = ChatOpenAI(**common)
    responses = ChatOpenAI(**common, use_responses_api=True)
    tool = {"type": "function", "function": {"name": "register", "description": "d", "parameters": SCHEMA}}
    embedder = OpenAIEmbeddings(
        base_url=f"{url}/v1", api_key=KEY, model=job["embedder"], check_embedding_ctx_length=False
    )
    return {
        "whole": chat.invoke(job["text"]).content,
        "streamed": "".join(chunk.content for chunk in chat.stream(job["text"])),
        "tools_whole": chat.bind_tools([tool]).invoke(job["text"]).tool_calls[0]["args"],
        "responses": responses.invoke(job["text"]).text,
        "responses_streamed": "".join(chunk.text for chunk in responses.stream(job["text"])),
        "responses_tools": responses.bind_tools([tool]).invoke(job["text"]).tool_calls[0]["args"],
        "embedding": len(embedder.embed_query(job["text"])),
    }


def litellm(url: str, job: dict[str, str]) -> dict[str, Any]:
    import litellm as sdk

    sdk.suppress_debug_info = True
    messages = [{"role": "user", "content": job["text"]}]
    ways = {
        "": {"model": f"openai/{job['model']}", "api_base": f"{url}/v1"},
        "messages_": {"model": f"anthropic/{job['model']}", "api_base": url},
    }
    told = {}
    for name, way in ways.items():
        common = {**way, "api_key": KEY, "messages": messages, "num_retries": 0, "max_tokens": 500}
        told[f"{name}whole"] = sdk.completion(**common).choices[0].message.content
        chunks = sdk.completion(**common, stream=True)
        told[f"{name}streamed"] = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    return told


def llm(url: str, job: dict[str, str]) -> dict[str, Any]:
    program = Path(sys.executable).parent / "llm"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "extra-openai-models.yaml").write_text(
            f"- model_id: here\n  model_name: {job['model']}\n  api_base: {url}/v1\n  api_key_name: here\n"
        )
        environment = {"PATH": os.environ["PATH"], "LLM_USER_PATH": folder, "HOME": folder}

        def run(*more: str) -> str:
            command = [str(program), "-m", "here", "--key", KEY, *more, job["text"]]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            return done.stdout.removesuffix("\n")

        return {"whole": run("--no-stream"), "streamed": run()}


def instructor(url: str, job: dict[str, str]) -> dict[str, Any]:
    import instructor as sdk
    import openai
    from pydantic import BaseModel

    class Note(BaseModel):
        note: str

    client = sdk.from_openai(openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0))
    note = client.chat.completions.create(
        model=job["model"], messages=[{"role": "user", "content": job["text"]}], response_model=Note, max_retries=0
    )
    return {"tools_whole": note.model_dump()}


def failure(call: Any) -> list[Any]:
    try:
        call()
    except Exception as error:  # noqa: BLE001
        status = getattr(error, "status_code", None) or getattr(error, "code", None)
        return [type(error).__name__, status]
    return [None, None]


CLIENTS = (anthropic, google_genai, langchain_openai, llama_index, litellm, llm, instructor)


def main() -> None:
    url, job = sys.argv[1], json.load(sys.stdin)
    results: dict[str, Any] = {}
    for client in CLIENTS:
        if client.__name__ in sys.argv[2:] or not sys.argv[2:]:
            try:
                results[client.__name__] = client(url, job)
            except Exception:  # noqa: BLE001, one client's failure is told beside the others' results
                results[client.__name__] = {"failed": traceback.format_exc()[-2000:]}
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
