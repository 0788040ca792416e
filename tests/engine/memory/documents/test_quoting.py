"""Tests of quoting: whole passages if there is room, else their best sentences, with marks."""

from __future__ import annotations

import pytest

from engine.answering.prompt import estimate_tokens
from engine.memory.documents.passages import flowing, split, tokens, units
from engine.memory.documents.quoting import GAP, Passage, excerpt, quoted, shares
from engine.memory.search.vectors import quantize
from tests.rigs.memory_rig import vector_of

RULES = {
    "en": ("Rule {} tells how to sweep path number {}.", "The gate is opened by Orsolya.", "Who opens the gate?"),
    "ru": ("Правило {} говорит, как мести дорожку {}.", "Калитку открывает Аглая.", "Кто открывает калитку?"),
    "zh": ("第{}条规定如何清扫第{}条小路。", "大门由欧阳兰打开。", "大门由谁打开？"),
    "hi": ("नियम {} बताता है कि रास्ता {} कैसे साफ़ करें।", "फाटक कमला खोलती है।", "फाटक कौन खोलता है?"),
    "ar": ("القاعدة {} تبين كيف يكنس الممر {}.", "البوابة تفتحها نوال.", "من يفتح البوابة؟"),
}  # fmt: skip


def passage(text: str, vectors: bytes = b"") -> Passage:
    return Passage(text, 10, estimate_tokens, vectors)


def long_text(language: str, fact_at: int) -> tuple[str, str, str]:
    rule, fact, question = RULES[language]
    gap = "" if language == "zh" else " "
    sentences = [rule.format(i, i) for i in range(40)]
    sentences.insert(fact_at, fact)
    return gap.join(sentences), fact, question


@pytest.mark.parametrize("language", RULES)
@pytest.mark.parametrize("fact_at", [0, 20, 40])
def test_the_sentence_that_answers_is_quoted_whole_wherever_it_stands(
    language: str, fact_at: int
) -> None:
    text, fact, question = long_text(language, fact_at)
    (shown,) = quoted([passage(text)], question, None, 150, estimate_tokens)
    assert fact in shown
    assert GAP in shown
    assert estimate_tokens(shown) <= 140


def test_all_is_quoted_whole_where_there_is_room() -> None:
    texts = [long_text(language, 3)[0] for language in RULES]
    assert quoted([passage(text) for text in texts], "x", None, 10**6, estimate_tokens) == texts


def test_a_sentence_is_found_by_its_meaning_where_no_word_is_shared() -> None:
    text = " ".join(f"Rule {i} is about path {i}." for i in range(10)) + " Orsolya unlocks it."
    rows = [vector_of("whole")] + [vector_of(f"rule{i}") for i in range(10)] + [vector_of("gate")]
    shown = quoted(
        [passage(text, quantize(rows))], "gate", vector_of("gate"), 30, estimate_tokens
    )  # fmt: skip
    assert "Orsolya unlocks it." in shown[0]


def test_room_is_shared_and_what_one_does_not_need_goes_to_others() -> None:
    assert shares([100, 100, 100], 300) == [100, 100, 100]
    first, second, third = shares([1000, 100, 1000], 900)
    assert second == 100
    assert first > third > 250
    assert first + second + third <= 900
    # a share that is too small for a sentence helps nobody
    assert shares([500] * 8, 200).count(0) == 6
    assert shares([50], 0) == [0]
    assert shares([], 100) == []


def test_marks_stand_where_something_is_left_out() -> None:
    text = "One is here. Two is there. Three is far. Four is near."
    parts = units(text)
    assert excerpt(text, [0, 1, 0, 0], estimate_tokens(parts[1]) + 5, estimate_tokens) == (
        f"{GAP} Two is there. {GAP}"
    )
    assert excerpt(text, [1, 0, 0, 0], 1000, estimate_tokens) == text


def test_rows_come_with_the_line_that_names_their_columns() -> None:
    rows = "\n".join(f"lamp {i} | {i * 7}" for i in range(100))
    text = f"columns: article | price\n{rows}"
    (shown,) = quoted([passage(text)], "price of lamp 61", None, 80, estimate_tokens)
    lines = shown.splitlines()
    assert lines[0] == "columns: article | price"
    assert "lamp 61 | 427" in lines
    assert lines.count(GAP) == 2


def test_a_sentence_longer_than_the_room_is_cut_and_marked() -> None:
    (shown,) = quoted([passage("word " * 500)], "word", None, 60, estimate_tokens)
    assert shown.endswith(f"word {GAP}")
    assert 20 < estimate_tokens(shown) <= 50


@pytest.mark.parametrize("language", RULES)
def test_passages_are_sized_in_tokens_whatever_the_script(language: str) -> None:
    text = (long_text(language, 0)[0] + ("" if language == "zh" else " ")) * 5
    sizes = [tokens(part) for _, part in split([("", text)])]
    assert max(sizes) <= 600
    assert min(sizes) > 0.5 * max(sizes)  # the sizes are about equal


def test_each_passage_of_a_table_names_its_columns() -> None:
    rows = "\n".join(f"lamp {i} | {i * 7} | in stock" for i in range(300))
    passages = [text for _, text in split([("Sheet", f"columns: article | price | state\n{rows}")])]
    assert len(passages) > 5
    assert all(text.startswith("columns: article | price | state\nlamp ") for text in passages)
    assert "\n".join(text.split("\n", 1)[1] for text in passages) == rows


WRAPPED = """The lease begins on the first of March and ends three years later, unless
it is ended before by one of the two sides in writing. The rent is paid in ad-
vance. Keys are handed over when the deposit has been paid in full to the
account that stands below."""
LOG = """2026-03-01 12:00:01 INFO the pump was started by the timer in room four
2026-03-01 12:00:07 WARN the pressure is low, two more tries are made now
2026-03-01 12:01:44 INFO the pump was stopped by hand, pressure is fine"""
CODE = """def area(width, height):
    # The walls are counted once.
    total = width * height
    return total"""
POEM = """The night is long,
the road is wide,
a lantern sways
on the other side."""
ADDRESS = """Mill Works Ltd.
Harbour Street 14
20457 Hamburg"""


def test_prose_that_was_broken_to_fit_a_page_flows_again() -> None:
    assert "unless it is ended" in flowing(WRAPPED)
    assert "paid in advance. Keys" in flowing(WRAPPED)
    assert "\n" not in flowing(WRAPPED)


@pytest.mark.parametrize("text", [LOG, CODE, POEM, ADDRESS], ids=["log", "code", "poem", "address"])
def test_lines_that_mean_something_stay_lines(text: str) -> None:
    assert flowing(text) == text
    (passage,) = split([("", text)])
    assert passage == ("", text)


def test_sentences_end_at_full_stops_of_every_script_and_not_at_abbreviations() -> None:
    text = (
        "Dr. Weiss came at 5 p.m. sharp. Room no. 7 was open! 门开了。她走了。 दरवाज़ा खुला। बंद "
        "हुआ।\nEnd"
    )
    assert [unit.strip() for unit in units(text)] == [
        "Dr. Weiss came at 5 p.m. sharp.",
        "Room no. 7 was open!",
        "门开了。",
        "她走了。",
        "दरवाज़ा खुला।",
        "बंद हुआ।",
        "End",
    ]
    assert "".join(units(text)) == text
