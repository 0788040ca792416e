"""Kill processes that share one PostgreSQL server while they answer, and measure their scaling.

    python -m benchmarks.cluster --kills 200 --seed 1
    python -m benchmarks.cluster --scale 1,2,4
    python -m benchmarks.cluster --saturate --fsync-milliseconds 4
    python -m benchmarks.cluster --affinity

`--kills` runs two receivers and three workers against the loopback servers of both platforms, which
limit the rate of calls. It prints a line for each promise. `--scale` asks in many chats at once and
compares workers with one process on SQLite; the model is the bottleneck. `--saturate` measures the
turns a second at which the server saturates, without any platform or model. `--affinity` measures
how often a chat comes back to the worker that has it in memory.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.cluster_affinity import affinity
from benchmarks.cluster_scale import saturate, scale
from tests.rigs.cluster import ClusterRig, kill_at_random


async def run(kills: int, seed: int) -> int:
    """Kill processes at random instants; return 1 if a promise is broken."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server must be able to read the folder as another user
        async with ClusterRig(Path(folder), seed) as rig:
            report = await kill_at_random(rig, kills, random.Random(seed))
            counts = rig.counts
    print(f"kills {report.kills}, questions {report.questions}, seed {seed}")
    print(f"turned away          {report.turned_away} (Discord says so to who asks by its menu)")
    print(f"lost                 {len(report.lost)} (promised: 0) {report.lost}")
    print(f"answered twice       {len(report.twice)} (promised: 0) {report.twice}")
    print(f"left half-written    {len(report.half_written)} (promised: 0) {report.half_written}")
    print(f"two at once in a chat {counts.overlaps} (promised: 0)")
    print(f"refused with 429     {dict(counts.refused)} (promised: 0)")
    print(f"orphaned fragments   {report.orphans}")
    taken = sorted(counts.takeovers)
    if taken:
        p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
        print(f"takeover             p50 {p50:.2f} s, p95 {p95:.2f} s, most {taken[-1]:.2f} s")
        print(f"                     of {len(taken)} kills with answers under way (promised: 3 s)")
    broken = report.lost or report.twice or report.half_written or counts.overlaps
    return int(bool(broken or sum(counts.refused.values()) or (taken and p95 > 3)))


def main() -> None:
    """Read the options and run the chosen benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", default="", metavar="1,2,4", help="numbers of workers")
    parser.add_argument("--saturate", action="store_true")
    parser.add_argument("--affinity", action="store_true")
    parser.add_argument("--fsync-milliseconds", type=float, default=0.0)
    options = parser.parse_args()
    code = 0
    if options.kills:
        code = asyncio.run(run(options.kills, options.seed))
    if options.scale:
        asyncio.run(scale([int(number) for number in options.scale.split(",")]))
    if options.saturate:
        asyncio.run(saturate(options.fsync_milliseconds))
    if options.affinity:
        asyncio.run(affinity())
    sys.exit(code)


if __name__ == "__main__":
    main()
