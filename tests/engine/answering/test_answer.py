"""Tests of an answer as a person sees it.

A continuation joins the text on screen, reasoning is never shown, and each end has its notice.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.answering.answer import AnswerSettings
from engine.answering.endings import Ending
from engine.answering.fallback import FallbackModel
from engine.answering.prompt import GO_ON
from engine.contract import Action, ChatMessage, Delta, Finish
from engine.errors import (
    ContentFiltered,
    ModelError,
    ModelGarbled,
    ModelUnavailable,
    ModelUnknown,
    OnlyThought,
)
from engine.wording import Words, words_in
from tests.rigs.engine_rig import DM, a_house
from tests.rigs.fakes import Cue, FakeModel

EN = words_in("en")
FIRST = "The moon is smaller than the earth. It has no air, and its days are "
REST = "two weeks long."
SAID_AGAIN = (
    "Compared to the earth, the moon is smaller. There is no air, and its days last for two weeks."
)
CUT = Delta(finish=Finish.LENGTH)


async def taken_up(folder: Path, *said: Cue) -> tuple[list[list[str]], str]:
    """Kill a process in the middle of an answer.

    Returns the texts that each message showed in the next process, and the recorded answer.
    """
    gate = asyncio.Event()
    async with a_house(folder, [FIRST + "tw", gate]) as house:
        await house.say("what is the moon?")
        await house.advance(5)
    async with a_house(folder, list(said), clock=house.clock, chats=house.chats) as house:
        house.sinks.append(house.sink(DM, "h0"))
        shown = [list(message.revisions) for message in house.chat().messages.values()]
        await house.recover()
        await house.rest()
        (turn,) = (await house.sessions.get(DM)).turns
        after = [
            message.revisions[len(old) - 1 :]
            for message, old in zip(house.chat().messages.values(), shown)
        ]
        return after, turn.answer


@pytest.mark.parametrize(
    "said",
    [
        [REST],
        [" ", *REST],
        ["It has no air, and its days are ", REST],
        list(FIRST + REST),
        ["Sure, here is the rest:\n\n", REST],
    ],
)
async def test_an_answer_that_a_kill_has_cut_is_one_whole_text(
    tmp_path: Path, said: list[Cue]
) -> None:
    _, answer = await taken_up(tmp_path, *said)
    assert answer == FIRST + REST


async def test_a_complete_answer_that_begins_anew_and_is_shorter_is_shown_and_recorded(
    tmp_path: Path,
) -> None:
    said = "The moon has no air, is smaller than the earth, and its days are long."
    after, answer = await taken_up(tmp_path, said)
    assert answer == said
    assert after[0][-1] == said


async def test_a_cut_list_of_like_series_is_completed(tmp_path: Path) -> None:
    words = [f"Q{question}-{number}" for question in (67, 70) for number in range(30)]
    gate = asyncio.Event()
    async with a_house(tmp_path, [" ".join(words[:38]) + " ", gate]) as house:
        await house.say("count twice")
        await house.advance(5)
    rest = [f"{word} " for word in words[38:]]
    async with a_house(tmp_path, rest, clock=house.clock, chats=house.chats) as house:
        house.sinks.append(house.sink(DM, "h0"))
        await house.recover()
        await house.rest()
        shown = [word for text in house.chat().texts for word in text.split()]
        assert shown == words


async def test_a_new_beginning_replaces_the_old_text_in_its_messages_without_a_jump_back(
    tmp_path: Path,
) -> None:
    said: list[Cue] = [piece for word in SAID_AGAIN.split(" ") for piece in (f"{word} ", 0.5)]
    shown, answer = await taken_up(tmp_path, *said)
    assert answer.strip() == SAID_AGAIN
    ((*_, last),) = shown
    assert last.strip() == SAID_AGAIN
    lengths = [len(text.rstrip()) for text in shown[0]]
    assert all(later >= len(FIRST.rstrip()) for later in lengths)


async def test_continue_shows_only_what_is_missing_and_opens_a_code_block_again(
    tmp_path: Path,
) -> None:
    code = "Run:\n\n```python\ndef f(x):\n"
    async with a_house(
        tmp_path, [code, CUT], ["    return x\n```\nDone."], [code, "    x"]
    ) as house:
        await house.ask("how?")
        await house.ask("/continue")
        assert house.chat().texts[-1] == "```python\n    return x\n```\nDone."
        await house.ask("/retry")
        assert house.chat().texts[-1].startswith("```python\n    x")


async def fallback_house(folder: Path, *scripts: list[Cue]) -> tuple[str, FakeModel]:
    async with a_house(folder) as house:
        inner = FakeModel(house.clock, *scripts)
        house.engine.answerer.model = FallbackModel(inner, ["one", "two"], house.clock)
        await house.ask("what is the moon?")
        return house.last(), inner


async def test_another_model_goes_on_with_an_answer_that_broke_off(tmp_path: Path) -> None:
    shown, inner = await fallback_house(
        tmp_path, [FIRST + "tw", ModelGarbled("broken")], ["It has no air, and its days are ", REST]
    )
    assert shown == FIRST + REST
    assert inner.models == ["one", "two"]
    assert inner.prompts[1][-2:] == [ChatMessage("assistant", FIRST), GO_ON]


async def test_of_a_few_words_another_model_begins_anew(tmp_path: Path) -> None:
    shown, inner = await fallback_house(
        tmp_path, ["The mo", ModelUnavailable("gone")], ["A moon is a moon."]
    )
    assert (shown, inner.prompts[1][-1]) == (
        "A moon is a moon.",
        ChatMessage("user", "what is the moon?"),
    )


async def test_an_answer_that_breaks_off_in_every_model_keeps_its_words(tmp_path: Path) -> None:
    broken = ModelGarbled("broken")
    shown, inner = await fallback_house(
        tmp_path, [FIRST, broken], ["two ", broken], ["weeks ", broken], ["long", broken]
    )
    assert shown.startswith((FIRST + "two weeks long")[:80])
    assert EN.cut_failed in shown
    assert len(inner.prompts) == 4


async def test_a_model_that_thinks_is_given_a_sign(tmp_path: Path) -> None:
    thinking = Delta(thinking=True)
    async with a_house(tmp_path, [thinking, 2.0, thinking, 2.0, "It is round."]) as house:
        await house.say("what is the moon?")
        await house.advance(3)
        assert house.last() == EN.thinking
        await house.rest()
        assert house.last() == "It is round."


async def test_a_short_thought_is_no_message(tmp_path: Path) -> None:
    thinking = Delta(thinking=True)
    async with a_house(tmp_path, [thinking, 0.5, thinking, "It is round."]) as house:
        await house.ask("what is the moon?")
        (message,) = house.chat().messages.values()
        assert EN.thinking not in message.revisions


async def test_reasoning_that_was_passed_on_is_neither_shown_at_the_end_nor_kept(
    tmp_path: Path,
) -> None:
    script = ["A person asks. I must tell them. ", 3.0, Delta("It is ", retracts=True), "round."]
    async with a_house(tmp_path, script) as house:
        await house.ask("what is the moon?")
        assert house.last() == "It is round."
        assert [turn.answer for turn in (await house.sessions.get(DM)).turns] == ["It is round."]


async def test_the_deadline_in_the_models_reasoning_is_told_as_that(tmp_path: Path) -> None:
    script = [Delta(thinking=True), 60.0]
    async with a_house(tmp_path, script, answers=AnswerSettings(timeout_seconds=11)) as house:
        await house.ask("what is the moon?")
        assert house.last() == EN.thought_only
        assert house.buttons() == [Action.RETRY]


RETRY, BOTH = [Action.RETRY], [Action.CONTINUE, Action.RETRY]


@pytest.mark.parametrize(
    ("ending", "answer", "said", "buttons"),
    [
        (Ending(Finish.STOP), "Hi", "", RETRY),
        (Ending(Finish.LENGTH), "Hi", EN.cut_length, BOTH),
        (Ending(Finish.DEADLINE), "Hi", EN.cut_deadline, BOTH),
        (Ending(Finish.DEADLINE), "", EN.no_words, RETRY),
        (Ending(Finish.DEADLINE, thinking=True), "", EN.thought_only, RETRY),
        (Ending(Finish.STOPPED), "Hi", EN.cut_stopped, BOTH),
        (Ending(Finish.STOPPED), " ", EN.stopped_empty, RETRY),
        (Ending(Finish.FILTERED), "Hi", EN.cut_filtered, RETRY),
        (Ending(Finish.FAILED, ContentFiltered("x")), "", EN.filtered, RETRY),
        (Ending(Finish.FAILED, ModelGarbled("x")), "Hi", EN.cut_failed, BOTH),
        (Ending(Finish.FAILED), "", EN.empty_answer, RETRY),
        (Ending(Finish.FAILED, OnlyThought("x")), "", EN.thought_only, RETRY),
        (Ending(Finish.FAILED, ModelUnknown("x", status=404)), "", EN.model_gone, RETRY),
        (Ending(Finish.FAILED, ModelError("x")), "", EN.model_unavailable, RETRY),
    ],
)
def test_each_end_has_its_words_and_buttons(
    ending: Ending, answer: str, said: str, buttons: list[Action]
) -> None:
    assert ending.words(answer, EN, 15.2) == said.format(seconds=15)
    assert [button.action for button in ending.buttons(answer, EN)] == buttons


@pytest.mark.parametrize("finish", Finish)
def test_every_finish_has_words_in_every_place(finish: Finish) -> None:
    words: Words = EN
    for answer in ("", "Hi"):
        assert isinstance(Ending(finish).words(answer, words, 15), str)
