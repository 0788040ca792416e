"""Tests that reasoning before an answer is removed, in whatever pieces the stream comes.

The answer's own text stays.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from engine.answering.reasoning import ReasoningFilter, reasons_by_name

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
    "</think>Hi": "Hi",
    "<thought>a</thought>Hi": "Hi",
    "<reasoning>a</think></reasoning>\nHi": "Hi",
    "[THINK]a[/THINK]Hi": "Hi",
    "◁think▷a◁/think▷Hi": "Hi",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Hi": "Hi",
    "<|channel|>final<|message|>Hi": "Hi",
    "<|start|>assistant<|channel|>final<|message|>Hi": "Hi",
    "<|channel>thought\na<channel|>Hi": "Hi",
    "<|begin_of_thought|>a<|end_of_thought|>Hi": "Hi",
    "Okay, so the user is there.</think>Hi": "Hi",
    "The user wants a.\n</thought>\n\nHi": "Hi",
    "嗯，用户</think>Hi": "Hi",
    "Okay, so be it.": "Okay, so be it.",
    "The use is": "The use is",
    "Say `</think>` so": "Say `</think>` so",
    "```\n</think>\n```": "```\n</think>\n```",
    "a [/THIN b <": "a [/THIN b <",
    "": "",
}


def run(pieces: list[str], *, expected: bool = False, whole: bool = True) -> str:
    found, shown = ReasoningFilter(expected=expected), ""
    for piece in pieces:
        text = found.feed(piece)
        shown = text if found.retracted else shown + text
        found.retracted = False
    return shown + found.end(whole=whole)


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
    assert [found.feed("B"), found.feed("ye <think>")] == ["B", "ye <think>"]


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
    assert most < 40  # the number of characters that are examined again with each new one


UNOPENED = {
    "Rain falls, so a.</think>Hi": "Hi",
    "It is a [/THINK] \n Hi": "Hi",
    "x <|end_thinking|>Hi": "Hi",
}


@pytest.mark.parametrize(("text", "shown"), UNOPENED.items())
def test_a_closing_mark_takes_back_what_was_passed_on(text: str, shown: str) -> None:
    for first, second in combinations(range(len(text) + 1), 2):
        assert run([text[:first], text[first:second], text[second:]]) == shown
    found = ReasoningFilter()
    found.feed(text)
    assert found.unopened


@pytest.mark.parametrize(
    "text",
    [*UNOPENED, *(text for text, shown in CASES.items() if shown == "Hi")],
)
def test_of_a_model_that_is_known_to_reason_nothing_comes_before_the_closing_mark(
    text: str,
) -> None:
    for cut in range(len(text) + 1):
        found = ReasoningFilter(expected=True)
        pieces = [found.feed(text[:cut]), found.feed(text[cut:]), found.end()]
        assert ("".join(pieces), found.retracted) == ("Hi", False)


def test_what_is_held_back_is_the_answer_if_it_ends_by_itself_and_reasoning_if_it_is_cut() -> None:
    for text in ("Rain is wet.", "  Rain", "x" * 3000):
        assert run([text[:2], text[2:]], expected=True) == text
        assert run([text[:2], text[2:]], expected=True, whole=False) == ""


def test_a_mere_suspicion_holds_back_a_bounded_text() -> None:
    found = ReasoningFilter()
    assert found.feed("Okay, so ") == ""
    assert found.thinking
    assert found.feed("long " * 500) == "Okay, so " + "long " * 500


def test_an_endpoint_that_tells_reasoning_by_itself_is_not_waited_for() -> None:
    found = ReasoningFilter(expected=True)
    found.parsed()
    assert found.feed("Rain") == "Rain"


@pytest.mark.parametrize(
    ("model", "reasons"),
    [
        ("deepseek-ai/DeepSeek-R1", True),
        ("Qwen/Qwen3-4B-Thinking-2507", True),
        ("Qwen/QwQ-32B", True),
        ("deepseek-reasoner", True),
        ("Qwen/Qwen2.5-7B-Instruct-1M", False),
        ("command-r1x", False),
        ("google/gemma-2-2b-it", False),
    ],
)
def test_a_models_name_may_say_that_it_reasons(model: str, *, reasons: bool) -> None:
    assert reasons_by_name(model) is reasons


def test_what_a_suspected_model_says_is_held_back_until_it_is_let_go() -> None:
    found = ReasoningFilter(suspected=True)
    assert (found.feed("Rain is wet."), found.suspecting) == ("", True)
    assert (found.let_go(), found.suspecting) == ("Rain is wet.", False)
    assert (found.feed("</think>Hi"), found.retracted) == ("Hi", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rain is wet", "Rain is wet"),
        ("Okay, so the user", ""),
        ("Rain</think>Hi", "Hi"),
        ("<think>Rain</think>Hi", "Hi"),
        ("<think>Rain", ""),
    ],
)
def test_of_a_suspected_models_cut_answer_only_reasoning_is_dropped(text: str, shown: str) -> None:
    for cut in range(len(text) + 1):
        found = ReasoningFilter(suspected=True)
        pieces = [found.feed(text[:cut]), found.feed(text[cut:]), found.end(whole=False)]
        assert "".join(pieces) == shown
