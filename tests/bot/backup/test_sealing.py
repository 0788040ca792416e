"""Tests of sealed files: the content returns, and wrong keys and damage are distinguished."""

from __future__ import annotations

import io
from random import Random

import pytest

from bot.backup.sealing import LABEL_BYTES, PIECE_BYTES, SealBroken, seal, unseal

KEY = "the operator's own long key"


def sealed(content: bytes) -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, KEY)
    return target.getvalue()


def unsealed(content: bytes, key: str = KEY) -> bytes:
    target = io.BytesIO()
    unseal(io.BytesIO(content), target, key)
    return target.getvalue()


@pytest.mark.parametrize("length", [0, 1, PIECE_BYTES, 3 * PIECE_BYTES + 7])
def test_what_was_sealed_comes_back(length: int) -> None:
    content = Random(length).randbytes(length)
    assert unsealed(sealed(content)) == content


def test_a_sealed_file_shows_nothing_of_its_content_and_is_compressed() -> None:
    content = b"the heron keeps silver spoons " * 10_000
    found = sealed(content)
    assert b"heron" not in found
    assert len(found) < len(content) / 10
    assert sealed(content) != found


def test_the_wrong_key_is_told_from_damage() -> None:
    found = sealed(b"x" * 100)
    with pytest.raises(SealBroken) as caught:
        unsealed(found, "another long key of somebody")
    assert caught.value.key


@pytest.mark.parametrize("harm", ["cut", "changed", "longer", "swapped", "other"])
def test_damage_anywhere_is_found(harm: str) -> None:
    found = sealed(Random(1).randbytes(4 * PIECE_BYTES))
    piece, start = PIECE_BYTES + 17, 48
    start += LABEL_BYTES + 17
    first, second = found[start : start + piece], found[start + piece : start + 2 * piece]
    harmed = {
        "cut": found[: start + 2 * piece],
        "changed": found[:-5] + bytes([found[-5] ^ 1]) + found[-4:],
        "longer": found + b"x",
        "swapped": found[:start] + second + first + found[start + 2 * piece :],
        "other": b"SQLite format 3\x00" + found,
    }[harm]
    with pytest.raises(SealBroken):
        unsealed(harmed)


# A file of version 1: the text "kept since version 1", sealed with KEY.
VERSION_1 = bytes.fromhex(
    "504950495400310ad5dfe84225ca525fcb996f23da33c089e56e5fbc12ae051e14934a479b309a5db82982f7"
    "0061cb9dc39c8a1147dce3ced53a2e7fc819f4fb4395466f4114ab10657293da3a7ef0db29fecad62c3e434a"
    "26ac861e58bc"
)


def test_a_file_of_version_1_can_still_be_opened() -> None:
    target = io.BytesIO()
    assert unseal(io.BytesIO(VERSION_1), target, KEY) is None
    assert target.getvalue() == b"kept since version 1"


def test_the_label_comes_back_and_is_not_shown() -> None:
    target = io.BytesIO()
    seal(io.BytesIO(b"content"), target, KEY, "snapshot 7")
    assert b"snapshot" not in target.getvalue()
    assert unseal(io.BytesIO(target.getvalue()), io.BytesIO(), KEY) == "snapshot 7"


def test_a_file_cannot_be_passed_off_as_one_of_version_1() -> None:
    found = sealed(b"content")
    with pytest.raises(SealBroken):
        unsealed(found.replace(b"PIPIT\x002", b"PIPIT\x001"))
