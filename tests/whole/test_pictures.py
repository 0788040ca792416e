"""Pictures through the whole process: Telegram's sizes, albums, stickers, replies, and a kill."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image

from engine.wording import words_in
from tests.engine.media.pictures import made
from tests.rigs.app_rig import TOKEN, running, texts
from tests.servers.model import ModelServer, Reply
from tests.servers.model_faults import pictures_of
from tests.servers.telegram import TelegramServer, Upload

EN = words_in("en")
ANN = 7


def photo(size: tuple[int, int] = (3000, 2000), colour: str = "red") -> Upload:
    return Upload("photo.jpg", "image/jpeg", made(size, colour=colour))


def seen(model: ModelServer, number: int) -> list[Image.Image]:
    """Return the pictures of a request; each label is equal to its bytes."""
    found = []
    for url in pictures_of(model.requests[number].body):
        head, _, content = url.partition(",")
        picture = Image.open(io.BytesIO(base64.b64decode(content)))
        assert head == f"data:image/{(picture.format or '').lower()};base64"
        found.append(picture)
    return found


def said(model: ModelServer, number: int) -> str:
    last = model.requests[number].body["messages"][-1]["content"]
    return last if isinstance(last, str) else str(last[0].get("text", ""))


async def answered(server: TelegramServer, *answers: str) -> None:
    def done(now: TelegramServer) -> bool:
        return all(any(answer in text for text in texts(now, ANN)) for answer in answers)

    await server.until(done)


async def test_a_photo_comes_in_the_size_nearest_to_1280_and_no_address_leaves(
    tmp_path: Path,
) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.queue.append(Reply("A red field."))
        async with running(server, model, tmp_path / "a.db"):
            server.say(ANN, "what is this?", file=photo())
            await answered(server, "A red field.")
            (picture,) = seen(model, 0)
            assert picture.size == (1280, 853)
            assert said(model, 0) == "[picture photo.jpg]\nwhat is this?"
            await model.call(1)
    for call in model.requests:
        assert TOKEN not in str(call.body)
        assert server.base_url not in str(call.body)


async def test_an_album_is_one_question(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.queue.append(Reply("Three colours."))
        async with running(server, model, tmp_path / "a.db"):
            for number, colour in enumerate(("red", "green", "blue")):
                text = "compare them" if not number else ""
                server.say(ANN, text, file=photo(colour=colour), album="a1")
            await answered(server, "Three colours.")
            assert len(seen(model, 0)) == 3
            assert "[picture 3 photo.jpg]" in said(model, 0)
            assert texts(server, ANN) == ["Three colours."]


async def test_a_reply_asks_about_an_earlier_photo_and_a_sticker_is_seen(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.queue.extend([Reply("Nice."), Reply("1. A red field."), Reply("It is red.")])
        async with running(server, model, tmp_path / "a.db"):
            first = server.say(ANN, "look", file=photo())
            await answered(server, "Nice.")
            await model.call(1)
            server.say(ANN, "which colour was it?", reply_to=first.message_id)
            await answered(server, "It is red.")
            assert len(seen(model, 2)) == 1
            sticker = Upload("s.webp", "image/webp", made((512, 512), "WEBP"), "sticker")
            server.say(ANN, file=sticker)
            await server.until(lambda now: len(now.sent(ANN)) == 3)
            numbers = [
                n for n in range(len(model.requests)) if "[picture sticker]" in said(model, n)
            ]
            assert [picture.format for picture in seen(model, numbers[0])][-1] == "JPEG"


async def test_a_blind_model_answers_the_text_and_the_next_question_works(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.blind["test"] = "llama.cpp"
        async with running(server, model, tmp_path / "a.db"):
            server.say(ANN, "what is this?", file=photo())
            await answered(server, "HF_VISION_MODEL")
            assert "which you cannot see" in texts(server, ANN)[0]
            server.say(ANN, "and now?")
            await answered(server, "You said: and now?")


async def test_the_vision_model_answers_for_a_blind_one(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.blind["test"] = "deepseek"
        more: dict[str, Any] = {"HF_VISION_MODEL": "eyes"}
        async with running(server, model, tmp_path / "a.db", **more):
            server.say(ANN, "what is this?", file=photo())
            await answered(server, "You said: [picture photo.jpg]")
            answering = [c.body["model"] for c in model.requests if pictures_of(c.body)]
            assert answering[0] == "eyes"
            server.say(ANN, "and now?")
            await answered(server, "You said: and now?")
            assert model.requests[-1].body["model"] == "test"


async def test_a_process_that_ended_leaves_the_picture_to_the_next_one(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.queue.append(Reply("A red field, slowly", gate=model.gate()))
        async with running(server, model, tmp_path / "a.db"):
            server.say(ANN, "what is this?", file=photo())
            await model.call(0)
        model.queue.append(Reply("A red field."))
        async with running(server, model, tmp_path / "a.db"):
            await answered(server, "A red field.")
            again = [seen(model, n) for n in range(1, 2)]
            assert [picture.size for picture in again[0]] == [(1280, 853)]
            assert len(texts(server, ANN)) == 1
