"""The same clients as in client.py, each asking a real model once whole and once streamed: run by test_real_clients.py.

They share no code with the gateway. Argument: the gateway's address without a path; the key stands in SEKIMORI_KEY.
On standard input: ``{"model", "text", "most"}``, of which ``most`` is the number of tokens. On standard output: one JSON
object, for each client ``{"whole", "streamed"}``. Each client's question ends with its name in brackets.
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


def anthropic(url: str, job: dict[str, Any]) -> dict[str, str]:
    import anthropic as sdk

    client = sdk.Anthropic(base_url=url, api_key=KEY, max_retries=0)
    ask = {"model": job["model"], "max_tokens": job["most"], "messages": user(job)}
    whole = client.messages.create(**ask)
    with client.messages.stream(**ask) as stream:
        streamed = "".join(stream.text_stream)
    return {"whole": whole.content[0].text, "streamed": streamed}


def google_genai(url: str, job: dict[str, Any]) -> dict[str, str]:
    from google import genai
    from google.genai import types

    client = genai.Client(api_key=KEY, vertexai=False, http_options=types.HttpOptions(base_url=url))
    ask = {
        "model": job["model"],
        "contents": job["text"],
        "config": types.GenerateContentConfig(max_output_tokens=job["most"]),
    }
    whole = client.models.generate_content(**ask)
    return {
        "whole": whole.text,
        "streamed": "".join(c.text or "" for c in client.models.generate_content_stream(**ask)),
    }


def langchain_openai(url: str, job: dict[str, Any]) -> dict[str, str]:
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(
        base_url=f"{url}/v1", api_key=KEY, model=job["model"], max_retries=0, max_completion_tokens=job["most"]
    )
    return {
        "whole": chat.invoke(job["text"]).content,
        "streamed": "".join(chunk.content for chunk in chat.stream(job["text"])),
    }


def litellm(url: str, job: dict[str, Any]) -> dict[str, str]:
    import litellm as sdk

    sdk.suppress_debug_info = True
    ask = {"model": f"openai/{job['model']}", "api_base": f"{url}/v1", "api_key": KEY, "num_retries": 0}
    ask |= {"messages": user(job), "max_tokens": job["most"]}
    whole = sdk.completion(**ask).choices[0].message.content
    chunks = sdk.completion(**ask, stream=True)
    return {"whole": whole, "streamed": "".join(chunk.choices[0].delta.content or "" for chunk in chunks)}


def llm(url: str, job: dict[str, Any]) -> dict[str, str]:
    program = Path(sys.executable).parent / "llm"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "extra-openai-models.yaml").write_text(
            f"- model_id: here\n  model_name: {job['model']}\n  api_base: {url}/v1\n  api_key_name: here\n"
        )
        environment = {"PATH": os.environ["PATH"], "LLM_USER_PATH": folder, "HOME": folder}

        def run(*more: str) -> str:
            limit = ("-o", "max_tokens", str(job["most"]))
            command = [str(program), "-m", "here", "--key", KEY, *limit, *more, job["text"]]
            return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

        return {"whole": run("--no-stream"), "streamed": run()}


def instructor(url: str, job: dict[str, Any]) -> dict[str, str]:
    """An answer after a schema: the server holds even a small model to it."""
    import instructor as sdk
    import openai
    from pydantic import BaseModel

    class Answer(BaseModel):
        clear: bool

    client = sdk.from_openai(openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0), mode=sdk.Mode.JSON_SCHEMA)
    # The likeliest answer, each time: a small model that is free to choose may write blanks until its tokens are spent.
    ask = {"model": job["model"], "messages": user(job), "max_tokens": 40, "temperature": 0, "max_retries": 0}
    whole = client.chat.completions.create(**ask, response_model=Answer)
    *_, last = client.chat.completions.create_partial(**ask, response_model=Answer)
    return {"whole": whole.model_dump_json(), "streamed": last.model_dump_json()}


def user(job: dict[str, Any]) -> list[dict[str, str]]:
    return [{"role": "user", "content": job["text"]}]


def main() -> None:
    url, job = sys.argv[1], json.load(sys.stdin)
    results: dict[str, Any] = {}
    for client in (anthropic, google_genai, langchain_openai, llama_index, litellm, llm, instructor):
        name = client.__name__
        try:
            results[name] = client(url, {**job, "text": f"{job['text']} ({name})"})
        except Exception:  # noqa: BLE001, one client's failure is told beside the others' results
            results[name] = {"failed": traceback.format_exc()[-2000:]}
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
