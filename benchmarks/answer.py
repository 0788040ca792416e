"""Ask the 80 two-turn prompts of MT-bench, and measure the time that Pipit adds to the model's.

    python -m benchmarks.answer --data FOLDER

FOLDER holds mt_bench_question.jsonl of lm-sys/FastChat. The engine is complete and its store is on
a real disk. The model server runs in a process of its own, on loopback. The sink is a list in
memory, so no platform's pace is part of the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import (
    ModelProcess,
    Told,
    machine,
    model_process,
    percentile,
    resident_mb,
    spread,
)
from engine.access import AccessSettings
from engine.answering.fallback import FallbackModel
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.contract import Author, ChatKey, ChatMessage, Inbound, Limits, Pace, SentId
from engine.delivery.first_words import FIRST_CHARACTERS, FIRST_HOLD_SECONDS, hold_seconds
from engine.engine import Engine, EngineSettings
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.tasks import SystemClock
from engine.turns.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from engine.attachments import Made
    from engine.contract import Button

WARM_UP = 4  # the first questions are not counted, because they open files and connections
PACE = Pace(
    spacing_seconds=0.5,
    window_calls=1000,
    window_seconds=1.0,
    reserve_calls=0,
    overall_calls=10_000,
    overall_seconds=1.0,
)


@dataclass
class ListSink:
    """A sink that keeps one answer in memory. `texts` holds each text shown with its Unix time."""

    limits: Limits = field(default_factory=lambda: Limits(max_units=4096, measure=len, pace=PACE))
    handle: str = "q"
    texts: list[tuple[float, str]] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self, text: str, buttons: Sequence[Button], part: int, made: Made | None = None
    ) -> SentId:
        """Record the text of a new message."""
        del made
        self._show(text, buttons)
        return SentId(str(part))

    async def edit(
        self, sent: SentId, text: str, buttons: Sequence[Button], made: Made | None = None
    ) -> None:
        """Record the new text of a message."""
        del sent, made
        self._show(text, buttons)

    def _show(self, text: str, buttons: Sequence[Button]) -> None:
        self.texts.append((time.time(), text))
        if [button.action.value for button in buttons] != ["stop"]:
            self.ended.set()


@dataclass(frozen=True)
class Measured:
    """The times of one question, in Unix seconds. `accepted` is when submit() returned."""

    submitted: float
    accepted: float
    sink: ListSink
    told: Told

    @property
    def overhead(self) -> float:
        """Return the time from submit() to the request's arrival at the model."""
        return self.told.arrived - self.submitted

    @property
    def visible(self) -> float:
        """Return the time from the model's first word to the first text on screen."""
        return self.sink.texts[0][0] - self.told.first_at

    @property
    def held(self) -> float:
        """Return the part of `visible` that is the wait for a phrase.

        See engine.delivery.first_words.
        """
        for tokens, (at, characters) in enumerate(self.told.words, 1):
            waited = at - self.told.first_at
            if characters >= FIRST_CHARACTERS or waited >= hold_seconds(waited, tokens):
                return min(waited, FIRST_HOLD_SECONDS)
        return FIRST_HOLD_SECONDS


@asynccontextmanager
async def an_engine(base_url: str, folder: Path) -> AsyncIterator[Engine]:
    """Build the engine as the process does, but without platforms."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await Store.open(folder / "pipit.db")
        stack.push_async_callback(store.close)
        sessions = Sessions(SqlConversations(store, clock), clock, 24 * 3600.0)
        model = HuggingFaceModel(ModelSettings(base_url, models=("m",)), clock)
        stack.push_async_callback(model.close)
        settings = EngineSettings(access=AccessSettings(messages_per_minute=0))
        engine = Engine(
            settings,
            FallbackModel(model, ("m",), clock),
            SqlLedger(store, clock),
            sessions,
            SqlitePersonalData(store, clock),
            clock,
        )
        stack.push_async_callback(engine.stop, 5.0)
        yield engine


async def ask(engine: Engine, model: ModelProcess, chat: str, turn: int, text: str) -> Measured:
    """Ask one question and wait until the end of its answer is shown."""
    sink, expected = ListSink(), len(model.told) + 1
    key, author = ChatKey("memory", chat), Author(chat, "Ann", "en")
    submitted = time.time()
    await engine.submit(
        Inbound(key, str(turn), author, text, direct=True, addressed=True, sent_at=submitted), sink
    )
    accepted = time.time()
    await sink.ended.wait()
    await model.until(expected)
    return Measured(submitted, accepted, sink, model.told[-1])


async def bare(base_url: str, model: ModelProcess, texts: Sequence[str]) -> list[float]:
    """Return the times from a call of the bare model client to the arrival of its request."""
    client, times = HuggingFaceModel(ModelSettings(base_url, models=("m",))), []
    try:
        for text in texts:
            expected, began = len(model.told) + 1, time.time()
            async for _ in client.stream([ChatMessage("user", text)], 800):
                pass
            await model.until(expected)
            times.append(model.told[-1].arrived - began)
    finally:
        await client.close()
    return times


def questions(folder: Path) -> list[list[str]]:
    lines = (folder / "mt_bench_question.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["turns"] for line in lines if line.strip()]


async def run(data: Path, words: int, per_second: float, most: int) -> None:
    chats = questions(data)[:most]
    async with model_process("--words", str(words), "--words-per-second", str(per_second)) as model:
        with tempfile.TemporaryDirectory() as folder:
            async with an_engine(model.base_url, Path(folder)) as engine:
                for number in range(WARM_UP):
                    await ask(engine, model, "warm", number, "Hello there")
                before = resident_mb()
                measured = [
                    await ask(engine, model, str(chat), turn, text)
                    for chat, turns in enumerate(chats)
                    for turn, text in enumerate(turns)
                ]
                after = resident_mb()
        alone = await bare(model.base_url, model, [turns[0] for turns in chats[:20]])
    report(measured, alone, before, after)


def report(measured: list[Measured], alone: list[float], before: float, after: float) -> None:
    overhead = [one.overhead for one in measured]
    accepted = [one.accepted - one.submitted for one in measured]
    ratio = percentile(overhead, 0.5) / percentile(alone, 0.5)
    visible, rest = [one.visible for one in measured], [one.visible - one.held for one in measured]
    bound = sum(one.visible <= one.held + 0.05 for one in measured) / len(measured)
    calls = sum(len(one.sink.texts) for one in measured) / len(measured)
    equal = sum(one.sink.texts[-1][1] == one.told.answer for one in measured)
    seconds = sum(one.told.last_at - one.told.first_at for one in measured) / len(measured)
    steps = (
        2 + seconds / PACE.spacing_seconds
    )  # plus the first edit, and the last one with other buttons
    print(f"{len(measured)} questions one after the other, answers of {seconds:.1f} s; {machine()}")
    print(f"submit() to the request's arrival      {spread(overhead)}")
    print(f"  of which: kept on disk               {spread(accepted)}")
    print(f"  the same request by the bare client  {spread(alone)}   -> {ratio:.1f} times that")
    print(f"first word to first visible text       {spread(visible)}")
    print(f"  of which: held for a whole phrase    {spread([one.held for one in measured])}")
    print(f"  the rest: Pipit's own                {spread(rest)}   ({bound:.0%} within 50 ms)")
    print(
        f"calls per reply {calls:.1f}; one call each {PACE.spacing_seconds:g} s would be "
        f"{steps:.1f}"
    )
    print(f"last text equal to the model's answer  {equal} of {len(measured)}")
    grown = (after - before) * 1024 / len(measured)
    print(f"RSS {before:.1f} MB before, {after:.1f} MB after: {grown:+.1f} kB a reply")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answer", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder with mt_bench_question.jsonl"
    )
    parser.add_argument("--words", type=int, default=20, help="length of each answer")
    parser.add_argument("--words-per-second", type=float, default=40.0, help="pace of the model")
    parser.add_argument("--chats", type=int, default=80, help="ask only the first so many")
    options = parser.parse_args()
    asyncio.run(run(options.data, options.words, options.words_per_second, options.chats))


if __name__ == "__main__":
    main()
