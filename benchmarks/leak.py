"""Stream thousands of replies and measure how much memory each one leaves behind.

    python -m benchmarks.leak --replies 5000

The model server runs in a process of its own, so that only the client's memory is measured. Each
client also runs in a new process: first Pipit's model client, then one `AsyncInferenceClient` that
all calls share, as its documentation recommends. The measured replies come after 300 others as a
warm-up. Each has a history of about 4 KB. The exit code is 1 if Pipit's client grew by 2 MB or
more, or opened more than a few connections although the library can pool them.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

import huggingface_hub

from engine.answering.hf_transport import POOLED
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.contract import ChatMessage

if TYPE_CHECKING:
    from collections.abc import Awaitable

WARM_UP = 300
MOST_GROWTH_MB = 2.0
MOST_CONNECTIONS = 5
LINE = "What I said some time ago about birds, bread and the weather on the hill. "
HISTORY = [ChatMessage(("user", "assistant")[turn % 2], LINE * 7) for turn in range(9)]
ANSWER = LINE * 2


def resident_kb() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


def server_stats(base_url: str) -> dict[str, int]:
    with urllib.request.urlopen(base_url[: -len("/v1")] + "/stats") as answer:
        stats: dict[str, int] = json.load(answer)
        return stats


async def measure(
    ask: Callable[[], Awaitable[None]], replies: int, base_url: str
) -> dict[str, Any]:
    """Ask `replies` times after the warm-up, and return the figures.

    Memory is in kB. CPU time and elapsed time are in ms for each reply.
    """
    for _ in range(WARM_UP):
        await ask()
    before, stats = resident_kb(), server_stats(base_url)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(replies):
        await ask()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    grown = resident_kb() - before
    connections = server_stats(base_url)["connections"] - stats["connections"]
    return {
        "replies": replies,
        "growth_kb": grown,
        "kb_each": round(grown / replies, 2),
        "new_connections": connections,
        "ms_each": round(wall / replies * 1000, 2),
        "cpu_ms_each": round(cpu / replies * 1000, 2),
        "rss_mb": round(resident_kb() / 1024, 1),
    }


async def run_pipit(replies: int, base_url: str) -> dict[str, Any]:
    model = HuggingFaceModel(ModelSettings(base_url, models=("m",)))

    async def ask() -> None:
        async for _ in model.stream(HISTORY, 800):
            pass

    try:
        return await measure(ask, replies, base_url)
    finally:
        await model.close()


async def run_shared(replies: int, base_url: str) -> dict[str, Any]:
    client: Any = huggingface_hub.AsyncInferenceClient(base_url=base_url, api_key="none")
    messages = [{"role": message.role, "content": message.content} for message in HISTORY]

    async def ask() -> None:
        stream = await client.chat_completion(messages, model="m", max_tokens=800, stream=True)
        async for _ in stream:
            pass

    try:
        return await measure(ask, replies, base_url)
    finally:
        await client.close()


CLIENTS = {"pipit": run_pipit, "shared": run_shared}


def run_in_process(client: str, replies: int, base_url: str) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.leak",
        "--client",
        client,
        "--replies",
        str(replies),
    ]
    done = subprocess.run([*command, "--url", base_url], check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare(replies: int, naive_replies: int) -> bool:
    """Print both clients' figures; return whether Pipit's client keeps the limits."""
    command = [sys.executable, "-m", "tests.servers.model", "--port", "0", "--answer", ANSWER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            base_url = server.stdout.readline().strip()
            pipit = run_in_process("pipit", replies, base_url)
            shared = run_in_process("shared", naive_replies, base_url)
        finally:
            server.terminate()
    print(f"huggingface_hub {huggingface_hub.__version__}, {len(str(HISTORY))} bytes of history")
    for name, result in (("Pipit's client", pipit), ("one shared client", shared)):
        print(
            f"{name:18} {result['replies']:6} replies: RSS {result['growth_kb'] / 1024:+.1f} MB "
            f"({result['kb_each']:+.2f} kB each, now {result['rss_mb']} MB), "
            f"{result['new_connections']} new connections, {result['ms_each']} ms each "
            f"({result['cpu_ms_each']} CPU)"
        )
    pooled = not POOLED or pipit["new_connections"] <= MOST_CONNECTIONS
    return pipit["growth_kb"] < MOST_GROWTH_MB * 1024 and pooled


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.leak", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--replies", type=int, default=5000)
    parser.add_argument("--naive-replies", type=int, default=1000)
    parser.add_argument(
        "--client", choices=sorted(CLIENTS), help="measure this one only, against --url, as JSON"
    )
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    if options.client:
        print(json.dumps(asyncio.run(CLIENTS[options.client](options.replies, options.url))))
    elif not compare(options.replies, options.naive_replies):
        sys.exit("the limits were passed")


if __name__ == "__main__":
    main()
