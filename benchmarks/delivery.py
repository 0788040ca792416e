"""Stream to imitated Telegram and Discord at their limits, break calls, and report users' views.

    python -m benchmarks.delivery                         all scenarios, in under six minutes
    python -m benchmarks.delivery --only twenty faults    some of them

Pipit is the real process with the real client libraries (`benchmarks.stage`). The model thinks for
half a second and then says 15 words a second for eight seconds, unless a scenario says otherwise.
Staleness is the time since the model said the first word that is not on screen yet. It is sampled
twenty times a second while an answer grows. It is compared with the shortest gap between two calls
that the platform's documentation allows, in one chat or, if many chats are active, over all of
them.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Sequence
from typing import Any, Callable

from benchmarks.common import ModelProcess, machine, model_process, percentile
from benchmarks.malformed import throw
from benchmarks.stage import Answered, Platform, Question, Stage, stage

BOTH = ("telegram", "discord")
TALK = "120 words at 15/s"
SHORT = "40 words at 40/s"
BURST = "60 words at 0/s"
PAGE = "a page of 9000 characters at 40/s"
MOST_SECONDS = 40.0
FAULTS = ("429", "lost_reply", "502", "reset")

Scenario = Callable[[ModelProcess], Awaitable[bool]]


def ask_all(platform: Platform, places: Sequence[Any], label: str, text: str) -> list[Question]:
    """Ask in every chat at once. Each question has a name of its own."""
    return [
        platform.ask(place, f"[{platform.name}{label}{n}] {text}", n % 10)
        for n, place in enumerate(places)
    ]


async def finish(
    playing: Stage, asked: dict[str, list[Question]], kind: str
) -> tuple[bool, dict[str, list[Answered]]]:
    """Wait for all answers and print a line for each platform.

    Returns whether everything is as promised, and the answers by platform.
    """
    late = await playing.settle(
        [question for each in asked.values() for question in each], MOST_SECONDS
    )
    busy, good, found = playing.busy(), not late, {}
    for name, questions in asked.items():
        found[name] = await playing.answers(questions)
        refused = playing.platforms[name].refused()
        print(f"  {name:8} {figures(playing.platforms[name], found[name], kind, len(questions))}")
        good = good and not refused and sum(one.equal for one in found[name]) == len(questions)
    print(f"  {busy}; {machine()}" + (f"; {len(late)} WITHOUT AN END" if late else ""))
    complaints = playing.complaints()
    for line in complaints[:5]:
        print(f"  log: {line[:160]}")
    return good and not any(line.startswith("LEAK") for line in complaints), found


def figures(platform: Platform, answers: Sequence[Answered], kind: str, asked: int) -> str:
    """Return the figures that users of one platform saw, as one line."""
    gap = platform.gap(kind, asked)
    first = [one.first_seconds for one in answers]
    stale = [sample for one in answers for sample in one.staleness()]
    last = [one.last_seconds for one in answers]
    return (
        f"429s {platform.refused()}, first text p50 {percentile(first, 0.5):.2f} p95 "
        f"{percentile(first, 0.95):.2f} s, "
        f"stale p50 {percentile(stale, 0.5):.2f} p95 {percentile(stale, 0.95):.2f} s = "
        f"{percentile(stale, 0.95) / gap:.1f} x {gap:.1f} s, last words p95 "
        f"{percentile(last, 0.95):.2f} s, "
        f"{len(platform.calls()) / asked:.1f} calls each, equal "
        f"{sum(one.equal for one in answers)} of {asked}"
    )


def load(chats: int, kind: str, names: Sequence[str] = BOTH) -> Scenario:
    """Return a scenario in which this many chats of a kind stream at once on each platform."""

    async def run(model: ModelProcess) -> bool:
        good = True
        async with stage(model, *names) as playing:
            places = {
                name: [playing.platforms[name].place(kind, n) for n in range(chats)]
                for name in names
            }
            label = f"{kind[0]}{chats}n"
            asked = {
                name: ask_all(playing.platforms[name], places[name], label, TALK) for name in names
            }
            good, _ = await finish(playing, asked, kind)
        return good

    return run


async def hundred(model: ModelProcess) -> bool:
    """Stream in 100 private chats at once, on one platform after the other."""
    results = [await load(100, "private", (name,))(model) for name in BOTH]
    return all(results)


async def ban(model: ModelProcess) -> bool:
    """Refuse calls in one of twenty chats for five seconds.

    The other nineteen are compared with a run without this refusal.
    """
    seen = [await twenty_others(model, banned=banned) for banned in (False, True)]
    good = all(result for result, _ in seen)
    for name in BOTH:
        for what, shares in (("first text", 0), ("staleness", 1), ("last words", 2)):
            free, banned = (percentile(found[name][shares], 0.95) for _, found in seen)
            print(
                f"  {name:8} {what} of the other 19, p95: {free:.2f} s without, {banned:.2f} s "
                f"with the ban"
            )
    return good


async def twenty_others(
    model: ModelProcess, *, banned: bool
) -> tuple[bool, dict[str, list[list[float]]]]:
    """Return by platform the first-text, staleness and last-word times of all but one chat."""
    async with stage(model, *BOTH) as playing:
        places = {
            name: [playing.platforms[name].place("private", n) for n in range(20)] for name in BOTH
        }
        label = "ban" if banned else "free"
        for name in BOTH if banned else ():
            playing.platforms[name].fault("429", "edit", places[name][0], retry_after=5)
        asked = {name: ask_all(playing.platforms[name], places[name], label, TALK) for name in BOTH}
        good, found = await finish(playing, asked, "private")
    others = {
        name: [one for one in answers if not one.question.name.endswith(label + "0")]
        for name, answers in found.items()
    }
    return good, {
        name: [
            [one.first_seconds for one in answers],
            [sample for one in answers for sample in one.staleness()],
            [one.last_seconds for one in answers],
        ]
        for name, answers in others.items()
    }


async def faults(model: ModelProcess) -> bool:
    """Break the first send, an edit in the middle, or the last edit, each in a chat of its own."""
    good = True
    async with stage(model, *BOTH) as playing:
        asked: dict[str, list[Question]] = {}
        for name in BOTH:
            asked[name] = [
                break_one(playing.platforms[name], n, kind, call)
                for n, (kind, call) in enumerate(BREAKS)
            ]
        good, found = await finish(playing, asked, "private")
        for name in BOTH:
            for kind in FAULTS:
                hit = [
                    one for one in found[name] if f"x{kind.replace('_', '')}x" in one.question.name
                ]
                bubbles = sum(len(one.bubbles) for one in hit)
                last = max((one.last_seconds for one in hit), default=0.0)
                equal = sum(one.equal for one in hit)
                print(
                    f"  {name:8} {kind:10} equal {equal} of 3, {bubbles} messages, last words "
                    f"{last:.1f} s at most"
                )
                good = good and equal == 3 and bubbles == 3
    return good


BREAKS = [(kind, call) for kind in FAULTS for call in ("send", "edit", "last")]


def break_one(platform: Platform, number: int, kind: str, call: str) -> Question:
    """Ask in a chat in which the next send, the first edit or the only edit fails.

    The only edit is that of an answer which arrives all at once.
    """
    place = platform.place("private", 40 + number)
    platform.fault(
        kind,
        "send" if call == "send" else "edit",
        place,
        **({"retry_after": 5} if kind == "429" else {}),
    )
    text = BURST if call == "last" else "60 words at 15/s"
    return platform.ask(place, f"[{platform.name}{number}x{kind.replace('_', '')}x{call}] {text}")


async def page(model: ModelProcess) -> bool:
    """Show an answer of 9,000 characters with code fences."""
    async with stage(model, *BOTH) as playing:
        asked = {
            name: ask_all(
                playing.platforms[name], [playing.platforms[name].place("private", 7)], "page", PAGE
            )
            for name in BOTH
        }
        good, found = await finish(playing, asked, "private")
        for name, answers in found.items():
            lengths = [len(bubble.text) for one in answers for bubble in one.bubbles]
            fences = [bubble.text.count("```") for one in answers for bubble in one.bubbles]
            even = all(count % 2 == 0 for count in fences)
            print(
                f"  {name:8} {len(lengths)} messages of {lengths} characters, fences closed: {even}"
            )
            good = good and even
    return good


async def topics(model: ModelProcess) -> bool:
    """Answer in two topics of one group at once: two conversations, but one budget of calls."""
    async with stage(model, *BOTH) as playing:
        asked = {}
        for name in BOTH:
            places = [playing.platforms[name].place("topic", n) for n in range(2)]
            asked[name] = ask_all(playing.platforms[name], places, "topic", TALK)
        good, found = await finish(playing, asked, "topic")
        for name, answers in found.items():
            count = sum(len(one.bubbles) for one in answers)
            print(f"  {name:8} {count} messages for {len(answers)} answers")
            good = good and count == 2
    return good


async def people(model: ModelProcess) -> bool:
    """Let ten people ask in one channel of Discord at the same moment."""
    async with stage(model, "discord") as playing:
        platform = playing.platforms["discord"]
        asked = {"discord": ask_all(platform, [platform.place("group", 0)] * 10, "people", SHORT)}
        began = time.time()
        good, found = await finish(playing, asked, "group")
        ends = [
            max(at for bubble in one.bubbles for at, _ in bubble.revisions) - began
            for one in found["discord"]
        ]
        count = sum(len(one.bubbles) for one in found["discord"])
        in_order = ends == sorted(ends)
        print(
            f"  10 people, {count} messages, done after {ends[0]:.1f} to {ends[-1]:.1f} s, in "
            f"order: {in_order}"
        )
    return good and count == 10 and in_order


async def malformed(model: ModelProcess) -> bool:
    """Send 1,000 malformed updates to each adapter, then ask a question."""
    async with stage(model, *BOTH) as playing:
        began = time.time()
        thrown = await throw(playing, 1000)
        print(f"  {thrown} updates taken in {time.time() - began:.1f} s")
        asked = {
            name: ask_all(
                playing.platforms[name],
                [playing.platforms[name].place("private", 90)],
                "after",
                SHORT,
            )
            for name in BOTH
        }
        good, _ = await finish(playing, asked, "private")
        unread = sum("put aside" in line or " failed: " in line for line in playing.log)
        restarts = sum("starting again" in line for line in playing.log)
        print(
            f"  {unread} could not be read and were put aside; an adapter was started again "
            f"{restarts} times"
        )
    return good and not restarts


SCENARIOS: dict[str, Scenario] = {
    "one": load(1, "private"),
    "twenty": load(20, "private"),
    "hundred": hundred,
    "groups": load(10, "group"),
    "ban": ban,
    "faults": faults,
    "page": page,
    "topics": topics,
    "people": people,
    "malformed": malformed,
}


async def run(names: Sequence[str]) -> bool:
    good = True
    async with model_process("--think-seconds", "0.5") as model:
        for name in names:
            print(name)
            began = time.monotonic()
            passed = await SCENARIOS[name](model)
            print(
                f"  {'as it has to be' if passed else 'NOT AS IT HAS TO BE'} "
                f"({time.monotonic() - began:.0f} s)",
                flush=True,
            )
            good = good and passed
            model.told.clear()
    return good


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.delivery", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--only", nargs="+", choices=list(SCENARIOS), default=list(SCENARIOS), metavar="NAME",
                        help=" ".join(SCENARIOS))  # fmt: skip
    if not asyncio.run(run(parser.parse_args().only)):
        sys.exit("some figures are not as they have to be")


if __name__ == "__main__":
    main()
