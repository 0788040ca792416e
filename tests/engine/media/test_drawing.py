"""Tests of /draw in the engine: within limits, counted, repeated by Retry, and ended by Stop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.access import AccessSettings
from engine.attachments import MediaKind, Sign
from engine.contract import Action, ChatKey
from engine.errors import (
    UNKNOWN,
    ChatUnavailable,
    ContentFiltered,
    DeliveryFailed,
    ModelError,
    ModelUnavailable,
)
from engine.storage.spending import DAY, PERSON
from engine.wording import words_in
from tests.rigs.engine_rig import ANN, BOB, DM, GROUP, PICTURE_TOKENS, a_house, full_disk
from tests.rigs.fakes import FakeChat
from tests.rigs.stores import storage_of

EN = words_in("en")
OTHER = ChatKey("fake", "other")
UNSURE = DeliveryFailed("no answer came", retryable=True, state=UNKNOWN)
WISH = "a lighthouse *at night*"


class Painter:
    """A service that draws what the tests script. It counts the requests."""

    def __init__(self, *script: bytes | ModelError) -> None:
        self.script = list(script)
        self.wishes: list[str] = []
        self.ids: list[str] = []
        self.at_work = self.most_at_work = 0
        self.gate: asyncio.Event | None = None

    async def draw(self, wish: str, request_id: str) -> tuple[bytes, str]:
        self.wishes.append(wish)
        self.ids.append(request_id)
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            if self.gate is not None:
                await self.gate.wait()
            made = self.script.pop(0) if self.script else b"picture"
        finally:
            self.at_work -= 1
        if isinstance(made, ModelError):
            raise made
        return made, "image/png"


def pictures(chat: FakeChat) -> list[tuple[bytes, str]]:
    return [(m.made.content, m.text) for m in chat.messages.values() if m.made is not None]


async def test_a_picture_is_shown_with_its_wish_and_a_retry_button(tmp_path: Path) -> None:
    painter = Painter()
    async with a_house(tmp_path, images=painter) as house:
        sink = await house.ask(f"/draw {WISH}")
        ((content, caption),) = pictures(house.chat(DM))
        assert (content, caption) == (b"picture", r"a lighthouse \*at night\*")
        assert house.buttons() == [Action.RETRY]
        made = next(iter(house.chat(DM).messages.values())).made
        assert made is not None
        assert (made.kind, made.alt, made.name) == (MediaKind.PICTURE, WISH, "picture.png")
        assert {call.text for call in sink.calls if call.name == "typing"} == {Sign.DRAWING.value}
        assert not house.model.prompts
        assert house.chat(DM).texts == [r"a lighthouse \*at night\*"]


@pytest.mark.parametrize(
    ("text", "word"),
    [("/draw", EN.draw_how), ("/draw " + "x" * 1001, EN.persona_long.format(most=1000))],
    ids=["empty", "long"],
)
async def test_a_wish_that_cannot_be_drawn_costs_nothing(
    tmp_path: Path, text: str, word: str
) -> None:
    painter = Painter()
    async with a_house(tmp_path, images=painter) as house:
        await house.ask(text)
        assert house.last(DM) == word
        assert not painter.wishes


async def test_without_a_service_the_person_is_told_which_setting_is_missing(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        await house.ask(f"/draw {WISH}")
        assert house.last(DM) == EN.draw_off


async def test_the_retry_command_draws_the_last_picture_again(tmp_path: Path) -> None:
    painter = Painter(b"one", b"two")
    async with a_house(tmp_path, images=painter) as house:
        await house.ask(f"/draw {WISH}")
        await house.ask("/retry")
        assert painter.wishes == [WISH, WISH]
        assert painter.ids[0] != painter.ids[1]
        assert [content for content, _ in pictures(house.chat(DM))] == [b"one", b"two"]
        await house.ask("/continue")
        assert house.last(DM) == EN.nothing_to_continue
        assert not house.model.prompts


async def test_one_person_has_one_picture_at_a_time_and_others_do_not_wait(tmp_path: Path) -> None:
    painter = Painter()
    painter.gate = asyncio.Event()
    async with a_house(tmp_path, images=painter) as house:
        await house.say("/draw one", key=DM)
        await house.say("/draw two", key=GROUP)
        await house.settle()
        assert painter.wishes == ["one"]
        await house.say("/draw three", key=OTHER, author=BOB)
        await house.settle()
        assert painter.wishes == ["one", "three"]
        painter.gate.set()
        await house.advance(10)
        assert sorted(painter.wishes) == ["one", "three", "two"]
        assert painter.most_at_work <= 2


async def test_a_picture_counts_in_the_daily_allowance(tmp_path: Path) -> None:
    access = AccessSettings(tokens_per_day=PICTURE_TOKENS + 1)
    painter = Painter()
    async with a_house(tmp_path, images=painter, access=access) as house:
        await house.ask("/draw one")
        await house.ask("/draw two")
        await house.ask("/draw three")
        assert len(pictures(house.chat(DM))) == 2
        assert painter.wishes == ["one", "two"]


async def test_a_stopped_picture_counts_too_because_it_may_have_been_paid_for(
    tmp_path: Path,
) -> None:
    painter = Painter()
    painter.gate = asyncio.Event()
    access = AccessSettings(tokens_per_day=PICTURE_TOKENS)
    async with a_house(tmp_path, images=painter, access=access) as house:
        await house.say("/draw one")
        await house.settle()
        await house.ask("/stop")
        assert EN.stopped_empty in house.chat(DM).texts
        await house.ask("/draw two")
        assert painter.wishes == ["one"]


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (ContentFiltered("no"), EN.draw_filtered),
        (ModelUnavailable("no"), EN.draw_failed),
    ],
)
async def test_a_failure_has_its_word_and_retry_draws(
    tmp_path: Path, error: ModelError, word: str
) -> None:
    async with a_house(tmp_path, images=Painter(error, b"two")) as house:
        await house.ask(f"/draw {WISH}")
        assert (house.last(DM), house.buttons()) == (word, [Action.RETRY])
        (sent,) = house.chat(DM).messages
        await house.press(Action.RETRY, sent)
        await house.advance(10)
        assert [content for content, _ in pictures(house.chat(DM))] == [b"two"]
        assert len(house.chat(DM).texts) == 1


async def test_a_platform_that_refuses_the_picture_leaves_a_word(tmp_path: Path) -> None:
    async with a_house(tmp_path, images=Painter()) as house:
        sink = await house.say(f"/draw {WISH}")
        sink.fail("send", DeliveryFailed("no pictures here"))
        await house.advance(10)
        assert (house.last(DM), house.buttons()) == (EN.draw_unsent, [Action.RETRY])


async def test_a_send_without_a_response_leaves_one_picture(tmp_path: Path) -> None:
    async with a_house(tmp_path, images=Painter()) as house:
        sink = await house.say(f"/draw {WISH}")
        sink.fail("send", UNSURE)
        await house.advance(10)
        assert len(pictures(house.chat(DM))) == 1
        assert len(house.chat(DM).messages) == 1


async def test_a_blocked_bot_still_records_the_picture_that_was_paid_for(tmp_path: Path) -> None:
    async with a_house(tmp_path, images=Painter()) as house:
        sink = await house.say(f"/draw {WISH}")
        sink.fail("send", ChatUnavailable("blocked"))
        await house.advance(10)
        spending = storage_of(house.store, house.clock).spending
        assert (await spending.spent(PERSON, DM, ANN.user_id)).of(DAY)[0] == PICTURE_TOKENS


async def test_a_disk_that_takes_no_picture_does_not_keep_it_from_the_chat(tmp_path: Path) -> None:
    async with a_house(tmp_path, images=Painter()) as house:
        house.ledger.put(keep_made=full_disk)
        await house.ask(f"/draw {WISH}")
        assert len(pictures(house.chat(DM))) == 1


async def test_an_edited_wish_replaces_the_picture(tmp_path: Path) -> None:
    async with a_house(tmp_path, images=Painter(b"one", b"two")) as house:
        await house.ask("/draw one", message_id="7")
        await house.ask("/draw two", message_id="7", edited=True)
        assert pictures(house.chat(DM)) == [(b"two", "two")]


async def test_the_next_question_sees_that_a_picture_was_drawn(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Yes."], images=Painter()) as house:
        await house.ask("/draw a barn")
        await house.ask("Is it red?")
        history = [message.content for message in house.model.prompts[0]]
        assert "[picture: a barn]" in history
