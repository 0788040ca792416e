"""Tests that an index is limited in bytes for any text, and that building it delays no other chat."""

from __future__ import annotations

import asyncio
import random
import threading
import tracemalloc
from array import array
from collections.abc import Sized
from pathlib import Path

import numpy as np
import pytest

from engine.contract import Author, Finish, Turn
from engine.errors import DocumentRefused
from engine.memory.documents.documents import DocumentSettings
from engine.memory.recall import chat_index, dates
from engine.memory.recall.chat_index import EXCERPT_CHARACTERS, ChatIndex, excerpt, prepare
from engine.memory.recall.recall import FILLED, RecallSettings
from engine.memory.search import lexical
from engine.memory.search import words as words_module
from engine.memory.search.lexical import MOST_QUERY_TERMS, Lexical
from engine.memory.search.stems import Stemming
from engine.memory.search.vectors import Vectors, quantize
from engine.memory.search.words import MOST_CHARACTERS, fold, words
from tests.engine.memory.documents.test_documents import a_library
from tests.rigs.memory_rig import ANN, DM, OTHER_DM, START, a_memory, vector_of

FINISHED = (Finish.STOP, START)
LIGATURE = "\ufdfa"  # NFKC turns it into 18 characters


async def under_way(building: Sized) -> None:
    """Wait until an index is being built."""
    for _ in range(10_000):
        if len(building):
            return
        await asyncio.sleep(0)
    pytest.fail("no index is being built")


def varied(characters: int, seed: int = 1) -> str:
    """Return Chinese characters of which almost no pair occurs twice."""
    drawn = random.Random(seed)
    return "".join(chr(drawn.randrange(0x4E00, 0x9FA0)) for _ in range(characters))


def test_the_bytes_that_are_counted_are_the_bytes_that_are_held() -> None:
    terms = [f"{number:x}" for number in range(50_000)]
    tracemalloc.start()
    index = Lexical()
    for start in range(0, len(terms), 100):
        index.add(terms[start : start + 100])
    index.scores(["1"])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1.2 * index.size_bytes
    assert index.size_bytes < 10 * len(terms)


def test_the_size_stays_the_same_while_another_thread_sorts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The loop measures the shelf while the search thread sorts.

    Earlier, an index of twice the size was evicted.
    """
    index, seen = Lexical(), []
    index.add(["heron", "stork"])

    class Watched:
        def __getattr__(self, name: str) -> object:
            seen.append(index.size_bytes)
            return getattr(np, name)

    before = index.size_bytes
    monkeypatch.setattr(lexical, "np", Watched())
    monkeypatch.setattr(lexical, "array", lambda kind: seen.append(index.size_bytes) or array(kind))
    index.seal()
    assert set(seen) == {before}


def test_vectors_count_the_room_that_they_may_grow_into() -> None:
    vectors = Vectors(growth=1.25)
    vectors.add([quantize(vector_of("heron")[None])] * 100)
    built = vectors.size_bytes
    vectors.scores(vector_of("heron"))
    assert vectors.size_bytes == built == 125 * 388
    vectors.add([quantize(vector_of("stork")[None])] * 30)
    vectors.scores(vector_of("heron"))
    assert vectors.size_bytes == 2 * 130 * 388


def test_a_question_of_a_thousand_words_is_searched_by_its_rarest() -> None:
    index = Lexical()
    common = [f"common{number}" for number in range(3 * MOST_QUERY_TERMS)]
    for _ in range(5):
        index.add(common)
    index.add(["rare"])
    assert len(index._postings([*common, "rare"])) == MOST_QUERY_TERMS
    assert index.scores([*common, "rare"])[5] > 0


def test_a_text_is_folded_within_a_bound() -> None:
    assert len(fold(LIGATURE * MOST_CHARACTERS)) <= MOST_CHARACTERS
    assert len(words("a " * 10 * MOST_CHARACTERS)) <= MOST_CHARACTERS // 2


def test_a_run_of_marks_is_cut_before_it_is_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    """`unicodedata.normalize` sorts marks in quadratic time."""
    longest = 0

    class Watched:
        @staticmethod
        def normalize(_form: str, text: str) -> str:
            nonlocal longest
            longest = max(longest, len(text))
            return text

    monkeypatch.setattr(words_module, "unicodedata", Watched)
    fold("a" + "\u0301\u0323" * 8000)
    assert longest <= 32


def test_a_month_that_is_also_a_verb_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []

    class Watched:
        @staticmethod
        def search(text: str) -> None:
            searched.append(len(text))

    monkeypatch.setattr(dates, "_MAY_THE_MONTH", Watched)
    assert not dates.named_dates("may " * 2000)
    assert len(searched) == 1


def test_an_excerpt_looks_at_each_character_once_and_at_a_bounded_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at, plain = [], chat_index.terms

    def terms(text: str) -> list[str]:
        looked_at.append(len(fold(text)))
        return plain(text)

    monkeypatch.setattr(chat_index, "terms", terms)
    excerpt("heron wades " * 300, {"stork"}, 400)
    assert sum(looked_at) <= 3600
    looked_at.clear()
    excerpt(LIGATURE * 4000, {"stork"}, 400)
    assert sum(looked_at) <= EXCERPT_CHARACTERS


async def test_a_chats_index_is_bounded_and_holds_its_newest_turns(tmp_path: Path) -> None:
    bound = 400_000
    async with a_memory(tmp_path, RecallSettings(chat_bytes=bound)) as memory:
        memory.embedder.fault = True  # vectors that are computed later evict the index
        await memory.record(DM, ANN, "The oldest word is platypus")
        for number in range(20):
            await memory.record(DM, ANN, varied(3000, number))
        await memory.record(DM, ANN, "The newest word is walrus")
        found = [line.text for line in await memory.recall.find(DM, "walrus", ANN)]
        assert "The newest word is walrus" in found
        index = await memory.recall.index(DM)
        assert 0 < index.size_bytes <= bound * FILLED
        assert 5 < len(index.turn_ids) < 20
        built = index
        await memory.tell(DM, ANN, "One more turn grows the index that is there")
        assert await memory.recall.index(DM) is built


async def test_an_index_that_outgrows_its_bound_is_built_again(tmp_path: Path) -> None:
    bound = 100_000
    async with a_memory(tmp_path, RecallSettings(chat_bytes=bound)) as memory:
        await memory.tell(DM, ANN, "The first turn")
        for number in range(20):
            await memory.recall.find(DM, "turn", ANN)
            await memory.tell(DM, ANN, varied(3000, number))
            assert memory.recall.size_bytes <= bound


async def test_a_full_chat_is_not_built_anew_for_each_turn(tmp_path: Path) -> None:
    async with a_memory(tmp_path, RecallSettings(turns=40)) as memory:
        for number in range(40):
            await memory.record(DM, ANN, f"The heron number {number}")
        index = await memory.recall.index(DM)
        for number in range(8):
            await memory.tell(DM, ANN, f"The stork number {number}")
            assert await memory.recall.index(DM) is index


async def test_a_small_chat_is_searched_while_a_large_one_is_built(tmp_path: Path) -> None:
    async with a_memory(tmp_path) as memory:
        for number in range(120):
            await memory.record(DM, ANN, varied(4000, number))
        await memory.record(OTHER_DM, ANN, "The violin is in the attic")
        loop = asyncio.get_running_loop()
        large = loop.create_task(memory.recall.find(DM, "violin", ANN))
        await under_way(memory.recall.building)
        assert (await memory.recall.find(OTHER_DM, "violin", ANN))[0].text.endswith("attic")
        assert not large.done()
        await large


async def test_a_question_is_taken_apart_off_the_loop(tmp_path: Path) -> None:
    async with a_memory(tmp_path) as memory:
        await memory.tell(DM, ANN, "I collect old radios")
        index, threads = await memory.recall.index(DM), []
        plain = index.query

        def query(*given: str) -> object:
            threads.append(threading.current_thread())
            return plain(*given)

        index.query = query  # type: ignore[method-assign,assignment]
        await memory.recall.find(DM, "may " * 4000, ANN)
        assert threads
        assert threading.main_thread() not in threads


def test_a_prepared_turn_tells_what_it_adds_to_an_index() -> None:
    index, told = ChatIndex(), 0
    for number in range(50):
        turn = Turn(Author("1", "Ann"), varied(300, number), "", *FINISHED, number + 1)
        prepared = prepare(turn, (quantize(vector_of("heron")[None]), b""), Stemming())
        index.add_prepared(prepared)
        told += prepared.size_bytes
    assert abs(told - index.size_bytes) < 0.02 * told


async def test_a_document_whose_index_finds_no_room_is_refused_before_it_is_embedded(
    tmp_path: Path,
) -> None:
    async with a_library(tmp_path, DocumentSettings(index_bytes=600_000)) as library:
        with pytest.raises(DocumentRefused) as refused:
            await library.add(name="a.txt", content=varied(60_000).encode())
        assert refused.value.reason == "too_long"
        await library.add(name="b.txt", content=varied(20_000).encode())
        given = len(library.embedder.texts)
        with pytest.raises(DocumentRefused) as refused:
            await library.add(name="c.txt", content=varied(20_000, 2).encode())
        assert refused.value.reason == "full"
        assert len(library.embedder.texts) == given


async def test_documents_of_an_older_version_are_searched_within_the_bound(tmp_path: Path) -> None:
    async with a_library(tmp_path) as library:
        for seed in range(4):
            await library.add(name=f"{seed}.txt", content=varied(20_000, seed).encode())
        await library.add()
    bound = 700_000
    async with a_library(tmp_path, DocumentSettings(index_bytes=bound)) as library:
        assert (await library.documents.find(DM, "stork nest"))[0].place == "Storks"
        assert 0 < library.documents.indexes.size_bytes <= bound
        (quote, *_) = await library.documents.find(DM, varied(20_000, 3)[100:140])
        assert quote.name == "3.txt"


async def test_a_neighbours_document_is_searched_while_a_huge_one_is_indexed(
    tmp_path: Path,
) -> None:
    async with a_library(tmp_path) as library:
        library.embedder.fault = True
        await library.add(DM, name="huge.txt", content=varied(190_000).encode())
        await library.add(OTHER_DM)
        library.documents.drop_all()
        large = asyncio.get_running_loop().create_task(library.documents.find(DM, "stork"))
        await under_way(library.documents.indexes.building)
        assert (await library.documents.find(OTHER_DM, "stork nest"))[0].place == "Storks"
        assert not large.done()
        await large


async def test_a_document_that_is_removed_while_its_index_is_built_is_not_kept_in_it(
    tmp_path: Path,
) -> None:
    async with a_library(tmp_path) as library:
        await library.add(name="huge.txt", content=varied(50_000).encode())
        number = await library.add()
        building = asyncio.get_running_loop().create_task(library.documents.find(DM, "stork"))
        await under_way(library.documents.indexes.building)
        await library.documents.remove(DM, number)
        await building
        assert "stork" not in str(await library.documents.find(DM, "stork nest")).casefold()
