"""Tests of the engine as users see it: messages go in, bubbles come out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from engine.access import AccessSettings
from engine.answering.answer import CHARACTERS_PER_TOKEN, AnswerSettings
from engine.answering.streaming import settled
from engine.attachments import Attachment
from engine.contract import Action, ChatMessage, Delta, Finish, Inbound, Turn, Usage
from engine.errors import ModelGarbled, ModelRefused, ModelUnavailable, OutOfCredit, RateLimited
from engine.storage.records import Entry
from engine.tasks import Tasks
from engine.turns.buttons import TAP_SECONDS
from engine.wording import words_in
from engine.worker import MAX_ATTEMPTS
from tests.rigs.engine_rig import ADA, ANN, BOB, DM, GROUP, a_house, full_disk
from tests.rigs.fakes import FakeClock
from tests.rigs.stores import rows_of

EN = words_in("en")


async def for_ever(*_: object) -> int:
    """Act like a disk that neither writes nor responds."""
    await asyncio.Event().wait()
    return 0


async def test_a_question_gets_its_answer(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Hello ", "Ann."]) as house:
        await house.ask("hi")
        assert house.chat().texts == ["Hello Ann."]
        assert house.buttons() == [Action.RETRY]


@pytest.mark.parametrize("piece", ["word " * 50_000, "word "], ids=["large", "small"])
async def test_an_answer_is_cut_at_a_multiple_of_its_tokens_whatever_the_endpoint_sends(
    tmp_path: Path, piece: str
) -> None:
    answers = AnswerSettings(max_tokens=100)
    script = [piece] * 2000
    async with a_house(tmp_path, script, answers=answers) as house:
        await house.ask("hi")
        (turn,) = (await house.sessions.get(DM)).turns
        assert (len(turn.answer), turn.finish) == (CHARACTERS_PER_TOKEN * 100, Finish.LENGTH)
        assert house.last().endswith(EN.cut_length)
        assert house.buttons() == [Action.CONTINUE, Action.RETRY]
        assert house.model.closed == 1


def test_every_languages_tokens_pass_below_the_bound_of_an_answer() -> None:
    assert CHARACTERS_PER_TOKEN >= 6  # see the comment on the constant


async def test_a_message_is_on_disk_when_submit_returns(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "late"]) as house:
        await house.say("hi", message_id="q")
        (entry,) = await house.ledger.unfinished([0], ["fake"])
        assert entry.inbound.text == "hi"
        gate.set()


async def test_a_message_that_comes_twice_is_answered_once(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["one"], ["two"]) as house:
        await house.ask("hi", message_id="q")
        await house.ask("hi", message_id="q")
        assert house.chat().texts == ["one"]


async def test_a_group_message_to_nobody_is_left_alone(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("hi all", key=GROUP, addressed=False)
        assert house.chat(GROUP).texts == []
        assert house.model.prompts == []


async def test_the_model_sees_the_conversation(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["I am fine, thanks."], ["Yes."]) as house:
        await house.ask("how are you?")
        await house.ask("sure?")
        assert house.model.prompts[1][1:] == [
            ChatMessage("user", "how are you?"),
            ChatMessage("assistant", "I am fine, thanks."),
            ChatMessage("user", "sure?"),
        ]


async def test_in_a_group_the_model_sees_who_speaks(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["first answer"], ["second answer"]) as house:
        await house.ask("one", key=GROUP)
        await house.ask("two", key=GROUP, author=BOB)
        assert [m.content for m in house.model.prompts[1][1:]] == [
            "Ann: one",
            "first answer",
            "Bob: two",
        ]


async def test_questions_of_a_chat_are_answered_in_order_one_at_a_time(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "first"], ["second"]) as house:
        await house.say("one")
        await house.say("two")
        await house.settle()
        assert len(house.model.prompts) == 1
        gate.set()
        await house.rest()
        assert house.chat().texts == ["first", "second"]


async def test_a_waiting_chat_does_not_hold_up_another(tmp_path: Path) -> None:
    async with a_house(tmp_path, [asyncio.Event()], ["quick enough to see"]) as house:
        await house.say("one")
        await house.settle()
        await house.say("two", key=GROUP)
        await house.advance(2)
        assert house.chat(GROUP).texts == ["quick enough to see"]


async def test_a_ban_in_one_chat_frees_its_place_for_another(tmp_path: Path) -> None:
    async with a_house(
        tmp_path, ["an answer that is banned"], ["an answer that is not"], max_workers=1
    ) as house:
        sink = await house.say("one")
        sink.fail("send", RateLimited("flood", retry_after=60))
        await house.settle()
        await house.say("two", key=GROUP)
        await house.advance(5)
        assert house.chat(GROUP).texts == ["an answer that is not"]
        assert house.chat().texts == []
        await house.rest()
        assert house.chat().texts == ["an answer that is banned"]


async def test_who_waits_long_is_told_and_answered_in_the_same_bubble(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "first"], ["second"], max_workers=1) as house:
        await house.say("one")
        await house.settle()
        await house.say("two", key=GROUP)
        await house.advance(4)
        assert house.last(GROUP) == EN.waiting.format(ahead=1)
        gate.set()
        await house.rest()
        assert house.chat(GROUP).texts == ["second"]


async def test_a_full_queue_refuses_politely(tmp_path: Path) -> None:
    async with a_house(tmp_path, [asyncio.Event()], max_workers=1, max_waiting_per_chat=1) as house:
        for text in ("one", "two", "three"):
            await house.say(text)
            await house.settle()
        await house.settle()
        assert house.chat().texts == [EN.busy]


async def test_at_the_deadline_the_answer_ends_with_what_it_has(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["So far so good", asyncio.Event()]) as house:
        await house.ask("hi")
        assert house.last() == "So far so good\n\n" + EN.cut_deadline.format(seconds=15)
        assert house.buttons() == [Action.CONTINUE, Action.RETRY]
        assert (house.model.open, house.model.closed) == (0, 1)


async def test_continue_goes_on_from_where_the_answer_stopped(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["So far so good", asyncio.Event()], ["and the rest"]) as house:
        await house.ask("hi")
        await house.ask("/continue")
        assert house.last() == "and the rest"
        assert ChatMessage("assistant", "So far so good") in house.model.prompts[1]
        assert house.model.prompts[1][-1].role == "user"


async def test_a_pressed_continue_counts_once(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(
        tmp_path, ["So far so good", asyncio.Event()], [gate, "the rest"], ["too much"]
    ) as house:
        await house.ask("hi")
        assert await house.press(Action.CONTINUE, "m1") == ""
        assert await house.press(Action.CONTINUE, "m1") == EN.button_done
        gate.set()
        await house.rest()
        assert house.chat().texts[1:] == ["the rest"]


async def test_continue_on_an_older_answer_says_that_it_is_too_old(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["one", Delta(finish=Finish.LENGTH)], ["two"]) as house:
        await house.ask("hi")
        await house.ask("ho")
        assert await house.press(Action.CONTINUE, "m1") == EN.button_old


async def test_retry_writes_the_same_bubble_anew_and_replaces_the_turn(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["a bad answer"], ["a good answer"], ["third"]) as house:
        await house.ask("hi")
        assert await house.press(Action.RETRY, "m1") == ""
        await house.rest()
        assert house.chat().texts == ["a good answer"]
        session = await house.sessions.get(DM)
        assert [turn.answer for turn in session.turns] == ["a good answer"]
        await house.ask("and?")
        assert [m.content for m in house.model.prompts[2][1:]] == ["hi", "a good answer", "and?"]


async def test_the_retry_command_replaces_the_last_turn(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["bad"], ["good"]) as house:
        await house.ask("hi")
        await house.ask("/retry")
        assert house.last() == "good"
        assert [turn.answer for turn in (await house.sessions.get(DM)).turns] == ["good"]


async def test_stop_ends_the_model_and_keeps_the_text(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Once upon a time there was", asyncio.Event()]) as house:
        await house.say("a story")
        await house.advance(1)
        assert house.buttons() == [Action.STOP]
        assert await house.press(Action.STOP, "m1") == EN.stopping
        await house.rest()
        assert house.last() == "Once upon a time there was\n\n" + EN.cut_stopped
        assert house.model.closed == 1


async def test_the_stop_command_does_not_wait_for_the_answer(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Once upon a time there was", asyncio.Event()]) as house:
        await house.say("a story")
        await house.advance(1)
        await house.ask("/stop")
        assert house.last().endswith(EN.cut_stopped)


async def test_only_who_asked_or_an_admin_may_press(tmp_path: Path) -> None:
    people = AccessSettings(admins=frozenset({"9"}))
    async with a_house(tmp_path, ["one"], ["two"], access=people) as house:
        await house.ask("hi", key=GROUP)
        assert await house.press(Action.RETRY, "m1", key=GROUP, author=BOB) == EN.only_author
        assert await house.press(Action.RETRY, "m1", key=GROUP, author=ADA) == ""
        await house.rest()
        assert house.chat(GROUP).texts == ["two"]


async def test_a_button_of_an_unknown_message_is_too_old(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        assert await house.press(Action.RETRY, "m77") == EN.button_old


async def test_an_edited_question_is_answered_in_the_same_bubble(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Paris is in France."], ["Rome is in Italy."]) as house:
        await house.ask("where is Paris?", message_id="q")
        await house.ask("where is Rome?", message_id="q", edited=True)
        assert house.chat().texts == ["Rome is in Italy."]
        assert [t.prompt for t in (await house.sessions.get(DM)).turns] == ["where is Rome?"]


async def test_a_question_edited_while_it_is_answered_is_answered_once_with_the_new_text(
    tmp_path: Path,
) -> None:
    async with a_house(
        tmp_path, ["Paris is a city in ", asyncio.Event()], ["Rome is in Italy."]
    ) as house:
        await house.say("where is Paris?", message_id="q")
        await house.advance(1)
        await house.ask("where is Rome?", message_id="q", edited=True)
        assert house.chat().texts == ["Rome is in Italy."]
        assert [t.prompt for t in (await house.sessions.get(DM)).turns] == ["where is Rome?"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelUnavailable("503"), EN.model_unavailable),
        (OutOfCredit("402"), EN.out_of_credit),
        (ModelRefused("401", status=401), EN.not_accepted),
        (ModelRefused("404", status=404), EN.model_refused),
        (ModelGarbled("?"), EN.model_unavailable),
    ],
)
async def test_a_failure_before_the_answer_is_said_clearly(
    tmp_path: Path, error: Exception, said: str
) -> None:
    async with a_house(tmp_path, [error]) as house:
        await house.ask("hi")
        assert house.chat().texts == [said]
        assert house.buttons() == [Action.RETRY]


async def test_a_failure_within_the_answer_keeps_what_came(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Half of the answer", ModelGarbled("cut")]) as house:
        await house.ask("hi")
        assert house.last() == "Half of the answer\n\n" + EN.cut_failed
        assert house.buttons() == [Action.CONTINUE, Action.RETRY]


async def test_a_prompt_that_proves_too_long_is_tried_once_more_shorter(tmp_path: Path) -> None:
    async with a_house(
        tmp_path, ["x" * 4000], [ModelRefused("400", status=400, too_long=True)], ["fits"]
    ) as house:
        await house.ask("one")
        await house.ask("two")
        assert house.last() == "fits"
        assert len(house.model.prompts[2]) < len(house.model.prompts[1])


async def test_an_empty_answer_is_said(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["  "]) as house:
        await house.ask("hi")
        assert house.last().strip() == EN.empty_answer


@pytest.mark.parametrize(
    ("script", "finish"),
    [
        (["done"], "stop"),
        (["long", Delta(finish=Finish.LENGTH)], "length"),
        (["slow", asyncio.Event], "deadline"),
        ([ModelUnavailable("503")], "failed"),
    ],
)
async def test_usage_is_recorded_for_every_end(
    tmp_path: Path, script: list[object], finish: str
) -> None:
    cues = [asyncio.Event() if cue is asyncio.Event else cue for cue in script]
    async with a_house(tmp_path, cues) as house:  # type: ignore[arg-type]
        await house.ask("hi")
        rows = await rows_of(house.store, "SELECT finish, turns, prompt_tokens FROM usage")
        assert [tuple(row)[:2] for row in rows] == [(finish, 1)]
        assert next(iter(rows))[2] > 0


async def test_usage_of_the_endpoint_goes_before_the_estimate(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["done", Delta(finish=Finish.STOP, usage=Usage(7, 3))]) as house:
        await house.ask("hi")
        assert (await house.sessions.usage(DM)).tokens == 10


async def test_history_survives_the_process(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["My name is Pipit."]) as house:
        await house.ask("who are you?")
    async with a_house(tmp_path, ["As I said."]) as house:
        await house.ask("again?", message_id="later")
        assert ChatMessage("assistant", "My name is Pipit.") in house.model.prompts[0]


async def test_after_a_kill_the_same_bubble_is_finished(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_house(
        tmp_path, ["The quick brown fox jum", asyncio.Event()], clock=clock
    ) as house:
        await house.say("a pangram")
        await house.advance(3)
        chats = house.chats
    async with a_house(tmp_path, [" jumps over the lazy dog."], clock=clock, chats=chats) as again:
        assert await again.recover() == 1
        await again.rest()
        assert again.chat().texts == ["The quick brown fox jumps over the lazy dog."]
        assert [turn.answer for turn in (await again.sessions.get(DM)).turns] == again.chat().texts
        assert await again.ledger.unfinished([0], ["fake"]) == []


async def test_a_question_that_ends_the_process_again_and_again_is_given_up_with_a_retry(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    chats = None
    for _ in range(MAX_ATTEMPTS + 1):
        async with a_house(tmp_path, [asyncio.Event()], clock=clock, chats=chats) as house:
            if chats is None:
                await house.say("poison")
            else:
                await house.recover()
            await house.advance(2)
            chats = house.chats
    async with a_house(tmp_path, ["at last"], clock=clock, chats=chats) as house:
        assert await house.recover() == 0
        assert house.chat().texts == [EN.gave_up]
        assert await house.press(Action.RETRY, "m1") == ""
        await house.rest()
        assert house.chat().texts == ["at last"]


async def test_a_tap_that_is_quicker_than_the_disk_waits_for_it(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["one", Delta(finish=Finish.LENGTH)], [" two"]) as house:
        finish, gate = house.ledger.finish, asyncio.Event()

        async def slow(entry: Entry, turn: Turn, usage: Usage) -> int:
            await gate.wait()
            return await finish(entry, turn, usage)

        house.ledger.put(finish=slow)
        await house.say("hi")
        await house.advance(1)
        assert house.buttons() == [Action.CONTINUE, Action.RETRY]
        tap = Tasks("test").spawn(house.press(Action.CONTINUE, "m1"), "tap")
        await house.settle()
        assert not tap.done()
        gate.set()
        await house.rest()
        assert await tap == ""
        assert house.chat().texts[-1] == "two"


async def test_a_tap_waits_for_a_broken_disk_no_longer_than_a_platform_does(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["one", Delta(finish=Finish.LENGTH)]) as house:
        house.ledger.put(finish=for_ever)
        await house.say("hi")
        await house.advance(1)
        tap = Tasks("test").spawn(house.press(Action.CONTINUE, "m1"), "tap")
        await house.advance(TAP_SECONDS + 0.5)
        assert tap.done()
        assert await tap == EN.button_done


async def test_a_whole_answer_that_was_not_yet_recorded_is_not_asked_for_again(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with a_house(tmp_path, ["The whole answer."], clock=clock) as house:
        house.ledger.put(finish=for_ever)
        await house.say("hi")
        await house.advance(3)
        chats = house.chats
    async with a_house(tmp_path, ["Another answer."], clock=clock, chats=chats) as again:
        assert await again.recover() == 1
        await again.rest()
        assert again.model.prompts == []
        assert again.chat().texts == ["The whole answer."]
        (turn,) = (await again.sessions.get(DM)).turns
        assert (turn.answer, turn.finish) == ("The whole answer.", Finish.STOP)


async def test_stopping_lets_short_answers_end_and_cuts_long_ones_with_a_word(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    scripts = (["A short one, nearly done", 2.0, "."], ["A long one that goes on", asyncio.Event()])
    async with a_house(tmp_path, *scripts, clock=clock) as house:
        await house.say("one")
        await house.say("two", key=GROUP)
        await house.advance(1)
        stopping = asyncio.get_running_loop().create_task(house.engine.stop(drain_seconds=5))
        await house.advance(12)
        await stopping
        assert house.chat().texts == ["A short one, nearly done."]
        assert house.chat(GROUP).texts == ["A long one that goes on\n\n" + EN.paused]
        chats = house.chats
    async with a_house(tmp_path, ["to its end."], clock=clock, chats=chats) as again:
        assert await again.recover() == 1
        await again.rest()
        assert again.chat(GROUP).texts == ["A long one that goes to its end."]


async def test_a_question_that_waited_at_the_stop_is_not_searched_for(tmp_path: Path) -> None:
    clock = FakeClock()
    script = ["A long one that goes on", asyncio.Event()]
    async with a_house(tmp_path, script, clock=clock) as house:
        await house.say("one")
        await house.advance(3)
        await house.say("two", author=BOB)
        stopping = asyncio.get_running_loop().create_task(house.engine.stop(drain_seconds=0))
        await house.advance(3)
        await stopping
        chats = house.chats
    async with a_house(tmp_path, ["to its end."], ["Two."], clock=clock, chats=chats) as again:
        assert await again.recover() == 2
        await again.rest()
        assert again.chat().texts == ["A long one that goes to its end.", "Two."]
        assert [[call.name for call in sink.called()] for sink in again.sinks] == [
            ["edit"],
            ["send"],
        ]


@pytest.mark.usefixtures("a_file")
async def test_a_message_that_cannot_be_kept_is_refused_with_a_clear_word(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.store.write(lambda db: db.execute("PRAGMA max_page_count=30"))
        await house.ask(Random(1).randbytes(200_000).hex())
        assert house.chat().texts == [EN.cannot_save]


async def test_a_disk_that_fails_after_acceptance_does_not_take_the_answer_away(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["Here it is, on screen."]) as house:
        house.ledger.put(finish=full_disk)
        await house.ask("hi")
        assert house.chat().texts == ["Here it is, on screen."]
        assert len(await house.ledger.unfinished([0], ["fake"])) == 1
        house.ledger.mend()
        await house.advance(5)
        assert await house.ledger.unfinished([0], ["fake"]) == []


async def test_strangers_are_told_the_number_that_lets_them_in(tmp_path: Path) -> None:
    async with a_house(tmp_path, access=AccessSettings(allowed=frozenset({"2"}))) as house:
        await house.ask("hi")
        assert house.chat().texts == [EN.not_allowed.format(user_id="1")]
        assert house.model.prompts == []


async def test_a_defect_leaves_its_user_with_a_word(tmp_path: Path) -> None:
    async with a_house(tmp_path, [ValueError("a defect")]) as house:  # type: ignore[list-item]
        await house.ask("hi")
        assert house.chat().texts == ["You said: hi"] or house.chat().texts == [
            EN.model_unavailable
        ]


@pytest.mark.parametrize(
    ("partial", "kept"),
    [
        ("The quick brown fox ju", "The quick brown fox "),
        ("The quick brown fo", ""),  # so few words are not a usable beginning
        ("豆腐是用黄豆做成的", "豆腐是用黄豆做成的"),
        ("Done.\n", "Done.\n"),
        ("oneword", ""),
        ("  oneword", ""),
        (" \n", ""),
        ("", ""),
        ("x" * 200_000 + " y", "x" * 200_000 + " "),  # this takes linear time
    ],
)
def test_a_cut_answer_is_taken_up_at_its_last_whole_word(partial: str, kept: str) -> None:
    assert settled(partial) == kept


async def test_sessions_of_different_chats_are_kept_apart(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["secret"], ["nothing"]) as house:
        await house.ask("remember 42")
        await house.ask("what do you know?", key=GROUP)
        assert "42" not in str(house.model.prompts[1])
        assert ANN.name in str(house.model.prompts[1])


async def test_the_end_of_the_engine_leaves_no_task_behind(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with a_house(tmp_path, [asyncio.Event()], max_workers=1) as house:
        await house.say("first")
        await house.say("second", key=GROUP)
        await house.advance(4)
        assert house.last(GROUP) == EN.waiting.format(ahead=1)
        await house.engine.kill()
        left = {task.get_name() for task in asyncio.all_tasks() - before}
        assert not [name for name in left if not name.startswith("store")]


async def test_a_flood_of_messages_is_refused_with_one_word(tmp_path: Path) -> None:
    async with a_house(
        tmp_path, *([["answer"]] * 2), access=AccessSettings(messages_per_minute=2)
    ) as house:
        for number in range(30):
            await house.say(f"question {number}")
        await house.rest()
        assert len(house.model.prompts) == 2
        assert sorted(text.split(" ")[0] for text in house.chat().texts) == [
            "That",
            "answer",
            "answer",
        ]


async def test_a_message_that_is_refused_without_a_word_in_the_chat_is_told_to_its_platform(
    tmp_path: Path,
) -> None:
    """A page or a terminal that waits for an answer would otherwise wait forever."""
    async with a_house(tmp_path, ["answer"], access=AccessSettings(messages_per_minute=1)) as house:
        words = []
        for number in range(3):
            said = Inbound(DM, f"{number}", ANN, "hello", direct=True, addressed=True, sent_at=0)
            words.append(await house.engine.submit(said, house.sink(handle=f"{number}")))
        assert words == ["", "", EN.too_fast.format(seconds=60)]


async def test_a_stop_command_that_stops_is_told_to_its_author_only(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Once upon a time there was", asyncio.Event()]) as house:
        await house.say("a story")
        await house.advance(1)
        stop = Inbound(DM, "s", ANN, "/stop", direct=True, addressed=True, sent_at=0)
        assert await house.engine.submit(stop, house.sink()) == EN.stopping
        await house.rest()
        assert len(house.chat().texts) == 1


async def test_a_file_without_words_is_refused_clearly(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        file = Attachment("photo.jpg", "image/jpeg", 10, "ref")
        inbound = Inbound(
            DM, "f", ANN, "", direct=True, addressed=True, sent_at=0, attachments=(file,)
        )
        await house.engine.submit(inbound, house.sink())
        await house.rest()
        assert house.chat().texts == [EN.no_files]
