"""Send questions in pieces through the real process on both platforms while it is killed.

    python -m benchmarks.pieces --questions 1000 --kills 20 --seed 1

A question is a long text that the client splits in two, an album of two files, or a comment with a
forwarded message. Its pieces arrive with random gaps of up to 800 ms. Each piece has a mark, and
the model answers with the marks in its prompt. The promise is that every question gets one answer
that names all of its marks.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

from tests.rigs.crash import Rig
from tests.servers.telegram import Upload

MARK = re.compile(r"Q\d+[ab]")
TELEGRAM_CHATS, DISCORD_CHATS = 16, 8
MOST_GAP_SECONDS = 0.8
ANSWER_SECONDS = 90.0
FILLER = "word " * 700


def name_marks(messages: list[dict[str, Any]]) -> str:
    """Return an answer that names the marks of the last question.

    After a kill in the middle of an answer, the last message asks to go on and has no mark.
    """
    asked = (str(one["content"]) for one in reversed(messages) if one["role"] == "user")
    text = next(filter(MARK.search, asked), "")
    newest = [mark[:-1] for mark in MARK.findall(text)][-1:]
    return "I was told " + " ".join(sorted({m for m in MARK.findall(text) if m[:-1] in newest}))


class Trial:
    """A run that asks in several chats at once, and in each chat one question after the other."""

    def __init__(self, rig: Rig, chance: random.Random, questions: int) -> None:
        self._rig, self._chance, self._left = rig, chance, questions
        self._number = 0
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.failed: list[str] = []

    async def run(self) -> None:
        """Ask all questions and count the answers."""
        users = [
            self._rig.discord.add_dm(self._rig.discord.add_user(f"piece{number}"))
            for number in range(DISCORD_CHATS)
        ]
        chats: list[tuple[str, Any]] = [("telegram", 3000 + n) for n in range(TELEGRAM_CHATS)]
        chats += [("discord", place) for place in users]
        await asyncio.gather(*(self._chat(*chat) for chat in chats))

    async def _chat(self, platform: str, place: Any) -> None:
        while self._left > 0:
            self._left -= 1
            self._number += 1
            name = f"Q{self._number}"
            kind = self._chance.choice(("paste", "album", "forward"))
            self.kinds[f"{platform} {kind}"] += 1
            before = len(self._rig.shown(platform, place))
            first, second = self._pieces(platform, place, kind, name)
            await first()
            await asyncio.sleep(self._chance.uniform(0, MOST_GAP_SECONDS))
            await second()
            await self._judge(platform, place, kind, name, before)

    def _pieces(
        self, platform: str, place: Any, kind: str, name: str
    ) -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]:
        say = self._rig.telegram.say if platform == "telegram" else self._rig.discord.say

        def later(text: str, **facts: Any) -> Callable[[], Awaitable[None]]:
            async def send() -> None:
                say(place, text, **facts)

            return send

        if kind == "forward" and platform == "telegram":
            return later(f"{name}a"), later(f"{name}b", forwarded_from="Mia")
        if kind == "album" and platform == "telegram":
            files = [Upload(f"{name}{part}.txt", "text/plain", b"x") for part in "ab"]
            group = str(self._number)
            return (
                later(f"{name}a", file=files[0], album=group),
                later("", file=files[1], album=group),
            )
        length = 3600 if platform == "telegram" else 1960
        return later(f"{name}a {FILLER}"[:length]), later(f"and {name}b")

    async def _judge(self, platform: str, place: Any, kind: str, name: str, before: int) -> None:
        wanted = f"{name}a {name}b"
        loop = asyncio.get_running_loop()
        end = loop.time() + ANSWER_SECONDS
        while loop.time() < end:
            new = self._rig.shown(platform, place)[before:]
            if any(wanted in text for text in new):
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.3)
        new = self._rig.shown(platform, place)[before:]
        whole = sum(wanted in text for text in new)
        if whole != 1 or len(new) != 1:
            self.failed.append(f"{platform} {kind} {name}: {[text[:60] for text in new]}")
        self.counts["answered once"] += whole == 1 and len(new) == 1
        self.counts["lost"] += whole == 0
        self.counts["more than one message"] += len(new) > 1


async def run(questions: int, kills: int, seed: int) -> int:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with Rig(Path(folder), seed) as rig:
            rig.model.answer = name_marks
            rig.settings["MEMORY"] = "WORDS"
            await rig.start()
            await rig.ready()
            trial = Trial(rig, chance, questions)
            asking = asyncio.get_running_loop().create_task(trial.run())
            done = 0
            while not asking.done():
                await asyncio.wait([asking], timeout=chance.uniform(2.0, 6.0))
                if done < kills and not asking.done():
                    await rig.kill()
                    await rig.start()
                    await rig.ready()
                    done += 1
            await asking
    print(f"questions {questions}, kills {done}, seed {seed}: {dict(sorted(trial.kinds.items()))}")
    print(f"one message that names every piece: {trial.counts['answered once']} of {questions}")
    print(f"lost                   {trial.counts['lost']} (promised: 0)")
    print(f"more than one message  {trial.counts['more than one message']} (promised: 0)")
    print(*trial.failed[:20], sep="\n")
    return int(trial.counts["answered once"] != questions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(asyncio.run(run(options.questions, options.kills, options.seed)))


if __name__ == "__main__":
    main()
