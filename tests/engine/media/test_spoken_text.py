"""A voice reads the words of an answer: no marks, no addresses, no code, and whole sentences."""

from __future__ import annotations

import pytest

from engine.media.spoken_text import spoken_text


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("Some **bold** and `code`.", "Some bold and code."),
        ("# Head\n\nBody.", "Head\nBody."),
        ("See [the page](https://x.org/y) or https://x.org/z now.", "See the page or now."),
        ("Before.\n\n```py\nprint(1)\n```\n\nAfter.", "Before.\nAfter."),
        ("- one\n- two", "one\ntwo"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n1, 2"),
        ("One\nline.", "One line."),
        ("…\n\n---", ""),
        ("", ""),
    ],
    ids=["styles", "heading", "links", "code", "list", "table", "break", "no word", "nothing"],
)
def test_the_words_of_an_answer_are_read(markdown: str, said: str) -> None:
    assert spoken_text(markdown, 1000) == said


@pytest.mark.parametrize(
    ("text", "most", "said"),
    [
        ("One. Two. Three.", 11, "One. Two."),
        ("これは一つ目です。これは二つ目です。", 12, "これは一つ目です。"),
        ("one two three", 9, "one two"),
        ("abcdefghij", 4, "abcd"),
    ],
)
def test_a_long_text_ends_with_a_whole_sentence(text: str, most: int, said: str) -> None:
    assert spoken_text(text, most) == said


def test_text_that_nests_too_deeply_is_read_as_it_is() -> None:
    assert spoken_text("> " * 70 + "deep", 1000).endswith("deep")
