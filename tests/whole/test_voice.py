"""Voice notes through the whole process on Telegram: heard, shown, kept, and taken up after a kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rigs.app_rig import TOKEN, running, texts
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer, Upload

ANN = 7
NOTE = Upload("voice.ogg", "audio/ogg", b"OggS" + bytes(500), "voice")

# huggingface_hub 2.4 passes the body in a way that its HTTP library calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=")


async def test_a_voice_note_is_answered_and_its_words_are_shown(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.transcripts.append("When is the maths exam?")
        model.queue.append(Reply("On Friday."))
        speech = {"SPEECH_BASE_URL": model.base_url}
        async with running(server, model, tmp_path / "a.db", **speech):
            server.say(ANN, file=NOTE)
            await server.until(lambda now: any("On Friday." in text for text in texts(now, ANN)))
            assert "🎤 When is the maths exam?" in texts(server, ANN)[0]
            (recording,) = model.recordings
            assert recording == ("voice.ogg", NOTE.content)
            asked = model.requests[0].body["messages"][-1]["content"]
            assert "🎤 When is the maths exam?" in asked
    assert all(TOKEN not in str(call.body) for call in model.requests)


async def test_a_reply_asks_about_an_earlier_voice_note(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.transcripts.extend(["We meet at ten.", "We meet at ten."])
        model.queue.extend([Reply("Noted."), Reply("At ten.")])
        async with running(server, model, tmp_path / "a.db", SPEECH_BASE_URL=model.base_url):
            first = server.say(ANN, file=NOTE)
            await server.until(lambda now: any("Noted." in text for text in texts(now, ANN)))
            server.say(ANN, "when?", reply_to=first.message_id)
            await server.until(lambda now: any("At ten." in text for text in texts(now, ANN)))
            asked = model.requests[-1].body["messages"][-1]["content"]
            assert "🎤 We meet at ten." in asked
            assert asked.endswith("when?")


async def test_without_a_service_the_note_is_named_and_the_next_question_works(
    tmp_path: Path,
) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        async with running(server, model, tmp_path / "a.db"):
            server.say(ANN, file=NOTE)
            await server.until(lambda now: any("SPEECH_BASE_URL" in t for t in texts(now, ANN)))
            server.say(ANN, "hello")
            await server.until(lambda now: any("hello" in t for t in texts(now, ANN)))
            assert not model.recordings
