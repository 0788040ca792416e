"""Measure the time of each text function for hostile texts of 4,000, 16,000 and 64,000 characters.

The figure is the CPU seconds of one call in this process, up to a limit. A function that runs on
the event loop may take at most 50 ms at the longest text that people can send. The growth shows
whether a longer text would be a problem.
"""

from __future__ import annotations

import importlib
import math
import signal
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTHS = (4_000, 16_000, 64_000)
LIMIT_SECONDS = 4.0
HOLD_SECONDS = 0.05

PATTERNS = {
    "table": "",  # `filled` builds it, because its size is columns times rows
    "ligature": "\ufdfa",
    "may": "may ",
    "a": "a ",
    "numbered": "1. ",
    "dates": "1.1.1.1 ",
    "digits": "9",
    "emphasis": "*_",
    "stars": "*",
    "backticks": "`a",
    "fences": "```\n",
    "brackets": "[",
    "images": "![",
    "links": "[a](",
    "address": "https://a.b/))))",
    "addresses": "http://a.b ",
    "quotes": ">",
    "headings": "# a\n",
    "lists": "- a\n  - b\n",
    "pipes": "a|b\n-|-\n",
    "tags": "<b>",
    "entities": "&amp;",
    "blanks": " \t",
    "lines": "\n",
    "separators": "\u2028",
    "marks": "a\u0301\u0323",
    "vowels": "कि",
    "joined": "👩\u200d",
    "flags": "🇦",
    "embedded": "\u202ea",
    "invisible": "\U000e0041",
    "controls": "\x01",
    "apostrophes": "'a",
    "dollars": "$",
    "formula": "\\frac{",
    "thinking": "<think>",
    "closing": "</think>",
    "han": "的",
    "mentions": "@a ",
    "underscores": "_a",
    "capitals": "A.",
    "recalled": "</recalled",
}


def filled(name: str, length: int) -> str:
    """Return a pattern repeated to a length."""
    if name == "table":
        columns = max(2, int(math.sqrt(length / 4)))
        head = "|" + "a|" * columns + "\n|" + "-|" * columns + "\n"
        return (head + "|\n" * length)[:length]
    unit = PATTERNS[name]
    return (unit * (length // len(unit) + 1))[:length]


@dataclass(frozen=True)
class Function:
    """A function that takes a text.

    `on_loop`: it is called on the event loop. `most` is the longest text that it receives there.
    """

    name: str
    call: Callable[[str], object]
    on_loop: bool = True
    most: int = 4_096


def functions() -> list[Function]:
    """Return the text functions of the product.

    Functions that no longer exist are left out; `missing` names them.
    """
    found = []
    for name, on_loop, most in _WHERE:
        call = _find(name)
        if call is not None:
            found.append(Function(name.rpartition(".")[2], call, on_loop, most))
    return found + list(_composed())


# For each function: its import path, whether it runs on the event loop, and its longest text.
_WHERE = (
    ("adapters.markup.telegram.render_telegram", True, 4_096),
    ("adapters.markup.telegram.telegram_units", True, 4_096),
    ("adapters.markup.discord.render_discord", True, 4_096),
    ("adapters.markup.discord.discord_units", True, 4_096),
    ("adapters.markup.html.render_html", True, 4_096),
    ("adapters.markup.html.render_plain", True, 8_000),
    ("adapters.console.plain.printable", True, 8_000),
    ("engine.answering.streaming.settled", True, 4_096),
    ("engine.answering.prompt.estimate_tokens", True, 8_000),
    ("engine.commands.table.parse", True, 8_000),
    ("engine.memory.recall.dates.named_dates", True, 8_000),
    ("engine.memory.recall.dates.asks_when", True, 8_000),
    ("engine.memory.repeats.sameness.comparable", True, 8_000),
    ("engine.memory.search.words.words", False, 8_000),
    ("engine.memory.search.words.sentences", False, 8_000),
)


def missing() -> list[str]:
    """Return the import paths in this file that no longer exist."""
    return [name for name, _, _ in _WHERE if _find(name) is None]


def _find(name: str) -> Callable[[str], object] | None:
    module, _, attribute = name.rpartition(".")
    with suppress(ImportError):
        return getattr(importlib.import_module(module), attribute, None)
    return None


def _composed() -> Iterator[Function]:
    from adapters.discord.normalize import readable
    from adapters.markup.telegram import telegram_units
    from engine.delivery.cutting import cut, whole
    from engine.memory.recall.chat_index import ChatIndex, excerpt
    from engine.memory.repeats.sameness import Question, comparable, lasting, veto

    def pieces(text: str) -> None:
        while (piece := cut(text, 0, 4_096, telegram_units)) is not None:
            text = text[piece.resume :]

    def repeated(text: str) -> None:
        if comparable(text) and lasting(text):
            question = Question.of(text)
            veto(question, question)

    index = ChatIndex()
    yield Function("cut, one message", lambda text: cut(text, 0, 4_096, telegram_units))
    yield Function("cut, all messages", pieces, on_loop=False)
    yield Function("whole", whole)
    yield Function("a question of the answer cache", repeated, most=8_000)
    yield Function("readable (Discord)", lambda text: readable(text, 1, {}))
    yield Function(
        "ChatIndex.query", lambda text: index.query(text, "1"), on_loop=False, most=8_000
    )
    yield Function("excerpt", lambda text: excerpt(text, {"a"}, 400), most=8_000)


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` inside the block after this many seconds of CPU time."""

    def over(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)


def seconds_of(function: Function, text: str) -> float:
    """Return the CPU seconds of one call; infinity beyond the limit."""
    started = time.process_time()
    try:
        with limit(LIMIT_SECONDS):
            function.call(text)
    except TimeoutError:
        return math.inf
    return time.process_time() - started


@dataclass(frozen=True)
class Row:
    """The CPU seconds of one function for one pattern, by length."""

    function: Function
    pattern: str
    seconds: tuple[float, ...]
    at_most: float

    @property
    def held(self) -> float:
        """Return how long the function would block the loop for its longest text."""
        return self.at_most if self.function.on_loop else 0.0

    @property
    def growth(self) -> float:
        """Return the exponent by which the time grows between the last two lengths."""
        first, last = self.seconds[-2:]
        if not math.isfinite(last):
            return math.inf
        return math.log(max(last, 1e-6) / max(first, 1e-6), 4)


def measure(lengths: tuple[int, ...] = LENGTHS) -> list[Row]:
    """Measure every function with every pattern."""
    rows = []
    for function in functions():
        # the time to load and compile on the first call does not count
        function.call(filled("a", 100))
        for name in PATTERNS:
            took = []
            for length in lengths:
                took.append(seconds_of(function, filled(name, length)))
                if not math.isfinite(took[-1]):
                    break
            took += [math.inf] * (len(lengths) - len(took))
            at_most = min(seconds_of(function, filled(name, function.most)) for _ in range(2))
            rows.append(Row(function, name, tuple(took), at_most))
    return rows
