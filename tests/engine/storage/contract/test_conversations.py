"""Tests of the conversations of any store: choices, the newest turns, usage."""

from __future__ import annotations

from dataclasses import replace

from engine.attachments import Attachment, MediaKind
from engine.contract import Finish, Inbound, Turn, Usage
from engine.kept import Conversation
from engine.storage.ports import Storage
from engine.storage.records import DAY_SECONDS, WINDOW_TURNS, ChatState, Scope
from tests.engine.storage.contract.filling import (
    ANN,
    BOB,
    HERE,
    THERE,
    accepted,
    all_of,
    answered,
    asked,
)
from tests.rigs.fakes import FakeClock

PHOTO = Attachment(
    "photo.jpg",
    "image/jpeg",
    98_213,
    "lasting-photo",
    kind=MediaKind.PICTURE,
    link="https://expires.example/photo",
    preview="lasting-preview",
    width=1280,
    height=960,
    digest="ab" * 32,
)
VOICE = Attachment(
    "voice.ogg", "audio/ogg", 9120, "lasting-voice", kind=MediaKind.VOICE, duration_seconds=3.5
)
PAPER = Attachment("a.pdf", "application/pdf", 9, "handle of a document")


def with_media() -> Inbound:
    return replace(asked("what is this?"), attachments=(PHOTO, VOICE, PAPER))


async def test_a_chat_that_is_not_known_is_empty(store: Storage) -> None:
    assert await store.conversations.load(HERE) == ChatState()


async def test_choices_are_kept_one_by_one(store: Storage) -> None:
    await store.conversations.choose(HERE, model="m", persona="a miller", by=ANN)
    await store.conversations.choose(HERE, language="de", time_zone="Europe/Rome", voice="ON")
    await store.conversations.choose(HERE, persona="")
    found = await store.conversations.load(HERE)
    assert (found.model, found.persona, found.language) == ("m", "", "de")
    assert (found.time_zone, found.voice) == ("Europe/Rome", "ON")
    assert await store.conversations.load(THERE) == ChatState()


async def test_the_newest_turns_come_oldest_first(store: Storage) -> None:
    for number in range(WINDOW_TURNS + 3):
        await answered(store, asked(f"question {number}", message_id=str(number)))
    turns = (await store.conversations.load(HERE)).turns
    assert len(turns) == WINDOW_TURNS
    assert [turns[0].prompt, turns[-1].prompt] == ["question 3", f"question {WINDOW_TURNS + 2}"]


async def test_a_turn_keeps_the_lasting_facts_of_its_media_and_none_that_expires(
    store: Storage,
) -> None:
    await answered(store, with_media())
    (turn,) = (await store.conversations.load(HERE)).turns
    assert turn.material.attachments == (
        replace(PHOTO, link=""),
        replace(VOICE, link=""),
        replace(PAPER, ref=""),
    )


async def test_a_picture_is_described_by_its_digest_and_in_its_own_chat_only(
    store: Storage,
) -> None:
    number = await answered(store, with_media())
    await store.memories.turns.put_vectors(number, b"p", b"a")
    said = {PHOTO.digest: "a red barn", "another": "no such picture"}
    assert await store.conversations.describe(THERE, number, said, Usage()) is None
    assert await store.conversations.describe(HERE, number + 1, said, Usage()) is None
    material = await store.conversations.describe(HERE, number, said, Usage(900, 20))
    assert material is not None
    (turn,) = (await store.conversations.load(HERE)).turns
    assert turn.material == material
    assert [file.description for file in material.attachments] == ["a red barn", "", ""]
    assert "a red barn" in turn.asked
    (packed,) = await store.memories.turns.some(HERE, [number])
    assert packed.vectors is None
    assert packed.unpack().material == material
    used = await store.conversations.usage(HERE)
    assert (used.turns, used.tokens) == (1, 37 + 920)


async def test_an_export_names_media_and_how_they_look_without_their_handles(
    store: Storage,
) -> None:
    number = await answered(store, with_media())
    await store.conversations.describe(HERE, number, {PHOTO.digest: "a red barn"}, Usage())
    await accepted(store, replace(with_media(), message_id="open"))
    found = await all_of(store.personal_data, Scope(HERE))
    photo, voice, _ = found["turns"][0]["files"]
    assert (photo["kind"], photo["description"]) == ("picture", "a red barn")
    assert (photo["width"], photo["height"], voice["seconds"]) == (1280, 960, 3.5)
    assert found["messages"][-1]["files"][0]["kind"] == "picture"
    for secret in (PHOTO.ref, PHOTO.link, PHOTO.preview):
        assert secret not in repr(found)


async def test_a_new_conversation_leaves_earlier_turns_out(store: Storage) -> None:
    await answered(store, asked("old", message_id="1"))
    await store.conversations.begin_anew(HERE)
    await answered(store, asked("new", message_id="2"))
    assert [turn.prompt for turn in (await store.conversations.load(HERE)).turns] == ["new"]


async def test_an_earlier_conversation_is_listed_and_resumed(store: Storage) -> None:
    conversations = store.conversations
    assert list(await conversations.earlier(HERE, 10)) == []
    old = await answered(store, asked("old", message_id="1"), at=100.0)
    await answered(store, asked("older still", message_id="2"), at=200.0)
    await conversations.begin_anew(HERE)
    new = await answered(store, asked("new", message_id="3"), at=300.0)
    await answered(store, asked("elsewhere", key=THERE, message_id="4"))
    assert list(await conversations.earlier(HERE, 10)) == [
        Conversation(new, "new", 300.0, 1, running=True),
        Conversation(old, "old", 200.0, 2, running=False),
    ]
    assert await conversations.resume(HERE, old)
    assert [turn.prompt for turn in (await conversations.load(HERE)).turns] == [
        "old",
        "older still",
    ]
    await answered(store, asked("resumed", message_id="5"), at=400.0)
    assert [one.turns for one in await conversations.earlier(HERE, 10)] == [3, 1]
    await conversations.begin_anew(HERE)
    assert (await conversations.load(HERE)).turns == []
    await answered(store, asked("third", message_id="6"), at=500.0)
    assert [one.title for one in await conversations.earlier(HERE, 2)] == ["third", "old"]


async def test_a_conversation_of_another_chat_is_not_resumed(store: Storage) -> None:
    turn = await answered(store, asked("elsewhere", key=THERE, message_id="1"))
    await answered(store, asked("here", message_id="2"))
    assert not await store.conversations.resume(HERE, turn)
    assert not await store.conversations.resume(HERE, turn + 100)
    assert [turn.prompt for turn in (await store.conversations.load(HERE)).turns] == ["here"]


async def test_a_turn_that_is_answered_again_stays_in_its_conversation(store: Storage) -> None:
    question = asked("first", message_id="1")
    entry = await accepted(store, question)
    await store.ledger.finish(entry, Turn(ANN, "first", "Once.", Finish.STOP, 4.0), Usage(1, 1))
    await store.conversations.begin_anew(HERE)
    ended = await store.ledger.load(entry.row)
    assert ended is not None
    again = await store.ledger.reopen(ended, question, "h")
    assert again is not None
    await store.ledger.finish(
        again, Turn(ANN, "first", "Again.", Finish.STOP, 5.0, again.turn_id), Usage(1, 1)
    )
    assert [one.turns for one in await store.conversations.earlier(HERE, 9)] == [1]
    assert (await store.conversations.load(HERE)).turns == []


async def test_what_was_used_is_added_up_by_chat_and_by_person(
    store: Storage, clock: FakeClock
) -> None:
    now = clock.time()
    await answered(store, asked(message_id="1"), at=now)
    await answered(store, asked(message_id="2", author=BOB), at=now)
    await answered(store, asked(message_id="3", key=THERE), at=now - DAY_SECONDS)
    here, there = await store.conversations.usage(HERE), await store.conversations.usage(THERE)
    assert (here.turns, here.tokens, here.turns_today, here.tokens_today) == (2, 74, 2, 74)
    assert (there.turns, there.turns_today) == (1, 0)
