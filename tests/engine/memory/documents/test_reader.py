"""The reading process is bounded in time and memory, and gone afterwards."""

from __future__ import annotations

import asyncio
import os
import sys
import zlib
from pathlib import Path

import pytest

from engine.errors import DocumentRefused
from engine.memory.documents.reader import Reader, ReadingSettings
from tests.engine.memory.documents.test_reading import a_pdf, assembled
from tests.rigs.fakes import FakeClock


async def refusal(reader: Reader, name: str, content: bytes) -> str:
    with pytest.raises(DocumentRefused) as refused:
        await reader.read(name, "", content)
    return refused.value.reason


async def test_a_file_is_read_in_a_process_of_its_own() -> None:
    reader = Reader(ReadingSettings(), FakeClock())
    assert await reader.read("a.pdf", "", a_pdf("The heron", encode=True)) == [
        ("page 1", "The heron")
    ]
    assert await reader.read("ä.md", "", "# Über\nвода".encode()) == [("Über", "вода")]


async def test_what_is_too_large_or_of_another_kind_starts_no_process() -> None:
    reader = Reader(ReadingSettings(file_bytes=10), FakeClock(), command=["/nowhere"])
    assert await refusal(reader, "a.txt", b"x" * 11) == "too_large"
    assert await refusal(reader, "a.zip", b"PK") == "kind"


async def test_a_file_made_to_unfold_without_end_ends_only_its_process() -> None:
    bomb = zlib.compress(b"BT (x) Tj ET " * 20_000_000, 1)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>"
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(bomb), bomb)
    content = assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            stream,
        ]
    )
    reader = Reader(ReadingSettings(memory_bytes=160 * 1024 * 1024, seconds=10), FakeClock())
    assert await refusal(reader, "a.pdf", content) in ("too_long", "unreadable", "empty")
    assert await reader.read("a.txt", "", b"alive") == [("", "alive")]


async def test_a_process_has_no_more_memory_than_it_may() -> None:
    content = a_pdf("The heron")
    assert (
        await refusal(
            Reader(ReadingSettings(memory_bytes=30_000_000), FakeClock()), "a.pdf", content
        )
        == "too_long"
    )
    assert await Reader(ReadingSettings(), FakeClock()).read("a.pdf", "", content) == [
        ("page 1", "The heron")
    ]


PROCESS = """
import pathlib, sys
from engine.memory.documents import reading
try:
    reading.main()
finally:
    own = pathlib.Path("/proc/self")
    peak = next(line for line in (own / "status").read_text().splitlines() if line.startswith("VmHWM"))
    told = peak + chr(10) + (own / "oom_score_adj").read_text()
    pathlib.Path({out!r}).write_text(told)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_hostile_file_leaves_room_for_the_rest_and_goes_first_where_there_is_none(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", PROCESS.format(out=str(out))]
    reader = Reader(ReadingSettings(), FakeClock(), command=command)
    assert await refusal(reader, "a.html", b"<div>" * 1_600_000) in ("too_long", "empty")
    peak, adjustment = out.read_text().splitlines()
    assert int(peak.split()[1]) < 200 * 1024
    assert adjustment == "1000"


async def test_a_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    program = (
        f"import os, time; open({str(started)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    )
    clock = FakeClock()
    reader = Reader(ReadingSettings(seconds=30), clock, command=[sys.executable, "-c", program])
    loop = asyncio.get_running_loop()
    reading = loop.create_task(refusal(reader, "a.txt", b"x"))
    pid = int(await loop.run_in_executor(None, started.read_text))
    await clock.advance(30)
    assert await reading == "too_slow"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_process_that_ends_without_a_word_refuses_the_file() -> None:
    reader = Reader(
        ReadingSettings(), FakeClock(), command=[sys.executable, "-c", "import os; os.abort()"]
    )
    assert await refusal(reader, "a.txt", b"x") == "too_long"
