"""Tests of the ledger of any store: a question is accepted once, followed to its end, and recovered."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from engine.attachments import Attachment, Made, MediaKind
from engine.contract import Author, Finish, SentId, Turn, Usage
from engine.errors import KNOWN, UNKNOWN, Superseded
from engine.media.naming import may_call
from engine.storage.ports import Storage
from engine.storage.records import DIED, MADE_PARTS, Scope
from engine.tasks import Tasks
from tests.engine.storage.contract.filling import (
    ANN,
    APART,
    BOB,
    HERE,
    THERE,
    accepted,
    answered,
    asked,
)
from tests.engine.storage.contract.kinds import WITHOUT_LANES, Kind
from tests.rigs.fakes import FakeClock


async def test_a_message_is_accepted_once_however_often_it_comes(store: Storage) -> None:
    tasks = Tasks("test")
    all_at_once = [tasks.spawn(store.ledger.accept(asked(), "h"), "accept") for _ in range(8)]
    await asyncio.wait(set(all_at_once))
    assert [task.result() is not None for task in all_at_once].count(True) == 1
    assert await store.ledger.accept(asked(), "h") is None


async def test_a_message_is_known_again_after_its_answer(store: Storage) -> None:
    await answered(store, asked())
    assert await store.ledger.accept(asked(), "h") is None


async def test_equal_ids_of_different_chats_are_different_messages(store: Storage) -> None:
    rows = {(await accepted(store, asked(key=key))).row for key in (HERE, THERE, APART)}
    assert len(rows) == 3


async def test_an_accepted_question_comes_back_as_it_was(store: Storage, kind: Kind) -> None:
    entry = await accepted(store, asked())
    other = await kind.open(owner=6)
    (found,) = await other.ledger.unfinished([5], ["fake"])
    assert (found.row, found.inbound, found.handle) == (entry.row, entry.inbound, "h")


async def test_a_voice_message_that_may_call_the_bot_comes_back_as_one(
    store: Storage, kind: Kind
) -> None:
    note = Attachment("v.ogg", "audio/ogg", 9, "ref", kind=MediaKind.VOICE, duration_seconds=2.5)
    call = replace(asked(""), direct=False, addressed=False, attachments=(note,))
    await accepted(store, call)
    other = await kind.open(owner=6)
    (found,) = await other.ledger.unfinished([5], ["fake"])
    assert may_call(found.inbound)


async def test_a_question_with_media_comes_back_with_every_fact(store: Storage, kind: Kind) -> None:
    photo = Attachment(
        "photo.jpg", "image/jpeg", 9, "ref", kind=MediaKind.PICTURE, link="https://x.example/1",
        preview="small", width=4, height=3, alt="a barn", digest="ab",
    )  # fmt: skip
    sound = Attachment("v.ogg", "audio/ogg", 9, "ref", kind=MediaKind.VOICE, duration_seconds=2.5)
    await accepted(store, replace(asked(), attachments=(photo, sound)))
    other = await kind.open(owner=6)
    (found,) = await other.ledger.unfinished([5], ["fake"])
    assert found.inbound.attachments == (photo, sound)


PICTURE = Made(MediaKind.PICTURE, "image/png", b"\x89PNG\x00picture", "a barn at night")
SPEECH = Made(MediaKind.VOICE, "audio/ogg", b"OggS", "Hello.", 1.5, b"\x00\xff\x80")


async def test_a_made_picture_is_there_for_the_process_that_takes_the_row_up(
    store: Storage, kind: Kind
) -> None:
    entry = await accepted(store, asked())
    assert await store.ledger.made(entry) is None
    await store.ledger.keep_made(entry, PICTURE)
    other = await kind.open(owner=6)
    (found,) = await other.ledger.unfinished([5], ["fake"])
    assert await other.ledger.made(found) == (PICTURE, "")


async def test_a_row_keeps_its_newest_made_media(store: Storage) -> None:
    entry = await accepted(store, asked())
    await store.ledger.keep_made(entry, PICTURE)
    await store.ledger.keep_made(entry, SPEECH)
    assert await store.ledger.made(entry) == (SPEECH, "")


async def test_the_message_of_a_made_picture_is_kept_apart_from_those_of_the_text(
    store: Storage, kind: Kind
) -> None:
    entry = await accepted(store, asked())
    await store.ledger.keep_made(entry, PICTURE)
    await store.ledger.bubble(entry, MADE_PARTS, SentId("p"))
    await store.ledger.bubble(entry, 0, SentId("a"))
    other = await kind.open(owner=6)
    (found,) = await other.ledger.unfinished([5], ["fake"])
    assert (found.bubbles, found.media) == (("a",), ("p",))
    assert await other.ledger.made(found) == (PICTURE, "p")


async def test_made_media_are_deleted_with_the_end_of_their_row(store: Storage) -> None:
    entry = await accepted(store, asked())
    await store.ledger.keep_made(entry, PICTURE)
    turn = Turn(ANN, "q", "a", Finish.STOP, 1.0)
    await store.ledger.finish(entry, turn, Usage(1, 1))
    assert await store.ledger.made(entry) is None
    given_up = await accepted(store, asked(message_id="2"))
    await store.ledger.keep_made(given_up, PICTURE)
    await store.ledger.close_row(given_up, given_up=True)
    assert await store.ledger.made(given_up) is None


async def test_made_media_belong_to_one_revision_of_a_question(store: Storage) -> None:
    entry = await accepted(store, asked())
    await store.ledger.keep_made(entry, PICTURE)
    edited = await store.ledger.accept(replace(asked(), text="other", edited=True), "h")
    assert edited is not None
    assert await store.ledger.made(edited) is None
    with pytest.raises(Superseded):
        await store.ledger.keep_made(entry, PICTURE)


async def test_an_export_names_the_made_media_of_an_open_question(store: Storage) -> None:
    entry = await accepted(store, asked())
    await store.ledger.keep_made(entry, PICTURE)
    exported = [one async for one in store.personal_data.export(Scope(HERE))]
    (message,) = [one.content for one in exported if one.section == "messages"]
    assert message["made"] == f"picture image/png {len(PICTURE.content)}"


async def test_a_row_is_claimed_by_one_process_only(store: Storage, kind: Kind) -> None:
    await accepted(store, asked())
    one, two = await kind.open(owner=6), await kind.open(owner=7)
    assert len(await one.ledger.unfinished([5], ["fake"])) == 1
    assert await two.ledger.unfinished([5], ["fake"]) == []


@WITHOUT_LANES
async def test_processes_that_claim_at_the_same_time_get_different_rows(
    store: Storage, kind: Kind
) -> None:
    for number in range(20):
        await accepted(store, asked(message_id=str(number)))
    others = [await kind.open(owner=owner) for owner in (6, 7, 8)]
    tasks = Tasks("test")
    claims = [
        tasks.spawn(other.ledger.unfinished([5], ["fake"], limit=10), "claim") for other in others
    ]
    await asyncio.wait(set(claims))
    left = await others[0].ledger.unfinished([5], ["fake"])
    rows = [entry.row for claim in claims for entry in claim.result()] + [e.row for e in left]
    assert len(rows) == len(set(rows)) == 20


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ufdd0", "\ufdd00", "né 🐦", "'; DROP TABLE"])
async def test_any_text_comes_back_as_it_was(store: Storage, kind: Kind, text: str) -> None:
    inbound = asked(text, message_id=f"id {text}", author=Author(f"u{text}", f"Ann {text}"))
    await accepted(store, inbound, f"handle {text}")
    other = await kind.open(owner=6)
    (found,) = await other.ledger.unfinished([5], ["fake"])
    assert (found.inbound, found.handle) == (inbound, f"handle {text}")
    await other.ledger.finish(
        found, Turn(inbound.author, text, text, Finish.STOP, 1.0), Usage(1, 1)
    )
    (turn,) = (await store.conversations.load(HERE)).turns
    assert (turn.author.name, turn.prompt, turn.answer) == (f"Ann {text}", text, text)


async def test_a_turn_whose_commit_was_lost_sight_of_is_recorded_once(store: Storage) -> None:
    entry = await accepted(store, asked())
    turn = Turn(ANN, "What?", "A bird.", Finish.STOP, 1.0)
    first = await store.ledger.finish(entry, turn, Usage(1, 1))
    assert await store.ledger.finish(entry, turn, Usage(1, 1)) == first
    assert len((await store.conversations.load(HERE)).turns) == 1
    assert (await store.conversations.usage(HERE)).turns == 1


async def test_rows_of_other_platforms_and_living_processes_are_left(
    store: Storage, kind: Kind
) -> None:
    await accepted(store, asked())
    other = await kind.open(owner=6)
    assert await other.ledger.unfinished([5], ["other"]) == []
    assert await other.ledger.unfinished([4], ["fake"]) == []


async def test_the_turn_and_the_end_of_the_row_come_together(store: Storage) -> None:
    number = await answered(store, asked())
    (turn,) = (await store.conversations.load(HERE)).turns
    assert (turn.turn_id, turn.prompt, turn.answer) == (number, "What is a pipit?", "A bird.")
    assert await store.ledger.unfinished([5], ["fake"]) == []


async def test_a_finished_row_is_opened_again_and_its_turn_is_written_over(store: Storage) -> None:
    entry = await accepted(store, asked())
    number = await store.ledger.finish(
        entry, Turn(ANN, "What?", "One.", Finish.STOP, 1.0), Usage(1, 1)
    )
    again = await store.ledger.reopen(replace(entry, turn_id=number), entry.inbound, "h")
    assert again is not None
    assert await store.ledger.reopen(again, again.inbound, "h") is None, "it is open"
    turn = Turn(ANN, "What?", "Another.", Finish.STOP, 2.0, number)
    assert await store.ledger.finish(again, turn, Usage(1, 1)) == number
    assert [turn.answer for turn in (await store.conversations.load(HERE)).turns] == ["Another."]


async def test_an_edited_text_supersedes_what_answers_the_older_one(store: Storage) -> None:
    entry = await accepted(store, asked())
    newer = await store.ledger.accept(asked("What is a heron?", edited=True), "h")
    assert newer is not None
    assert (newer.row, newer.revision) == (entry.row, entry.revision + 1)
    for stale in (
        store.ledger.check(entry),
        store.ledger.begin(entry),
        store.ledger.close_row(entry),
        store.ledger.finish(entry, Turn(ANN, "a", "b", Finish.STOP, 1.0), Usage()),
    ):
        with pytest.raises(Superseded):
            await stale
    assert not (await store.conversations.load(HERE)).turns


async def test_an_edit_without_a_change_opens_nothing(store: Storage) -> None:
    await answered(store, asked())
    assert await store.ledger.accept(asked(edited=True), "h") is None


async def test_an_erased_question_is_not_recorded(store: Storage) -> None:
    entry = await accepted(store, asked())

    await store.personal_data.erase(Scope(HERE))
    with pytest.raises(Superseded):
        await store.ledger.finish(entry, Turn(ANN, "a", "b", Finish.STOP, 1.0), Usage())


async def test_attempts_are_counted_before_they_start(store: Storage) -> None:
    entry = await accepted(store, asked())
    assert (await store.ledger.begin(await store.ledger.begin(entry))).attempts == 3


async def test_bubbles_come_back_in_the_order_of_their_parts(store: Storage) -> None:
    entry = await accepted(store, asked())
    for part, sent in ((1, "b"), (0, "a"), (2, "c")):
        await store.ledger.bubble(entry, part, SentId(sent))
    await store.ledger.unbubble(entry, SentId("c"))
    found = await store.ledger.load(entry.row)
    assert found is not None
    assert found.bubbles == ("a", "b")
    assert await store.ledger.of_bubble(HERE, SentId("a")) == found
    assert await store.ledger.of_bubble(THERE, SentId("a")) is None


async def test_what_stands_of_an_answer_outlives_the_process(
    store: Storage, kind: Kind, clock: FakeClock
) -> None:
    entry = await accepted(store, asked())
    store.ledger.progress(entry, "A bi")
    store.ledger.progress(entry, "A bird that")
    await store.ledger.close()
    other = await kind.open(owner=6)
    (found,) = await other.ledger.unfinished([5], ["fake"])
    assert found.partial == "A bird that"


async def test_settled_progress_is_stored_without_a_wait(store: Storage) -> None:
    entry = await accepted(store, asked())
    store.ledger.progress(entry, "A bi")
    store.ledger.progress(entry, "A bird.", Finish.STOP)
    await store.ledger.settle(entry)
    await store.ledger.settle(entry)
    found = await store.ledger.begin(entry)
    assert (found.partial, found.finish) == ("A bird.", Finish.STOP)


async def test_progress_of_a_revision_that_is_superseded_elsewhere_says_so(
    store: Storage, kind: Kind
) -> None:
    entry = await accepted(store, asked())
    other = await kind.open(owner=6)
    assert await other.ledger.accept(asked("What is a heron?", edited=True), "h")
    told: list[str] = []
    store.ledger.progress(entry, "A bird", None, lambda: told.append("superseded"))
    await store.ledger.close()
    assert told == ["superseded"]


@WITHOUT_LANES
async def test_the_previous_owner_is_known_until_it_releases_the_row(
    store: Storage, kind: Kind
) -> None:
    entry = await accepted(store, asked())
    other = await kind.open(owner=6)
    newer = await other.ledger.accept(asked("What is a heron?", edited=True), "h")
    assert newer is not None
    assert await other.ledger.previous_owner(newer) == 5
    await store.ledger.release(entry, state=KNOWN)
    assert await other.ledger.previous_owner(newer) == 0


@WITHOUT_LANES
async def test_a_release_with_an_unknown_message_is_kept(store: Storage, kind: Kind) -> None:
    entry = await accepted(store, asked())
    other = await kind.open(owner=6)
    newer = await other.ledger.accept(asked("What is a heron?", edited=True), "h")
    assert newer is not None
    await store.ledger.release(entry, state=UNKNOWN)
    assert await other.ledger.previous_owner(newer) == DIED


async def test_whether_a_message_may_exist_beside_the_bubbles_is_kept(store: Storage) -> None:
    entry = await accepted(store, asked())
    for state in (KNOWN, UNKNOWN):
        await store.ledger.note_state(entry, state)
        found = await store.ledger.load(entry.row)
        assert found is not None
        assert found.state is state


async def test_a_given_up_question_keeps_its_text_and_a_closed_one_does_not(store: Storage) -> None:
    given_up = await accepted(store, asked(message_id="1"))
    await store.ledger.close_row(given_up, given_up=True)
    closed = await accepted(store, asked(message_id="2"))
    await store.ledger.close_row(closed)
    found = await store.ledger.load(given_up.row)
    assert found is not None
    assert (found.open, found.inbound.text) == (False, "What is a pipit?")
    assert await store.ledger.load(closed.row) is None


async def test_the_newest_message_of_each_chat_of_a_platform_is_known(store: Storage) -> None:
    for key, numbers in ((HERE, ("9", "10")), (THERE, ("3",)), (APART, ("4",))):
        for number in numbers:
            await accepted(store, asked(key=key, message_id=number))
    assert await store.ledger.last_seen("fake") == {HERE: "10", THERE: "3"}


async def test_the_ids_of_questions_and_answers_are_known_in_order(store: Storage) -> None:
    first = await accepted(store, asked(message_id="1"))
    await store.ledger.bubble(first, 0, SentId("b1"))
    await accepted(store, asked(message_id="2", key=THERE, author=BOB))
    assert await store.ledger.taken("fake") == [(HERE, "1"), (HERE, "b1"), (THERE, "2")]
