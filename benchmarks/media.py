"""Measure memory and time of the whole process while pictures and recordings come in.

    python -m benchmarks.media [--memory FULL] [--limit-mb 512] [--rounds 10] [--files FOLDER]

People send the files on the imitated Telegram, in private chats, with the embedder loaded. For each
file it prints the peak of the process tree (the sum of RSS), the time until the model gets the
question, and the bytes of pictures in that request. Then other chats ask while the largest pictures
are scaled, and the same number asks without pictures, in turn. The exit code is 1 if the tree
exceeds the limit, a file has another result than expected, or the first words of the other chats
come more than 50 ms later. `--files` keeps the files for the next run.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from benchmarks.common import cpu_seconds, machine, percentile, resident_mb, spread
from benchmarks.media_files import AUDIO, NOTE, PHOTOS, PICTURES, Sample, saved, skipped
from tests.rigs.footprint import Crowd, tree
from tests.servers.model_faults import pictures_of
from tests.servers.telegram import Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.servers.model import Call, ModelServer
    from tests.servers.telegram import TelegramServer

SAMPLE_SECONDS, SETTLE_SECONDS, WAIT_SECONDS = 0.01, 1.5, 150.0
MOST_DELAY_MS = 50.0
TOGETHER, OTHERS, LARGE_AT_ONCE = 10, 8, 3
PARTS = ["pictures", "voice", "delays"]
BEGINNING = "An answer"
SPOKEN = "the words of the recording"


class Watch:
    """A thread that samples the memory of a process tree, in MB.

    `peak` is the greatest sum of RSS, and `child` the greatest RSS of a process that started after
    `reset`.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._over = pid, threading.Event()
        self._known: set[int] = set()
        self.peak = self.child = 0.0
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.reset()
        self._thread.start()

    def reset(self) -> None:
        """Start anew with the processes that run now."""
        self._known = set(tree(self._pid))
        self.peak = self.child = 0.0

    def stop(self) -> None:
        """Stop sampling."""
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            own = _command(self._pid)
            # Between fork and exec a new process shares all memory with the bot.
            pids = [pid for pid in tree(self._pid) if pid == self._pid or _command(pid) != own]
            sizes = {pid: _resident(pid) for pid in pids}
            self.peak = max(self.peak, sum(sizes.values()))
            new = [size for pid, size in sizes.items() if pid not in self._known]
            self.child = max([self.child, *new])


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""  # the process has just ended


def _resident(pid: int) -> float:
    try:
        return resident_mb(pid)
    except (OSError, IndexError):
        return 0.0  # the process has just ended


@dataclass
class Row:
    """The result of one case. `wrong` says what was not as expected."""

    label: str
    peak: float
    child: float
    asked_seconds: float
    sent: int
    note: str = ""
    wrong: str = ""

    def __str__(self) -> str:
        return (
            f"{self.label:30}{self.peak:7.0f}{self.child:8.0f}{self.asked_seconds:9.2f}"
            f"{self.sent / 1000:9.0f}  {self.wrong or self.note}"
        )


HEAD = f"{'':30}{'tree MB':>7}{'child MB':>9}{'model s':>8}{'sent kB':>9}"


class Run:
    """One run of the bot, and the cases that it has gone through."""

    def __init__(self, crowd: Crowd, watch: Watch, files: Path, memory: str) -> None:
        self._crowd, self._watch, self._files, self._memory = crowd, watch, files, memory
        self._chats = iter(range(50_000, 90_000))
        self.rows: list[Row] = []
        self.waited = [
            0.0,
            0.0,
        ]  # seconds that the bot waited for a core, without and with pictures

    @property
    def _telegram(self) -> TelegramServer:
        return self._crowd.telegram

    @property
    def _model(self) -> ModelServer:
        return self._crowd.model

    async def ready(self) -> None:
        """Wait until the embedder is loaded again, if it has left, and the bot is idle."""
        if self._memory == "FULL" and self._crowd.now().processes < 2:
            await self._crowd.talk()
            await self._crowd.until_embedded()
        await asyncio.sleep(SETTLE_SECONDS)
        self._watch.reset()

    async def picture(self, sample: Sample, count: int = 1) -> None:
        """Send a picture in each of some chats, at once."""
        content = sample.content(self._files)
        label = sample.name if count == 1 else f"{count} x {sample.name} at once"
        upload = self._upload(sample, content, "document")
        calls, said = await self._ask([upload] * count)
        sent = [pictures_of(call.body) for call in calls]
        note = "" if all(sent) else "refused, and the text is answered"
        sides = {str(_size(url)) for pictures in sent for url in pictures}
        note = note or f"{' '.join(sorted(sides))}"
        wrong = "" if sample.refused == (not all(sent)) else f"not as expected: {note} {said[0]}"
        self._add(label, calls, sum(len(url) for urls in sent for url in urls), note, wrong)

    async def recording(self, sample: Sample, kind: str, *, refuses: bool) -> None:
        """Send a recording. `refuses`: the service takes nothing but WAV."""
        content, came = sample.content(self._files), len(self._model.recordings)
        self._model.refused_recordings = {"ogg", "mp3"} if refuses else set()
        self._model.transcripts.append(SPOKEN)
        calls, said = await self._ask([self._upload(sample, content, kind)])
        sent = self._model.recordings[came:]
        note = " then ".join(f"{name} of {len(body) / 1e6:.1f} MB" for name, body in sent)
        heard = any(SPOKEN in str(call.body["messages"][-1]) for call in calls)
        label = f"{sample.name}{', only WAV is taken' if refuses else ''}"
        wrong = "" if heard else f"not transcribed: {said[0]}"
        self._add(label, calls, sum(len(body) for _, body in sent), note, wrong)
        self._model.recordings.clear()

    def _upload(self, sample: Sample, content: bytes, kind: str) -> Upload:
        small = saved(Image.new("RGB", (320, 240), "grey"), "JPEG") if sample.thumbnail else b""
        facts = {} if kind == "document" else {"duration": 590}
        thumbnail = small if kind == "document" else b""
        return Upload(sample.file, sample.media_type, content, kind, thumbnail, facts)

    async def _ask(self, uploads: Sequence[Upload]) -> tuple[list[Call], list[str]]:
        """Send one file in each of as many chats; return the requests and the answers.

        The requests are the first ones about each file.
        """
        before, began = len(self._model.requests), time.time()
        chats = [next(self._chats) for _ in uploads]
        for chat, upload in zip(chats, uploads):
            self._telegram.say(chat, "" if upload.kind != "document" else f"chat {chat}: what is it?",
                               file=upload)  # fmt: skip
        await self._telegram.until(
            lambda now: all(_answered(now, chat) for chat in chats), WAIT_SECONDS
        )
        self._began = began
        asked = [call for call in self._model.requests[before:] if _is_question(call)]
        answers = [self._telegram.sent(chat)[-1].shown.text for chat in chats]
        return asked[: len(chats)], answers

    def _add(self, label: str, calls: Sequence[Call], sent: int, note: str, wrong: str) -> None:
        offset = self._model.started_at
        last = max((call.at + offset for call in calls), default=self._began)
        row = Row(label, self._watch.peak, self._watch.child, last - self._began, sent, note, wrong)
        self.rows.append(row)
        print(row, flush=True)

    async def delays(self, rounds: int) -> tuple[list[float], list[float]]:
        """Return the seconds until other chats' first words, without and with large pictures."""
        large = max(PHOTOS, key=lambda sample: len(sample.content(self._files)))
        upload = self._upload(large, large.content(self._files), "document")
        without: list[float] = []
        beside: list[float] = []
        for number in range(2 * rounds):
            await self.ready()
            before = cpu_seconds(self._crowd.pid)[1]
            if number % 2 == 0:
                without += await self._others()
                self.waited[0] += cpu_seconds(self._crowd.pid)[1] - before
                continue
            busy = [next(self._chats) for _ in range(LARGE_AT_ONCE)]
            for chat in busy:
                self._telegram.say(chat, "what is it?", file=upload)
            beside += await self._others()
            self.waited[1] += cpu_seconds(self._crowd.pid)[1] - before
            await self._telegram.until(
                lambda now, busy=busy: all(_answered(now, chat) for chat in busy), WAIT_SECONDS
            )
        return without, beside

    async def _others(self) -> list[float]:
        """Let some chats ask one after the other; return the seconds until their first words."""
        asked: dict[int, float] = {}
        for _ in range(OTHERS):
            chat = next(self._chats)
            asked[chat] = time.time()
            self._telegram.say(chat, "how is the weather?")
            await asyncio.sleep(random.uniform(0.1, 0.25))
        await self._telegram.until(
            lambda now: all(_answered(now, chat) for chat in asked), WAIT_SECONDS
        )
        return [_first_words(self._telegram, chat) - at for chat, at in asked.items()]


def _answered(server: TelegramServer, chat: int) -> bool:
    return any(BEGINNING in message.shown.text for message in server.sent(chat))


def _first_words(server: TelegramServer, chat: int) -> float:
    return min(
        revision.at
        for message in server.sent(chat)
        for revision in message.revisions
        if BEGINNING in revision.text
    )


def _is_question(call: Call) -> bool:
    """Return whether a request asks for an answer and not for a description."""
    return call.path.endswith("/completions") and "For people who cannot see" not in str(
        call.body["messages"][-1]["content"]
    )


def _size(url: str) -> str:
    import base64
    import io

    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    return f"{picture.width}x{picture.height}"


def answer(_: list[dict[str, Any]]) -> str:
    return f"{BEGINNING} of some words, which is long enough to be shown and to be read on a phone."


async def cases(run: Run, options: argparse.Namespace) -> None:
    for sample in PICTURES if "pictures" in options.only else ():
        if skipped(sample):
            print(f"{sample.name:30} {skipped(sample)}")
            continue
        await run.ready()
        await run.picture(sample)
    if "pictures" in options.only:
        await run.ready()
        await run.picture(PHOTOS[0], TOGETHER)
    for sample, kind in ((NOTE, "voice"), (AUDIO, "audio")) if "voice" in options.only else ():
        for refuses in (False, True):
            if skipped(sample):
                print(f"{sample.name:30} {skipped(sample)}")
                continue
            await run.ready()
            await run.recording(sample, kind, refuses=refuses)


def verdict(run: Run, without: list[float], beside: list[float], limit_mb: int) -> int:
    """Print the result beside its limits; return the exit code."""
    peak = max((row.peak for row in run.rows), default=0.0)
    late = [(percentile(beside, part) - percentile(without, part)) * 1000 for part in (0.5, 0.95)]
    print(f"\nfirst words of other chats  {spread(without)} (n={len(without)})")
    print(f"beside the largest pictures {spread(beside)} (n={len(beside)})")
    print(
        f"later by p50 {late[0]:.0f} ms, p95 {late[1]:.0f} ms (aim: p50 at most {MOST_DELAY_MS:.0f} ms)"
    )
    print(f"the bot waited for a core {run.waited[0]:.1f} s and {run.waited[1]:.1f} s")
    print(f"peak of the tree {peak:.0f} MB (limit {limit_mb} MB)")
    wrong = [row.label for row in run.rows if row.wrong]
    print(f"not as expected {len(wrong)} {wrong or ''}")
    return int(peak > limit_mb or bool(wrong) or late[0] > MOST_DELAY_MS)


async def measure(options: argparse.Namespace, folder: Path) -> int:
    files = options.files or folder
    for sample in (*PICTURES, NOTE, AUDIO):
        if not skipped(sample):
            sample.content(files)
    print(f"{machine()}, memory {options.memory}, limit {options.limit_mb} MB\n{HEAD}")
    async with Crowd(folder, options.memory, speech=True) as crowd:
        crowd.model.answer = answer
        watch = Watch(crowd.pid)
        run = Run(crowd, watch, files, options.memory)
        try:
            await crowd.serve(2)
            await cases(run, options)
            rounds = options.rounds if "delays" in options.only else 0
            without, beside = await run.delays(rounds)
        finally:
            watch.stop()
        return verdict(run, without, beside, options.limit_mb)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--memory", default="FULL", choices=("FULL", "WORDS", "OFF"))
    parser.add_argument("--limit-mb", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--files", type=Path)
    parser.add_argument("--only", nargs="+", default=PARTS, choices=PARTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(measure(options, Path(folder))))


if __name__ == "__main__":
    main()
