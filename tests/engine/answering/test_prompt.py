"""Tests of the prompt: its content, and that it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from engine.answering.prompt import (
    CONTINUE,
    GAP,
    MESSAGE_TOKENS,
    SYSTEM,
    Question,
    build,
    estimate_tokens,
    system,
)
from engine.attachments import Attachment
from engine.contract import Author, ChatKey, ChatMessage, Finish, Inbound, Turn

NOW = 1_700_000_000.0  # Tuesday, 14 November 2023
ANN = Author("1", "Ann")
ASKED = Inbound(
    ChatKey("fake", "1"), "m1", ANN, "What is a pipit?", direct=True, addressed=True, sent_at=NOW
)
IN_GROUP = replace(ASKED, direct=False)


def a_turn(n: int, prompt: str = "", answer: str = "", author: Author = ANN) -> Turn:
    return Turn(author, prompt or f"question {n}", answer or f"answer {n}", Finish.STOP, NOW, n)


def made(
    question: Question, turns: Sequence[Turn] = (), budget_tokens: int = 3000
) -> list[ChatMessage]:
    return build(question, turns, now=NOW, persona="", budget_tokens=budget_tokens)


def tokens(messages: Sequence[ChatMessage]) -> int:
    return sum(MESSAGE_TOKENS + estimate_tokens(message.content) for message in messages)


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("a", 1), ("abcdefg", 2), ("abcdefgh", 3), ("日本語", 3)]
)
def test_tokens_are_estimated_from_bytes_and_rounded_up(text: str, expected: int) -> None:
    assert estimate_tokens(text) == expected


def test_half_a_character_pair_does_not_stop_the_estimate() -> None:
    assert estimate_tokens("\ud83d") == 1


def test_a_prompt_is_system_turns_and_question_in_order() -> None:
    assert made(Question(ASKED), [a_turn(1), a_turn(2)])[1:] == [
        ChatMessage("user", "question 1"),
        ChatMessage("assistant", "answer 1"),
        ChatMessage("user", "question 2"),
        ChatMessage("assistant", "answer 2"),
        ChatMessage("user", "What is a pipit?"),
    ]


def test_the_newest_turns_are_kept_and_the_oldest_left_out() -> None:
    turns = [a_turn(n, answer="word " * 50) for n in range(40)]
    messages = made(Question(ASKED), turns, budget_tokens=1000)
    assert messages[-3].content == "question 39"
    kept = [message.content for message in messages if message.content.startswith("question")]
    assert kept == [f"question {n}" for n in range(40 - len(kept), 40)]
    assert 5 < len(kept) < 20


def test_a_turn_that_does_not_fit_ends_the_history_even_if_older_ones_would() -> None:
    turns = [a_turn(1), a_turn(2, answer="long " * 2000), a_turn(3)]
    contents = [message.content for message in made(Question(ASKED), turns, budget_tokens=1000)]
    assert "question 3" in contents
    assert "question 1" not in contents


def test_turns_without_an_answer_are_not_shown() -> None:
    failed = replace(a_turn(1), answer=" ", finish=Finish.FAILED)
    assert len(made(Question(ASKED), [failed])) == 2


@pytest.mark.parametrize("seed", range(60))
def test_a_prompt_never_exceeds_its_budget(seed: int) -> None:
    chance = Random(seed)

    def text(most: int) -> str:
        return "".join(
            chance.choice(["word ", "日本語", "émigré ", "👩‍💻"])
            for _ in range(chance.randint(0, most))
        )

    turns = [a_turn(n, text(100), text(300)) for n in range(chance.randint(0, 20))]
    asked = replace(chance.choice([ASKED, IN_GROUP]), text=text(3000), quoted=text(200))
    question = Question(asked, partial=chance.choice(["", text(3000)]), context=text(50))
    assert tokens(made(question, turns, budget_tokens=1500)) <= 1500


@pytest.mark.parametrize("middle", ["a" * 8000, "日" * 3000])
def test_a_question_that_is_too_long_is_cut_in_its_middle(middle: str) -> None:
    asked = replace(ASKED, text=f"Summarise this: {middle} In one sentence.")
    messages = made(Question(asked), budget_tokens=1000)
    content = messages[-1].content
    assert content.startswith("Summarise this: ")
    assert content.endswith(" In one sentence.")
    assert GAP in content
    assert 900 < tokens(messages) <= 1000


def test_a_cut_keeps_characters_whole() -> None:
    for extra in range(4):
        asked = replace(ASKED, text="a" * extra + "日" * 3000)
        assert "\ufffd" not in made(Question(asked), budget_tokens=600)[-1].content


def test_something_of_the_question_is_asked_even_without_room() -> None:
    content = made(Question(replace(ASKED, text="Why? " * 400)), budget_tokens=10)[-1].content
    assert content.startswith("Why? ")


def test_an_answer_to_be_finished_is_shown_with_the_wish_to_go_on() -> None:
    assert made(Question(ASKED, partial="A pipit is a"))[1:] == [
        ChatMessage("user", "What is a pipit?"),
        ChatMessage("assistant", "A pipit is a"),
        ChatMessage("user", CONTINUE),
    ]


def test_a_long_answer_to_be_finished_keeps_its_end_and_its_question() -> None:
    partial = "".join(f"sentence {n}. " for n in range(2000))
    messages = made(Question(ASKED, partial=partial), [a_turn(1)], budget_tokens=1000)
    asked, answer = messages[-3], messages[-2]
    assert asked.content == "What is a pipit?"
    assert answer.content.endswith("sentence 1999. ")
    assert tokens(messages) <= 1000


def test_a_quoted_message_stands_before_the_question() -> None:
    asked = replace(ASKED, quoted="First line.\nSecond line.")
    assert made(Question(asked))[-1].content == "> First line.\n> Second line.\n\nWhat is a pipit?"


def test_files_without_a_word_are_named() -> None:
    asked = replace(
        ASKED, text="", attachments=(Attachment("plan.pdf", "application/pdf", 10, "secret-ref"),)
    )
    assert made(Question(asked))[-1].content == "[plan.pdf]"


def test_in_a_group_each_message_begins_with_its_author() -> None:
    messages = made(
        Question(IN_GROUP), [a_turn(1, author=Author("2", "Bob")), a_turn(2, author=Author("3"))]
    )
    assert [message.content for message in messages if message.role == "user"] == [
        "Bob: question 1",
        "Member #3: question 2",
        "Ann: What is a pipit?",
    ]
    assert "Each message begins with its author's name" in messages[0].content


def test_a_continuation_in_the_history_is_what_the_model_was_told_and_nobodys_words() -> None:
    bob = Author("2", "Bob")
    told = made(Question(IN_GROUP), [a_turn(1, "Tell me."), a_turn(2, "/continue", author=bob)])
    assert [message.content for message in told[1:5]] == [
        "Ann: Tell me.",
        "answer 1",
        CONTINUE,
        "answer 2",
    ]


def test_in_a_private_chat_nobody_is_named() -> None:
    messages = made(Question(ASKED), [a_turn(1)])
    assert not [message for message in messages if "Ann" in message.content]


def test_the_system_message_holds_rules_persona_and_date() -> None:
    text = system(Question(ASKED, context="From notes.pdf: …"), now=NOW, persona="a pirate")
    assert text.startswith(SYSTEM)
    assert "Today is Tuesday, 14 November 2023." in text
    assert "a pirate" in text
    assert "notes.pdf" not in text


def test_what_was_recalled_stands_with_the_question_and_not_with_the_rules() -> None:
    prompt = made(Question(ASKED, context="From notes.pdf: …"))
    assert [message.role for message in prompt] == ["system", "user"]
    assert prompt[1].content == "From notes.pdf: …\n\nWhat is a pipit?"


@pytest.mark.parametrize("text", ["", "2+2=", "🤔?"])
def test_the_model_is_told_the_language_of_a_question_without_letters(text: str) -> None:
    asked = Question(replace(ASKED, text=text))
    told = "The language of the question is 日本語."
    assert told in system(asked, now=NOW, persona="", language="日本語")
    assert "language of the question is" not in system(asked, now=NOW, persona="")
    assert told not in system(Question(ASKED), now=NOW, persona="", language="日本語")
    assert (
        told
        in build(asked, [], now=NOW, persona="", budget_tokens=900, language="日本語")[0].content
    )
