"""Kill the real process many times while it answers on both platforms, and count users' losses.

    python -m benchmarks.crash --kills 200 --seed 1

It prints a line for each promise. The questions that are lost, answered twice or left half-written
must be 0. Orphaned first fragments are only counted. They appear on Telegram, which has no nonce by
which Discord drops a repeated message.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.rigs.crash import Rig, crash


async def run(kills: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with Rig(Path(folder), seed) as rig:
            report = await crash(rig, kills, 2, random.Random(seed))
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
    return int(
        bool(report.lost or report.twice or report.half_written or report.orphans.get("discord"))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(asyncio.run(run(options.kills, options.seed)))


if __name__ == "__main__":
    main()
