"""Tests of the frames in the pipe."""

from __future__ import annotations

import asyncio
import io

import pytest

from engine.memory.embedding import frames


def stream_of(content: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(content)
    reader.feed_eof()
    return reader


@pytest.mark.parametrize("texts", [[], [""], ["ein Wörtchen", "𓅃 \n\x00"], ["x" * 100_000]])
def test_texts_come_out_as_they_went_in(texts: list[str]) -> None:
    frame = frames.read(io.BytesIO(frames.pack_texts(texts)))

    assert frame is not None
    assert frame[0] == frames.TEXTS
    assert frames.unpack_texts(frame[1]) == texts


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    frame = frames.read(io.BytesIO(frames.pack_texts(["half \ud83d of it"])))

    assert frame is not None
    assert frames.unpack_texts(frame[1]) == ["half ? of it"]


def test_frames_follow_one_another() -> None:
    source = io.BytesIO(frames.pack(frames.READY, b"{}") + frames.pack(frames.ROWS, b""))

    assert [frames.read(source) for _ in range(3)] == [
        (frames.READY, b"{}"),
        (frames.ROWS, b""),
        None,
    ]


@pytest.mark.parametrize("kept", [0, 3, 5, 8])
def test_a_frame_cut_short_is_the_end(kept: int) -> None:
    assert frames.read(io.BytesIO(frames.pack(frames.FAULT, b"word")[:kept])) is None


async def test_both_readers_read_the_same() -> None:
    assert await frames.receive(stream_of(frames.pack(frames.FAULT, b"word"))) == (
        frames.FAULT,
        b"word",
    )


@pytest.mark.parametrize("kept", [0, 3, 8])
async def test_the_bot_sees_a_frame_cut_short_as_an_end_of_file(kept: int) -> None:
    with pytest.raises(EOFError):
        await frames.receive(stream_of(frames.pack(frames.FAULT, b"word")[:kept]))


async def test_a_length_beyond_reason_is_not_waited_for() -> None:
    with pytest.raises(ValueError, match="bytes"):
        await frames.receive(stream_of(b"\xff\xff\xff\xffV"))
