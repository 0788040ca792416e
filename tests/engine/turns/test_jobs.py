"""Tests of the register: it finds jobs by row, bubble and chat, and knows the current one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from engine.contract import Inbound
from engine.engine import Engine
from engine.turns.job import EndReason, Request
from engine.turns.jobs import Jobs
from tests.rigs.engine_rig import ANN, BOB, DM, GROUP, a_house

STORY = Inbound(DM, "q", ANN, "tell a story", direct=True, addressed=True, sent_at=1.0)


def register(engine: Engine) -> Jobs:
    return engine.jobs


async def test_a_job_is_found_by_its_row_by_its_bubble_and_by_its_chat(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Once upon a time there was ", asyncio.Event()]) as house:
        await house.engine.submit(STORY, house.sink())
        await house.advance(1)
        jobs, (sent,) = register(house.engine), house.chat().messages
        job = jobs.current(DM)
        assert job is not None
        assert jobs.of_row(job.entry) == [job]
        assert jobs.of_bubble(DM, sent) is job  # type: ignore[arg-type]  # ids are text in the rig
        assert jobs.of_bubble(GROUP, sent) is None  # type: ignore[arg-type]
        assert jobs.current(GROUP) is None


async def test_the_job_of_an_edited_question_takes_the_place_of_the_older_one(
    tmp_path: Path,
) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, ["Once upon a time ", gate], ["In short."]) as house:
        jobs = register(house.engine)
        await house.engine.submit(STORY, house.sink(handle="q"))
        await house.advance(1)
        older = jobs.current(DM)
        assert older is not None
        sink = house.sink(handle="q")
        sink.hold = asyncio.Event()  # the older job's last call does not return
        await house.engine.submit(replace(STORY, text="in short", edited=True), sink)
        await house.settle()
        assert older.end_reason is EndReason.SUPERSEDED
        assert older not in (jobs.current(DM), jobs.of_bubble(DM, "m1"))  # type: ignore[arg-type]
        sink.hold.set()
        gate.set()
        await house.rest()
        assert house.chat().texts == ["In short."]


async def test_a_notice_does_not_wait_behind_the_chats_running_answer(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Once upon a time there was ", asyncio.Event()]) as house:
        await house.engine.submit(STORY, house.sink())
        await house.advance(1)
        await house.say("/start")
        await house.advance(1)
        assert len(house.chat().texts) == 2
        assert register(house.engine).counts == (1, 0)


async def test_a_register_without_jobs_is_not_busy(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["hello"]) as house:
        assert not register(house.engine).busy
        await house.say("hi", author=BOB)
        assert register(house.engine).busy
        await house.rest()
        assert not register(house.engine).busy


@pytest.mark.parametrize(
    ("text", "command", "argument", "asks"),
    [
        ("  how are you? ", "", "how are you?", True),
        ("/ask how are you?", "ask", "how are you?", True),
        ("/Model@pipit_bot  other ", "model", "other", False),
        ("/etc/hosts is a file", "", "/etc/hosts is a file", True),
        ("/ask", "ask", "", True),
        ("／ａｓｋ　元気？", "ask", "元気？", True),
        ("/ask元気？", "ask", "元気？", True),
        ("/forget\u3000はい", "forget", "はい", False),
        ("/newสวัสดี", "new", "สวัสดี", False),
        ("/usrü", "", "/usrü", True),
    ],
)
def test_a_message_is_parsed_into_command_and_argument(
    text: str, command: str, argument: str, asks: bool
) -> None:
    request = Request.of(replace(STORY, text=text))
    assert (request.command, request.argument, request.is_question) == (command, argument, asks)
