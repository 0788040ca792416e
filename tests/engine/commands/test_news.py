"""Tests of /news and /broadcast: consent, the preview, the sending, and its interruption."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.broadcasts import AT_ONCE, LOOK_SECONDS, PROGRESS_SECONDS
from engine.commands.news import MOST_CHARACTERS
from engine.contract import Author, ChatKey
from engine.errors import UNKNOWN, ChatUnavailable, DeliveryFailed, StorageFault
from engine.wording import words_in
from engine.wording.service import service_in
from tests.rigs.approval_rig import Door, a_door, named, private
from tests.rigs.engine_rig import ADA, ANN, BOB, GROUP
from tests.rigs.fakes import FakeChat, FakeClock, Fault

TOLD, EN = service_in("en"), words_in("en")
TEXT = "The bot sleeps tonight."
NEWS = f"{TEXT}\n\n{TOLD.news_on}"


@asynccontextmanager
async def a_desk(folder: Path, **details: object) -> AsyncIterator[Door]:
    """Open a house that everybody may use, with a sender of broadcasts."""
    async with a_door(folder, approval=False, **details) as door:  # type: ignore[arg-type]
        yield door


def readers(count: int) -> list[Author]:
    return [Author(str(100 + number), f"Reader {number}", "en") for number in range(count)]


async def subscribed(door: Door, people: Sequence[Author]) -> None:
    for one in people:
        await door.house.news.switch(private(one), on=True)


async def offered(door: Door, text: str = TEXT) -> None:
    await door.knock(f"/broadcast {text}", ADA)


async def sent(door: Door, seconds: float = 3 * LOOK_SECONDS) -> None:
    await door.tap(ADA, TOLD.broadcast_send)
    await door.house.advance(seconds)


async def tapped(door: Door, label: str, message: int = -1) -> str:
    """Tap a button of the admin's card, without letting time pass."""
    house = door.house
    sent, seen = list(house.chat(private(ADA)).messages.items())[message]
    button = named(seen.buttons, label)
    told = await house.press(button.action, sent, key=private(ADA), author=ADA, about=button.about)
    await house.settle()
    return told


async def wrote(door: Door, text: str) -> None:
    """Let the admin write, and let as little time pass as an answer needs."""
    await door.house.say(text, author=ADA, key=private(ADA), direct=True)
    await door.house.advance(2)


def got(door: Door, person: Author) -> int:
    """Return how often a person got the message."""
    return door.texts(person).count(NEWS)


def card(door: Door) -> str:
    return door.texts(ADA)[-1]


# --- consent ---


async def test_a_chat_gets_no_news_until_it_says_so(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        for text, said in (
            ("/news", TOLD.news_off),
            ("/news on", TOLD.news_on),
            ("/news", TOLD.news_on),
            ("/news off", TOLD.news_off),
            ("/news", TOLD.news_off),
        ):
            await door.knock(text, ANN)
            assert door.texts(ANN)[-1] == said


async def test_the_switch_is_understood_in_the_language_of_the_person(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        hans = Author("5", "Hans", "de")
        await door.knock("/news an", hans)
        assert door.texts(hans) == [service_in("de").news_on]


async def test_in_a_group_an_administrator_decides(tmp_path: Path) -> None:
    chats = {GROUP: FakeChat(managers={BOB.user_id})}
    async with a_desk(tmp_path, chats=chats) as door:
        for author, said in (
            (ANN, EN.listen_admins),
            (BOB, TOLD.news_on),
            (ADA, TOLD.news_on),
        ):
            await door.house.ask("/news on", key=GROUP, author=author, direct=False)
            assert door.house.last(GROUP) == said


async def test_a_chat_in_which_the_bot_cannot_write_first_gets_no_news(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        page = ChatKey("page", "1")
        await door.house.ask("/news on", key=page, direct=True)
        assert door.house.last(page) == TOLD.news_unavailable


async def test_a_wish_that_could_not_be_stored_is_not_confirmed(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:

        async def full(*_: object, **__: object) -> None:
            raise StorageFault("the disk is full")

        door.house.news.put(switch=full)
        await door.knock("/news on", ANN)
        assert door.texts(ANN) == [EN.data_failed]


# --- the preview ---


async def test_the_preview_names_the_number_of_chats_and_sends_nothing(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        await subscribed(door, [ANN, BOB])
        await offered(door)
        assert card(door) == f"{TEXT}\n\n{TOLD.broadcast_preview.format(chats=2)}"
        labels = [button.label for button in door.shown(ADA)[-1].buttons]
        assert labels == [TOLD.broadcast_send, TOLD.broadcast_cancel]
        await door.house.advance(3 * LOOK_SECONDS)
        assert got(door, ANN) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", TOLD.broadcast_how),
        ("stop", TOLD.broadcast_idle),
        ("hello", TOLD.broadcast_nobody),
        ("x" * (MOST_CHARACTERS + 1), TOLD.broadcast_long.format(most=MOST_CHARACTERS)),
    ],
)
async def test_a_broadcast_without_a_text_or_a_reader_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    async with a_desk(tmp_path) as door:
        await offered(door, text)
        assert door.texts(ADA) == [said]


async def test_only_an_admin_may_broadcast_and_only_in_a_private_chat(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        await subscribed(door, [BOB])
        await door.knock("/broadcast hello", ANN)
        assert door.texts(ANN) == [TOLD.only_admins]
        await door.house.ask("/broadcast hello", key=GROUP, author=ADA, direct=False)
        assert door.house.last(GROUP) == TOLD.in_private
        await offered(door)
        assert await door.tap(ADA, TOLD.broadcast_send, by=ANN) == TOLD.only_admins
        await door.house.advance(3 * LOOK_SECONDS)
        assert got(door, BOB) == 0


async def test_cancel_deletes_the_preview(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        await subscribed(door, [ANN])
        await offered(door)
        (button, _) = door.shown(ADA)[-1].buttons
        await door.tap(ADA, TOLD.broadcast_cancel)
        assert (card(door), door.shown(ADA)[-1].buttons) == (TOLD.broadcast_cancelled, ())
        message = list(door.house.chat(private(ADA)).messages)[-1]
        late = await door.house.press(
            button.action, message, key=private(ADA), author=ADA, about=button.about
        )
        assert late == TOLD.broadcast_idle
        await door.house.advance(3 * LOOK_SECONDS)
        assert got(door, ANN) == 0


# --- sending ---


async def test_every_chat_that_agreed_gets_it_once_and_the_admin_is_told(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        people = readers(2 * AT_ONCE + 3)
        await subscribed(door, people)
        await door.knock("/news off", people[0])
        await door.knock("/news on", people[1])
        await offered(door)
        await sent(door)
        assert [got(door, one) for one in people] == [0] + [1] * (len(people) - 1)
        counts = {"chats": len(people) - 1, "sent": len(people) - 1, "gone": 0}
        assert card(door) == f"{TEXT}\n\n{TOLD.broadcast_done.format(**counts)}"
        assert door.shown(ADA)[-1].buttons == ()
        assert await door.house.news.current() is None


async def test_the_way_out_stands_in_the_language_of_the_chat(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        await door.knock("/language de", ANN)
        await subscribed(door, [ANN])
        await offered(door)
        await sent(door)
        assert door.texts(ANN)[-1] == f"{TEXT}\n\n{service_in('de').news_on}"


async def test_a_chat_that_blocked_the_bot_is_counted_and_not_tried_again(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        await subscribed(door, [ANN, BOB])
        await offered(door)
        door.ways.faults[private(ANN)] = ChatUnavailable("blocked")
        await sent(door)
        assert (got(door, ANN), got(door, BOB)) == (0, 1)
        done = TOLD.broadcast_done.format(chats=2, sent=1, gone=1)
        assert card(door) == f"{TEXT}\n\n{done}"
        assert not await door.house.news.wanted(private(ANN))


async def test_a_send_without_a_response_is_looked_for_and_not_sent_twice(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        await subscribed(door, [ANN])
        await offered(door)
        lost = DeliveryFailed("no response", retryable=True, state=UNKNOWN)
        door.ways.faults[private(ANN)] = Fault(lost, applied=True)
        await sent(door)
        assert got(door, ANN) == 1
        done = TOLD.broadcast_done.format(chats=1, sent=1, gone=0)
        assert card(door) == f"{TEXT}\n\n{done}"


async def test_a_broadcast_can_be_stopped(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        people = readers(30)
        await subscribed(door, people)
        await offered(door)
        door.ways.slow_seconds = 20.0
        await tapped(door, TOLD.broadcast_send)
        assert TOLD.broadcast_progress.format(chats=30, sent=0, gone=0) in card(door)
        await wrote(door, "/broadcast another")
        assert door.texts(ADA)[-1] == TOLD.broadcast_running
        await tapped(door, TOLD.broadcast_cancel, -2)
        await door.house.advance(60)
        reached = sum(got(door, one) for one in people)
        assert 0 < reached <= 2 * AT_ONCE
        stopped = TOLD.broadcast_stopped.format(chats=30, sent=reached, gone=0)
        assert f"{TEXT}\n\n{stopped}" in door.texts(ADA)


async def test_stop_is_also_a_command(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        people = readers(30)
        await subscribed(door, people)
        await offered(door)
        door.ways.slow_seconds = 20.0
        await tapped(door, TOLD.broadcast_send)
        await wrote(door, "/broadcast stop")
        assert door.texts(ADA)[-1] == TOLD.broadcast_stopped.format(chats=30, sent=0, gone=0)
        await door.house.advance(60)
        assert await door.house.news.current() is None


async def test_the_card_shows_the_progress(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        await subscribed(door, readers(20))
        await offered(door)
        door.ways.slow_seconds = PROGRESS_SECONDS
        await sent(door, 90)
        revisions = door.shown(ADA)[-1].revisions
        shown = [one for one in revisions if TOLD.broadcast_progress.split(".")[0] in one]
        assert len(shown) > 2
        assert TOLD.broadcast_done.format(chats=20, sent=20, gone=0) in revisions[-1]


async def test_a_process_that_ends_in_the_middle_sends_the_rest_later(tmp_path: Path) -> None:
    chats: dict[ChatKey, FakeChat] = {}
    clock = FakeClock()
    people = readers(30)
    async with a_desk(tmp_path, chats=chats, clock=clock) as door:
        await subscribed(door, people)
        await offered(door)
        door.ways.slow_seconds = 2.0
        await tapped(door, TOLD.broadcast_send)
        await door.house.advance(3)
        assert 0 < sum(got(door, one) for one in people) < len(people)
    async with a_desk(tmp_path, chats=chats, clock=clock) as door:
        await door.house.recover()
        await door.house.advance(8 * LOOK_SECONDS)
        assert [got(door, one) for one in people] == [1] * len(people)
        done = TOLD.broadcast_done.format(chats=30, sent=30, gone=0)
        assert card(door) == f"{TEXT}\n\n{done}"


async def test_an_answer_does_not_wait_for_a_broadcast(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as door:
        people = readers(60)
        await subscribed(door, people)
        await door.house.advance(60)
        await offered(door)
        await tapped(door, TOLD.broadcast_send)
        at = door.house.clock.now()
        sink = await door.house.say("/stats", author=BOB, key=private(BOB), direct=True)
        await door.house.advance(30)
        assert sink.called("send")[0].at - at < 0.5
        calls = [one.at for one in door.ways.made for one in one.called("send")]
        assert len(calls) == len(people)
        busiest = max(sum(0 <= other - one < 1.0 for other in calls) for one in calls)
        assert busiest <= 15  # half of the platform's thirty calls in a second
