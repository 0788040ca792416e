"""Tests of a growing answer on the screen: its texts and their times."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import pytest

from engine.contract import SentId
from engine.delivery.pacing import BAN_MARGIN_SECONDS
from engine.delivery.reply import FIRST_HOLD_SECONDS
from engine.errors import KNOWN, UNKNOWN, ChatUnavailable, DeliveryError
from tests.engine.delivery.test_cutting import random_answer
from tests.rigs.fakes import LIMITS, PACE, FakeChat, settle
from tests.rigs.reply_rig import (
    BANNED,
    BROKEN,
    LONG,
    REFUSED,
    RETRY,
    STOP,
    Noted,
    a_reply,
    messages_of,
)

# The shown texts and their times


async def test_enough_words_are_shown_at_once() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        assert rig.sink.texts == [LONG]
        assert rig.reply.first_shown_at == rig.clock.now()


async def test_a_few_words_wait_a_moment_for_more() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend("Well")
        await rig.clock.advance(FIRST_HOLD_SECONDS - 0.01)
        assert rig.sink.texts == []
        await rig.clock.advance(0.01)
        assert rig.sink.texts == ["Well"]


async def test_a_mark_alone_is_not_shown() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend("```")
        await rig.clock.advance(5)
        assert rig.sink.texts == []
        rig.reply.extend("py")
        await rig.clock.advance(FIRST_HOLD_SECONDS)
        assert rig.sink.texts == ["```py\n```"]


async def test_nothing_is_shown_before_the_start() -> None:
    async with a_reply() as rig:
        rig.reply.extend(LONG)
        await rig.clock.advance(5)
        assert rig.sink.calls == []


async def test_an_answer_grows_in_one_message() -> None:
    async with a_reply(streaming_buttons=[STOP]) as rig:
        rig.reply.start()
        for n in range(30):
            rig.reply.extend(f"word{n} ")
            await rig.clock.advance(0.3)
        await rig.finish("", [RETRY])
        assert rig.sink.texts == [" ".join(f"word{n}" for n in range(30))]
        assert len(rig.sink.called("send")) == 1
        assert rig.sink.called("send")[0].buttons == (STOP,)
        assert rig.sink.chat.messages["m1"].buttons == (RETRY,)


async def test_stale_edits_are_dropped_and_the_newest_text_goes_out() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        for n in range(50):
            rig.reply.extend(f" {n}")
            await rig.clock.advance(0.01)
        await rig.clock.advance(0.6)
        assert [call.text[-3:] for call in rig.sink.called("edit")] == [" 49"]


async def test_edits_keep_the_spacing_of_the_platform() -> None:
    async with a_reply(limits=replace(LIMITS, max_units=1000)) as rig:
        rig.reply.start()
        for n in range(100):
            rig.reply.extend(f"word{n} ")
            await rig.clock.advance(0.1)
        times = [call.at for call in rig.sink.called()]
        assert min(later - at for at, later in zip(times, times[1:])) >= PACE.spacing_seconds


async def test_an_unchanged_text_is_never_sent() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await rig.clock.advance(5)
        rig.reply.extend("   \n")
        await rig.clock.advance(5)
        await rig.finish()
        assert [call.name for call in rig.sink.calls] == ["send"]


async def test_buttons_alone_are_reason_enough_for_an_edit() -> None:
    async with a_reply(streaming_buttons=[STOP]) as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await rig.clock.advance(5)
        await rig.finish()
        assert rig.sink.chat.messages["m1"].buttons == ()


async def test_last_words_do_not_wait_for_the_spacing() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.reply.extend(" More.")
        await settle()
        start = rig.clock.now()
        await rig.finish("The end.")
        assert rig.clock.now() == start
        assert rig.sink.texts == [f"{LONG} More.\n\nThe end."]


async def test_a_reply_that_is_only_finished_shows_its_closing_words() -> None:
    async with a_reply() as rig:
        assert await rig.finish("Nothing came.", [RETRY])
        assert rig.sink.texts == ["Nothing came."]


async def test_closing_words_stand_outside_of_open_code() -> None:
    async with a_reply() as rig:
        rig.reply.extend("```python\nprint(1)\n")
        await rig.finish("Cut off.")
        assert rig.sink.texts == ["```python\nprint(1)\n```\n\nCut off."]


async def test_finishing_twice_shows_the_later_words() -> None:
    async with a_reply() as rig:
        rig.reply.extend(LONG)
        await rig.finish("First end.")
        assert await rig.finish("Second end.")
        assert rig.sink.texts == [f"{LONG}\n\nSecond end."]


async def test_a_notice_gives_way_to_the_answer_in_the_same_message() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.notice("In line: 2 before you.")
        await settle()
        assert rig.sink.texts == ["In line: 2 before you."]
        rig.reply.extend("So")  # the message exists already, so even a short text is shown
        await rig.clock.advance(PACE.spacing_seconds)
        assert rig.sink.texts == ["So"]
        assert len(rig.sink.called("send")) == 1


async def test_first_words_over_a_notice_do_not_wait_for_the_spacing() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.notice("In line: 2 before you.")
        await settle()
        rig.reply.notice("In line: 1 before you.")  # its edit waits for the spacing
        await settle()
        rig.reply.extend(LONG)
        await settle()
        assert rig.sink.texts == [LONG]
        rig.reply.extend(" And more of it.")
        await settle()
        assert rig.sink.texts == [LONG]  # from now on the spacing counts


async def test_a_notice_stays_until_the_answer_has_enough_words() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.notice("In line: 2 before you.")
        await settle()
        rig.reply.extend("So")
        await rig.clock.advance(FIRST_HOLD_SECONDS - 0.01)
        assert rig.sink.texts == ["In line: 2 before you."]
        await rig.clock.advance(0.01)
        assert rig.sink.texts == ["So"]


async def test_a_fast_model_is_held_for_about_two_tokens() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        for token in ("東", "京", "は"):
            assert rig.sink.texts == []
            rig.reply.extend(token)
            await rig.clock.advance(0.02)
        assert rig.sink.texts == ["東京は"]


async def test_an_answer_of_usual_length_keeps_one_pace() -> None:
    async with a_reply(limits=replace(LIMITS, max_units=1000)) as rig:
        rig.reply.start()
        for n in range(90):
            rig.reply.extend(f"word{n} ")
            await rig.clock.advance(0.1)
        times = [call.at for call in rig.sink.called()]
        gaps = [later - at for at, later in zip(times, times[1:])]
        assert max(gaps) <= PACE.spacing_seconds + 0.1


async def test_a_long_notice_does_not_decide_where_the_answer_is_cut() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.notice("wait " * 60)
        await rig.clock.advance(10)
        text = "An answer. " + "It has several words. " * 20
        rig.reply.extend(text)
        await rig.finish()
        assert rig.sink.texts == messages_of(text)


async def test_an_empty_end_removes_the_notice() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.notice("In line: 2 before you.")
        await rig.clock.advance(1)
        await rig.finish("")
        assert rig.sink.texts == []


# Several messages


async def test_a_long_answer_continues_in_further_messages() -> None:
    text = random_answer(Random(5))
    async with a_reply(streaming_buttons=[STOP]) as rig:
        rig.reply.start()
        for at in range(0, len(text), 7):
            rig.reply.extend(text[at : at + 7])
            await rig.clock.advance(0.05)
        await rig.finish("", [RETRY])
        assert rig.sink.texts == messages_of(text)
        assert len(rig.sink.texts) > 3
        buttons = [message.buttons for message in rig.sink.chat.messages.values()]
        assert buttons == [()] * (len(buttons) - 1) + [(RETRY,)]


async def test_a_message_that_is_full_is_not_touched_again() -> None:
    text = random_answer(Random(6))
    async with a_reply() as rig:
        rig.reply.start()
        for at in range(0, len(text), 11):
            rig.reply.extend(text[at : at + 11])
            await rig.clock.advance(0.2)
        await rig.finish()
        seen: list[str] = []
        for call in rig.sink.called():
            sent = call.sent or f"m{len(rig.sink.called('send')[: call.part + 1])}"
            if sent not in seen:
                seen.append(sent)
            assert sent == seen[-1], "an edit went to a message before the newest"


async def test_closing_words_that_do_not_fit_go_into_a_message_of_their_own() -> None:
    async with a_reply() as rig:
        rig.reply.extend("x" * 190)
        await rig.finish("That is as long as one answer gets.")
        assert rig.sink.texts == ["x" * 190, "That is as long as one answer gets."]


async def test_messages_of_an_earlier_attempt_are_used_again() -> None:
    chat = FakeChat()
    async with a_reply(chat=chat) as first:
        first.reply.extend(LONG)
        await first.finish()
    async with a_reply(chat=chat, bubbles=[SentId("m1")], text=LONG) as rig:
        rig.reply.start()
        rig.reply.extend(" And more.")
        await rig.finish()
        assert chat.texts == [f"{LONG} And more."]
        assert rig.sink.called("send") == []


async def test_superfluous_messages_of_an_earlier_attempt_are_removed_at_the_end() -> None:
    chat = FakeChat()
    async with a_reply(chat=chat) as first:
        first.reply.extend("word " * 100)
        await first.finish()
    old = [SentId(sent) for sent in chat.messages]
    assert len(old) > 2
    gone: list[SentId] = []

    async def note(sent: SentId) -> None:
        gone.append(sent)

    async with a_reply(chat=chat, bubbles=old, progress=Noted(on_unbubble=note)) as rig:
        rig.reply.start()
        rig.reply.extend("A shorter answer.")
        await rig.clock.advance(5)
        assert len(chat.texts) == len(old), "they went before the new answer was there"
        await rig.finish()
        assert chat.texts == ["A shorter answer."]
        assert gone == old[1:]


async def test_adopted_messages_count_once() -> None:
    async with a_reply(bubbles=[SentId("m1")]) as rig:
        rig.reply.adopt([SentId("m1"), SentId("m2"), SentId("m2")], state=KNOWN, recorded=UNKNOWN)
        assert rig.reply.owns(SentId("m1"))
        assert rig.reply.owns(SentId("m2"))
        assert not rig.reply.owns(SentId("m3"))
        rig.reply.extend("Short.")
        await rig.finish()
        assert [call.sent for call in rig.sink.called("delete")] == ["m2"]


# Typing


async def test_typing_is_shown_again_and_again_until_something_is_visible() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.type()
        await rig.clock.advance(12)
        assert [round(call.at - 1000, 1) for call in rig.sink.called("typing")] == [0.0, 4.5, 9.0]
        rig.reply.extend(LONG)
        await rig.clock.advance(30)
        assert len(rig.sink.called("typing")) == 3


async def test_typing_ends_when_the_chat_is_lost() -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", ChatUnavailable("blocked"))
        rig.reply.start()
        rig.reply.type()
        await settle()
        rig.reply.extend(LONG)
        await rig.clock.advance(60)
        assert len(rig.sink.called("typing")) == 1


async def test_typing_ends_when_there_is_nothing_to_say() -> None:
    async with a_reply() as rig:
        rig.reply.type()
        await rig.finish("")
        await rig.clock.advance(60)
        assert len(rig.sink.called("typing")) <= 1


async def test_typing_ends_when_the_reply_is_closed() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.type()
        await settle()
        await rig.reply.close()
        await rig.clock.advance(60)
        assert len(rig.sink.called("typing")) == 1
        assert len(rig.reply.tasks) == 0


async def test_a_platform_without_a_typing_sign_is_not_asked_for_one() -> None:
    async with a_reply(limits=replace(LIMITS, typing_seconds=0.0)) as rig:
        rig.reply.start()
        rig.reply.type()
        await rig.clock.advance(60)
        assert rig.sink.calls == []


async def test_a_banned_typing_sign_holds_back_all_calls_of_the_chat() -> None:
    async with a_reply() as rig:
        rig.sink.fail("typing", BANNED)
        rig.reply.start()
        rig.reply.type()
        await settle()
        rig.reply.extend(LONG)
        await rig.finish()
        assert rig.sink.called("send")[0].at == 1000 + BANNED.retry_after + BAN_MARGIN_SECONDS


@pytest.mark.parametrize("error", [BROKEN, ChatUnavailable("blocked"), REFUSED])
async def test_a_typing_sign_that_fails_is_not_missed(error: DeliveryError) -> None:
    async with a_reply() as rig:
        rig.sink.fail("typing", error)
        rig.reply.start()
        rig.reply.type()
        await rig.clock.advance(30)
        rig.reply.extend(LONG)
        assert await rig.finish()
        assert rig.sink.texts == [LONG]


# Ends, cancellations, records


async def test_a_cancelled_finish_leaves_what_is_on_screen() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.sink.hold = asyncio.Event()
        finishing = rig.tasks.spawn(rig.reply.finish("The end."), "finish")
        await settle()
        finishing.cancel()
        await rig.reply.close()
        assert rig.sink.texts == [LONG]


async def test_calls_never_overlap_however_slow_they_are() -> None:
    async with a_reply() as rig:
        rig.sink.slow_seconds = 3.0
        rig.reply.start()
        for n in range(60):
            rig.reply.extend(f"word{n} ")
            await rig.clock.advance(0.5)
        await rig.finish()
        assert len(rig.sink.called()) > 5
        assert rig.sink.overlaps == 0


async def test_closing_twice_is_harmless() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        await rig.reply.close()
        await rig.reply.close()
        assert len(rig.reply.tasks) == 0


async def test_the_record_hears_of_words_that_the_screen_has_to_wait_for() -> None:
    said: list[str] = []
    async with a_reply(progress=Noted(on_grow=said.append)) as rig:
        for word in LONG.split(" "):
            rig.reply.extend(word + " ")
        assert said[-1] == rig.reply.text == LONG + " "
        assert rig.sink.texts == []


async def test_the_record_knows_a_message_before_the_next_call() -> None:
    kept: list[str] = []

    async def sent(index: int, message: SentId) -> None:
        await settle(3)  # give the commit time
        kept.append(f"{index} {message} after {len(rig.sink.called())} calls")

    async with a_reply(progress=Noted(sent)) as rig:
        rig.reply.extend("word " * 60)
        await rig.finish()
        assert kept == ["0 m1 after 1 calls", "1 m2 after 2 calls"]


async def test_calls_are_counted() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.type()
        await settle()
        rig.reply.extend(LONG)
        await rig.clock.advance(5)
        await rig.finish("The end.")
        assert rig.reply.calls == len(rig.sink.calls) == 3
