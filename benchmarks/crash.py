"""Kill the real process many times while it answers on both platforms, and count users' losses.

    python -m benchmarks.crash --kills 200 --seed 1
    python -m benchmarks.crash --kills 100 --seed 1 --media

It prints a line for each promise. The questions that are lost, answered twice or left half-written
must be 0. Orphaned first fragments are only counted. They appear on Telegram, which has no nonce by
which Discord drops a repeated message.

With --media, three quarters of the people send pictures, albums and voice messages, or use /draw.
Every picture of a question must then reach the model with it, no drawing may be paid for twice, and
no answer may appear that nobody asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.rigs.crash import Rig, crash
from tests.rigs.crash_media import MediaReport, MediaRig


async def run(kills: int, seed: int, *, media: bool = False) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with (MediaRig if media else Rig)(Path(folder), seed) as rig:
            # A picture takes longer than a text, and a full queue refuses questions.
            each = 1 if media else 2
            report = await crash(rig, kills, each, random.Random(seed))
    print(f"kills {report.kills}, questions {report.questions}, seed {seed}")
    print(
        f"turned away          {report.turned_away} (not accepted; Discord says so to who asks by "
        f"its menu)"
    )
    print(f"lost                 {len(report.lost)} (promised: 0) {report.lost}")
    print(f"answered twice       {len(report.twice)} (promised: 0) {report.twice}")
    print(f"left half-written    {len(report.half_written)} (promised: 0) {report.half_written}")
    for platform, count in sorted(report.orphans.items()):
        print(
            f"orphaned on {platform:9}{count}" + (" (promised: 0)" if platform == "discord" else "")
        )
    broken = [report.lost, report.twice, report.half_written, report.orphans.get("discord")]
    if isinstance(report, MediaReport):
        print(f"sent                 {dict(report.kinds)}")
        print(f"pictures missing     {len(report.incomplete)} (promised: 0) {report.incomplete}")
        print(f"answers to nothing   {len(report.strays)} (promised: 0) {report.strays}")
        print(f"drawings paid twice  {len(report.paid_twice)} (promised: 0) {report.paid_twice}")
        broken += [report.incomplete, report.strays, report.paid_twice]
    return int(any(broken))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--media", action="store_true", help="send pictures and recordings as well")
    options = parser.parse_args()
    sys.exit(asyncio.run(run(options.kills, options.seed, media=options.media)))


if __name__ == "__main__":
    main()
