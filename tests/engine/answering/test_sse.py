"""Tests of reading a stream's events: parts of any size, limits, and different errors."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from typing import Any

import pytest

from engine.answering.sse import (
    MOST_LINE_BYTES,
    MOST_STREAM_BYTES,
    EventReader,
    Inflater,
    Oversized,
    Reported,
)


def read(*parts: bytes) -> list[dict[str, Any]]:
    reader = EventReader()
    for part in parts:
        reader.feed(part)
    reader.end()
    found = []
    while (event := reader.pop()) is not None:
        found.append(event)
    return found


def flood(reader: EventReader, part: bytes, times: int) -> None:
    for _ in range(times):
        reader.feed(part)
        assert reader.pop() is None


STREAM = (
    ': ping\r\n\r\ndata: {"a": "é\u2028\x85"}\n\nevent: x\ndata:{"b": 2}\r\rdata: '
    '[DONE]\n\ndata: {"c": 3}\n'
)


def test_a_stream_cut_at_any_two_bytes_gives_the_same_events() -> None:
    raw = STREAM.encode()
    for first in range(len(raw)):
        for second in range(first, len(raw), 7):
            assert read(raw[:first], raw[first:second], raw[second:]) == [
                {"a": "é\u2028\x85"},
                {"b": 2},
            ]


def test_the_end_is_told_by_done_with_and_without_a_space() -> None:
    for ending in (b"data: [DONE]\n", b"data:[DONE]\n"):
        reader = EventReader()
        reader.feed(ending)
        assert (reader.pop(), reader.done) == (None, True)


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf\n {"a":\n\n[1]}', b'{"a": [1]}'])
def test_one_object_where_a_stream_was_asked_is_read_over_several_lines(body: bytes) -> None:
    assert read(body[:9], body[9:]) == [{"a": [1]}]


@pytest.mark.parametrize(
    "line", [b"data: [1, 2]\n", b'data: {"a\n', b"[1]", b"data: " + b"[" * 9000]
)
def test_what_is_no_object_is_a_value_error(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json.loads words it in its own way
        read(line)


@pytest.mark.parametrize(
    ("error", "status", "overloaded"),
    [
        ({"error": {"message": "m", "code": 402}}, 402, False),
        ({"error": {"message": "m", "code": "503"}}, 503, False),
        ({"error": {"message": "m", "code": "rate_limit"}}, 0, False),
        ({"error": "m", "error_type": "overloaded"}, 0, True),
    ],
)
def test_an_error_in_an_events_place_is_reported(
    error: Any, status: int, *, overloaded: bool
) -> None:
    with pytest.raises(Reported) as caught:
        read(b"data: " + json.dumps(error).encode() + b"\n")
    assert (caught.value.status, caught.value.overloaded) == (status, overloaded)
    assert "m" in caught.value.text


def test_an_empty_error_is_none() -> None:
    assert read(b'data: {"error": null, "a": 1}\n') == [{"error": None, "a": 1}]


@pytest.mark.parametrize("beginning", [b"data: ", b"", b": ", b'{"a": "'])
def test_a_line_without_an_end_is_given_up_before_it_fills_the_memory(beginning: bytes) -> None:
    reader, part = EventReader(), b"x" * 65536
    reader.feed(beginning)
    tracemalloc.start()
    try:
        with pytest.raises(Oversized):
            flood(reader, part, 1000)
        assert tracemalloc.get_traced_memory()[1] < 2 * MOST_LINE_BYTES
    finally:
        tracemalloc.stop()


def test_a_stream_without_an_end_is_given_up() -> None:
    reader, part = EventReader(), b": ping\n" * 10000
    with pytest.raises(Oversized):
        flood(reader, part, MOST_STREAM_BYTES // len(part) + 1)


@pytest.mark.parametrize("wbits", [31, 15])
def test_a_compressed_body_comes_in_parts_of_bounded_size(wbits: int) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    packed = packer.compress(b"x" * 10_000_000) + packer.flush()
    assert len(packed) < 20_000
    sizes = [len(part) for part in Inflater("gzip" if wbits == 31 else "deflate").parts(packed)]
    assert (sum(sizes), max(sizes)) == (10_000_000, 65536)


def test_a_plain_body_is_passed_on() -> None:
    assert list(Inflater("").parts(b"abc")) == [b"abc"]


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(ValueError, match="coding"):
        Inflater(coding)


def test_broken_compression_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="compression"):
        list(Inflater("gzip").parts(b"no gzip at all"))
