"""Tests of the codec that turns texts into compact bytes and back."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
import zstandard

from engine.errors import StorageFault
from engine.storage.codec import DICTIONARY_1, LONGEST_BYTES, pack, unpack, unpacked_bytes

TEXTS = [
    "",
    "a",
    "Ünïcödé",
    "日本語" * 200,
    "👩‍💻",
    "word " * 10_000,
    "\x00\n\t",
    "half a pair: \ud83d",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert unpack(pack(text)) == text


@pytest.mark.parametrize("seed", range(50))
def test_any_text_comes_back_as_it_was(seed: int) -> None:
    chance = Random(seed)
    text = "".join(
        chr(chance.choice([chance.randint(0, 127), chance.randint(0, 0x10FFFF)]))
        for _ in range(seed * 20)
    )
    assert unpack(pack(text)) == text


def test_a_short_text_grows_by_one_byte_at_most() -> None:
    assert len(pack("ok")) == 3


def test_a_long_text_shrinks() -> None:
    assert len(pack("The quick brown fox jumps over the lazy dog. " * 20)) < 100


def test_rows_of_the_plain_form_stay_readable() -> None:
    assert unpack(b"\x00plain") == "plain"


def test_rows_of_the_compressed_form_stay_readable() -> None:
    assert unpack(b"\x01" + zstandard.ZstdCompressor().compress(b"compressed")) == "compressed"


def test_rows_of_the_form_with_dictionary_1_stay_readable() -> None:
    row = bytes.fromhex("02203cad000010202e05fcac892480699471dca36c0ac4640e9201")
    assert unpack(row) == "How can I get better at public speaking? Give me three tips."


def test_dictionary_1_is_the_one_that_was_released() -> None:
    released = "f66e47bf438d26b9776c8c0360a5e687581b9e1e61cf1cc7ae4d47efb899e402"
    assert hashlib.sha256(DICTIONARY_1.as_bytes()).hexdigest() == released, (
        "texts of users cannot be read without it"
    )


def test_a_short_question_shrinks_with_the_dictionary() -> None:
    text = "What are the most important things that I should know about my new job?"
    assert len(pack(text)) < 0.7 * len(text)


@pytest.mark.parametrize("data", [b"", b"\x07text", b"\xff"])
def test_an_unknown_form_is_a_fault(data: bytes) -> None:
    with pytest.raises(StorageFault, match="unknown form"):
        unpack(data)


@pytest.mark.parametrize(
    "data",
    [b"\x01", b"\x01garbage", b"\x00\xff\xfe", b"\x02", b"\x02garbage", pack("word " * 100)[:-3]],
)
def test_damaged_bytes_are_a_fault(data: bytes) -> None:
    with pytest.raises(StorageFault, match="damaged"):
        unpack(data)


@pytest.mark.parametrize("seed", range(200))
def test_random_damage_gives_a_fault_or_a_text_and_nothing_else(seed: int) -> None:
    chance = Random(seed)
    data = bytearray(pack("Some words that repeat, some words that repeat. " * 20))
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        assert len(unpack(bytes(data))) <= LONGEST_BYTES
    except StorageFault:
        pass


def test_a_frame_that_claims_to_be_huge_asks_for_no_memory() -> None:
    parameters = zstandard.ZstdCompressionParameters(write_content_size=True)
    claimed = LONGEST_BYTES + 1
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj(size=claimed)
    data = compressor.compress(b"\x00" * claimed) + compressor.flush()
    for row in (b"\x01" + data, b"\x02" + data[4:]):
        with pytest.raises(StorageFault, match="longer than any stored text"):
            unpack(row)


def test_threads_do_not_share_a_compressor() -> None:
    texts = [f"text {n} " * (n % 500) for n in range(2000)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: unpack(pack(text)), texts)) == texts


@pytest.mark.parametrize(
    "text", ["", "a", "straße", "so it goes on " * 5000, "\ud800", "漢字" * 99]
)
def test_a_packed_text_says_how_long_it_is(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    assert unpacked_bytes(pack(text)) == len(raw)
    plain = zstandard.ZstdCompressor().compress(raw)
    assert unpacked_bytes(b"\x01" + plain) == len(raw)


def test_a_length_that_is_not_told_counts_as_the_longest() -> None:
    streamed = zstandard.ZstdCompressor(write_content_size=False).compress(b"text")
    assert unpacked_bytes(b"\x01" + streamed) == LONGEST_BYTES
    with pytest.raises(StorageFault):
        unpacked_bytes(b"\x09")
