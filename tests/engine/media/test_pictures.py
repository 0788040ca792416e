"""Pictures of a question reach a model that sees, are said where not, and stay as words."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.answering.answer import AnswerSettings
from engine.answering.sight import Sight, SightSettings
from engine.attachments import Attachment, MediaKind, Picture
from engine.contract import Action, ChatMessage, Delta, Finish, Inbound
from engine.errors import ModelBlind, ModelRefused, ModelUnavailable
from engine.media.describing import read_lines
from engine.wording import words_in
from tests.engine.media.pictures import made
from tests.rigs.engine_rig import ANN, DM, House, a_house
from tests.rigs.fakes import FakeChat, FakeClock, FakeSink
from tests.rigs.memory_rig import FakeEmbedder

EN = words_in("en")
BARN, MILL = made((640, 480), colour="red"), made((480, 640), colour="blue")
PHOTO = Attachment(
    "photo.jpg", "image/jpeg", len(BARN), "barn", kind=MediaKind.PICTURE, width=640, height=480
)
SECOND = replace(PHOTO, ref="mill", width=480, height=640)
SAID = "1. A red barn."


def asking(*files: Attachment, text: str = "what is this?", message_id: str = "q") -> Inbound:
    return Inbound(DM, message_id, ANN, text, True, True, 1.0, attachments=files)


async def ask(house: House, *files: Attachment, **facts: Any) -> FakeSink:
    house.files.update(barn=BARN, mill=MILL)
    sink = house.sink()
    await house.engine.submit(asking(*(files or (PHOTO,)), **facts), sink)
    await house.rest()
    return sink


def shown(house: House, number: int) -> list[Picture]:
    """Return the pictures of a prompt."""
    return [picture for message in house.model.prompts[number] for picture in message.pictures]


def told(house: House, number: int) -> str:
    """Return the texts of a prompt's questions."""
    return "\n".join(one.content for one in house.model.prompts[number] if one.role == "user")


async def test_a_picture_is_sent_with_its_question_and_described_once(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["A barn."], [SAID]) as house:
        await ask(house)
        (picture,) = shown(house, 0)
        assert (picture.media_type, picture.content, picture.asked) == ("image/jpeg", BARN, True)
        assert "[picture photo.jpg]" in told(house, 0)
        assert house.chat().texts == ["A barn."]
        (turn,) = (await house.sessions.get(DM)).turns
        assert turn.material.attachments[0].description == "A red barn."
        await ask(house, text="thank you", message_id="q2")
        assert len(house.model.prompts) == 3  # the second answer needs no second description


async def test_an_unreadable_description_is_paid_for_and_not_asked_for_again(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["Two."], ["I see two buildings."], ["Yes."]) as house:
        await ask(house, PHOTO, SECOND)
        before = (await house.conversations.usage(DM)).tokens
        await house.ask("are they old?")
        assert len(shown(house, 2)) == 2  # the pictures go along with the question
        assert len(house.model.prompts) == 3  # but nobody is asked to describe them again
        assert before > 1000


async def test_the_newest_picture_goes_along_with_a_follow_up(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["A barn."], [SAID], ["Red."]) as house:
        sink = await ask(house)
        await house.ask("which colour?")
        (picture,) = shown(house, 2)
        assert (picture.content, picture.asked) == (BARN, False)
        assert sink.fetched == ["barn"]
        assert all(not one.fetched for one in house.sinks[1:])  # it was still at hand


async def test_an_older_picture_is_a_line_with_its_description(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["A barn."], [SAID], ["Yes."]) as house:
        await ask(house)
        await house.clock.advance(3700.0)
        await house.ask("was it red?")
        assert shown(house, 2) == []
        assert "[picture photo.jpg: A red barn.]" in told(house, 2)


async def test_a_picture_alone_is_a_question(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["A barn."]) as house:
        await ask(house, text="")
        assert "No words of their own" in told(house, 0)
        assert house.last() == "A barn."


async def test_an_album_is_one_question_scaled_to_the_budget(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Ten."], answers=AnswerSettings(prompt_tokens=8000)) as house:
        house.files.update({f"r{n}": BARN for n in range(10)})
        files = [replace(PHOTO, ref=f"r{n}") for n in range(10)]
        await ask(house, *files)
        assert len(shown(house, 0)) == 10
        assert sum(picture.tokens for picture in shown(house, 0)) <= 0.6 * 8000
        assert "[picture 1 photo.jpg]" in told(house, 0)
        assert "[picture 10 photo.jpg]" in told(house, 0)


async def test_what_the_budget_has_no_room_for_is_said(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Some."], answers=AnswerSettings(prompt_tokens=900)) as house:
        house.files.update({f"r{n}": BARN for n in range(10)})
        await ask(house, *[replace(PHOTO, ref=f"r{n}", width=0, height=0) for n in range(10)])
        count = len(shown(house, 0))
        assert 0 < count < 10
        assert EN.picture_left.format(seen=count, all=10) in house.last()


# Blind models


async def test_without_a_model_that_sees_the_text_is_answered_and_the_setting_is_named(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    sight = Sight(SightSettings(("main",)), clock)
    sight.learn("main", sees=False)
    async with a_house(tmp_path, ["Hello."], clock=clock, sight=sight) as house:
        sink = await ask(house)
        assert (shown(house, 0), sink.fetched) == ([], [])
        assert "which you cannot see" in told(house, 0)
        assert house.last() == f"Hello.\n\n{EN.picture_blind}"
        assert "HF_VISION_MODEL" in EN.picture_blind


async def test_a_picture_alone_for_a_blind_model_gets_a_clear_word(tmp_path: Path) -> None:
    clock = FakeClock()
    sight = Sight(SightSettings(("main",), built_in=True), clock)
    async with a_house(tmp_path, clock=clock, sight=sight) as house:
        await ask(house, text="")
        assert (house.model.prompts, house.last()) == ([], EN.picture_built_in)


async def test_a_refusal_of_the_picture_is_answered_with_the_text_alone(tmp_path: Path) -> None:
    blind = ModelBlind("status 400", status=400)
    async with a_house(tmp_path, [blind], ["Hello."], ["Yes."]) as house:
        await ask(house)
        assert (len(shown(house, 0)), len(shown(house, 1))) == (1, 0)
        assert house.last() == f"Hello.\n\n{EN.picture_blind}"
        await house.ask("still there?")
        assert house.last() == "Yes."


async def test_a_refusal_of_a_picture_alone_says_who_must_act(tmp_path: Path) -> None:
    async with a_house(tmp_path, [ModelBlind("status 400", status=400)], ["Yes."]) as house:
        await ask(house, text="")
        assert house.last() == EN.picture_blind
        assert house.buttons() == [Action.RETRY]
        await house.ask("still there?")
        assert house.last() == "Yes."


async def test_an_unknown_refusal_of_the_picture_is_answered_with_the_text_alone(
    tmp_path: Path,
) -> None:
    refused = ModelRefused("status 400", status=400)
    async with a_house(tmp_path, [refused], ["Hello."]) as house:
        await ask(house)
        assert house.last() == f"Hello.\n\n{EN.picture_refused}"


async def test_a_limit_on_the_number_of_pictures_is_kept_and_said(tmp_path: Path) -> None:
    two = ModelBlind("status 400: at most 1", status=400, most=1)
    async with a_house(tmp_path, [two], ["One."]) as house:
        await ask(house, PHOTO, SECOND)
        assert [len(shown(house, n)) for n in (0, 1)] == [2, 1]
        assert EN.picture_left.format(seen=1, all=2) in house.last()


async def test_a_model_that_is_down_is_no_reason_to_leave_the_picture_out(tmp_path: Path) -> None:
    async with a_house(tmp_path, [ModelUnavailable("status 503")]) as house:
        await ask(house)
        assert (len(house.model.prompts), house.last()) == (1, EN.model_unavailable)


# Kept as references


async def by_retry(house: House) -> None:
    assert await house.press(Action.RETRY, "m1") == ""
    await house.rest()


async def by_continue(house: House) -> None:
    assert await house.press(Action.CONTINUE, "m1") == ""
    await house.rest()


@pytest.mark.parametrize("again", [by_retry, by_continue])
async def test_a_picture_is_fetched_again(tmp_path: Path, again: Any) -> None:
    clock, chats = FakeClock(), {DM: FakeChat()}
    cut = ["It is a ", Delta(finish=Finish.LENGTH)]
    async with a_house(tmp_path, cut, [SAID], clock=clock, chats=chats) as house:
        await ask(house)
    async with a_house(tmp_path, ["barn."], clock=clock, chats=chats) as house:
        house.files["barn"] = BARN
        await again(house)
        assert [picture.content for picture in shown(house, 0)] == [BARN]
        assert "barn" in [ref for sink in house.sinks for ref in sink.fetched]


async def test_a_picture_is_fetched_again_after_a_kill(tmp_path: Path) -> None:
    clock, chats = FakeClock(), {DM: FakeChat()}
    async with a_house(tmp_path, [asyncio.Event()], clock=clock, chats=chats) as house:
        house.files["barn"] = BARN
        await house.engine.submit(asking(PHOTO), house.sink())
        await house.settle()
    async with a_house(tmp_path, ["A barn."], clock=clock, chats=chats) as house:
        house.files["barn"] = BARN
        await house.recover()
        await house.rest()
        assert [picture.content for picture in shown(house, 0)] == [BARN]
        assert chats[DM].texts == ["A barn."]


async def test_an_edited_caption_brings_the_picture_along(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["A barn."], [SAID], ["Red."]) as house:
        await ask(house)
        edited = replace(asking(PHOTO, text="which colour?"), edited=True)
        await house.engine.submit(edited, house.sink())
        await house.rest()
        assert [picture.content for picture in shown(house, 2)] == [BARN]
        assert house.chat().texts == ["Red."]


async def test_a_picture_that_is_gone_by_then_is_said(tmp_path: Path) -> None:
    clock, chats = FakeClock(), {DM: FakeChat()}
    async with a_house(tmp_path, ["A barn."], [SAID], clock=clock, chats=chats) as house:
        await ask(house)
    async with a_house(tmp_path, ["A barn, you said."], clock=clock, chats=chats) as house:
        await by_retry(house)
        assert "[picture photo.jpg: A red barn.]" in told(house, 0)
        gone = EN.picture_gone.format(name="photo.jpg")
        assert house.last() == f"A barn, you said.\n\n{gone}"


async def test_no_picture_is_on_the_disk(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["A barn."], [SAID]) as house:
        await ask(house)
        for path in tmp_path.glob("pipit.db*"):
            content = path.read_bytes()
            assert BARN[40:80] not in content
            assert b"base64" not in content


async def test_an_export_has_pictures_as_words_and_forget_removes_all(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["A barn."], [SAID]) as house:
        await ask(house)
        sink = await house.ask("/export")
        ((_, content, _),) = sink.files
        (turn,) = json.loads(content)["turns"]
        (file,) = turn["files"]
        assert (file["kind"], file["description"]) == ("picture", "A red barn.")
        held = house.engine.worker.pictures._held
        assert len(held) == 1
        await house.ask("/forget")
        await house.ask("/forget yes")
        assert len(held) == 0
        await house.engine.own_data.personal_data.scrub()
        for path in tmp_path.glob("pipit.db*"):
            assert b"red barn" not in path.read_bytes()


async def test_a_picture_is_recalled_by_its_description(tmp_path: Path) -> None:
    answers = AnswerSettings(prompt_tokens=700)
    script = [["Nice."], ["1. A windmill beside a canal."]]
    async with a_house(tmp_path, *script, embedder=FakeEmbedder(), answers=answers) as house:
        await ask(house, text="look")
        for number in range(12):
            await house.ask(f"tell me about {number} " + "padding " * 25)
        await house.ask("where was the windmill beside the canal?")
        assert "A windmill beside a canal." in told(house, -1)


# What cannot be shown as it is


async def test_a_damaged_picture_is_said_and_its_question_answered(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Hm."]) as house:
        house.files["bad"] = b"no picture at all"
        await ask(house, replace(PHOTO, ref="bad"))
        assert shown(house, 0) == []
        assert house.last() == f"Hm.\n\n{EN.picture_kind.format(name='photo.jpg')}"


async def test_of_a_video_a_still_is_shown_and_that_is_said(tmp_path: Path) -> None:
    clip = replace(PHOTO, name="cat.mp4", ref="clip", preview="barn", kind=MediaKind.VIDEO)
    async with a_house(tmp_path, ["A barn."]) as house:
        sink = await ask(house, clip)
        assert sink.fetched == ["barn"]
        assert "one still of the video cat.mp4" in told(house, 0)
        assert EN.picture_still.format(name="cat.mp4") in house.last()


async def test_a_picture_that_is_too_large_is_seen_by_its_preview(tmp_path: Path) -> None:
    huge = replace(PHOTO, ref="huge", preview="barn", size_bytes=30_000_000)
    async with a_house(tmp_path, ["A barn."]) as house:
        sink = await ask(house, huge)
        assert sink.fetched == ["barn"]
        assert EN.picture_small.format(name="photo.jpg") in house.last()


async def test_a_sticker_for_a_blind_model_is_its_emoji(tmp_path: Path) -> None:
    clock = FakeClock()
    sight = Sight(SightSettings(("main",)), clock)
    sight.learn("main", sees=False)
    sticker = replace(PHOTO, name="sticker", kind=MediaKind.STICKER, alt="🎉")
    async with a_house(tmp_path, ["Hooray!"], clock=clock, sight=sight) as house:
        await ask(house, sticker, text="")
        assert told(house, 0) == "[sticker 🎉]"
        assert house.last() == "Hooray!"


async def test_a_picture_with_a_document_is_looked_at_beside_it(tmp_path: Path) -> None:
    paper = Attachment("rules.md", "text/markdown", 30, "paper")
    async with a_house(tmp_path, ["Both."], embedder=FakeEmbedder()) as house:
        house.files["paper"] = b"# Rules\nA ticket costs forty euros."
        await ask(house, PHOTO, paper)
        assert len(shown(house, 0)) == 1
        assert "forty euros" in told(house, 0)


async def test_stop_ends_the_wait_for_a_picture(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:

        class Slow(FakeSink):
            async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
                await asyncio.Event().wait()
                raise AssertionError

        sink = Slow(house.clock, handle="h", chat=house.chat())
        await house.engine.submit(asking(PHOTO), sink)
        await house.settle()
        await house.ask("/stop")
        await house.rest()
        assert EN.stopped_empty in house.chat().texts


# Reading descriptions


@pytest.mark.parametrize(
    ("text", "count", "lines"),
    [
        ("1. A barn.\n2. A mill.", 2, ["A barn.", "A mill."]),
        ("**1.** A barn.\n\n2) A mill.", 2, ["A barn.", "A mill."]),
        ("A barn by\na road.", 1, ["A barn by a road."]),
        ("A barn.\nA mill.", 2, ["A barn.", "A mill."]),
        ("2. A mill.", 2, ["", "A mill."]),
        ("", 1, [""]),
    ],
)
def test_descriptions_are_read_from_a_numbered_list(
    text: str, count: int, lines: list[str]
) -> None:
    assert read_lines(text, count) == lines


def test_a_message_without_its_pictures_has_their_captions() -> None:
    picture = Picture("image/jpeg", b"x", 4, 3, caption="[picture a.jpg: a barn]")
    message = ChatMessage("user", "what is it?", (picture,))
    assert message.without_pictures == ChatMessage("user", "[picture a.jpg: a barn]\nwhat is it?")
