"""Pictures through the whole process on Telegram: drawn, shown, repeated, and paid once over a kill."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.rigs.app_rig import TOKEN, running, texts, variables
from tests.servers.model import ModelServer, Reply
from tests.servers.model_faults import NO_TOOLS
from tests.servers.model_media import BAD_TOKEN, FILTERED, NO_CREDIT, NO_MODEL, Refusal
from tests.servers.telegram import Message, TelegramServer

ROOT = Path(__file__).resolve().parents[2]
ANN = 7
WISH = "a lighthouse at night"


def picture(colour: str = "navy", size: tuple[int, int] = (64, 48)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


def drawing(model: ModelServer) -> dict[str, str]:
    return {
        "IMAGE_BASE_URL": model.base_url,
        "HF_IMAGE_MODEL": "painter",
        "IMAGE_TOKEN": "paint-token",
    }


def photos(server: TelegramServer) -> list[Message]:
    return [message for message in server.sent(ANN) if "photo" in message.extra]


def content_of(server: TelegramServer, message: Message) -> bytes:
    return server.world.files[message.extra["photo"][-1]["file_id"]].content


async def retry(server: TelegramServer, message: Message) -> None:
    """Tap Retry, again if the tap came before the bot had recorded the message."""
    for _ in range(20):
        tap = server.press(ANN, message.message_id, "↻ Retry")
        told = await server.until(lambda now, tap=tap: now.tap_answers.get(tap))
        if not told["text"]:
            return
    raise AssertionError(told)


async def test_a_wish_is_drawn_once_and_captioned_with_the_wish(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(picture())
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            server.say(ANN, f"/draw {WISH}")
            (photo,) = await server.until(photos)
            assert photo.text == WISH
            assert [label for label, _ in photo.shown.buttons] == ["↻ Retry"]
            assert content_of(server, photo) == picture()
            (asked,) = model.media.asked
            assert (asked.body["prompt"], asked.body["model"]) == (WISH, "painter")
            assert asked.token == "paint-token"
            assert "upload_photo" in {action for *_, action in server.actions}
            assert not model.requests
            model.queue.append(Reply("Blue."))
            server.say(ANN, "Which colour has it?")
            await server.until(lambda now: "Blue." in texts(now, ANN))
            history = str(model.requests[0].body["messages"])
            assert f"/draw {WISH}" in history
            assert f"[picture: {WISH}]" in history


async def test_retry_replaces_the_picture_in_its_message(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.extend([picture(), picture("red")])
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            server.say(ANN, f"/draw {WISH}")
            (photo,) = await server.until(photos)
            await retry(server, photo)
            await server.until(lambda now: content_of(now, photos(now)[0]) == picture("red"))
            assert [one.message_id for one in photos(server)] == [photo.message_id]
            assert model.media.paid == 2


@pytest.mark.parametrize(
    ("refusal", "word"),
    [
        (FILTERED, "content rules"),
        (NO_CREDIT, "credit"),
        (NO_MODEL, "HF_IMAGE_MODEL"),
        (BAD_TOKEN, "token"),
        (Refusal(500, {"error": "boom"}), "cannot reach"),
        (b"<html>no picture</html>", "cannot reach"),
        (b"\x89PNG\r\n\x1a\n" + bytes(11_000_000), "too large"),
    ],
    ids=["filter", "credit", "model", "token", "fault", "no picture", "too large"],
)
async def test_a_refusal_is_told_and_a_picture_on_screen_stays(
    tmp_path: Path, refusal: Refusal | bytes, word: str
) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.extend([picture(), refusal, picture("red")])
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            server.say(ANN, f"/draw {WISH}")
            (photo,) = await server.until(photos)
            await retry(server, photo)
            await server.until(lambda now: any(word in text for text in texts(now)))
            assert content_of(server, photos(server)[0]) == picture()
            await retry(server, photo)
            await server.until(lambda now: len(now.sent(ANN)) == 1)
            assert content_of(server, photos(server)[0]) == picture("red")


class Bot:
    """The real process, which can be killed."""

    def __init__(self, server: TelegramServer, model: ModelServer, file: Path, **more: str) -> None:
        plain = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
        told = {**variables(server, model, file), **drawing(model), **more, "LOG_LEVEL": "INFO"}
        self._environment = {**plain, **told, "PYTHONPATH": str(ROOT)}
        self._folder = file.parent
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run",
                cwd=self._folder, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("at", ["sendphoto held", "sendphoto done", "photo shown"])
async def test_a_kill_after_the_request_pays_and_shows_one_picture(tmp_path: Path, at: str) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(picture())
        if at == "sendphoto held":  # the picture is paid for and never arrives
            server.fault("hold", method="sendPhoto")
        if at == "sendphoto done":  # the picture arrives, and the process never hears of it
            server.fault("silence", method="sendPhoto")
        bot = Bot(server, model, tmp_path / "a.db")
        await bot.start()
        try:
            server.say(ANN, f"/draw {WISH}")
            if at == "photo shown":
                await server.until(photos, 30)
            else:
                await server.until(lambda now: now.calls_of("sendPhoto"), 30)
            await bot.kill()
            await bot.start()
            await server.until(lambda now: [p for p in photos(now) if p.shown.buttons], 30)
            server.say(ANN, "/stats")
            await server.until(lambda now: any("today" in text for text in texts(now)), 30)
        finally:
            await bot.kill()
        (photo,) = photos(server)
        assert (photo.text, content_of(server, photo)) == (WISH, picture())
        assert model.media.paid == 1
        assert len(model.media.asked) == 1


@pytest.mark.slow
async def test_a_kill_during_the_request_repeats_it_with_the_same_id(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(picture())
        model.media.gate = asyncio.Event()
        bot = Bot(server, model, tmp_path / "a.db")
        await bot.start()
        try:
            server.say(ANN, f"/draw {WISH}")
            await server.until(lambda _: server.actions, 30)
            await model.media.arrived.wait()
            await bot.kill()
            model.media.gate.set()
            await bot.start()
            (photo,) = await server.until(photos, 30)
            assert photo.text == WISH
            one, other = model.media.asked
            assert one.request_id == other.request_id != ""
        finally:
            await bot.kill()


def call(wish: str) -> Reply:
    """Return an answer of the model that calls the tool."""
    arguments = json.dumps({"prompt": wish})
    pieces = ({"index": 0, "id": "a", "function": {"name": "draw", "arguments": arguments[:9]}},
              {"index": 0, "function": {"arguments": arguments[9:]}})  # fmt: skip
    return Reply(calls=pieces, finish="tool_calls")


async def test_a_request_in_words_is_drawn_by_a_call_of_the_model(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(picture())
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            model.queue.append(call(WISH))
            server.say(ANN, "Please draw a lighthouse.")
            (photo,) = await server.until(photos)
            assert (photo.text, content_of(server, photo)) == (WISH, picture())
            assert [tool["function"]["name"] for tool in model.requests[0].body["tools"]] == [
                "draw"
            ]
            model.queue.append(Reply("Blue."))
            server.say(ANN, "/ask Which colour has it?")  # not joined with the request
            await server.until(lambda now: "Blue." in texts(now, ANN))
            history = str(model.requests[1].body["messages"])
            assert "Please draw a lighthouse." in history
            assert f"[picture: {WISH}]" in history


async def test_a_model_without_tools_answers_the_request_in_words(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.without_tools = NO_TOOLS["llama.cpp"]
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            server.say(ANN, "Please draw a lighthouse.")
            said = "You said: Please draw a lighthouse."
            await server.until(lambda now: said in texts(now, ANN))
            assert not model.media.asked


@pytest.mark.slow
@pytest.mark.parametrize("at", ["request", "sendphoto held", "sendphoto done"])
async def test_a_kill_asks_the_model_and_pays_once_for_a_request_in_words(
    tmp_path: Path, at: str
) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.made.append(picture())
        model.answer = lambda _: "No."
        model.queue.append(call(WISH))
        if at == "request":
            model.media.gate = asyncio.Event()
        elif at == "sendphoto held":  # the picture is paid for and never arrives
            server.fault("hold", method="sendPhoto")
        else:  # the picture arrives, and the process never hears of it
            server.fault("silence", method="sendPhoto")
        bot = Bot(server, model, tmp_path / "a.db")
        await bot.start()
        try:
            server.say(ANN, "Please draw a lighthouse.")
            if model.media.gate is not None:
                await model.media.arrived.wait()
            else:
                await server.until(lambda now: now.calls_of("sendPhoto"), 30)
            await bot.kill()
            if model.media.gate is not None:
                model.media.gate.set()
            await bot.start()
            await server.until(lambda now: [p for p in photos(now) if p.shown.buttons], 30)
        finally:
            await bot.kill()
        (photo,) = photos(server)
        assert (photo.text, content_of(server, photo)) == (WISH, picture())
        assert len({asked.request_id for asked in model.media.asked}) == 1
        assert (model.media.paid, len(model.requests)) == (1, 1)


async def test_without_a_model_the_person_is_told_what_is_missing(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        async with running(server, model, tmp_path / "a.db"):
            server.say(ANN, f"/draw {WISH}")
            await server.until(lambda now: any("HF_IMAGE_MODEL" in text for text in texts(now)))
            assert not model.media.asked


async def test_stop_ends_a_drawing_with_a_word(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        model.media.gate = asyncio.Event()
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            server.say(ANN, f"/draw {WISH}")
            await server.until(lambda _: server.actions)
            server.say(ANN, "/stop")
            await server.until(lambda now: any("Stopped" in text for text in texts(now)))
            assert not photos(server)


async def test_a_chat_that_takes_no_photo_gets_the_file(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        server.chat(ANN, forbids=("photo",))
        model.media.made.append(picture())
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            server.say(ANN, f"/draw {WISH}")
            (message,) = await server.until(lambda now: now.sent(ANN))
            assert (message.text, message.extra["document"]["file_name"]) == (WISH, "picture.png")


async def test_a_chat_that_takes_neither_photo_nor_file_is_told_so(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server, ModelServer() as model:
        server.chat(ANN, forbids=("photo", "document"))
        model.media.made.append(picture())
        async with running(server, model, tmp_path / "a.db", **drawing(model)):
            server.say(ANN, f"/draw {WISH}")
            await server.until(lambda now: any("cannot be sent" in text for text in texts(now)))
