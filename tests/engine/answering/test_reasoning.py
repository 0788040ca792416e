"""Reasoning before an answer is taken off, however the stream is cut; the answer's own words are not."""

from __future__ import annotations

from itertools import combinations

import pytest

from engine.answering.reasoning import ReasoningFilter

CASES = {
    "<think>hm</think>Hi": "Hi",
    " <think>a</think>\n\n Hi you\n": "Hi you\n",
    "<think></think>Hi": "Hi",
    "<thinking>a<b</thinking>Hi": "Hi",
    "<think>a</think> <think>b</think>Hi": "Hi",
    "<think>a</thin</think>Hi": "Hi",
    "<think>never": "",
    "<think>x</thi": "",
    "<think>x</think>": "",
    "<thin": "<thin",
    "<thinker> Hi": "<thinker> Hi",
    "`<think>` is": "`<think>` is",
    "A <think>b</think>": "A <think>b</think>",
    "<think>a</think>B<think>c": "B<think>c",
    "\n Hi": "\n Hi",
    "</think>Hi": "</think>Hi",
    "": "",
}


def run(pieces: list[str]) -> str:
    found = ReasoningFilter()
    return "".join([*(found.feed(piece) for piece in pieces), found.end()])


@pytest.mark.parametrize(("text", "shown"), CASES.items())
def test_every_cut_of_an_answer_into_three_shows_the_same(text: str, shown: str) -> None:
    for first, second in combinations(range(len(text) + 1), 2):
        assert run([text[:first], text[first:second], text[second:]]) == shown
    assert run([text]) == shown


@pytest.mark.parametrize(("text", "shown"), CASES.items())
def test_an_answer_in_single_characters_shows_the_same(text: str, shown: str) -> None:
    assert run(list(text)) == shown


def test_text_passes_at_once_when_no_reasoning_stands_before_it() -> None:
    found = ReasoningFilter()
    assert [found.feed("H"), found.feed("i <think>")] == ["H", "i <think>"]


def test_long_reasoning_is_not_kept() -> None:
    found = ReasoningFilter()
    found.feed("<think>")
    for _ in range(1000):
        found.feed("thought ")
    assert len(vars(found)["_held"]) < len("</thinking>")


@pytest.mark.parametrize(
    "text",
    ["\u2028" * 20000, " " * 20000, "<think>" + "<" * 20000, "<think>" + "</" * 20000],
    ids=["separators", "spaces", "brackets", "beginnings"],
)
def test_the_work_on_single_characters_is_linear(text: str) -> None:
    found, most = ReasoningFilter(), 0
    for character in text:
        found.feed(character)
        most = max(most, len(vars(found)["_held"]))
    assert most < 40  # what is looked at again with each character
