"""Tests of a growing answer on a failing platform: the final text appears once."""

from __future__ import annotations

import logging
from dataclasses import replace
from random import Random

import pytest

from engine.contract import ChatKey, SentId
from engine.delivery.cutting import whole
from engine.delivery.pacing import BAN_MARGIN_SECONDS
from engine.delivery.reply import Reply
from engine.errors import (
    KNOWN,
    UNKNOWN,
    ChatUnavailable,
    DeliveryState,
    MessageGone,
    RateLimited,
)
from tests.engine.delivery.test_cutting import random_answer
from tests.rigs.fakes import LIMITS, PACE, FakeSink, Fault, settle
from tests.rigs.reply_rig import (
    BANNED,
    BROKEN,
    LONG,
    REFUSED,
    RETRY,
    STOP,
    UNSURE,
    Noted,
    a_reply,
    messages_of,
    stream_through_faults,
)


def random_faults(chance: Random, *, uncertain: bool = True) -> list[Fault | None]:
    """Return the faults of successive calls, such that each call succeeds in the end."""
    choices: list[Fault | None] = [
        None,
        None,
        None,
        Fault(RateLimited("slow down", retry_after=chance.choice([0.0, 1.0, 40.0]))),
        Fault(BROKEN),
    ]
    if uncertain:
        choices += [Fault(UNSURE, applied=True), Fault(UNSURE, applied=False)]
    return chance.choices(choices, k=chance.randint(0, 20))


@pytest.mark.parametrize("seed", range(40))
async def test_the_last_words_land_once_whatever_the_faults(seed: int) -> None:
    chance = Random(seed)
    text = random_answer(chance)[:900].strip()
    async with a_reply(streaming_buttons=[STOP]) as rig:
        rig.sink.slow_seconds = chance.choice([0.0, 0.3])
        for name in ("send", "edit", "locate", "typing"):
            rig.sink.fail(name, *random_faults(chance, uncertain=name != "locate"))
        rig.sink.fail("edit", *chance.choices([None, None, Fault(MessageGone("deleted"))], k=5))
        await stream_through_faults(rig, chance, text)
        assert await rig.finish("The end.", [RETRY], within=3600)
        wanted = messages_of(_with_closing(text, "The end."))
        assert sorted(rig.sink.texts) == sorted(wanted)
        assert rig.sink.overlaps == 0


def _with_closing(text: str, closing: str) -> str:
    return f"{whole(text.rstrip())}\n\n{closing}"


@pytest.mark.parametrize("seed", range(15))
async def test_the_order_of_messages_holds_while_none_is_deleted(seed: int) -> None:
    chance = Random(seed)
    text = random_answer(chance)[:900].strip()
    async with a_reply() as rig:
        for name in ("send", "edit", "locate"):
            rig.sink.fail(name, *random_faults(chance, uncertain=name != "locate"))
        await stream_through_faults(rig, chance, text)
        await rig.finish(within=3600)
        assert rig.sink.texts == messages_of(text)


@pytest.mark.parametrize("seed", range(15))
async def test_calls_stay_within_the_budget_whatever_the_faults(seed: int) -> None:
    chance = Random(seed)
    async with a_reply() as rig:
        for name in ("send", "edit", "locate", "typing"):
            rig.sink.fail(name, *random_faults(chance, uncertain=name != "locate"))
        await stream_through_faults(rig, chance, random_answer(chance)[:900])
        await rig.finish(within=3600)
        times = [call.at for call in rig.sink.calls]
        for start in times:
            assert (
                sum(1 for at in times if start <= at < start + PACE.window_seconds)
                <= PACE.window_calls
            )


async def test_an_uncertain_send_that_happened_is_found_and_not_repeated() -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", Fault(UNSURE, applied=True))
        rig.reply.extend(LONG)
        await rig.finish()
        assert rig.sink.texts == [LONG]
        assert [call.name for call in rig.sink.called()] == ["send", "locate", "edit"]


async def test_an_uncertain_send_that_did_not_happen_is_looked_for_and_then_repeated() -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", Fault(UNSURE, applied=False))
        rig.reply.extend(LONG)
        await rig.finish()
        assert rig.sink.texts == [LONG]
        assert [call.name for call in rig.sink.called()] == ["send", "locate", "send"]


async def test_looking_for_a_message_has_a_permit_of_its_own() -> None:
    narrow = replace(LIMITS, pace=replace(PACE, overall_calls=1, overall_seconds=5.0))
    async with a_reply(limits=narrow) as rig:
        rig.sink.fail("send", Fault(UNSURE, applied=False))
        rig.reply.extend(LONG)
        await rig.finish()
        times = [call.at for call in rig.sink.called()]
        assert [later - at >= 5.0 for at, later in zip(times, times[1:])] == [True, True]


async def test_every_call_of_a_look_has_a_permit_of_its_own() -> None:
    narrow = replace(LIMITS, pace=replace(PACE, overall_calls=1, overall_seconds=5.0))
    async with a_reply(limits=narrow) as rig:
        rig.sink.locate_calls = 3
        rig.sink.fail("send", Fault(UNSURE, applied=False))
        rig.reply.extend(LONG)
        await rig.finish()
        sent, located, again = [call.at for call in rig.sink.called()]
        assert located - sent >= 15.0
        assert again - located >= 5.0


async def test_a_doubtful_start_looks_for_the_message_before_sending_it() -> None:
    async with a_reply(state=UNKNOWN) as rig:
        rig.reply.extend("word " * 60)
        await rig.finish()
        assert [call.name for call in rig.sink.called()] == ["locate", "send", "send"]


async def test_a_search_that_is_refused_does_not_keep_the_answer_from_the_screen() -> None:
    async with a_reply(state=UNKNOWN) as rig:
        rig.sink.fail("locate", REFUSED)
        rig.reply.extend(LONG)
        assert await rig.finish()
        assert [call.name for call in rig.sink.called()] == ["locate", "send"]
        assert rig.sink.texts == [LONG]


async def test_a_broken_line_is_tried_again_after_growing_pauses() -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", *[Fault(BROKEN)] * 6)
        rig.reply.extend(LONG)
        await rig.finish()
        times = [call.at for call in rig.sink.called("send")]
        pauses = [later - at for at, later in zip(times, times[1:])]
        assert rig.sink.texts == [LONG]
        assert pauses == sorted(pauses)
        assert 8 < pauses[-1] < 17


async def test_a_ban_is_waited_out_and_the_newest_text_follows() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.sink.fail("edit", BANNED)
        rig.reply.extend(" One.")
        await rig.clock.advance(1.0)
        banned_at = rig.sink.called("edit")[0].at
        for _ in range(6):
            rig.reply.extend(" Two.")
            await rig.clock.advance(1.0)
        await rig.finish()
        _, second = rig.sink.called("edit")
        assert second.at >= banned_at + BANNED.retry_after + BAN_MARGIN_SECONDS
        assert second.text == f"{LONG} One." + " Two." * 6


async def test_a_ban_delays_no_other_chat() -> None:
    async with a_reply() as rig:
        other_sink = FakeSink(rig.clock)
        other = Reply(other_sink, ChatKey("fake", "2"), rig.pacer, rig.clock)
        rig.sink.fail("send", RateLimited("slow down", retry_after=3000.0))
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        other.extend(LONG)
        finishing = rig.tasks.spawn(other.finish(), "other")
        await settle()
        assert finishing.done()
        assert other_sink.texts == [LONG]
        await other.close()


async def test_a_deleted_message_is_sent_anew() -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.sink.chat.messages.clear()
        rig.reply.extend(" More.")
        await rig.finish()
        assert rig.sink.texts == [f"{LONG} More."]


async def test_a_message_sent_anew_is_not_taken_for_a_repetition() -> None:
    async with a_reply() as rig:
        rig.sink.once = True
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.sink.chat.messages.clear()
        rig.reply.extend(" More.")
        await rig.finish(within=5)
        assert rig.sink.texts == [f"{LONG} More."]


async def test_a_deleted_message_is_forgotten_by_the_record() -> None:
    told: list[str] = []

    async def sent(index: int, message: SentId) -> None:
        told.append(f"{index} {message}")

    async def gone(message: SentId) -> None:
        told.append(f"gone {message}")

    async with a_reply(progress=Noted(sent, gone)) as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.sink.chat.messages.clear()
        rig.reply.extend(" More.")
        await rig.finish()
        assert told == ["0 m1", "gone m1", "0 m2"]


async def test_a_chat_that_cannot_be_reached_ends_the_reply() -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", ChatUnavailable("blocked"))
        rig.reply.extend(LONG)
        assert not await rig.finish(within=1)
        assert rig.reply.lost
        assert len(rig.sink.calls) == 1


async def test_refused_first_words_do_not_lose_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", REFUSED)
        rig.reply.start()
        rig.reply.extend(LONG)
        await rig.clock.advance(2)
        assert rig.sink.texts == []
        rig.reply.extend(" More.")
        assert await rig.finish()
        assert rig.sink.texts == [f"{LONG} More."]


async def test_refused_words_are_not_offered_again_unchanged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", *[REFUSED] * 10)
        rig.reply.start()
        rig.reply.extend(LONG)
        await rig.clock.advance(60)
        assert len(rig.sink.called("send")) == 1


async def test_a_refused_message_does_not_keep_the_others_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = "word " * 100
    async with a_reply() as rig:
        rig.reply.extend(text)
        rig.sink.fail("send", None, REFUSED)
        assert not await rig.finish(), "it says that something is missing"
        wanted = messages_of(text)
        assert rig.sink.texts == [wanted[0], *wanted[2:]]


async def test_last_words_that_cannot_be_edited_in_are_sent_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.sink.fail("edit", REFUSED)
        rig.reply.extend(" More.")
        assert await rig.finish("The end.")
        assert rig.sink.texts == [f"{LONG} More.\n\nThe end."]


async def test_what_is_on_screen_stays_if_the_last_words_are_refused_everywhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_reply() as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        rig.sink.fail("edit", REFUSED)
        rig.sink.fail("send", REFUSED)
        rig.reply.extend(" More.")
        assert not await rig.finish()
        assert rig.sink.texts == [LONG]


async def test_a_message_that_cannot_be_removed_does_not_hold_up_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_reply(bubbles=[SentId("m1"), SentId("m2")]) as rig:
        rig.sink.fail("delete", *[REFUSED] * 100)
        rig.reply.extend(LONG)
        await rig.finish(within=5)
        assert len(rig.sink.called("delete")) == 1


async def test_a_defect_in_the_sink_is_not_called_a_success(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_reply() as rig:
        rig.sink.fail("send", _defect())
        rig.reply.extend(LONG)
        assert not await rig.finish()
        assert "KeyError" in caplog.text


def _defect() -> Fault:
    # an error that a sink must not raise
    return Fault(error=KeyError("a defect"))  # type: ignore[arg-type]


async def test_errors_are_logged_without_what_users_wrote(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with a_reply() as rig:
        rig.sink.fail("send", REFUSED, BROKEN, BANNED, ChatUnavailable("blocked"))
        rig.reply.start()
        rig.reply.extend("secret words that nobody else may read")
        await rig.clock.advance(1)
        rig.reply.extend(" more")
        await rig.finish()
        assert caplog.text
        assert "secret" not in caplog.text


async def test_a_search_without_a_find_is_put_on_record_and_taken_back_before_the_next_send() -> (
    None
):
    said: list[str] = []

    async def noted(state: DeliveryState) -> None:
        said.append(f"{state.name} after {[call.name for call in rig.sink.called()]}")

    async with a_reply(state=UNKNOWN, progress=Noted(on_state=noted)) as rig:
        rig.reply.extend(LONG)
        await rig.finish()
        assert said == ["KNOWN after ['locate']", "UNKNOWN after ['locate']"]


async def test_a_known_state_needs_no_search_and_becomes_unknown_before_the_send() -> None:
    said: list[DeliveryState] = []

    async def noted(state: DeliveryState) -> None:
        said.append(state)

    async with a_reply(recorded=KNOWN, progress=Noted(on_state=noted)) as rig:
        rig.reply.extend("word " * 60)
        await rig.finish()
        assert [call.name for call in rig.sink.called()] == ["send", "send"]
        assert said == [UNKNOWN]


async def test_without_contact_to_the_store_an_answer_does_not_grow_on_screen() -> None:
    contact = True
    async with a_reply(progress=Noted(on_call=lambda: contact)) as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await settle()
        contact = False
        rig.reply.extend(" And more.")
        await rig.clock.advance(60.0)
        assert rig.sink.texts == [LONG]
        contact = True
        await rig.finish()
        assert rig.sink.texts == [f"{LONG} And more."]


async def test_contact_that_is_lost_while_a_send_is_recorded_holds_back_the_send() -> None:
    contact = True

    async def lose(_: bool) -> None:
        nonlocal contact
        contact = False

    progress = Noted(on_state=lose, on_call=lambda: contact)
    async with a_reply(recorded=KNOWN, progress=progress) as rig:
        rig.reply.start()
        rig.reply.extend(LONG)
        await rig.clock.advance(60.0)
        assert rig.sink.called() == []


async def test_contact_that_is_lost_during_a_search_ends_the_search() -> None:
    contact = True
    async with a_reply(state=UNKNOWN, progress=Noted(on_call=lambda: contact)) as rig:
        rig.sink.locate_calls = 3
        rig.sink.limits = replace(LIMITS, pace=replace(PACE, spacing_seconds=1.0))
        rig.reply.start()
        rig.reply.extend(LONG)
        contact = False
        await rig.clock.advance(60.0)
        assert rig.sink.called() == []
