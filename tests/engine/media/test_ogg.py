"""The length and loudness of a voice message are read from its pages."""

from __future__ import annotations

import math
import struct

from engine.media.ogg import MOST_POINTS, is_opus, shape_of


def page(packets: list[bytes], granule: int) -> bytes:
    """Return one page that holds whole packets."""
    lacing, body = bytearray(), b"".join(packets)
    for packet in packets:
        lacing += bytes([255]) * (len(packet) // 255) + bytes([len(packet) % 255])
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 0, granule, 7, 0, 0, len(lacing))
    return head + bytes(lacing) + body


def opus(sizes: list[int], skipped: int = 312) -> bytes:
    """Return a file of packets of 20 ms with these sizes. The sound itself is zeros."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, skipped, 24_000, 0, 0)
    pages = page([head], 0) + page([b"OpusTags" + bytes(8)], 0)
    for at in range(0, len(sizes), 50):
        some = sizes[at : at + 50]
        pages += page([bytes(size) for size in some], (at + len(some)) * 960 + skipped)
    return pages


def test_the_length_is_the_last_position_without_the_lead_in() -> None:
    assert shape_of(opus([60] * 100)).seconds == 2.0


def test_a_louder_part_has_higher_points() -> None:
    waveform = shape_of(opus([20] * 300 + [300] * 300)).waveform
    assert len(waveform) == MOST_POINTS
    assert set(waveform[: MOST_POINTS // 2 - 1]) == {0}
    assert set(waveform[MOST_POINTS // 2 + 1 :]) == {255}


def test_an_even_recording_has_an_even_line() -> None:
    assert shape_of(opus([60] * 10)).waveform == bytes([128]) * 10


def test_a_damaged_file_has_the_facts_of_its_beginning() -> None:
    whole = opus([60] * 100)
    assert math.isclose(shape_of(whole[: len(whole) // 2 + 100]).seconds, 1.0, abs_tol=1.0)
    assert shape_of(b"OggS").waveform == b""
    assert shape_of(b"") == (0.0, b"")


def test_other_files_are_no_opus() -> None:
    assert is_opus(opus([60]))
    assert not is_opus(b"OggS" + bytes(60) + b"vorbis")
    assert not is_opus(b"ID3")
