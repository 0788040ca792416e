"""Tests of approvals: a stranger asks, the admins get a card, the first tap decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.approvals import OPEN_CARDS
from engine.contract import Author, ChatKey, Inbound, SentId
from engine.errors import ChatUnavailable, StorageFault
from engine.people import Person, Role, State, Subject
from engine.storage.people import HELD_MESSAGES, MOST_ASKING, Asked
from engine.wording import words_in
from engine.wording.access import access_in
from tests.rigs.approval_rig import ADA, EVE, ZOE, Door, a_door, named, private
from tests.rigs.engine_rig import BOB, GROUP
from tests.rigs.fakes import FakeChat, FakeClock, FakeSink

EN, TOLD = words_in("en"), access_in("en")
SECRET = "why do herons stand on one leg?"


def labels(door: Door, author: Author, message: int = -1) -> list[str]:
    return [button.label for button in door.shown(author)[message].buttons]


async def state_of(door: Door, author: Author = ZOE) -> State | None:
    found = await door.house.people.find(Subject("fake", author.user_id))
    return found.state if found else None


async def test_a_stranger_is_told_once_and_each_admin_gets_a_card(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(SECRET)
        await door.knock("hello?")
        assert door.texts(ZOE) == [TOLD.asked]
        for admin in (ADA, EVE):
            (card,) = door.shown(admin)
            assert card.text == "Zoe on Fake would like to use this bot.\n`fake:7`"
            assert [button.label for button in card.buttons] == [TOLD.approve, TOLD.block]
        assert door.house.model.prompts == []


async def test_an_approved_stranger_gets_the_answers_to_all_kept_messages(tmp_path: Path) -> None:
    async with a_door(tmp_path, ["On one leg they are warm."], ["Hello!"]) as door:
        await door.knock(SECRET)
        await door.knock("hello?")
        assert await door.tap(ADA, TOLD.approve) == f"✅ {TOLD.approved}"
        assert door.texts(ZOE) == [TOLD.asked, "On one leg they are warm.", "Hello!"]
        for admin in (ADA, EVE):
            (card,) = door.shown(admin)
            assert TOLD.decided.split("{")[0] in card.text
            assert "Zoe" in card.text
        assert await state_of(door) is State.APPROVED
        await door.knock("And cranes?")
        assert len(door.texts(ZOE)) == 4


async def test_the_cards_name_the_admin_who_decided(tmp_path: Path) -> None:
    async with a_door(tmp_path, ["Hi."], ["An answer."]) as door:
        await door.knock("hi", ADA)
        await door.knock(SECRET)
        await door.tap(ADA, TOLD.approve)
        (card,) = door.shown(EVE)
        assert "Decided by Ada" in card.text
        assert TOLD.approve not in labels(door, EVE)


async def test_a_decided_card_keeps_the_language_of_its_admin(tmp_path: Path) -> None:
    german = access_in("de")
    async with a_door(tmp_path, ["Hallo."], ["An answer."]) as door:
        await door.knock("hallo", replace(EVE, language="de"))
        await door.knock(SECRET)
        assert german.approve in labels(door, EVE)
        await door.tap(ADA, TOLD.approve)
        (card,) = [one for one in door.shown(EVE) if "Zoe" in one.text]
        assert german.decided.split("{")[0] in card.text


async def test_a_tap_by_anybody_else_is_refused(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(SECRET)
        assert await door.tap(ADA, TOLD.approve, by=ZOE) == TOLD.only_admins
        assert await state_of(door) is State.ASKING


async def test_the_second_admin_is_told_who_was_first(tmp_path: Path) -> None:
    async with a_door(tmp_path, ["Hi."], ["An answer."]) as door:
        await door.knock("hi", ADA)
        await door.knock(SECRET)
        block = named(door.shown(EVE)[0].buttons, TOLD.block)
        await door.tap(ADA, TOLD.approve)
        told = await door.house.press(
            block.action, "1", key=private(EVE), author=EVE, about=block.about
        )
        assert told == f"Ada has already decided: {TOLD.approved}"
        assert await state_of(door) is State.APPROVED


async def test_a_blocked_stranger_gets_no_word_and_nothing_is_kept(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(SECRET)
        assert await door.tap(EVE, TOLD.block) == f"⛔ {TOLD.blocked}"
        await door.knock("please")
        assert door.texts(ZOE) == [TOLD.asked]
        found = await door.house.people.find(Subject("fake", "7"))
        assert await door.house.people.held(found.number, ["fake"]) == []
        assert await door.house.ledger.last_seen("fake") == {}


async def test_after_a_kill_before_the_cards_each_is_sent_once(tmp_path: Path) -> None:
    chats: dict[ChatKey, FakeChat] = {}
    async with a_door(tmp_path, chats=chats, opened=False) as door:
        await door.knock(SECRET)
        assert door.texts(ADA) == []
    for _ in range(2):
        async with a_door(tmp_path, chats=chats) as door:
            await door.rest()
            assert door.texts(ZOE) == [TOLD.asked]
            assert [len(door.shown(admin)) for admin in (ADA, EVE)] == [1, 1]


async def test_after_a_kill_the_decision_is_shown_and_the_question_answered(
    tmp_path: Path,
) -> None:
    chats: dict[ChatKey, FakeChat] = {}
    clock = FakeClock()
    async with a_door(tmp_path, chats=chats, clock=clock) as door:
        await door.knock(SECRET)
        door.ways.broken = [ChatUnavailable("cut")] * 9  # nothing can be shown any more
        await door.tap(ADA, TOLD.approve)
        assert door.texts(ZOE) == [TOLD.asked]
    async with a_door(tmp_path, ["An answer."], chats=chats, clock=clock) as door:
        await door.rest()
        assert door.texts(ZOE) == [TOLD.asked, "An answer."]
        assert "Decided by" in door.texts(EVE)[0]


async def test_a_tap_is_refused_while_the_disk_is_full(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(SECRET)

        async def full(*_: object, **__: object) -> None:
            raise StorageFault("the disk is full")

        door.house.people.put(decide=full)
        assert await door.tap(ADA, TOLD.approve) == EN.cannot_save
        assert await state_of(door) is State.ASKING


async def test_a_flood_of_strangers_gives_some_cards_and_one_summary(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        for number in range(OPEN_CARDS + 4):
            await door.knock("hi", Author(f"10{number}", f"Bot {number}", "en"))
        texts = door.texts(ADA)
        assert len(texts) == OPEN_CARDS + 1
        assert texts[-1] == TOLD.more


async def test_a_group_asks_too_and_its_members_need_no_approval(tmp_path: Path) -> None:
    async with a_door(tmp_path, ["An answer."], ["Another."]) as door:
        await door.house.ask(SECRET, key=GROUP, author=BOB, place_name="Family")
        await door.rest()
        assert door.house.chat(GROUP).texts == [TOLD.asked_group]
        assert door.texts(ADA) == [
            "The group Family on Fake would like to use this bot.\n`fake:20`"
        ]
        await door.tap(ADA, TOLD.approve)
        await door.house.ask("and cranes?", key=GROUP, author=ZOE)
        await door.rest()
        assert door.house.chat(GROUP).texts == [TOLD.asked_group, "An answer.", "Another."]
        await door.knock("alone?", BOB)
        assert door.texts(BOB) == [TOLD.asked]


async def test_a_blocked_group_is_silent_for_everybody(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.house.ask(SECRET, key=GROUP, author=BOB, place_name="Family")
        await door.rest()
        await door.tap(ADA, TOLD.block)
        await door.house.ask("anybody?", key=GROUP, author=BOB)
        await door.house.ask("me?", key=GROUP, author=ADA)
        assert door.house.chat(GROUP).texts == [TOLD.asked_group]


async def test_a_person_who_is_blocked_is_silent_in_an_approved_group(tmp_path: Path) -> None:
    async with a_door(tmp_path, ["Hi."]) as door:
        await door.knock("/people approve fake:20", ADA)
        await door.knock("/people block 2", ADA)
        await door.house.ask("anybody?", key=GROUP, author=BOB)
        assert door.house.chat(GROUP).texts == []


async def test_a_stranger_may_erase_the_question(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(SECRET)
        await door.knock("/forget")
        await door.knock("/forget yes")
        assert await state_of(door) is None


async def test_an_admin_who_writes_for_the_first_time_gets_the_open_cards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = FakeSink.send
    async with a_door(tmp_path, ["Hi."]) as door:

        async def refused(sink: FakeSink, *call: Any) -> SentId:
            if sink.chat is door.house.chat(private(ADA)) and not door.house.model.prompts:
                raise ChatUnavailable("the bot has no chat with this person")
            return await send(sink, *call)

        monkeypatch.setattr(FakeSink, "send", refused)
        await door.knock(SECRET)
        assert door.texts(ADA) == []
        await door.knock("hello", ADA)
        assert [text for text in door.texts(ADA) if "Zoe" in text] == [
            "Zoe on Fake would like to use this bot.\n`fake:7`"
        ]
        assert len(door.texts(EVE)) == 1


async def test_a_message_that_could_not_be_kept_is_asked_for_again(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        noise = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(20_000))
        await door.knock(noise)
        await door.tap(ADA, TOLD.approve)
        assert door.texts(ZOE) == [TOLD.asked, TOLD.admitted]


async def test_without_approval_strangers_are_answered_and_blocks_count(tmp_path: Path) -> None:
    async with a_door(tmp_path, ["An answer."], approval=False) as door:
        await door.knock(SECRET)
        assert door.texts(ZOE) == ["An answer."]
        await door.knock("/people block fake:7", ADA)
        await door.knock("again")
        assert door.texts(ZOE) == ["An answer."]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CHILD])
async def test_a_role_is_given_by_a_button(tmp_path: Path, role: Role) -> None:
    async with a_door(tmp_path, ["An answer."]) as door:
        await door.knock(SECRET)
        await door.tap(ADA, TOLD.approve)
        await door.tap(ADA, getattr(TOLD, role.value))
        found = await door.house.people.find(Subject("fake", "7"))
        assert (found.state, found.role) == (State.APPROVED, role)
        assert getattr(TOLD, role.value) in door.texts(EVE)[0]


async def test_a_stranger_is_told_which_message_is_not_kept(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        for number in range(HELD_MESSAGES + 2):
            await door.knock(f"message {number}")
        assert door.texts(ZOE) == [TOLD.asked, EN.busy]


async def test_a_stranger_who_comes_when_too_many_wait_is_told(tmp_path: Path) -> None:
    async with a_door(tmp_path, opened=False) as door:
        for number in range(MOST_ASKING):
            stranger = Person(Subject("fake", f"s{number}"))
            asked = Inbound(
                private(BOB), f"m{number}", BOB, "hi", direct=True, addressed=True, sent_at=1.0
            )
            await door.house.people.ask(stranger, asked, "h")
        await door.knock(SECRET)
        assert door.texts(ZOE) == [TOLD.full]


async def test_a_flood_of_one_stranger_is_not_written_to_the_disk(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        asked = 0
        ask = door.house.people.ask

        async def counted(*call: Any) -> Asked:
            nonlocal asked
            asked += 1
            return await ask(*call)

        door.house.people.put(ask=counted)
        for number in range(40):
            await door.house.say(f"{number}", key=private(ZOE), author=ZOE, direct=True)
        assert asked == 20
