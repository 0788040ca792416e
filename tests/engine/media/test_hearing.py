"""The spoken words of a question reach the model, are shown, and are stored in its text."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.attachments import Attachment, MediaKind
from engine.contract import Action, Inbound
from engine.errors import FormatRefused, ModelUnavailable
from engine.wording import words_in
from tests.rigs.engine_rig import ANN, DM, House, a_house
from tests.rigs.fakes import FakeSink

EN = words_in("en")
VOICE = Attachment("voice.ogg", "audio/ogg", 9, "note", kind=MediaKind.VOICE, duration_seconds=3.0)


class FakeSpeech:
    """Say what a test wants to be heard, in order; an exception is raised."""

    def __init__(self, *said: str | Exception, gate: asyncio.Event | None = None) -> None:
        self.said, self.gate = list(said), gate
        self.heard: list[tuple[bytes, str, str]] = []

    async def transcribe(self, content: bytes, media_type: str, name: str) -> str:
        self.heard.append((content, media_type, name))
        if self.gate is not None:
            await self.gate.wait()
        said = self.said.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


async def send(house: House, *files: Attachment, text: str = "", **facts: Any) -> FakeSink:
    house.files.update(note=b"OggS voice", second=b"OggS again")
    sink = house.sink()
    inbound = Inbound(DM, facts.pop("message_id", "q"), ANN, text, True, True, 1.0,
                      attachments=files or (VOICE,), **facts)  # fmt: skip
    await house.engine.submit(inbound, sink)
    await house.rest()
    return sink


def told(house: House, number: int = 0) -> str:
    """Return the question as the model got it."""
    return str(house.model.prompts[number][-1].content)


async def test_a_voice_note_is_answered_and_stays_as_words(tmp_path: Path) -> None:
    speech = FakeSpeech("When does the  train\nleave? ")
    async with a_house(tmp_path, ["At nine."], ["Again."], speech=speech) as house:
        await send(house)
        assert speech.heard == [(b"OggS voice", "audio/ogg", "voice.ogg")]
        assert "🎤 When does the train leave?" in told(house)
        assert "transcript of voice.ogg and may contain errors" in told(house)
        assert house.last() == "At nine.\n\n> 🎤 When does the train leave?"
        (turn,) = (await house.sessions.get(DM)).turns
        assert turn.prompt == "🎤 When does the train leave?"
        await house.ask("/retry")
        assert "🎤 When does the train leave?" in told(house, 1)
        assert len(speech.heard) == 1


async def test_the_words_are_stored_before_the_answer_begins(tmp_path: Path) -> None:
    gate = asyncio.Event()
    speech = FakeSpeech("Keep this.")
    async with a_house(tmp_path, [gate, "late"], speech=speech) as house:
        house.files["note"] = b"OggS voice"
        inbound = Inbound(DM, "q", ANN, "", True, True, 1.0, attachments=(VOICE,))
        await house.engine.submit(inbound, house.sink())
        for _ in range(6):
            await house.clock.advance(0.5)
            await house.settle()
        assert "> 🎤 Keep this." in house.last()
        await house.engine.kill()
    async with a_house(tmp_path, ["Kept."], speech=FakeSpeech()) as again:
        again.own(2)
        await again.engine.recover(again.make_sink, [0], [DM.platform])
        await again.rest()
        assert "🎤 Keep this." in told(again)


async def test_words_that_come_with_a_text_are_quoted(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Yes."], speech=FakeSpeech("We meet at ten.")) as house:
        await send(house, text="is that right?")
        (turn,) = (await house.sessions.get(DM)).turns
        assert (turn.prompt, turn.material.quoted) == ("is that right?", "🎤 We meet at ten.")


async def test_without_a_service_the_operators_setting_is_named(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Hello."]) as house:
        await send(house)
        assert house.last() == EN.voice_deaf
        assert house.buttons() == [Action.RETRY]
        await send(house, text="hello", message_id="q2")
        assert house.last() == f"Hello.\n\n{EN.voice_deaf}"
        assert "which you cannot hear" in told(house)


async def test_silence_is_told_and_asks_no_model(tmp_path: Path) -> None:
    async with a_house(tmp_path, speech=FakeSpeech(" . . . ")) as house:
        await send(house)
        assert house.last() == EN.voice_silent
        assert not house.model.prompts


async def test_a_failed_transcription_can_be_tried_again(tmp_path: Path) -> None:
    speech = FakeSpeech(ModelUnavailable("down"), "Now it works.")
    async with a_house(tmp_path, ["Good."], speech=speech) as house:
        await send(house)
        assert house.last() == EN.voice_failed
        await house.press(Action.RETRY, next(iter(house.chat().messages)))
        await house.rest()
        assert "🎤 Now it works." in told(house)


async def test_a_recording_that_is_too_long_is_not_fetched(tmp_path: Path) -> None:
    speech = FakeSpeech()
    async with a_house(tmp_path, speech=speech) as house:
        for number, file in enumerate(
            (replace(VOICE, duration_seconds=601.0), replace(VOICE, size_bytes=21 * 2**20))
        ):
            sink = await send(house, file, message_id=f"q{number}")
            assert house.last() == EN.voice_long.format(minutes=10)
            assert sink.fetched == []


async def test_stop_ends_a_transcription(tmp_path: Path) -> None:
    speech = FakeSpeech("never", gate=asyncio.Event())
    async with a_house(tmp_path, speech=speech) as house:
        house.files["note"] = b"OggS voice"
        inbound = Inbound(DM, "q", ANN, "", True, True, 1.0, attachments=(VOICE,))
        await house.engine.submit(inbound, house.sink())
        await house.settle()
        await house.ask("/stop")
        await house.rest()
        assert EN.stopped_empty in house.chat().texts
        assert not house.model.prompts


async def test_two_recordings_are_one_question(tmp_path: Path) -> None:
    speech = FakeSpeech("First.", "Second.")
    async with a_house(tmp_path, ["Both."], speech=speech) as house:
        await send(house, VOICE, replace(VOICE, ref="second"))
        assert "🎤 First.\n🎤 Second." in told(house)


async def test_a_recording_whose_format_is_refused_is_named_as_such(tmp_path: Path) -> None:
    speech = FakeSpeech(FormatRefused("no", status=415))
    async with a_house(tmp_path, speech=speech) as house:
        await send(house)
        assert house.last() == EN.voice_format
