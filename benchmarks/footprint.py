"""Measure the memory of the whole process tree: idle, with the embedder, and after load.

    python -m benchmarks.footprint [--chats 1000] [--memory FULL] [--limit-mb 512] [--cgroup] [--files]

Both platforms are connected to servers on loopback. Those run in this process and are not counted.
The exit code is 1 if the peak exceeds the limit. With --cgroup the tree runs under a real limit of
that size, in a memory control group of version 1 (needs root on Linux). The kernel's actions to
keep the limit are then printed. With --files the costliest file of each format is read while other
chats ask and the embedder works (`benchmarks.worst_files`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.worst_files import WORST
from tests.rigs.footprint import Crowd, Footprint

LONG_CHATS = 100  # turns of these chats are embedded; shorter chats do not start the embedder
GROUP = Path("/sys/fs/cgroup/memory") / f"pipit-footprint-{os.getpid()}"


def show(label: str, now: Footprint) -> None:
    print(f"{label:34}{now}")


def confine(limit_mb: int) -> tuple[str, ...]:
    """Create a control group with the limit; return the command prefix that uses it."""
    GROUP.mkdir()
    (GROUP / "memory.limit_in_bytes").write_text(str(limit_mb * 1024 * 1024))
    return ("sh", "-c", f'echo $$ > {GROUP}/cgroup.procs && exec "$0" "$@"')


async def read_files(crowd: Crowd) -> None:
    """Send each costly file while two other chats ask, and print the peak of the tree."""
    for name, make in WORST.items():
        content = await asyncio.to_thread(make)
        before, crowd.peak = crowd.peak, 0
        shown, _ = await asyncio.gather(crowd.send_file(name, content), crowd.talk(2))
        megabytes = len(content) / 1e6
        print(f"{name:18}{megabytes:5.1f} MB  peak RSS {crowd.peak / 1e6:.0f} MB  {shown[:60]!r}")
        crowd.peak = max(before, crowd.peak)


async def run(options: argparse.Namespace) -> int:
    wrap = confine(options.limit_mb) if options.cgroup else ()
    with tempfile.TemporaryDirectory() as folder:
        async with Crowd(Path(folder), options.memory, wrap) as crowd:
            show("connected, idle", crowd.now())
            await crowd.serve(2)
            if options.memory == "FULL":
                await crowd.talk()
                await crowd.until_embedded()
            show(
                "embedder loaded" if options.memory == "FULL" else "after two answers", crowd.now()
            )
            served = await crowd.serve(options.chats)
            show(f"after {served} chats", crowd.now())
            await crowd.talk(LONG_CHATS)
            show(f"after {LONG_CHATS} long chats", crowd.now())
            await asyncio.sleep(5)
            show("five seconds later", crowd.now())
            if options.files:
                await read_files(crowd)
            peak = crowd.peak
            if options.cgroup:
                print(
                    f"limit {options.limit_mb} MB hit     "
                    f"{(GROUP / 'memory.failcnt').read_text().strip()} times"
                )
                most = int((GROUP / "memory.max_usage_in_bytes").read_text())
                print(f"most in the group, page cache included  {most / 1e6:.0f} MB")
    if options.cgroup:
        GROUP.rmdir()
    print(
        f"peak of the tree                  RSS {peak / 1e6:.0f} MB (limit {options.limit_mb} MB)"
    )
    return int(peak > options.limit_mb * 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--memory", default="FULL", choices=("FULL", "WORDS", "OFF"))
    parser.add_argument("--limit-mb", type=int, default=512)
    parser.add_argument("--cgroup", action="store_true")
    parser.add_argument("--files", action="store_true", help="also read the costliest files")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
