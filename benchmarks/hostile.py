"""Attack the real process over loopback in many ways, and measure the effect on other users.

    python -m benchmarks.hostile                everything, about ten minutes
    python -m benchmarks.hostile --short        a dozen cases in under two minutes, for CI
    python -m benchmarks.hostile --only TEXT    the cases whose name contains the text

The page needs requirements-web.txt. For each case three figures are printed: the longest time for
which the event loop was blocked, how much longer than without the attack a neighbour's question
waited (or another visitor of the page, whichever is more), and the peak memory of the process tree.
Before the cases it measures the time that each text function takes for each hostile text. A case
over a limit is tried again, because the machine has other work too. The exit code is 1 if a limit
is missed. `--grace 4` makes the limits of time four times as long, for runs whose result must not
depend on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import hostile_text
from benchmarks.hostile_cases import ANSWERS, CASES, Case
from benchmarks.hostile_stage import Felt, HostileModel, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_HELD_SECONDS, MOST_BEYOND_SECONDS, MOST_TREE_BYTES = 0.05, 0.5, 512 * 10**6
TRIES = 3
DESCRIPTORS = 8_192
SHORT_LENGTHS = (1_000, 4_000)


def faults(felt: Felt, grace: float = 1.0) -> list[str]:
    """Return a sentence for each limit that a case exceeded."""
    found = []
    if felt.held > grace * MOST_HELD_SECONDS:
        found.append(f"loop held {1000 * felt.held:.0f} ms")
    if felt.beyond > grace * MOST_BEYOND_SECONDS:
        found.append(f"neighbour waited {felt.beyond:.1f} s beyond alone")
    if felt.peak_bytes > MOST_TREE_BYTES:
        found.append(f"tree of {felt.peak_bytes / 1e6:.0f} MB")
    if not felt.alive:
        found.append("process ended")
    return found


def line(felt: Felt) -> str:
    again = f"   (try {felt.tries})" if felt.tries > 1 else ""
    return (
        f"{felt.name:52.52s} {1000 * felt.held:7.0f} {1000 * felt.late:7.0f} {felt.alone:7.2f} "
        f"{felt.beyond:7.2f} {felt.peak_bytes / 1e6:6.0f}   "
        f"{'; '.join(faults(felt)) or 'ok'}{again}"
    )


async def play(cases: Sequence[Case], *, webhook: bool) -> list[Felt]:
    """Run cases against one process. A process that has ended or hangs is replaced."""
    results: list[Felt] = []
    waiting = list(cases)
    async with HostileModel(ANSWERS) as model:
        while waiting:
            with tempfile.TemporaryDirectory() as folder:
                async with Stage(Path(folder), model, webhook=webhook) as stage:
                    while waiting and stage.process.returncode is None:
                        case = waiting.pop(0)
                        if case.page and not stage.has_page:
                            print(f"{case.name:52.52s} left out: no Gradio here")
                            continue
                        felt = await tried(stage, case)
                        results.append(felt)
                        print(line(felt), flush=True)
    return results


async def tried(stage: Stage, case: Case) -> Felt:
    felt = await stage.feel(case.name, case.attack, 1)
    for number in range(2, TRIES + 1):
        if not faults(felt) or not felt.alive:
            break
        felt = await stage.feel(case.name, case.attack, number)
    return felt


def texts(grace: float, *, short: bool) -> int:
    """Print the time that each text function takes for hostile texts.

    Returns how many of them would block the loop too long.
    """
    rows = hostile_text.measure(SHORT_LENGTHS if short else hostile_text.LENGTHS)
    held = [row for row in rows if row.held > grace * hostile_text.HOLD_SECONDS]
    grown = [row for row in rows if row.growth > 1.3 and row.seconds[-1] > 0.1]
    print(f"{len(rows)} pairs of function and pattern; over the bar on the loop: {len(held)}")
    for row in held:
        print(
            f"  HELD {row.function.name:32s} {row.pattern:14s} {row.at_most:.2f} s at "
            f"{row.function.most}"
        )
    print(f"  growing faster than n^1.3 and over 0.1 s at the longest: {len(grown)}")
    for row in grown:
        took = " / ".join(f"{seconds:.2f}" for seconds in row.seconds)
        print(f"    {row.function.name:32s} {row.pattern:14s} {took} s")
    for name in hostile_text.missing():
        print(f"  not there any more: {name}")
    return len(held)


def chosen(only: str, *, short: bool) -> list[Case]:
    return [
        case for case in CASES if only.lower() in case.name.lower() and (case.short or not short)
    ]


async def run(cases: Sequence[Case]) -> list[Felt]:
    print(f"{'case':52s} {'held ms':>7s} {'late ms':>7s} {'alone s':>7s} {'beyond':>7s} {'MB':>6s}")
    results = await play([case for case in cases if not case.webhook], webhook=False)
    return results + await play([case for case in cases if case.webhook], webhook=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="run a dozen cases, for CI")
    parser.add_argument("--only", default="", help="run the cases whose name contains this text")
    parser.add_argument(
        "--grace", type=float, default=1.0, help="multiply the limits of time by this"
    )
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, hard), hard))
    held = 0 if options.only else texts(options.grace, short=options.short)
    results = asyncio.run(run(chosen(options.only, short=options.short)))
    missed = [felt for felt in results if faults(felt, options.grace)]
    print(f"{len(results)} cases, {len(missed)} over a bar; text functions: {held}")
    sys.exit(1 if missed or held else 0)


if __name__ == "__main__":
    main()
