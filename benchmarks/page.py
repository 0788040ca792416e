"""Compare the web page with a plain `gr.ChatInterface` on a slow phone and with 50 visitors.

    python -m benchmarks.page

It runs about four minutes and needs requirements-web.txt and Chromium. There are two parts. One:
Chromium at 360x640 with an empty cache opens each page over 400 kbit/s and 400 ms round trip
(WebPageTest's "3G slow"), asks as soon as there is an input field, and waits for the first words of
the answer. Bytes are counted as they are transferred. Two: 50 visitors ask at once over HTTP,
without a browser. The model says 60 words at 20 a second. The plain interface runs with its
defaults (one answer at a time), and again with that limit removed. All servers run on this machine,
in processes of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.common import cpu_seconds, machine, model_process, percentile, resident_mb
from tests.adapters.web.browser import SMALL, Browser, a_browser
from tests.adapters.web.rig import Phone
from tests.rigs.ports import free_port

LATENCY_MS, BYTES_A_SECOND = 400, 400_000 / 8
QUESTION, FIRST_WORDS = "[page] 60 words at 20/s", "meadow river"
VISITORS = 50
START_SECONDS, MOST_SECONDS = 90.0, 300.0
# This script records, by the page's own clock, when the input and the first words appear.
_WATCH = f"""
(() => {{ const seen = window.seen = {{}}; const look = () => {{
  const box = document.querySelector('textarea');
  if (!seen.input && box && box.getBoundingClientRect().height && !box.disabled) seen.input = performance.now();
  if (!seen.words && document.body && document.body.innerText.includes('{FIRST_WORDS}')) seen.words = performance.now();
}}; setInterval(look, 20); }})()
"""


@dataclass
class Subject:
    """A server under measurement."""

    name: str
    url: str
    pid: int


@asynccontextmanager
async def subject(name: str, *command: str, port: int, **variables: str) -> AsyncIterator[Subject]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *command,
        env={**os.environ, **variables},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await _until_up(f"http://127.0.0.1:{port}/", process)
        yield Subject(name, f"http://127.0.0.1:{port}", process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_up(url: str, process: asyncio.subprocess.Process) -> None:
    limit = time.monotonic() + START_SECONDS
    async with aiohttp.ClientSession() as session:
        while process.returncode is None and time.monotonic() < limit:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    raise SystemExit(f"{url} did not come up")


@asynccontextmanager
async def pipit(base_url: str, folder: Path) -> AsyncIterator[Subject]:
    port = free_port()
    async with subject(
        "Pipit", "bot",
        "run", port=port, WEB="1", PORT=str(port), HF_BASE_URL=base_url, HF_MODEL="m", MEMORY="OFF",
        MAX_WORKERS=str(VISITORS), DATABASE_PATH=str(folder / "pipit.db"), LOG_LEVEL="WARNING",
    ) as found:  # fmt: skip
        yield found


@asynccontextmanager
async def plain(base_url: str, *options: str) -> AsyncIterator[Subject]:
    port = free_port()
    name = "ChatInterface, limit lifted" if options else "ChatInterface"
    command = ("benchmarks.plain_chat", "--port", str(port), "--base-url", base_url, *options)
    async with subject(name, *command, port=port, GRADIO_ANALYTICS_ENABLED="False") as found:
        yield found


# Part one: a phone


@dataclass
class Opened:
    """The figures of one page on a phone. Times are in seconds since the navigation began."""

    paint: float
    input: float
    words: float
    bytes_to_paint: int
    requests_to_paint: int
    bytes_to_input: int
    requests_to_input: int


async def open_page(found: Subject, folder: Path) -> Opened:
    async with a_browser(folder, SMALL) as browser:
        run = browser.driver.execute_cdp_cmd
        slow = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_A_SECOND,
                "uploadThroughput": BYTES_A_SECOND}  # fmt: skip
        await browser.call(run, "Network.emulateNetworkConditions", slow)
        await browser.call(run, "Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
        browser.driver.set_page_load_timeout(MOST_SECONDS)
        await browser.open(found.url)
        await _until(browser, "seen.input")
        field = await browser.find("textarea")
        await browser.call(field.send_keys, QUESTION)
        # On a touch device Enter begins a new line in Pipit's input, so the send button is pressed.
        if found.name == "Pipit":
            await browser.tap("#send")
        else:
            await browser.keys("\ue007")
        await _until(browser, "seen.words")
        seen = await browser.js("return seen")
        paint = await browser.js(
            "return performance.getEntriesByName('first-contentful-paint')[0].startTime"
        )
        log = await browser.call(browser.driver.get_log, "performance")
    to_paint, to_input = _traffic(log, paint / 1000), _traffic(log, seen["input"] / 1000)
    return Opened(paint / 1000, seen["input"] / 1000, seen["words"] / 1000, *to_paint, *to_input)


async def _until(browser: Browser, expression: str) -> None:
    limit = time.monotonic() + MOST_SECONDS
    while not await browser.js(f"return Boolean({expression})"):
        if time.monotonic() > limit:
            raise SystemExit(f"never: {expression}")
        await asyncio.sleep(0.1)


def _traffic(log: list[dict[str, Any]], until: float) -> tuple[int, int]:
    """Return the received bytes, headers included, and the requests made, up to a time.

    `until` is in seconds after the document was requested. Chromium reports the bytes of a
    compressed response when it ends, sometimes just after it is painted. So a response counts that
    began before `until` and ends within a tenth of a second after it.
    """
    events = [json.loads(entry["message"])["message"] for entry in log]
    asked = {
        e["params"]["requestId"]: e["params"]
        for e in events
        if e["method"] == "Network.requestWillBeSent"
    }
    pages = [
        p
        for p in asked.values()
        if p.get("type") == "Document" and p["request"]["url"].startswith("http")
    ]
    limit = pages[0]["timestamp"] + until
    own = {
        name
        for name, p in asked.items()
        if p["request"]["url"].startswith("http") and p["timestamp"] <= limit
    }
    received: dict[str, float] = {}
    for event in events:
        details = event["params"]
        name, length = details.get("requestId", ""), details.get("encodedDataLength", 0)
        if name not in own or details.get("timestamp", limit + 1) > limit + 0.1:
            continue
        if event["method"] == "Network.loadingFinished":
            received[name] = length
        elif event["method"] == "Network.dataReceived":
            received[name] = received.get(name, 0) + length
    return int(sum(received.values())), len(own)


# Part two: 50 visitors


@dataclass
class Served:
    """The visitors' times in seconds since they asked, and the server's CPU time and memory."""

    first: list[float]
    last: list[float]
    cpu: float
    mb: float
    failed: int


async def crowd(found: Subject) -> Served:
    before = cpu_seconds(found.pid)[0]
    ask = _ask_pipit if found.name == "Pipit" else _ask_plain
    results = await asyncio.gather(
        *(ask(found.url, n) for n in range(VISITORS)), return_exceptions=True
    )
    good = [result for result in results if not isinstance(result, BaseException)]
    cpu = cpu_seconds(found.pid)[0] - before
    firsts, lasts = [first for first, _ in good], [last for _, last in good]
    return Served(firsts, lasts, cpu, resident_mb(found.pid), len(results) - len(good))


async def _ask_pipit(url: str, number: int) -> tuple[float, float]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        phone = Phone(url, session)
        await phone.open()
        began = time.monotonic()
        assert await phone.ask(f"[v{number}] 60 words at 20/s", f"question-{number}") == 202
        await phone.until(lambda p: p.shows(FIRST_WORDS))
        first = time.monotonic() - began
        await phone.until(lambda p: bool(p.items) and not p.growing)
        return first, time.monotonic() - began


async def _ask_plain(url: str, number: int) -> tuple[float, float]:
    timeout = aiohttp.ClientTimeout(total=MOST_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        async with session.get(f"{url}/config") as answer:
            config = await answer.json()
        prefix = config.get("api_prefix") or ""
        # The event is called `chat` in Gradio 4, which also needs the history. In Gradio 6 it is
        # named after its function.
        name = next(
            d["api_name"] for d in config["dependencies"] if d["api_name"] in ("chat", "answer")
        )
        began, first = time.monotonic(), 0.0
        history: list[Any] = [[]] if name == "chat" else []
        body = {"data": [f"[v{number}] 60 words at 20/s", *history]}
        async with session.post(f"{url}{prefix}/call/{name}", json=body) as answer:
            event = (await answer.json())["event_id"]
        async with session.get(f"{url}{prefix}/call/{name}/{event}") as answer:
            async for line in answer.content:
                if not first and FIRST_WORDS.encode() in line:
                    first = time.monotonic() - began
        assert first
        return first, time.monotonic() - began


# The whole run


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("phone", "crowd"))
    only = parser.parse_args().only
    import gradio

    print(f"Gradio {gradio.__version__}, {machine()}")
    with tempfile.TemporaryDirectory() as name:
        async with model_process() as model:
            good = only == "crowd" or await _phones(model.base_url, Path(name))
            return (
                0 if (only == "phone" or await _crowds(model.base_url, Path(name))) and good else 1
            )


async def _phones(base_url: str, folder: Path) -> bool:
    head = f"{'paint':>8}{'input':>8}{'words':>8}{'kB to paint (requests)':>26}{'kB to input':>18}"
    print(f"{'one phone, 400 kbit/s, 400 ms':32}{head}")
    seen = {}
    for number, start in enumerate((pipit(base_url, folder), plain(base_url))):
        async with start as found:
            one = seen[found.name] = await open_page(found, folder / f"browser-{number}")
            paint = f"{one.bytes_to_paint / 1000:.1f} ({one.requests_to_paint})"
            ready = f"{one.bytes_to_input / 1000:.1f} ({one.requests_to_input})"
            print(
                f"{found.name:32}{one.paint:7.2f}s{one.input:7.2f}s{one.words:7.2f}s{paint:>26}{ready:>18}"
            )
    return seen["Pipit"].words < seen["ChatInterface"].words


async def _crowds(base_url: str, folder: Path) -> bool:
    head = f"{'first words p50':>16}{'p95':>8}{'end p50':>9}{'p95':>8}{'cpu':>8}{'RSS':>9}  failed"
    print(f"{f'{VISITORS} visitors at once':32}{head}")
    good = True
    for start in (pipit(base_url, folder), plain(base_url), plain(base_url, "--free")):
        async with start as found:
            one = await crowd(found)
            half, most = percentile(one.first, 0.5), percentile(one.first, 0.95)
            ends = f"{percentile(one.last, 0.5):8.2f}s{percentile(one.last, 0.95):7.2f}s"
            print(
                f"{found.name:32}{half:15.2f}s{most:7.2f}s{ends}{one.cpu:7.1f}s{one.mb:7.0f}MB  "
                f"{one.failed}"
            )
            good = good and (found.name != "Pipit" or not one.failed)
    print(machine())
    return good


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
