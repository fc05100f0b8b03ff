"""An ordinary program with the unmodified OpenAI SDK for Python: run by test_sdks.py with SDK 2 and with SDK 3.

It shares no code with the gateway. Arguments: the base URL; the key stands in OPENAI_API_KEY. On standard input:
``{"model", "text", "image"}``; with ``most``, a number of tokens, only what any model can answer is tried. On standard
output: one JSON object, one member for each thing that was tried.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import openai

TOOL = {
    "type": "function",
    "function": {
        "name": "register",
        "description": "Registers a note.",
        "parameters": {"type": "object", "properties": {"note": {"type": "string"}}, "required": ["note"]},
    },
}


def whole(client: openai.OpenAI, job: dict[str, str]) -> dict[str, Any]:
    reply = client.chat.completions.create(model=job["model"], messages=messages(job), **limit(job))
    choice = reply.choices[0]
    return {"text": choice.message.content, "finish": choice.finish_reason, "extra": extra(reply)}


def streamed(client: openai.OpenAI, job: dict[str, str]) -> dict[str, Any]:
    pieces, finishes, extras = [], [], []
    ask = {"model": job["model"], "messages": messages(job), **limit(job)}
    with client.chat.completions.create(**ask, stream=True) as stream:
        for chunk in stream:
            extras += [extra(chunk)] if extra(chunk) else []
            for choice in chunk.choices:
                pieces += [choice.delta.content] if choice.delta.content else []
                finishes += [choice.finish_reason] if choice.finish_reason else []
    return {"text": "".join(pieces), "pieces": len(pieces), "finishes": finishes, "extras": extras}


def tools(client: openai.OpenAI, job: dict[str, str]) -> dict[str, Any]:
    events = 0
    with client.chat.completions.stream(model=job["model"], messages=messages(job), tools=[TOOL]) as stream:
        for _ in stream:
            events += 1
        choice = stream.get_final_completion().choices[0]
    calls = [{"name": call.function.name, "arguments": call.function.arguments} for call in choice.message.tool_calls]
    return {"calls": calls, "finish": choice.finish_reason, "events": events}


def responses(client: openai.OpenAI, job: dict[str, str]) -> dict[str, Any]:
    whole = client.responses.create(model=job["model"], instructions="簡潔に", input=job["text"])
    with client.responses.stream(model=job["model"], input=job["text"]) as stream:
        types = [event.type for event in stream]
        final = stream.get_final_response()
    return {"text": whole.output_text, "streamed": final.output_text, "types": len(set(types)), "status": final.status}


def models(client: openai.OpenAI, _: dict[str, str]) -> list[str]:
    return [model.id for model in client.models.list()]


def errors(client: openai.OpenAI, job: dict[str, str]) -> dict[str, Any]:
    image = {"type": "image_url", "image_url": {"url": job["image"]}}
    stranger = client.with_options(api_key="sk-unknown")
    create = client.chat.completions.create
    return {
        "wrong_key": failure(stranger.models.list),
        "unknown_model": failure(lambda: create(model="no-such-model", messages=messages(job))),
        "no_messages": failure(lambda: create(model=job["model"], messages="none")),
        "unknown_path": failure(lambda: client.get("/no/such/path", cast_to=object)),
        "blocked": failure(lambda: create(model=job["model"], messages=[{"role": "user", "content": [image]}])),
        "blocked_stream": failure(
            lambda: create(model=job["model"], messages=[{"role": "user", "content": [image]}], stream=True)
        ),
    }


async def asynchronous(base_url: str, job: dict[str, str]) -> dict[str, Any]:
    async with openai.AsyncOpenAI(base_url=base_url, max_retries=0) as client:
        create = client.chat.completions.create
        reply = await create(model=job["model"], messages=messages(job))
        stream = await create(model=job["model"], messages=messages(job), stream=True)
        pieces = [choice.delta.content or "" async for chunk in stream for choice in chunk.choices]
    return {"text": reply.choices[0].message.content, "streamed": "".join(pieces)}


def limit(job: dict[str, Any]) -> dict[str, int]:
    return {"max_completion_tokens": job["most"]} if "most" in job else {}


def messages(job: dict[str, str]) -> list[dict[str, Any]]:
    return [{"role": "system", "content": "簡潔に答えてください。"}, {"role": "user", "content": job["text"]}]


def extra(reply: Any) -> dict[str, Any] | None:
    return (reply.model_extra or {}).get("sekimori")


def failure(call: Any) -> dict[str, Any]:
    try:
        call()
    except openai.APIStatusError as error:
        return {"class": type(error).__name__, "status": error.status_code, "code": error.code, "type": error.type}
    return {"class": None}


def main() -> None:
    base_url, job = sys.argv[1], json.load(sys.stdin)
    with openai.OpenAI(base_url=base_url, max_retries=0) as client:
        ways = (whole, streamed) if "most" in job else (whole, streamed, tools, responses, models, errors)
        results = {tried.__name__: tried(client, job) for tried in ways}
    if "most" not in job:
        results["asynchronous"] = asyncio.run(asynchronous(base_url, job))
    json.dump({"sdk": openai.__version__, **results}, sys.stdout)


if __name__ == "__main__":
    main()
