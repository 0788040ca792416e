"""Tests that the reading process is limited in time and memory, and ends afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from benchmarks import facts
from engine.children import environment
from engine.errors import DocumentRefused
from engine.memory.documents.formats.sections import Content, Refused
from engine.memory.documents.reader import Reader, ReadingSettings
from engine.memory.documents.reading import HTML, read
from tests.engine.memory.documents.test_reading import a_pdf, assembled
from tests.rigs.fakes import FakeClock

ROOT = Path(__file__).resolve().parents[4]


async def refusal(reader: Reader, name: str, content: bytes) -> str:
    with pytest.raises(DocumentRefused) as refused:
        await reader.read(name, "", content)
    return refused.value.reason


async def test_a_file_is_read_in_a_process_of_its_own() -> None:
    reader = Reader(ReadingSettings(), FakeClock())
    found = await reader.read("a.pdf", "", a_pdf("The heron", encode=True))
    assert found == Content([("page 1", "The heron")])
    found = await reader.read("ä.md", "", "# Über\nвода".encode())
    assert found.sections == [("Über", "вода")]


async def test_a_plain_text_that_must_be_too_long_starts_no_process() -> None:
    reader = Reader(ReadingSettings(characters=10), FakeClock(), command=["/nowhere"])
    for name in ("a.txt", "a.md", "a.csv"):
        assert await refusal(reader, name, b"x" * 41) == "too_long"


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
    assert (await reader.read("a.txt", "", b"alive")).sections == [("", "alive")]


async def test_a_process_has_no_more_memory_than_it_may() -> None:
    content = b"heron " * 90_000
    small = Reader(ReadingSettings(memory_bytes=30_000_000), FakeClock())
    assert await refusal(small, "a.txt", content * 14) == "too_long"
    found = await Reader(ReadingSettings(), FakeClock()).read("a.txt", "", content)
    assert len(found.sections[0][1]) == len(content) - 1


PROBE = """
import json, os, resource, socket, sys
from engine.memory.documents import reading
told, status = open({fifo!r}, "w"), open("/proc/self/status")
adjustment = open("/proc/self/oom_score_adj")

def refused(work):
    try:
        work()
    except OSError:
        return True
    return False

reading.main()
facts = dict(line.split(":", 1) for line in status)
limits = ("CPU", "AS", "CORE", "FSIZE", "NPROC", "NOFILE")
print(json.dumps(dict(
    peak_kb=int(facts["VmHWM"].split()[0]),
    adjustment=adjustment.read().strip(),
    no_new_privileges=facts["NoNewPrivs"].strip(),
    environment=sorted(os.environ),
    limits={{name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in limits}},
    file_refused=refused(lambda: open(sys.executable, "rb")),
    socket_refused=refused(socket.socket),
    network=os.readlink("/proc/self/ns/net"),
)), file=told)
"""


async def probed(tmp_path: Path, name: str, content: bytes) -> tuple[str, dict[str, Any]]:
    """Read a file; return the refusal, and the facts that the reading process reports at its end."""
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    telling = asyncio.get_running_loop().run_in_executor(None, fifo.read_text)
    command = [sys.executable, "-c", PROBE.format(fifo=str(fifo))]
    reason = ""
    try:
        await Reader(ReadingSettings(), FakeClock(), command=command).read(name, "", content)
    except DocumentRefused as refused:
        reason = refused.reason
    return reason, json.loads(await telling)


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@linux
async def test_a_hostile_file_leaves_room_for_the_rest_and_goes_first_where_there_is_none(
    tmp_path: Path,
) -> None:
    reason, facts = await probed(tmp_path, "a.html", b"<div>" * 1_600_000)
    assert reason == "too_long"
    assert facts["peak_kb"] < 110 * 1024
    assert facts["adjustment"] == "1000"


@linux
async def test_the_process_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_BOT_TOKEN", "HF_TOKEN", "BACKUP_KEY", "SOME_LATER_SECRET"):
        monkeypatch.setenv(name, "a secret")
    _, facts = await probed(tmp_path, "a.txt", b"x")
    # Python itself sets LC_CTYPE
    assert set(facts["environment"]) <= set(environment()) | {"LC_CTYPE"}


@linux
async def test_the_process_opens_no_file_and_no_socket_and_starts_no_process(
    tmp_path: Path,
) -> None:
    settings = ReadingSettings()
    _, facts = await probed(tmp_path, "a.txt", b"x")
    assert facts["file_refused"]
    assert facts["socket_refused"]
    assert facts["no_new_privileges"] == "1"
    assert facts["limits"] == {
        "CPU": settings.seconds,
        "AS": settings.memory_bytes,
        "CORE": 0,
        "FSIZE": 0,
        "NPROC": 0,
        "NOFILE": 0,
    }


def may_leave_the_network() -> bool:
    program = "from engine import children; raise SystemExit(not children.leave_network())"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


@linux
async def test_the_process_has_a_network_of_its_own_where_the_system_allows(tmp_path: Path) -> None:
    if not may_leave_the_network():
        pytest.skip("this system allows no user namespaces")
    _, facts = await probed(tmp_path, "a.txt", b"x")
    assert facts["network"] != str(Path("/proc/self/ns/net").readlink())


@pytest.mark.parametrize(
    "pattern",
    ["<!", "<!--", "<a ", "<a b='", "<a b=", "</", "<![CDATA[", "&", "&#9", "<b> </b>", "</p><i>",
     "<p>", "<td>x", "<table>", "<script>", "<h1>", "<i></p>", " \n", "<b style='display:"],
)  # fmt: skip
def test_html_made_to_be_slow_is_read_in_linear_time(pattern: str) -> None:
    def cost(characters: int) -> float:
        content = (pattern * (characters // len(pattern))).encode()
        began = time.process_time()
        with suppress(Refused):
            read(HTML, content, 10, characters)
        return time.process_time() - began

    assert cost(400_000) < 16 * max(cost(50_000), 0.05)


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


@pytest.mark.parametrize(
    ("program", "reason", "logged"),
    [
        ("import os; os.abort()", "unreadable", True),
        ("raise SystemExit(3)", "unreadable", True),
        ("print('{')", "unreadable", True),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_slow", False),
    ],
    ids=["a crash", "an exit", "half a report", "the limit on processor time"],
)
async def test_an_end_that_no_limit_explains_is_damage_and_is_logged(
    caplog: pytest.LogCaptureFixture, program: str, reason: str, logged: bool
) -> None:
    command = [sys.executable, "-c", program]
    assert await refusal(Reader(ReadingSettings(), FakeClock(), command), "a.txt", b"x") == reason
    assert ("reading a text file failed" in caplog.text) is logged


async def test_a_fault_of_a_parser_is_logged_by_its_place_and_without_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    program = (
        "from engine.memory.documents import reading\n"
        "def fail(content, limits):\n    raise KeyError(content)\n"
        "reading.reader_of = lambda kind: fail\n"
        "reading.main()\n"
    )
    command = [sys.executable, "-c", program]
    reader = Reader(ReadingSettings(), FakeClock(), command)
    assert await refusal(reader, "a.txt", b"my secret") == "unreadable"
    assert "KeyError in fail" in caplog.text
    assert "secret" not in caplog.text


async def test_a_locked_office_document_is_told_as_locked() -> None:
    shell = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    assert await refusal(Reader(ReadingSettings(), FakeClock()), "a.docx", shell) == "encrypted"


async def test_the_memory_of_many_pages_does_not_add_up() -> None:
    content = facts.as_pdf(facts.LANGUAGES[0], 8)
    reader = Reader(ReadingSettings(seconds=60), FakeClock())
    found = await reader.read("facts.pdf", "", content)
    assert len(found.sections) == 8
