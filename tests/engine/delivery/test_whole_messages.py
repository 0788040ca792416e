"""Tests that each message of a cut answer, and each beginning of one, shows its part fully."""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random
from typing import Callable

import pytest

from adapters.markup import discord_units, render_discord, telegram_units
from engine.delivery.growing import growing
from tests.rigs.markdown_rig import WORD, Writer, looks
from tests.rigs.reply_rig import pieces_of

HEAD = re.compile(r"^([ >]*\|.*)\n[ >]*\|(?:---\|)+", re.MULTILINE)


def repeated(answer: str) -> set[str]:
    """Return the words of table heads, which every message of a table repeats."""
    return {word for head in HEAD.findall(answer) for word in WORD.findall(head)}


@pytest.mark.parametrize("size", [250, 700, 4096])
def test_a_message_looks_like_its_part_of_the_whole(size: int) -> None:
    for seed in range(15):
        answer = Writer(Random(seed)).answer()
        found = defaultdict(list)
        for piece in pieces_of(answer, size, telegram_units):
            assert telegram_units(piece) <= size
            for word, look in looks(piece):
                found[word].append(look)
        heads = repeated(answer)
        for word, look in looks(answer):
            assert found[word] == [look] or word in heads, f"seed {seed}, {word}"


@pytest.mark.parametrize(
    ("size", "measure", "render"),
    [(2000, discord_units, render_discord), (300, discord_units, render_discord)],
)
def test_no_word_is_lost_or_doubled(
    size: int, measure: Callable[[str], int], render: Callable[[str], str]
) -> None:
    for seed in range(100, 115):
        answer = Writer(Random(seed)).answer()
        pieces = pieces_of(answer, size, measure)
        shown = WORD.findall("\n".join(map(render, pieces)).replace("\\", ""))
        heads = repeated(answer)
        wanted = [
            word for word in WORD.findall(render(answer).replace("\\", "")) if word not in heads
        ]
        assert [word for word in shown if word not in heads] == wanted, f"seed {seed}"


def test_a_growing_answer_loses_no_word_and_changes_no_style_twice() -> None:
    for seed in range(3):
        answer = Writer(Random(seed)).answer()[:500]
        complete = set(WORD.findall(answer))
        history: dict[str, list[frozenset[str]]] = defaultdict(list)
        for end in range(1, len(answer) + 1):
            begun = answer[:end]
            shown = {word: styles(look) for word, look in looks(growing(begun))}
            assert set(WORD.findall(begun)[:-1]) <= shown.keys(), f"seed {seed}: {begun[-60:]!r}"
            for word in shown.keys() & complete:
                if not begun.endswith(word) and history[word][-1:] != [shown[word]]:
                    history[word].append(shown[word])
        assert {word: seen for word, seen in history.items() if len(seen) > 2} == {}, f"seed {seed}"


def styles(look: frozenset[str]) -> frozenset[str]:
    return frozenset(style for style in look if not style.startswith("item"))


@pytest.mark.parametrize(
    ("begun", "shown"),
    [
        ("so **bold wor", "so **bold wor**"),
        ("so **bold word*", "so **bold word**"),
        ("so **", "so"),
        ("call `f(x", "call `f(x`"),
        ("see [the map](https://exam", "see the map"),
        ("see [the ma", "see the ma"),
        ("2 * 3", "2 * 3"),
        ("```py\nx = '**a", "```py\nx = '**a\n```"),
        ("Code:\n\n```", "Code:"),
    ],
)
def test_what_has_begun_is_shown_as_it_will_be(begun: str, shown: str) -> None:
    assert growing(begun) == shown


# -- each kind of cut


def test_a_list_goes_on_at_its_level_in_the_next_message() -> None:
    lines = [
        line
        for n in range(9)
        for line in (f"- **Area {n}**", *(f"    - Place {n}.{m}: quiet" for m in range(4)))
    ]
    pieces = pieces_of("\n".join(lines), 300, telegram_units)
    assert len(pieces) > 2
    for piece in pieces[1:]:
        assert piece.startswith(("- …\n    - Place", "- **Area"))


def test_a_numbered_list_of_ones_counts_on_in_the_next_message() -> None:
    answer = "\n".join(f"1. Step {n} of many, with some words" for n in range(1, 40))
    shown = "\n".join(render_discord(piece) for piece in pieces_of(answer, 400, discord_units))
    assert [int(number) for number in re.findall(r"^(\d+)\. Step", shown, re.MULTILINE)] == list(
        range(1, 40)
    )


def test_a_table_repeats_its_head_and_stays_one_kind_of_thing() -> None:
    rows = "".join(f"| Hut {n} | open until the first snow | {n} beds |\n" for n in range(30))
    pieces = pieces_of(
        f"The huts:\n\n| Name | When it is open | Beds |\n|---|---|---|\n{rows}",
        500,
        telegram_units,
    )
    assert len(pieces) > 3
    for piece in pieces:
        assert "Name: Hut" in render_discord(piece)
        assert "|" not in render_discord(piece)
        assert not re.search(r"^[ ]", render_discord(piece), re.MULTILINE)


def test_code_below_a_list_item_keeps_its_own_indentation() -> None:
    code = "".join(f"    def f_{n}():\n        return {n}\n\n" for n in range(30))
    answer = f"1. **First**\n\n    ```python\n{code}    ```\n\n2. **Then** run it."
    shown = "\n".join(render_discord(piece) for piece in pieces_of(answer, 400, discord_units))
    assert [line for line in shown.splitlines() if "return" in line] == [
        f"    return {n}" for n in range(30)
    ]
    assert shown.rstrip().endswith("2. **Then** run it.")


def test_bold_and_a_quote_close_and_open_again() -> None:
    bold = "**" + " ".join(f"Warning {n} says no." for n in range(60)) + "**"
    for piece in pieces_of(f"First.\n\n{bold}\n\nDone.", 300, telegram_units):
        assert piece.count("**") in (0, 2)
    quote = "> " + " ".join(f"Line {n} of the letter." for n in range(60))
    pieces = pieces_of(f"{quote}\n\nDone.", 300, telegram_units)
    assert all(piece.startswith("> ") for piece in pieces)


def test_a_link_a_code_span_and_a_formula_are_never_cut() -> None:
    for filler in range(60, 100):
        answer = (
            "x" * filler
            + " [a. long name](https://example.org/a) `some. code` \\(a. b\\) "
            + "and on " * 40
        )
        text = "\n".join(pieces_of(answer, 110, telegram_units))
        for whole in ("[a. long name](https://example.org/a)", "`some. code`", "\\(a. b\\)"):
            assert whole in text, filler


@pytest.mark.parametrize("cluster", ["🇫🇷", "1️⃣", "👩🏽‍🚀", "ก็", "क्षि", "é", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])
def test_what_is_read_as_one_character_stays_whole(cluster: str) -> None:
    text = "".join(pieces_of(cluster * 300, 64))
    for size in (60, 61, 62, 63):
        assert all(len(piece) % len(cluster) == 0 for piece in pieces_of(cluster * 300, size)), size
    assert text == cluster * 300
