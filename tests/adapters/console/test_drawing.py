"""Tests of the drawing: text copied from a terminal is the model's text, at any width."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from adapters.console.drawing import Answer

WIDTHS = (20, 33, 60, 80, 120)
CODE = (
    'def f(x):\n    if x:\n\treturn "'
    + "a long text without an end " * 5
    + '"\n\n    # the end  here'
)
TABLE = (
    "| Town | What there is to see when it rains all day | Price |\n|---|---|--:|\n"
    "| Hill | The museum of clocks and the covered market | 12 € |\n| Port | Ships | 3 € |\n"
)


def drawn(markdown: str, width: int, *, tail: bool = False) -> str:
    output = io.StringIO()
    console = Console(
        file=output, width=width, height=50, highlight=False, markup=False, emoji=False
    )
    console.print(Answer(markdown, tail=tail), crop=False)
    return output.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["", "python", "nolanguage"])
def test_code_is_copied_as_it_was_written(width: int, language: str) -> None:
    assert CODE + "\n" in drawn(f"So:\n\n```{language}\n{CODE}\n```\n\nDone.", width)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_loses_no_text(width: int) -> None:
    words = set(re.findall(r"\w+", TABLE))
    assert words <= set(re.findall(r"\w+", drawn(TABLE, width)))


def test_a_table_stands_in_columns_where_there_is_room() -> None:
    assert "Town  What there is" in drawn(TABLE, 80)
    assert "Town: Hill" in drawn(TABLE, 40)


@pytest.mark.parametrize("width", WIDTHS)
def test_words_are_wrapped_between_words_and_below_the_text_of_their_item(width: int) -> None:
    lines = drawn("1. " + "many words " * 20 + "\n   - inner " + "words " * 30, width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line.startswith(("1. ", "   ")) for line in lines)


def test_signs_and_formulas_are_kept() -> None:
    assert drawn("120\n+ 30\n- 15\n= 135", 60) == "120\n+ 30\n- 15\n= 135\n"
    assert drawn("\\[\nx^2\n- 1\n\\]", 60) == "x² - 1\n"


def test_a_growing_block_of_code_fits_the_screen() -> None:
    lines = drawn("```\n" + "x" * 500, 40, tail=True).splitlines()
    assert max(map(len, lines)) <= 40
    assert "".join(lines) == "x" * 500


def test_no_tag_and_no_address_is_hidden() -> None:
    assert (
        drawn("See [here](https://example.org/a) <div>", 60)
        == "See here (https://example.org/a) <div>\n"
    )
