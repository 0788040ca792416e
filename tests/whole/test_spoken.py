"""Spoken answers through the whole process on Telegram: sent, forbidden, and paid for once over a kill."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.engine.media.test_ogg import opus
from tests.rigs.app_rig import TOKEN, running, texts
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import Message, TelegramServer
from tests.whole.test_draw import Bot

ANN = 7
OPUS = opus([60] * 100)


def speaking(model: ModelServer) -> dict[str, str]:
    return {"VOICE_BASE_URL": model.base_url, "HF_VOICE_MODEL": "speaker", "VOICE_TOKEN": "speak-t"}


def voices(server: TelegramServer) -> list[Message]:
    return [message for message in server.sent(ANN) if "voice" in message.extra]


def content_of(server: TelegramServer, message: Message, kind: str = "voice") -> bytes:
    return server.world.files[message.extra[kind]["file_id"]].content


async def switch_on(server: TelegramServer) -> None:
    server.say(ANN, "/voice on")
    await server.until(lambda now: any("/voice off" in text for text in texts(now)), 30)


async def test_an_answer_comes_as_a_voice_message_beside_its_text(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(OPUS)
        model.queue.append(Reply("It is **blue**."))
        async with running(server, model, tmp_path / "a.db", **speaking(model)):
            await switch_on(server)
            server.say(ANN, "Which colour has it?")
            (voice,) = await server.until(voices)
            assert (content_of(server, voice), voice.extra["voice"]["duration"]) == (OPUS, 2)
            assert (voice.text, voice.shown.buttons) == ("", [])
            assert "It is blue." in texts(server, ANN)
            (asked,) = model.media.asked
            assert (asked.body["input"], asked.body["response_format"]) == ("It is blue.", "opus")
            assert asked.token == "speak-t"
            assert "record_voice" in {action for *_, action in server.actions}


async def test_a_person_who_forbids_voice_messages_gets_the_file(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        server.chat(ANN, forbids=("voice",))
        model.media.made.append(OPUS)
        model.queue.append(Reply("Blue."))
        async with running(server, model, tmp_path / "a.db", **speaking(model)):
            await switch_on(server)
            server.say(ANN, "Which colour has it?")
            (file,) = await server.until(
                lambda now: [one for one in now.sent(ANN) if "document" in one.extra]
            )
            assert content_of(server, file, "document") == OPUS
            assert file.extra["document"]["file_name"] == "voice.ogg"


@pytest.mark.slow
@pytest.mark.parametrize("at", ["sendvoice held", "sendvoice done", "voice shown"])
async def test_a_kill_after_the_request_pays_and_shows_one_voice_message(
    tmp_path: Path, at: str
) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(OPUS)
        model.queue.append(Reply("Blue."))
        bot = Bot(server, model, tmp_path / "a.db", **speaking(model))
        await bot.start()
        try:
            await switch_on(server)
            if at == "sendvoice held":  # the recording is paid for and never arrives
                server.fault("hold", method="sendVoice")
            if at == "sendvoice done":  # it arrives, and the process never hears of it
                server.fault("silence", method="sendVoice")
            server.say(ANN, "Which colour has it?")
            if at == "voice shown":
                await server.until(voices, 30)
            else:
                await server.until(lambda now: now.calls_of("sendVoice"), 30)
            await bot.kill()
            await bot.start()
            await server.until(voices, 30)
            server.say(ANN, "/stats")
            await server.until(lambda now: any("today" in text for text in texts(now)), 30)
        finally:
            await bot.kill()
        (voice,) = voices(server)
        assert content_of(server, voice) == OPUS
        assert texts(server, ANN).count("Blue.") == 1
        assert (model.media.paid, len(model.media.asked), len(model.requests)) == (1, 1, 1)


@pytest.mark.slow
async def test_a_kill_during_the_request_repeats_it_with_the_same_id(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(OPUS)
        model.media.gate = asyncio.Event()
        model.queue.append(Reply("Blue."))
        bot = Bot(server, model, tmp_path / "a.db", **speaking(model))
        await bot.start()
        try:
            await switch_on(server)
            server.say(ANN, "Which colour has it?")
            await model.media.arrived.wait()
            await bot.kill()
            model.media.gate.set()
            await bot.start()
            await server.until(voices, 30)
            one, other = model.media.asked
            assert one.request_id == other.request_id != ""
            assert len(model.requests) == 1
        finally:
            await bot.kill()
