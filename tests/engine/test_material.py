"""Tests that a question's material is used again wherever the question is asked again."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.answering.answer import AnswerSettings
from engine.attachments import Attachment
from engine.contract import Action, Delta, Finish, Inbound, Material
from engine.wording import words_in
from tests.rigs.engine_rig import ANN, BOB, GROUP, House, a_house
from tests.rigs.fakes import FakeChat, FakeClock, FakeSink
from tests.rigs.memory_rig import FakeEmbedder

EN = words_in("en")
QUOTE = "The ferry leaves at seven\nfrom the old pier."
SHOWN = "(in reply to Bob)\n  > The ferry leaves at seven\n  > from the old pier."
QUESTION = Inbound(
    GROUP, "q", ANN, "say this in French", False, True, 1.0, quoted=QUOTE, quoted_from="Bob"
)
RULES = b"# Rules\nA ticket for the ferry costs forty euros."


async def ask(house: House, inbound: Inbound = QUESTION) -> FakeSink:
    sink = house.sink(inbound.key)
    sink.attachments["ref"] = RULES
    await house.engine.submit(inbound, sink)
    await house.rest()
    return sink


def asked(house: House, number: int = -1) -> str:
    """Return the question that the model was asked, without the history."""
    return "\n".join(one.content for one in house.model.prompts[number] if one.role == "user")


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def by_button(house: House) -> None:
    assert await house.press(Action.RETRY, "m1", key=GROUP) == ""
    await house.rest()


async def by_command(house: House) -> None:
    await house.ask("/retry", key=GROUP)


async def continued_by_button(house: House) -> None:
    assert await house.press(Action.CONTINUE, "m1", key=GROUP) == ""
    await house.rest()


async def continued_by_command(house: House) -> None:
    await house.ask("/continue", key=GROUP)


async def followed_up(house: House) -> None:
    await house.ask("and now in German", key=GROUP)


WAYS = [by_button, by_command, continued_by_button, continued_by_command, followed_up]


@pytest.mark.parametrize("again", WAYS)
async def test_a_quoted_text_comes_along(tmp_path: Path, again: Any) -> None:
    cut = ["Le ferry ", Delta(finish=Finish.LENGTH)]
    async with a_house(tmp_path, cut, ["part à sept heures."]) as house:
        await ask(house)
        assert SHOWN in asked(house)
        await again(house)
        assert len(house.model.prompts) == 2
        assert SHOWN in asked(house)
        assert "say this in French" in asked(house)


@pytest.mark.parametrize("again", WAYS)
async def test_it_comes_along_after_a_restart_too(tmp_path: Path, again: Any) -> None:
    clock, chats = FakeClock(), {GROUP: FakeChat()}
    cut = ["Le ferry ", Delta(finish=Finish.LENGTH)]
    async with a_house(tmp_path, cut, clock=clock, chats=chats) as house:
        await ask(house)
    async with a_house(tmp_path, ["part à sept."], clock=clock, chats=chats) as house:
        await again(house)
        assert SHOWN in asked(house)


async def test_a_second_retry_has_it_too(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["un"], ["deux"], ["trois"]) as house:
        await ask(house)
        await by_button(house)
        await by_command(house)
        assert SHOWN in asked(house)


async def test_a_question_taken_up_after_a_kill_has_it(tmp_path: Path) -> None:
    clock, chats = FakeClock(), {GROUP: FakeChat()}
    async with a_house(tmp_path, [asyncio.Event()], clock=clock, chats=chats) as house:
        await house.engine.submit(QUESTION, house.sink(GROUP))
        await house.settle()
    async with a_house(tmp_path, ["Le ferry"], clock=clock, chats=chats) as house:
        await house.recover()
        await house.rest()
        assert SHOWN in asked(house)


@pytest.mark.parametrize("again", WAYS)
async def test_the_beginning_of_a_file_that_came_with_the_question_comes_along(
    tmp_path: Path, again: Any
) -> None:
    file = Attachment("rules.md", "text/markdown", len(RULES), "ref")
    question = replace(QUESTION, text="sum this up", quoted="", attachments=(file,))
    cut = ["It is ", Delta(finish=Finish.LENGTH)]
    async with a_house(tmp_path, cut, ["about ferries."], embedder=FakeEmbedder()) as house:
        await ask(house, question)
        assert "forty euros" in asked(house)
        await again(house)
        assert len(house.model.prompts) == 2
        assert "forty euros" in asked(house)
        assert "[rules.md]" in asked(house)


async def test_what_was_quoted_is_recalled_with_the_question(tmp_path: Path) -> None:
    answers = AnswerSettings(prompt_tokens=700)
    async with a_house(tmp_path, embedder=FakeEmbedder(), answers=answers) as house:
        await ask(house)
        for number in range(12):
            await house.ask(f"tell me about {number} " + "padding " * 25, key=GROUP)
        await house.ask("from which pier does the ferry leave?", key=GROUP)
        assert "old pier" in asked(house)


@pytest.mark.usefixtures("a_file")
async def test_what_was_quoted_stands_in_the_export_and_goes_with_forget(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Le ferry"]) as house:
        await ask(house)
        sink = await house.ask("/export", key=GROUP)
        ((_, content, _),) = sink.files
        (turn,) = json.loads(content)["turns"]
        assert (turn["quoted"], turn["quoted_from"]) == (QUOTE, "Bob")
        await house.ask("/forget", key=GROUP)
        await house.ask("/forget yes", key=GROUP)
        await house.engine.own_data.personal_data.scrub()
        for path in house.store.path.parent.glob(house.store.path.name + "*"):
            assert b"old pier" not in path.read_bytes()
        assert (await house.sessions.get(GROUP)).turns == []


async def test_a_long_quote_is_cut_in_the_history_and_whole_when_it_is_asked_again(
    tmp_path: Path,
) -> None:
    long = "The first word. " + "padding " * 300 + " The last word."
    async with a_house(tmp_path, ["one"], ["two"], ["three"]) as house:
        await ask(house, replace(QUESTION, quoted=long))
        await house.ask("and?", key=GROUP)
        assert len(asked(house)) < len(long)
        assert "The last word." in asked(house)
        await by_button(house)
        assert long.strip() in asked(house).replace("\n", " ")


async def test_what_the_platform_does_not_show_is_said_under_the_answer(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["I would have to see it."]) as house:
        await ask(house, replace(QUESTION, quoted="", unseen=True))
        assert house.last(GROUP) == f"I would have to see it.\n\n{EN.unseen}"


async def test_a_mention_alone_as_a_reply_asks_for_an_answer_to_what_is_quoted(
    tmp_path: Path,
) -> None:
    for text in ("", "/ask"):
        async with a_house(made(tmp_path / (text[1:] or "bare")), ["At seven."]) as house:
            await ask(house, replace(QUESTION, text=text))
            assert house.last(GROUP) == "At seven."
            assert SHOWN in asked(house)


async def test_a_mention_alone_with_nothing_gets_a_greeting(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await ask(house, replace(QUESTION, text="", quoted="", author=BOB))
        assert (house.last(GROUP), house.model.prompts) == (EN.start, [])


def test_a_recorded_file_has_no_handle_of_the_platform() -> None:
    material = Material(attachments=(Attachment("a.pdf", "application/pdf", 1, "secret"),))
    assert "secret" not in repr(material.recorded)
