"""The client of llama-index, as client.py and real.py use it: both are programs, and find this beside them."""

from __future__ import annotations

import os
from typing import Any


def llama_index(url: str, job: dict[str, Any]) -> dict[str, str]:
    """Ask once whole and once streamed, for at most ``most`` tokens where the job says so."""
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike

    common = {"model": job["model"], "api_base": f"{url}/v1", "api_key": os.environ["SEKIMORI_KEY"]}
    model = OpenAILike(**common, is_chat_model=True, max_retries=0, max_tokens=job.get("most"))
    messages = [ChatMessage(role="user", content=job["text"])]
    return {
        "whole": model.chat(messages).message.content,
        "streamed": "".join(chunk.delta or "" for chunk in model.stream_chat(messages)),
    }
