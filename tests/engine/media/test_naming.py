"""The bot's name, said in a voice message of a group that listens, makes the message a question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.attachments import Attachment, MediaKind
from engine.contract import Author, Inbound
from engine.errors import ModelUnavailable
from engine.media.naming import NAMES, is_named, may_call
from engine.wording import words_in
from tests.engine.media.test_hearing import FakeSpeech
from tests.engine.test_listening import switch
from tests.rigs.engine_rig import BOB, DM, GROUP, House, a_house
from tests.rigs.fakes import FakeSink

EN = words_in("en")
NOTE = Attachment("voice.ogg", "audio/ogg", 10, "note", kind=MediaKind.VOICE, duration_seconds=4.0)


async def speak(
    house: House, note: Attachment = NOTE, author: Author = BOB, message_id: str = "v1"
) -> FakeSink:
    house.files["note"] = b"OggS voice"
    sink = house.sink(GROUP)
    inbound = Inbound(
        GROUP, message_id, author, "", direct=False, addressed=False,
        sent_at=house.clock.time(), attachments=(note,),
    )  # fmt: skip
    await house.engine.submit(inbound, sink)
    await house.rest()
    return sink


@pytest.mark.parametrize(
    ("transcript", "named"),
    [
        ("Pipit, how late is it?", True),
        ("hey pipit", True),
        ("Frag doch Pipit's Meinung", True),
        ("Пипит, который час?", True),
        ("ピピットさん、何時ですか", True),
        ("يا بيبيت كم الساعة", True),
        ("the pipits are birds", False),
        ("pipistrelle", False),
        ("", False),
    ],
)
def test_the_name_is_a_whole_word_where_words_have_spaces(transcript: str, named: bool) -> None:
    assert is_named(transcript, NAMES) is named


def test_only_a_lone_voice_message_of_a_group_may_be_a_call() -> None:
    note = Inbound(GROUP, "1", BOB, "", direct=False, addressed=False, sent_at=1.0)
    note = replace(note, attachments=(NOTE,))
    assert may_call(note)
    for other in (
        replace(note, addressed=True),
        replace(note, direct=True),
        replace(note, text="look"),
        replace(note, quoted="look"),
        replace(note, forwarded=True),
        replace(note, attachments=()),
        replace(note, attachments=(NOTE, NOTE)),
        replace(note, attachments=(replace(NOTE, digest="ab"),)),
        replace(note, attachments=(replace(NOTE, kind=MediaKind.PICTURE),)),
    ):
        assert not may_call(other)


async def test_a_voice_message_that_names_the_bot_is_answered(tmp_path: Path) -> None:
    speech = FakeSpeech("Pipit, how late is it?")
    async with a_house(tmp_path, ["Noon."], speech=speech) as house:
        card = await switch(house)
        assert EN.listen_voice in card
        await speak(house)
        assert "Noon." in house.last(GROUP)
        assert "🎤 Pipit, how late is it?" in house.model.prompts[0][-1].content


async def test_another_voice_message_leaves_no_trace(tmp_path: Path) -> None:
    async with a_house(tmp_path, speech=FakeSpeech("See you at six.")) as house:
        await switch(house)
        before = len(house.chat(GROUP).texts)
        sink = await speak(house)
        assert len(house.chat(GROUP).texts) == before
        assert sink.called() == []
        assert not house.model.prompts
        assert not await house.engine.listening.messages(GROUP)
        assert not (await house.sessions.get(GROUP)).turns


async def test_a_failed_transcription_is_silent(tmp_path: Path) -> None:
    async with a_house(tmp_path, speech=FakeSpeech(ModelUnavailable("down"))) as house:
        await switch(house)
        sink = await speak(house)
        assert sink.called() == []


async def test_a_group_that_does_not_listen_is_not_transcribed(tmp_path: Path) -> None:
    async with a_house(tmp_path, speech=FakeSpeech("Pipit?")) as house:
        sink = await speak(house)
        assert (sink.fetched, house.model.prompts) == ([], [])


async def test_a_member_who_objects_is_not_transcribed(tmp_path: Path) -> None:
    async with a_house(tmp_path, speech=FakeSpeech("Pipit?")) as house:
        await switch(house)
        await house.engine.listening.object(GROUP, BOB.user_id)
        assert (await speak(house)).fetched == []


@pytest.mark.parametrize(
    "note",
    [replace(NOTE, duration_seconds=61.0), replace(NOTE, duration_seconds=0.0)],
    ids=["long", "unknown length"],
)
async def test_a_long_voice_message_is_not_transcribed(tmp_path: Path, note: Attachment) -> None:
    async with a_house(tmp_path, speech=FakeSpeech("Pipit?")) as house:
        await switch(house)
        assert (await speak(house, note)).fetched == []


async def test_without_a_service_the_card_does_not_speak_of_voice(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        assert EN.listen_voice not in await switch(house)
        assert (await speak(house)).fetched == []


async def test_a_kill_before_the_transcript_leaves_the_message_to_the_next_process(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, speech=FakeSpeech("Pipit, how late is it?")) as house:
        await switch(house)
        house.files["note"] = b"OggS voice"
        await _submit(house)
        chats = house.chats
    speech = FakeSpeech("Pipit, how late is it?")
    async with a_house(tmp_path, ["Noon."], speech=speech, chats=chats) as house:
        house.files["note"] = b"OggS voice"
        await house.recover()
        await house.rest()
        assert "Noon." in house.last(GROUP)


async def _submit(house: House) -> None:
    inbound = Inbound(
        GROUP, "v1", BOB, "", direct=False, addressed=False,
        sent_at=house.clock.time(), attachments=(NOTE,),
    )  # fmt: skip
    await house.engine.submit(inbound, house.sink(GROUP))


async def test_a_direct_voice_message_needs_no_name(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Noon."], speech=FakeSpeech("How late is it?")) as house:
        house.files["note"] = b"OggS voice"
        inbound = Inbound(DM, "v1", BOB, "", True, True, 1.0, attachments=(NOTE,))
        await house.engine.submit(inbound, house.sink())
        await house.rest()
        assert "Noon." in house.last()
