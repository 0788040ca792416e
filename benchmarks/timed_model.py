"""Run a model server that reports when each of its words was sent, in a process of its own.

    python -m benchmarks.timed_model --words 40 --words-per-second 40

The first line of output is the base URL. Each request that ends adds one line of JSON: `asked` (the
last message), `arrived` (the time of its arrival), `words` (for each word the Unix time at which it
was sent and the number of characters sent by then) and `answer`.

A question can choose its answer: ``[name] 60 words at 20/s``, ``[name] 4 sentences at 20/s`` with
twelve words in each, or ``[name] a page of 9000 characters at 40/s``, which contains blocks of code.
A pace of 0 means that everything is sent at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from typing import TYPE_CHECKING

from tests.servers.model import Call, Gate, ModelServer, Reply

if TYPE_CHECKING:
    from aiohttp import web

SENTENCE = (
    "sparrow meadow river under quiet morning light carries seven small stones toward the old "
    "bridge where children "
    "count boats and wait for rain while somebody sings about bread"
)
_ASKED = re.compile(r"\[(\w+)\] (\d+) words at ([\d.]+)/s")
_SENTENCES = re.compile(r"\[(\w+)\] (\d+) sentences at ([\d.]+)/s")
_PAGE = re.compile(r"\[(\w+)\] a page of (\d+) characters at ([\d.]+)/s")
MOST_PIECES = 700
_PIECES = re.compile(r"\s*\S+|\s+$")


def prose(words: int, name: str = "") -> str:
    """Return a number of plain words.

    Every tenth one is numbered, so that no two passages are alike.
    """
    known = SENTENCE.split()
    spoken = (known[n % len(known)] if n % 10 else f"{name}{n}" for n in range(1, words + 1))
    return " ".join(spoken) + "."


def page(characters: int, name: str) -> str:
    """Return a text of paragraphs with a long fenced block of code after every second one."""
    parts: list[str] = []
    while sum(map(len, parts)) + 2 * len(parts) < characters:
        number = len(parts)
        lines = (f"value_{name}_{number}_{line} = count({line})" for line in range(45))
        parts.append(
            "```python\n" + "\n".join(lines) + "\n```"
            if number % 3 == 2
            else prose(90, f"{name}p{number}w")
        )
    return "\n\n".join(parts)


class TimedGate(Gate):
    """A gate that releases words at a steady pace and records the times."""

    def __init__(self, pieces: list[str], per_second: float, think_seconds: float) -> None:
        super().__init__()
        self.left: list[tuple[float, int]] = []
        self._pieces, self._gap = pieces, 1 / per_second if per_second else 0.0
        self._begins = time.monotonic() + think_seconds

    async def pass_token(self) -> None:
        """Wait until the time of the next word.

        The pace is kept over the whole answer, even if one word was late.
        """
        number = len(self.left)
        await asyncio.sleep(max(0.0, self._begins + number * self._gap - time.monotonic()))
        characters = self.left[-1][1] if self.left else 0
        self.left.append((time.time(), characters + len(self._pieces[number])))


class TimedServer(ModelServer):
    """A model server that answers as the question asks, and reports requests on its output."""

    def __init__(self, words: int, per_second: float, think_seconds: float) -> None:
        super().__init__(keep=10)
        self._words, self._per_second, self._think_seconds = words, per_second, think_seconds
        self._replies: dict[int, Reply] = {}

    def _reply_to(self, call: Call) -> Reply:
        text, per_second = self._answer_to(str(call.body["messages"][-1]["content"]))
        pieces = _PIECES.findall(text)
        if (
            len(pieces) > MOST_PIECES
        ):  # a page is sent in larger pieces, so that their number stays below the limit of tokens
            pieces = ["".join(pieces[at : at + 4]) for at in range(0, len(pieces), 4)]
        reply = Reply(
            text, tokens=tuple(pieces), gate=TimedGate(pieces, per_second, self._think_seconds)
        )
        self._replies[id(call)] = reply
        return reply

    def _answer_to(self, asked: str) -> tuple[str, float]:
        if found := _PAGE.search(asked):
            return page(int(found[2]), found[1]), float(found[3])
        if found := _SENTENCES.search(asked):
            spoken = [prose(12, f"{found[1]}s{number}w") for number in range(int(found[2]))]
            return " ".join(spoken), float(found[3])
        if found := _ASKED.search(asked):
            return prose(int(found[2]), found[1]), float(found[3])
        return prose(self._words), self._per_second

    async def _respond(self, request: web.Request, call: Call) -> web.StreamResponse:
        arrived = time.time()
        try:
            return await super()._respond(request, call)
        finally:
            reply = self._replies.pop(id(call))
            assert isinstance(reply.gate, TimedGate)
            asked = call.body["messages"][-1]["content"]
            line = {
                "asked": asked,
                "arrived": arrived,
                "words": reply.gate.left,
                "answer": reply.text,
            }
            print(json.dumps(line), flush=True)


async def serve(options: argparse.Namespace) -> None:
    async with TimedServer(
        options.words, options.words_per_second, options.think_seconds
    ) as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.timed_model", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--words-per-second", type=float, default=40.0)
    parser.add_argument(
        "--think-seconds", type=float, default=0.0, help="pause before the first word"
    )
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
