"""Tests of cutting: the messages of a cut answer read like the whole answer."""

from __future__ import annotations

import re
from random import Random

import pytest

from engine.delivery.cutting import Measure, cut, whole
from tests.rigs.reply_rig import pieces_of

SEEDS = range(120)
STEMS = ("word", "Wörter", "词", "слово", "cafe\u0301", "👩‍💻")


def random_answer(chance: Random) -> str:
    """Return random paragraphs, lists and code in several scripts, made of numbered words."""
    words = (chance.choice(STEMS) + str(n) for n in range(10_000))
    blocks = []
    for _ in range(chance.randint(1, 12)):
        kind = chance.random()
        lines = [
            " ".join(
                next(words) + chance.choice(["", "", ".", ",", "!"])
                for _ in range(chance.randint(1, 12))
            )
            for _ in range(chance.randint(1, 8))
        ]
        if kind < 0.4:
            mark = chance.choice(["```", "````", "~~~"])
            language = chance.choice(["", "python", " c++ title"])
            lines = [mark + language, *lines, mark + chance.choice(["", "", " "])]
        elif kind < 0.6:
            lines = ["- " + line for line in lines]
        elif kind < 0.7:
            lines = ["".join(lines).replace(" ", "")]
        blocks.append("\n".join(lines))
    return chance.choice(["\n", "\n\n", "\n\n\n"]).join(blocks)


def letters(text: str) -> str:
    """Return a text without fence lines, blanks and list marks."""
    text = re.sub(r"- …", "", text)
    return re.sub(r"\s", "", re.sub(r"^ {0,3}(?:```|~~~).*$", "", text, flags=re.MULTILINE))


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("measure", [len, utf16])
def test_nothing_is_lost_or_doubled_whatever_the_text(measure: Measure) -> None:
    for seed in SEEDS:
        text = random_answer(Random(seed))
        assert letters("\n".join(pieces_of(text, 120, measure))) == letters(text), f"seed {seed}"


@pytest.mark.parametrize("measure", [len, utf16])
def test_every_part_fits(measure: Measure) -> None:
    for seed in SEEDS:
        text = random_answer(Random(seed))
        assert [p for p in pieces_of(text, 120, measure) if measure(p) > 120] == [], f"seed {seed}"


def test_a_cut_stays_where_it_is_while_the_answer_grows() -> None:
    for seed in SEEDS[:25]:
        text = random_answer(Random(seed))[:400]
        first = cut(text, 0, 120, len)
        if first is None:
            continue
        # From the first length at which a cut is needed, every longer text is cut at the same
        # place.
        grown = [cut(text[:n], 0, 120, len) for n in range(first.resume, len(text) + 1)]
        assert set(grown) <= {None, first}, f"seed {seed}"
        assert grown == sorted(grown, key=lambda at: at is not None), (
            f"seed {seed}: a cut was taken back"
        )


def test_every_part_renders_by_itself() -> None:
    for seed in SEEDS:
        for piece in pieces_of(random_answer(Random(seed)), 120):
            assert whole(piece) == piece, f"seed {seed}"


def test_code_stays_code_and_prose_stays_prose() -> None:
    for seed in SEEDS:
        text = random_answer(Random(seed))
        assert _code("\n".join(pieces_of(text, 120))) == _code(text), f"seed {seed}"


def _code(text: str) -> str:
    """Return the text inside fences, without blanks."""
    inside, mark = [], ""
    for line in text.split("\n"):
        match = re.match(r" {0,3}(`{3,}|~{3,})(.*)$", line)
        if match and not mark:
            mark = match.group(1)
        elif match and match.group(1).startswith(mark) and not match.group(2).strip():
            mark = ""
        elif mark:
            inside.append(line)
    return re.sub(r"\s", "", "".join(inside))


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut("x" * 100, 0, 100, len) is None


def test_an_empty_text_is_not_cut() -> None:
    assert cut("", 0, 100, len) is None


def test_a_paragraph_is_the_best_break() -> None:
    text = "One. Two three.\n\nFour five. Six\nseven eight. " + "nine " * 30
    assert pieces_of(text, 40)[0] == "One. Two three.\n\nFour five. Six"
    assert pieces_of("a" * 30 + "\n\n" + "b " * 40, 40)[0] == "a" * 30


def test_a_sentence_is_a_better_break_than_a_word() -> None:
    assert (
        pieces_of("The first sentence is here. The second one is long", 40)[0]
        == "The first sentence is here."
    )


def test_chinese_is_cut_behind_its_full_stop() -> None:
    assert pieces_of("春天来了花儿开了。" * 10, 40)[0].endswith("。")


def test_a_cut_fence_is_closed_and_opened_again_with_its_language() -> None:
    text = "```python\n" + "\n".join(f"line_{n} = {n}" for n in range(20)) + "\n```"
    pieces = pieces_of(text, 80)
    assert len(pieces) > 2
    assert all(piece.startswith("```python\n") and piece.endswith("\n```") for piece in pieces)


def test_a_longer_mark_is_kept_when_a_fence_is_opened_again() -> None:
    text = "````\n" + "```\n" * 30 + "````"
    assert all(
        piece.startswith("````\n") and piece.endswith("\n````") for piece in pieces_of(text, 60)
    )


def test_no_message_ends_with_the_head_of_a_code_block() -> None:
    text = "word " * 16 + "\n```python\n" + "value = 1\n" * 20 + "```"
    first, second = pieces_of(text, 95)[:2]
    assert "```" not in first
    assert second.startswith("```python\nvalue")


def test_no_message_begins_with_an_empty_code_block() -> None:
    text = "```\n" + "x" * 60 + "\n``````\nafter " + "words " * 20
    for size in range(64, 76):
        assert not [piece for piece in pieces_of(text, size) if piece.startswith("```\n```")], size


def test_a_fence_whose_end_alone_is_left_leaves_an_empty_part() -> None:
    text = "```\n" + "code\n" * 20 + "`````\n\nEnd."
    assert [
        piece for piece in pieces_of(text, 60) if "code" not in piece and "End" not in piece
    ] == []


def test_words_behind_a_fence_mark_are_not_repeated_in_every_part() -> None:
    text = "```" + "json{" * 400
    pieces = pieces_of(text, 120)
    assert max(map(len, pieces)) <= 120
    assert len(pieces) < 25


def test_code_keeps_the_indentation_of_its_first_line() -> None:
    text = "```\n" + "a\n" * 20 + "    deep\n" + "b\n" * 40 + "```"
    pieces = [piece for size in range(40, 70) for piece in pieces_of(text, size)]
    assert any(piece.startswith("```\n    deep\n") for piece in pieces)


def test_a_backtick_fence_has_no_backtick_in_its_first_line() -> None:
    assert whole("```not a fence```\ntext") == "```not a fence```\ntext"
    assert whole("~~~ with ` tick\ntext") == "~~~ with ` tick\ntext\n~~~"


def test_a_fence_is_closed_by_a_mark_at_least_as_long_alone_on_its_line() -> None:
    assert whole("````\ncode\n```") == "````\ncode\n```\n````"
    assert whole("```\ncode\n``` python") == "```\ncode\n``` python\n```"
    assert whole("```\ncode\n~~~") == "```\ncode\n~~~\n```"
    assert whole("```\ncode\n   `````") == "```\ncode\n   `````"


def test_closing_a_text_without_an_open_fence_changes_nothing() -> None:
    assert whole("plain\n\n```\nx\n```") == "plain\n\n```\nx\n```"
    assert whole("~~~~\nx") == "~~~~\nx\n~~~~"


def test_a_joined_emoji_is_not_torn() -> None:
    family = "👩\u200d👩\u200d👧"
    for filled in range(70, 80):
        pieces = pieces_of("x" * filled + family + "y" * 40, 80)
        assert any(family in piece for piece in pieces), filled


def test_an_accent_stays_with_its_letter() -> None:
    text = "n\u0303" * 200
    assert not [piece for piece in pieces_of(text, 51) if piece.startswith("\u0303")]


def test_a_character_larger_than_a_message_does_not_stop_the_rest() -> None:
    pieces = pieces_of("abc", 1, lambda text: 10 * len(text))
    assert [piece for piece in pieces if piece] == ["a", "b", "c"]


def test_a_text_that_renders_much_shorter_fills_its_message() -> None:
    """Telegram counts the text without the markup, so a link takes only the room of its label."""
    rendered = lambda text: len(re.sub(r"\[(\w+)\]\(\S*?\)", r"\1", text))  # noqa: E731 - one line says it
    text = " ".join(f"[word{n}](https://example.org/{'x' * 90})" for n in range(100))
    pieces = pieces_of(text, 200, rendered)
    assert max(map(rendered, pieces)) <= 200
    assert len(pieces) <= 5


def test_a_part_fits_also_where_a_break_makes_the_rendered_text_longer() -> None:
    """A link whose target contains a blank is short only as long as it is not cut."""
    rendered = lambda text: len(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text))  # noqa: E731 - as above
    text = "word " * 28 + "[x](<" + "ab " * 10 + ">)" + "y" * 60
    assert max(map(rendered, pieces_of(text, 160, rendered))) <= 160


DEAR = {
    "fences": "```\ncode here\n```\n",
    "open code": "x = value\n",
    "headings": "# a\n",
    "list items": "- a\n",
    "emphasis": "*_*_ a",
    "pictures": "![",
    "quotes": "> > a\n",
    "letters": "a",
    "table rows": "|a|b|\n|-|-|\n|",
}


@pytest.mark.parametrize("pattern", DEAR.values(), ids=DEAR.keys())
def test_a_cut_measures_a_few_times_and_little_more_than_a_message(pattern: str) -> None:
    measured: list[int] = []

    def measure(text: str) -> int:
        measured.append(len(text))
        return len(text) * 3 // 4  # like a text with marks

    text = pattern * (400_000 // len(pattern))
    piece = cut(text, 0, 4000, measure)
    assert piece is not None
    assert len(measured) <= 14
    assert max(measured) <= 12_000, "what is measured is a message, however long the text is"
