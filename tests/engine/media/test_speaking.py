"""Spoken answers in the engine: chosen by the chat, counted, ended by Stop, and paid for once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.access import AccessSettings
from engine.attachments import MediaKind, Sign
from engine.contract import Action
from engine.errors import (
    UNKNOWN,
    DeliveryFailed,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    OutOfCredit,
)
from engine.storage.spending import DAY, PERSON
from engine.tasks import Tasks
from engine.wording import words_in
from tests.engine.media.test_ogg import opus
from tests.rigs.engine_rig import ANN, DM, VOICE_TOKENS, House, a_house
from tests.rigs.fakes import FakeChat
from tests.rigs.stores import storage_of

EN = words_in("en")
OPUS, OTHER = opus([60] * 100), opus([60] * 50)
UNSURE = DeliveryFailed("no answer came", retryable=True, state=UNKNOWN)


class Speaker:
    """A service that speaks what the tests script. It counts the requests."""

    def __init__(self, *script: bytes | ModelError) -> None:
        self.script = list(script)
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.gate: asyncio.Event | None = None

    async def speak(self, text: str, request_id: str) -> tuple[bytes, str]:
        self.texts.append(text)
        self.ids.append(request_id)
        if self.gate is not None:
            await self.gate.wait()
        made = self.script.pop(0) if self.script else OPUS
        if isinstance(made, ModelError):
            raise made
        return made, "audio/ogg"


def recordings(chat: FakeChat) -> list[bytes]:
    return [m.made.content for m in chat.messages.values() if m.made is not None]


async def tokens_of(house: House) -> int:
    spending = storage_of(house.store, house.clock).spending
    return (await spending.spent(PERSON, DM, ANN.user_id)).of(DAY)[0]


async def test_a_chat_switches_spoken_answers_on_and_off(tmp_path: Path) -> None:
    speaker = Speaker()
    async with a_house(tmp_path, ["One."], ["**Two.**"], ["Three."], voices=speaker) as house:
        await house.ask("/voice")
        assert house.last(DM) == EN.speak_off
        await house.ask("a")
        await house.ask("/voice on")
        assert house.last(DM) == EN.speak_on
        await house.ask("b")
        text, voice = list(house.chat(DM).messages.values())[-2:]
        assert (text.text, [button.action for button in text.buttons]) == (
            "**Two.**",
            [Action.RETRY],
        )
        assert voice.made is not None
        assert (voice.text, voice.buttons, voice.made.kind) == ("", (), MediaKind.VOICE)
        assert (voice.made.content, voice.made.duration_seconds) == (OPUS, 2.0)
        await house.ask("/voice off")
        await house.ask("c")
        assert speaker.texts == ["Two."]


@pytest.mark.parametrize(("on", "off"), [("an", "aus"), ("on", "off")])
async def test_the_switch_understands_the_words_of_the_chats_language(
    tmp_path: Path, on: str, off: str
) -> None:
    async with a_house(tmp_path, voices=Speaker()) as house:
        await house.ask("/language de")
        await house.ask(f"/voice {on}")
        assert (await house.sessions.get(DM)).voice == "ON"
        await house.ask(f"/voice {off}")
        assert (await house.sessions.get(DM)).voice == ""


async def test_without_a_service_the_person_is_told_which_setting_is_missing(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["One."]) as house:
        await house.ask("/voice on")
        assert house.last(DM) == EN.speak_unset
        await house.ask("/help")
        assert "/voice" not in "\n".join(house.chat(DM).texts)
        await house.ask("a")
        assert recordings(house.chat(DM)) == []


async def test_help_lists_the_command_if_a_service_is_set(tmp_path: Path) -> None:
    async with a_house(tmp_path, voices=Speaker()) as house:
        await house.ask("/help")
        assert f"/voice - {EN.help_voice}" in "\n".join(house.chat(DM).texts)


async def test_forget_ends_spoken_answers(tmp_path: Path) -> None:
    speaker = Speaker()
    async with a_house(tmp_path, ["One."], voices=speaker) as house:
        await house.ask("/voice on")
        await house.ask("/forget")
        await house.ask("/forget yes")
        await house.ask("a")
        assert not speaker.texts


async def test_retry_replaces_the_voice_message(tmp_path: Path) -> None:
    speaker = Speaker(OPUS, OTHER)
    async with a_house(tmp_path, ["One."], ["Two."], voices=speaker) as house:
        await house.ask("/voice on")
        await house.ask("a")
        text = list(house.chat(DM).messages)[-2]
        sink = house.sink()
        await house.press(Action.RETRY, text, sink=sink)
        await house.rest()
        assert recordings(house.chat(DM)) == [OTHER]
        assert "Two." in house.chat(DM).texts
        assert not [call for call in sink.calls if call.name == "edit" and call.made is not None]


@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (ModelUnavailable("no"), EN.speak_failed),
        (OutOfCredit("no"), EN.speak_owner),
        (ModelRefused("no", status=401), EN.speak_owner),
    ],
)
async def test_a_failure_leaves_the_text_with_a_word(
    tmp_path: Path, error: ModelError, notice: str
) -> None:
    async with a_house(tmp_path, ["One."], voices=Speaker(error)) as house:
        await house.ask("/voice on")
        before = await tokens_of(house)
        await house.ask("a")
        assert (house.last(DM), house.buttons()) == (f"One.\n\n{notice}", [Action.RETRY])
        assert await tokens_of(house) - before < VOICE_TOKENS
        assert (await house.sessions.get(DM)).turns[-1].answer == "One."


async def test_a_spoken_answer_counts_in_the_daily_allowance(tmp_path: Path) -> None:
    access = AccessSettings(tokens_per_day=VOICE_TOKENS)
    scripts = (["One."], ["Two."])
    async with a_house(tmp_path, *scripts, voices=Speaker(), access=access) as house:
        await house.ask("/voice on")
        await house.ask("a")
        assert await tokens_of(house) > VOICE_TOKENS
        await house.ask("b")
        assert "Two." not in house.chat(DM).texts


async def test_stop_keeps_the_text_and_counts_the_request(tmp_path: Path) -> None:
    speaker = Speaker()
    speaker.gate = asyncio.Event()
    async with a_house(tmp_path, ["One."], ["Two."], voices=speaker) as house:
        await house.ask("/voice on")
        sink = await house.say("a")
        await house.advance(5)
        assert speaker.texts == ["One."]
        signs = [call.text for call in sink.calls if call.name == "typing"]
        assert signs[-1] == Sign.SPEAKING.value
        await house.ask("/stop")
        await house.rest()
        assert recordings(house.chat(DM)) == []
        assert (await house.sessions.get(DM)).turns[-1].answer == "One."
        assert await tokens_of(house) > VOICE_TOKENS


async def test_a_send_without_a_response_leaves_one_voice_message(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["One."], voices=Speaker()) as house:
        await house.ask("/voice on")
        sink = await house.say("a")
        sink.fail("send", None, UNSURE)
        await house.rest()
        assert recordings(house.chat(DM)) == [OPUS]


async def test_the_next_process_sends_the_stored_recording(tmp_path: Path) -> None:
    first, second = Speaker(), Speaker()
    async with a_house(tmp_path, ["One."], voices=first) as house:
        await house.ask("/voice on")
        sink = await house.say("a")
        sink.fail("send", None, *[DeliveryFailed("no", retryable=True)] * 50)
        await house.advance(20)
        assert first.texts == ["One."]
        chats = house.chats
    async with a_house(tmp_path, voices=second, chats=chats) as house:
        await house.recover()
        await house.rest()
        assert recordings(house.chat(DM)) == [OPUS]
        assert house.chat(DM).texts.count("One.") == 1
        assert not second.texts
        assert not house.model.prompts
        assert await tokens_of(house) > VOICE_TOKENS


async def test_the_next_process_repeats_a_request_without_a_response(tmp_path: Path) -> None:
    first, second = Speaker(), Speaker(OTHER)
    first.gate = asyncio.Event()
    async with a_house(tmp_path, ["One."], voices=first) as house:
        await house.ask("/voice on")
        await house.say("a")
        await house.advance(5)
        chats = house.chats
    async with a_house(tmp_path, voices=second, chats=chats) as house:
        await house.recover()
        await house.rest()
        assert recordings(house.chat(DM)) == [OTHER]
        assert first.ids == second.ids
        assert not house.model.prompts


async def test_a_stop_of_the_process_leaves_the_row_to_the_next_one(tmp_path: Path) -> None:
    first, second = Speaker(), Speaker(OTHER)
    first.gate = asyncio.Event()
    async with a_house(tmp_path, ["One."], voices=first) as house:
        await house.ask("/voice on")
        await house.say("a")
        await house.advance(5)
        tasks = Tasks("test")
        stopping = tasks.spawn(house.engine.stop(1.0), "stop")
        await house.advance(5)
        await stopping
        chats = house.chats
    async with a_house(tmp_path, voices=second, chats=chats) as house:
        await house.recover()
        await house.rest()
        assert recordings(house.chat(DM)) == [OTHER]
        assert house.chat(DM).texts.count("One.") == 1
