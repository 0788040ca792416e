"""Tests that read lines from any descriptor, and that texts cannot control the terminal."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from adapters.console.plain import MAX_LINE_BYTES, LineReader, PlainView, printable
from engine.tasks import Tasks
from tests.rigs.fakes import settle

if TYPE_CHECKING:
    from pathlib import Path


def test_what_steers_a_terminal_is_taken_out_of_a_text() -> None:
    assert printable("a\x1b[2Jb\x07\x9b1m\tc\nd\u00a0é\r") == "a[2Jb1m\tc\nd\u00a0é"


async def lines_of(*chunks: bytes) -> list[str]:
    read, write = os.pipe()
    reader = LineReader(read)
    for chunk in chunks:
        os.write(write, chunk)
    os.close(write)
    lines = []
    while (line := await reader.next_line()) is not None:
        lines.append(line)
    assert await reader.next_line() is None
    os.close(read)
    return lines


async def test_lines_end_with_either_mark_and_the_last_one_with_none() -> None:
    assert await lines_of(b"one\ntwo\r\n\nlast") == ["one", "two", "", "last"]


async def test_undecodable_bytes_and_a_byte_order_mark_do_no_harm() -> None:
    assert await lines_of(b"\xef\xbb\xbfcaf\xc3\xa9\xff\n") == ["café\ufffd"]


async def test_a_very_long_line_is_cut_and_the_next_one_is_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "lines").write_bytes(b"x" * (3 * MAX_LINE_BYTES) + b"\nnext\n")
    descriptor = os.open(tmp_path / "lines", os.O_RDONLY)
    reader = LineReader(descriptor)
    first = await reader.next_line()
    assert first is not None
    assert len(first) == MAX_LINE_BYTES
    assert await reader.next_line() == "next"
    assert await reader.next_line() is None
    assert "cut to 262144 bytes" in caplog.text
    os.close(descriptor)


async def test_no_input_at_all_is_the_end_of_it() -> None:
    assert await LineReader(-1).next_line() is None


async def test_a_line_is_waited_for_while_the_loop_goes_on() -> None:
    read, write = os.pipe()
    waiting = Tasks("test").spawn(LineReader(read).next_line(), "line")
    await settle()
    assert not waiting.done()
    os.write(write, b"now\n")
    assert await waiting == "now"
    os.close(write)
    os.close(read)


async def test_what_the_output_cannot_encode_is_shown_as_a_question_mark() -> None:
    raw = io.BytesIO()
    text = io.TextIOWrapper(raw, encoding="ascii")
    await PlainView(text).finish("é · ok", "")
    assert raw.getvalue() == b"? ? ok\n"
