"""Tests of one chat's index: its lines, and the lines that a question finds."""

from __future__ import annotations

import pytest

from engine.contract import Author, Finish, Turn
from engine.memory.recall.chat_index import BOT, SITTING_SECONDS, ChatIndex, Line, excerpt
from engine.memory.search.vectors import ROW_BYTES, quantize
from engine.memory.search.words import words
from tests.rigs.memory_rig import ANN, BOB, START, vector_of


def told(*turns: tuple[Author, str, str, float]) -> ChatIndex:
    index = ChatIndex()
    for number, (author, prompt, answer, at) in enumerate(turns, 1):
        vectors = tuple(
            quantize(vector_of(text)[None]) if text else b"" for text in (prompt, answer)
        )
        index.add(Turn(author, prompt, answer, Finish.STOP, at, number), (vectors[0], vectors[1]))
    return index


def test_a_question_is_taken_apart() -> None:
    query = told((ANN, "x", "y", START)).query("When did Ann's heron come in May 2023?", "7")
    assert query.text == "When did heron come in May 2023?"
    assert query.authors == {ANN.user_id}
    assert "heron" in query.terms
    assert (query.dates.months, query.dates.years, query.asks_when) == ({5}, {2023}, True)


@pytest.mark.parametrize(
    ("question", "authors"),
    [
        ("What is my heron's name?", {"7"}),
        ("What did you say of herons?", {BOT}),
        ("What is a heron?", set()),
    ],
)
def test_i_means_who_asks_and_you_the_bot(question: str, authors: set[str]) -> None:
    assert told((ANN, "x", "y", START)).query(question, "7").authors == authors


@pytest.mark.parametrize(
    ("name", "question", "kept", "gone"),
    [
        ("太郎", "太郎さんは魚を食べた？", "魚", "太郎"),
        ("มะลิ", "มะลิกินปลาหรือยัง", "ปลา", "มะลิ"),
        ("민지", "민지는 생선을 먹었어?", "생선", "민지"),
        ("王小明", "王小明昨天吃鱼了吗", "吃鱼", "小明"),
    ],
)
def test_a_name_leaves_the_other_words_of_a_question_without_spaces(
    name: str, question: str, kept: str, gone: str
) -> None:
    query = told((Author("9", name), "x", "y", START)).query(question, "7")
    assert query.authors == {"9"}
    assert kept in query.terms or set(words(kept)) & query.terms
    assert not set(words(gone)) & query.terms


@pytest.mark.parametrize(
    "question", ["私の鍵はどこ？", "我的钥匙在哪", "제 열쇠 어디 있지?", "กุญแจของฉันอยู่ไหน"]
)
def test_the_asker_is_meant_in_scripts_without_spaces(question: str) -> None:
    assert told((ANN, "x", "y", START)).query(question, "7").authors == {"7"}


def test_a_name_that_is_an_everyday_word_is_no_name() -> None:
    index = told((Author("9", "Will The Al"), "x", "y", START))
    assert index.query("Will the heron come to al?", "7").authors == set()


def test_lines_without_text_are_no_lines() -> None:
    index = told((ANN, "heron", "  ", START), (ANN, "", "stork", START))
    assert len(index) == 2
    assert index.rank(index.query("heron stork", "7"), None, without=(), most=9) == [
        Line(1, 0),
        Line(2, 1),
    ]


def test_a_long_pause_begins_a_new_sitting() -> None:
    index = told(
        (ANN, "a", "b", START),
        (BOB, "c", "", START + 60),
        (BOB, "d", "", START + 61 + SITTING_SECONDS),
    )
    assert index.lines().sitting.tolist() == [0, 0, 0, 1]


def test_vectors_find_what_words_do_not() -> None:
    index = told(
        (ANN, "The stork nests", "", START),
        (ANN, "The heron wades", "", START + 2 * SITTING_SECONDS),
    )
    query = index.query("zeppelin", "7")
    assert index.rank(query, vector_of("heron wades"), without=(), most=1) == [Line(2, 0)]


def test_an_index_that_grew_ranks_as_one_that_was_built_at_once() -> None:
    turns = [
        (ANN, f"The heron of pond {i} wades", f"Noted {i}.", START + i * 1500) for i in range(12)
    ]
    grown, built = told(*turns[:5]), told(*turns)
    for number, (author, prompt, answer, at) in enumerate(turns[5:], 6):
        vectors = [quantize(vector_of(text)[None]) for text in (prompt, answer)]
        grown.rank(grown.query("heron", "7"), vector_of("heron"), without=(), most=3)
        grown.add(Turn(author, prompt, answer, Finish.STOP, at, number), (vectors[0], vectors[1]))
    query, vector = built.query("heron pond 7", "7"), vector_of("heron pond 7")
    assert grown.rank(query, vector, without=(), most=24) == built.rank(
        query, vector, without=(), most=24
    )
    assert min(grown.size_bytes, built.size_bytes) > 24 * ROW_BYTES


def test_an_empty_index_finds_nothing() -> None:
    index = ChatIndex()
    assert index.rank(index.query("heron", "7"), vector_of("heron"), without=(), most=3) == []


def test_an_excerpt_holds_what_was_asked_for() -> None:
    text = "before " * 50 + "the heron wades " + "after " * 50
    cut = excerpt(text, {"heron", "wad"}, 60)
    assert "heron" in cut
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert len(cut) <= 64
    assert excerpt("short", {"x"}, 60) == "short"
