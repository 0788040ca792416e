"""Serve a plain `gr.ChatInterface` for a model endpoint, as Gradio's documentation shows it.

    python -m benchmarks.plain_chat --port 7861 --base-url http://127.0.0.1:8083/v1 [--free]

The benchmark `page` compares Pipit's page with it. `--free` removes Gradio's default limit of one
answer at a time.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr
from huggingface_hub import AsyncInferenceClient


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--free", action="store_true")
    chosen = parser.parse_args()
    client = AsyncInferenceClient(base_url=chosen.base_url, api_key="none")

    async def answer(message: str, history: list[Any]) -> AsyncIterator[str]:  # noqa: ARG001 - Gradio's signature
        said = ""
        messages = [{"role": "user", "content": message}]
        stream = await client.chat_completion(messages, model="m", max_tokens=800, stream=True)
        async for chunk in stream:
            said += (chunk.choices[0].delta.content or "") if chunk.choices else ""
            yield said

    more: dict[str, Any] = {"concurrency_limit": None} if chosen.free else {}
    chat = gr.ChatInterface(answer, analytics_enabled=False, **more)
    chat.launch(server_name="127.0.0.1", server_port=chosen.port, quiet=True, share=False)


if __name__ == "__main__":
    main()
