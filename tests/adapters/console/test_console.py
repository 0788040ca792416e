"""Tests of the console: the adapter with a scripted engine, and the process with pipes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from adapters.console.adapter import (
    KEY,
    STOP_SECONDS,
    ConsoleAdapter,
    ConsoleSink,
    hint_of,
    split_sent,
)
from adapters.console.system import language_of
from adapters.console.words import console_words
from engine.access import AccessSettings
from engine.attachments import Attachment, Made, MediaKind
from engine.contract import Author, Inbound, SentId
from engine.errors import DeliveryFailed, MessageGone
from engine.tasks import Tasks
from tests.rigs.console_rig import AFTER, ROOT, STOP, ScriptedEngine
from tests.rigs.engine_rig import a_house
from tests.rigs.fakes import FakeClock, settle

if TYPE_CHECKING:
    from pathlib import Path

no_terminal = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")

DE, PT = console_words("de"), console_words("pt")


class Output:
    """The output that was written so far."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self._text = ""

    def getvalue(self) -> str:
        self._text += self._capture.readouterr().out
        return self._text


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Output:
    return Output(capsys)


@pytest.fixture
def adapter(tmp_path: Path) -> ConsoleAdapter:
    return ConsoleAdapter(FakeClock(), lang="de_AT.UTF-8", folder=tmp_path)


def piped(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    """Give the standard input this text, and then its end."""
    read, write = os.pipe()
    os.write(write, text)
    os.close(write)
    monkeypatch.setattr(sys, "stdin", open(read, closefd=False))  # noqa: SIM115 - the reader outlives the test


async def run_piped(adapter: ConsoleAdapter) -> ScriptedEngine:
    engine = ScriptedEngine(adapter)
    await adapter.run(engine.submit)
    await adapter.close()
    return engine


def inbounds(engine: ScriptedEngine) -> list[Inbound]:
    return [item for item in engine.items if isinstance(item, Inbound)]


async def program(given: bytes, *, cwd: Path = ROOT) -> tuple[int | None, str, str]:
    """Run the scripted console as a process with piped input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.rigs.console_rig",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    out, err = await process.communicate(given)
    return process.returncode, out.decode(), err.decode()


# Pure parts


@pytest.mark.parametrize(
    ("lang", "tag"),
    [
        ("pt_BR.UTF-8", "pt-BR"),
        ("de", "de"),
        ("sr_RS@latin", "sr-RS"),
        ("C.UTF-8", ""),
        ("POSIX", ""),
        ("", ""),
    ],
)
def test_the_language_is_read_from_lang(lang: str, tag: str) -> None:
    assert language_of(lang) == tag


def test_buttons_are_named_by_their_commands_and_stop_is_not_among_them() -> None:
    assert hint_of([*STOP, *AFTER]) == "/continue · /retry"


def test_a_sent_id_names_its_answer_and_its_part() -> None:
    assert split_sent(SentId("1700-3.12")) == ("1700-3", 12)


# Pipes, within this process


async def test_each_line_is_submitted_as_a_direct_question_with_an_id_of_its_own(
    monkeypatch: pytest.MonkeyPatch, output: Output, adapter: ConsoleAdapter
) -> None:
    piped(monkeypatch, b"one\n\n  \n/help me\n")
    first, second = inbounds(await run_piped(adapter))
    assert (first.key, first.text, first.direct, first.addressed) == (KEY, "one", True, True)
    assert (first.author.language, first.sent_at) == ("de-AT", 1_700_000_000.0)
    assert first.author.user_id
    assert second.text == "/help me"
    assert first.message_id != second.message_id
    assert output.getvalue() == "You said **one** (3)\nYou said **/help me** (8)\n"


async def test_an_id_is_not_used_again_by_a_later_run(tmp_path: Path) -> None:
    earlier, later = FakeClock(), FakeClock()
    await later.advance(0.01)
    ids = {ConsoleAdapter(clock)._new_id() for clock in (earlier, later)}
    assert len(ids) == 2


async def test_a_message_that_is_not_stored_is_offered_again_after_a_pause(
    monkeypatch: pytest.MonkeyPatch, output: Output
) -> None:
    clock = FakeClock()
    adapter = ConsoleAdapter(clock)
    piped(monkeypatch, b"fault\n")
    running = Tasks("test").spawn(run_piped(adapter), "run")
    while not clock.sleepers:  # noqa: ASYNC110 - a thread reads
        await asyncio.sleep(0)
    assert output.getvalue() == ""
    await clock.advance(0.5)
    first, second = inbounds(await running)
    assert first == second
    assert output.getvalue() == "You said **fault** (5)\n"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"two", "part one.\npart two.\n"),
        (b"notice", "The answer.\n"),
        (b"late", "Now.\nThe answer from before.\n"),
        (b"escape", "a[2Jbc <tag> [red]x[/red] :smile:\nnext [line](http://x.y)\n"),
        (b"gone", ""),
        (b"/stop", "Nothing to stop.\n"),
    ],
)
async def test_only_final_texts_go_into_a_pipe_each_once(
    monkeypatch: pytest.MonkeyPatch,
    output: Output,
    adapter: ConsoleAdapter,
    line: bytes,
    shown: str,
) -> None:
    piped(monkeypatch, line + b"\n")
    await run_piped(adapter)
    await settle()
    assert output.getvalue() == shown


async def test_a_stop_command_is_answered_by_what_it_stops(
    monkeypatch: pytest.MonkeyPatch, output: Output, adapter: ConsoleAdapter
) -> None:
    engine = ScriptedEngine(adapter)
    before = Inbound(KEY, "1-1", Author("me"), "silent", direct=True, addressed=True, sent_at=0.0)
    recovered = Tasks("test").spawn(engine.silent(before, adapter.sink(KEY, "1-1")), "recovered")
    await settle()
    engine.items.append(before)
    piped(monkeypatch, b"/stop\n")
    await adapter.run(engine.submit)
    await recovered
    assert output.getvalue() == "Stopped before a word.\n"


async def test_a_stop_command_that_nothing_answers_does_not_hold_up_the_next_line(
    monkeypatch: pytest.MonkeyPatch, output: Output
) -> None:
    clock = FakeClock()
    adapter = ConsoleAdapter(clock)
    engine = ScriptedEngine(adapter)
    engine.items.append(
        Inbound(
            KEY, "1-1", Author("me"), "ended just now", direct=True, addressed=True, sent_at=0.0
        )
    )
    piped(monkeypatch, b"/stop\nhello\n")
    running = Tasks("test").spawn(adapter.run(engine.submit), "run")
    while not clock.sleepers:  # noqa: ASYNC110 - a thread reads
        await asyncio.sleep(0)
    assert output.getvalue() == ""
    await clock.advance(STOP_SECONDS)
    await running
    assert output.getvalue() == "You said **hello** (5)\n"


async def test_a_final_text_that_is_shown_again_is_printed_once(
    output: Output, adapter: ConsoleAdapter
) -> None:
    sink = adapter.sink(KEY, "7-1")
    sent = await sink.send("Done.", AFTER, 0)
    await sink.edit(sent, "Done.", ())
    assert await sink.locate("Done.", (), 0) == sent
    await sink.edit(sent, "Done differently.", ())
    assert output.getvalue() == "Done.\nDone differently.\n"


async def test_a_long_conversation_remembers_only_its_last_texts(
    output: Output, adapter: ConsoleAdapter
) -> None:
    for number in range(200):
        await adapter.sink(KEY, f"7-{number}").send("Done.", (), 0)
    assert len(adapter._finals) <= 64


async def test_a_sink_can_be_built_anew_from_its_handle(
    output: Output, adapter: ConsoleAdapter
) -> None:
    sink = adapter.sink(KEY, "7-1")
    again = adapter.sink(KEY, sink.handle)
    await again.edit(await sink.send("growing", STOP, 0), "grown", ())
    assert output.getvalue() == "grown\n"


async def test_a_file_is_saved_without_replacing_one_and_never_elsewhere(
    output: Output, adapter: ConsoleAdapter, tmp_path: Path
) -> None:
    (tmp_path / "export.json").write_text("mine", encoding="utf-8")
    sink = adapter.sink(KEY, "7-1")
    await sink.send_file("../../export.json", b"{}", "All that is kept")
    await sink.send_file("..", b"1", "")
    assert (tmp_path / "export.json").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "export-2.json").read_bytes() == b"{}"
    assert {path.name for path in tmp_path.iterdir()} == {"export.json", "export-2.json", "file"}
    assert output.getvalue().startswith(
        f"All that is kept\n\n{DE.saved.format(path=tmp_path / 'export-2.json')}\n"
    )
    if sys.platform != "win32":
        assert (tmp_path / "export-2.json").stat().st_mode & 0o777 == 0o600


async def test_a_picture_is_saved_once_and_its_path_is_shown(
    adapter: ConsoleAdapter, output: Output, tmp_path: Path
) -> None:
    made = Made(MediaKind.PICTURE, "image/png", b"picture", "a barn")
    first = (
        await ConsoleAdapter(FakeClock(), folder=tmp_path)
        .sink(KEY, "7-1")
        .send("a barn", (), 90, made)
    )
    again = await adapter.sink(KEY, "7-1").locate("a barn", (), 90, made=made)
    assert first == again == "7-1.90"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("picture-7-1.png", b"picture")
    ]
    assert f"a barn\n\nsaved as {tmp_path / 'picture-7-1.png'}\n" in output.getvalue()


async def test_a_folder_that_cannot_be_written_is_a_delivery_failure(
    output: Output, tmp_path: Path
) -> None:
    sink = ConsoleAdapter(FakeClock(), folder=tmp_path / "none").sink(KEY, "7-1")
    with pytest.raises(DeliveryFailed, match="could not be saved"):
        await sink.send_file("export.json", b"{}", "")


async def test_a_file_is_read_within_its_limit_and_while_it_is_there(
    adapter: ConsoleAdapter, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    sink, file = adapter.sink(KEY, "7-1"), Attachment("a.txt", "text/plain", 5, str(path))
    assert await sink.fetch(file, 5) == b"12345"
    with pytest.raises(DeliveryFailed):
        await sink.fetch(file, 4)
    path.unlink()
    with pytest.raises(MessageGone):
        await sink.fetch(file, 5)


def test_the_limits_let_a_whole_answer_into_one_message(adapter: ConsoleAdapter) -> None:
    limits = ConsoleSink(adapter, "7-1").limits
    assert limits.max_units >= 100_000
    assert limits.measure("héllo") == 5
    assert limits.pace.reserve_calls < limits.pace.window_calls


# Pipes, with a process of its own


@no_terminal
async def test_a_pipe_gets_plain_answers_in_order_and_the_end_of_input_ends_the_process() -> None:
    assert await program(b"hello\nnotice\nlast \xff line") == (
        0,
        "You said **hello** (5)\nThe answer.\nYou said **last \ufffd line** (11)\n",
        "",
    )


@no_terminal
async def test_a_file_command_says_where_the_file_is(tmp_path: Path) -> None:
    code, out, err = await program(b"file\n", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert out == f"All that is kept\n\n{PT.saved.format(path=tmp_path / 'export.json')}\n"


@no_terminal
async def test_an_input_that_never_ends_does_not_keep_a_cancelled_process() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.rigs.console_rig",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"hello\n")
    assert await process.stdout.readline() == b"You said **hello** (5)\n"
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    await process.communicate(b"")


@no_terminal
async def test_a_reader_that_leaves_ends_the_process_quietly() -> None:
    read, write = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.rigs.console_rig",
        stdin=subprocess.PIPE,
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    os.close(write)
    os.close(read)
    _, err = await process.communicate(b"hello\nhello\nhello\n")
    assert process.returncode == 0
    assert err == b"unavailable\n"


async def test_a_process_without_an_output_leaves_at_its_first_answer(
    monkeypatch: pytest.MonkeyPatch, adapter: ConsoleAdapter
) -> None:
    piped(monkeypatch, b"hello\nhello\n")
    monkeypatch.setattr(sys, "stdout", None)
    assert [item.text for item in inbounds(await run_piped(adapter))] == ["hello"]


async def test_a_message_that_the_engine_refuses_with_a_word_ends_with_that_word(
    adapter: ConsoleAdapter, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, b"refused\nrefused\nhello\n")
    engine = await run_piped(adapter)
    assert output.getvalue().count("That was a lot at once.") == 2
    assert len(inbounds(engine)) == 3


async def test_a_pipe_of_many_lines_ends_and_every_line_gets_an_answer(
    tmp_path: Path, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = AccessSettings(allowed=frozenset({"telegram:1"}), messages_per_minute=3)
    answers = [[f"answer {number}."] for number in range(25)]
    piped(monkeypatch, b"hello\n" * 25)
    async with a_house(tmp_path, *answers, access=strict) as house:
        adapter = ConsoleAdapter(house.clock, folder=tmp_path)
        running = Tasks("test").spawn(adapter.run(house.engine.submit), "console")
        while not running.done():
            await house.advance(0.5)
        await adapter.close()
        assert output.getvalue().splitlines() == [f"answer {number}." for number in range(25)]


async def test_a_pipe_of_commands_ends_and_every_command_gets_an_answer(
    tmp_path: Path, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, b"/language\n" * 25)
    async with a_house(tmp_path) as house:
        adapter = ConsoleAdapter(house.clock, folder=tmp_path)
        running = Tasks("test").spawn(adapter.run(house.engine.submit), "console")
        while not running.done():
            await house.advance(0.5)
        await adapter.close()
        assert output.getvalue().count("/language") == 25
