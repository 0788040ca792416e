"""A Telegram Bot API server for tests: faithful, on loopback, with a flood model and faults on request.

Any Bot API library can be pointed at it; python-telegram-bot needs no change::

    async with TelegramServer(flood=FloodModel()) as server:
        bot = telegram.Bot(server.token, base_url=f"{server.base_url}/bot", base_file_url=f"{server.base_url}/file/bot")
        # A person writes; the bot gets an update.
        said = server.say(42, "Hello")
        await server.until(lambda s: s.sent(42))              # wait for an event, never for a time
        # Every revision of the bot's first message.
        assert server.sent(42)[0].texts == ["Hi", "Hi, Ann"]
        server.press(42, server.sent(42)[0].message_id, "Stop")

What it does as Telegram does (sources: core.telegram.org/bots/api, tdlib/telegram-bot-api, TDLib):

- every call form (query, urlencoded, multipart, JSON), method names in any case, the envelope and its HTTP status,
  refusals in Telegram's own words;
- ``getUpdates`` held open and woken, confirmation by offset, negative offsets, 409 for the earlier of two pollers and
  while a webhook is set, repetition after a crash, ``allowed_updates``;
- webhooks: the secret header, one delivery at a time for each chat, repetition until 2xx, a method in the answer;
- private chats, groups, forum topics (with their service message as ``reply_to_message``), private topics, replies,
  quotes, edits, files, inline buttons, migration, blocked and kicked bots;
- message ids: one sequence for all private chats and basic groups of the bot, one for each supergroup;
- text limits in code points, entities in UTF-16 units with their checks, trimming, at most 100 entities shown,
  "message is not modified" over text, entities and keyboard;
- flood control with bans that grow (`telegram_flood`), and faults on request (`TelegramServer.fault`).

What differs: webhook URLs may be plain HTTP, and only the methods of `telegram_methods` are there
(any other is 404). The clock is an argument; it gives dates, budgets and expiry, while held calls
and pauses (`Timing`) use real time.

From a shell, ``python -m tests.servers.telegram --port 8081`` prints what to set and lets you talk
to a bot.
"""

from __future__ import annotations

import asyncio
import io
import time
from typing import TYPE_CHECKING, Any, Callable

from aiohttp import web
from PIL import Image

from tests.servers.telegram_flood import FAULT_KINDS, Fault, FloodModel
from tests.servers.telegram_http import Call, HttpFace
from tests.servers.telegram_text import find_entities
from tests.servers.telegram_updates import Timing
from tests.servers.telegram_wire import Json, Upload
from tests.servers.telegram_world import Chat, Message, Revision, StoredFile, User, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from tests.servers.telegram_updates import Delivery

__all__ = ["Call", "Fault", "FloodModel", "Message", "TelegramServer", "Timing", "Upload", "User"]

TOKEN = "123456789:loopback-token-of-the-test-server"


PHOTO_BOXES = (90, 320, 800, 1280, 2560)
MEDIA_FACTS: dict[str, Json] = {
    "sticker": {
        "width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular",
    },
    "voice": {"duration": 3},
    "audio": {"duration": 60},
    "video": {"width": 640, "height": 480, "duration": 5},
    "animation": {"width": 320, "height": 240, "duration": 2},
    "video_note": {"length": 240, "duration": 4},
}  # fmt: skip
"""The fields that the Bot API requires for each kind of media."""


def _bare(stored: StoredFile) -> Json:
    """Return a file's fields as a PhotoSize has them."""
    return {k: v for k, v in stored.json().items() if k not in ("file_name", "mime_type")}


def _jpeg(picture: Image.Image, size: tuple[int, int]) -> bytes:
    made = io.BytesIO()
    picture.resize(size).save(made, "JPEG", quality=80)
    return made.getvalue()


class TelegramServer:
    """The server, and the actions of its users (see the module's docstring)."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        flood: FloodModel | None = None,
        clock: Callable[[], float] = time.time,
        username: str = "loopback_bot",
        timing: Timing | None = None,
        port: int = 0,
    ) -> None:
        self.token = token
        self.clock = clock
        self.bot = User(int(token.partition(":")[0]), "Loopback", username, is_bot=True)
        self.world = World(self.bot, clock)
        self.http = HttpFace(token, self.world, flood, timing or Timing(), self._changed)
        self._watchers: list[tuple[Callable[[TelegramServer], Any], asyncio.Future[Any]]] = []
        self._port = port
        self._runner: web.AppRunner | None = None

    # --- life ---

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Listen on loopback."""
        self._runner = web.AppRunner(self.http.app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Answer held calls, then stop. Raises the first crash of a background task."""
        self.http.let_go()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.http.close()

    @property
    def base_url(self) -> str:
        """Return the root: ``<root>/bot<token>/<method>`` and ``<root>/file/bot<token>/<path>``."""
        return f"http://127.0.0.1:{self._port}"

    # --- state and records ---

    @property
    def app(self) -> web.Application:
        """Return the web application, to which a driver may add routes before `start`."""
        return self.http.app

    @property
    def calls(self) -> list[Call]:
        """Return every call of the bot in the order of arrival."""
        return self.http.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Return every attempt to deliver an update to the webhook."""
        return self.http.deliveries

    def messages(self, chat_id: int) -> list[Message]:
        """Return the messages of a chat that still exist, with their revisions, the oldest first."""
        chat = self.world.chats.get(chat_id)
        return (
            [] if chat is None else [m for _, m in sorted(chat.messages.items()) if not m.deleted]
        )

    def sent(self, chat_id: int) -> list[Message]:
        """Return the messages of a chat that the bot wrote."""
        return [message for message in self.messages(chat_id) if message.sender == self.bot]

    def calls_of(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Return the calls of a method, and only those of one chat if it is given."""
        wanted = method.lower()
        return [
            call
            for call in self.calls
            if call.method.lower() == wanted and chat_id in (None, call.chat_id)
        ]

    @property
    def refused(self) -> list[Call]:
        """Return the calls that were answered with 429."""
        return [call for call in self.calls if call.status == 429]

    @property
    def commands(self) -> dict[tuple[str, str], list[Json]]:
        """Return the command lists by (scope, language code)."""
        return self.http.methods.commands

    @property
    def tap_answers(self) -> dict[str, Json]:
        """Return the text with which each tap was answered, by the tap's id."""
        return self.http.methods.tap_answers

    @property
    def actions(self) -> list[tuple[float, int, int, str]]:
        """Return the chat actions as (time, chat id, thread id, action)."""
        return self.http.methods.actions

    @property
    def pending_updates(self) -> int:
        """Return how many updates wait for confirmation."""
        return len(self.http.queue)

    @property
    def polled(self) -> bool:
        """Return whether a ``getUpdates`` call is held open now."""
        return self.http.polling.waiting

    async def until(self, predicate: Callable[[TelegramServer], Any], seconds: float = 10.0) -> Any:
        """Wait until the predicate gives something true after an event of the server, and return it.

        Raises TimeoutError with the last calls when that did not happen within so many real
        seconds.
        """
        if result := predicate(self):
            return result
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        watcher = (predicate, future)
        self._watchers.append(watcher)
        timer = loop.call_later(seconds, self._give_up, future)
        try:
            return await future
        finally:
            timer.cancel()
            self._watchers.remove(watcher)

    def _give_up(self, future: asyncio.Future[Any]) -> None:
        if not future.done():
            last = "; ".join(
                f"{call.method} {call.chat_id} -> {call.status}" for call in self.calls[-8:]
            )
            future.set_exception(
                TimeoutError(f"what was awaited did not happen; last calls: {last or 'none'}")
            )

    def _changed(self) -> None:
        for predicate, future in list(self._watchers):
            if not future.done() and (result := predicate(self)):
                future.set_result(result)

    # --- actions of people ---

    def chat(self, chat_id: int, kind: str = "", **facts: Any) -> Chat:
        """Return a chat and make it known to the bot.

        `kind` is private, group or supergroup. By default it follows from the id.
        """
        return self.world.chat(chat_id, kind, **facts)

    def say(
        self,
        chat_id: int,
        text: str = "",
        *,
        user: User | None = None,
        reply_to: int = 0,
        thread_id: int = 0,
        chat_type: str = "",
        quote: str = "",
        file: Upload | None = None,
        album: str = "",
        forwarded_from: str = "",
        entities: Sequence[Json] | None = None,
        **extra: Any,
    ) -> Message:
        """Let a person write; with a `file` the text is its caption.

        A `thread_id` writes into that topic of a forum or of a private chat. In a private chat the
        user is the chat's. Messages with an equal `album` are one album. `forwarded_from` is the
        name of the person whose message this forwards. `extra` are further fields of the message.
        """
        chat = self.chat(chat_id, chat_type)
        author = user or chat.user or User(abs(chat_id))
        if chat.kind == "private":
            chat.user = author
        if file is not None:
            extra.update(self._media(file))
        if album:
            extra["media_group_id"] = album
        if forwarded_from:
            origin = {"type": "hidden_user", "sender_user_name": forwarded_from}
            extra["forward_origin"] = {**origin, "date": int(self.clock())}
        if quote:
            extra["quote"] = {"text": quote, "position": 0, "is_manual": True}
        facts = self._placed(chat, author, thread_id, reply_to)
        found = find_entities(text) if entities is None else list(entities)
        shown = Revision(self.clock(), text, tuple(found))
        message = self.world.add(chat, author, shown, extra=extra, **facts)
        self.inject({"message": message.json()})
        return message

    def paste(self, chat_id: int, text: str, **facts: Any) -> list[Message]:
        """Let a person send a long text, split into messages at white space as Telegram's clients do."""
        messages = []
        while text:
            piece = text[:4096]
            if len(text) > 4096:
                piece = piece[: max(piece.rfind("\n"), piece.rfind(" "), 2048)]
            messages.append(self.say(chat_id, piece.strip(), **facts))
            text = text[len(piece) :].lstrip()
        return messages

    def _placed(self, chat: Chat, author: User, thread_id: int, reply_id: int) -> Json:
        """Return a message's place.

        A reply in a supergroup without topics has a thread id that is not a topic.
        """
        if thread_id:
            self.world.topic(chat, thread_id, author)
        reply = self.world.find(chat, reply_id)
        if reply is not None and not thread_id and chat.kind == "supergroup" and not chat.is_forum:
            return {"thread_id": reply.thread_id or reply.message_id, "reply_to": reply}
        return {
            "thread_id": thread_id,
            "in_topic": bool(thread_id),
            "reply_to": reply or chat.topics.get(thread_id),
        }

    def _media(self, file: Upload) -> Json:
        """Return the fields of a message for a file, by its kind (`Upload.kind`)."""
        stored = self.put_file(file)
        kind = file.kind or ("photo" if file.media_type.startswith("image/") else "document")
        if kind == "photo":
            return {"photo": self._sizes(file)}
        shown: Json = {**stored.json(), **file.facts}
        if file.thumbnail:
            thumb = self.put_file(Upload("thumb.jpg", "image/jpeg", file.thumbnail))
            shown["thumbnail"] = {**_bare(thumb), "width": 320, "height": 240}
        if kind == "document":
            return {"document": shown}
        for name, value in MEDIA_FACTS[kind].items():
            shown.setdefault(name, value)
        # A GIF is sent as a silent video, and older clients see it as a document.
        return {kind: shown, "document": stored.json()} if kind == "animation" else {kind: shown}

    def _sizes(self, file: Upload) -> list[Json]:
        """Return the sizes of a photo.

        Each has an id of its own, and none is larger than the original.
        """
        try:
            with Image.open(io.BytesIO(file.content)) as picture:
                original = picture.convert("RGB")
        except OSError:  # this test needs no real picture
            original = None
        width, height = original.size if original is not None else (1280, 853)
        sizes: list[Json] = []
        for box in PHOTO_BOXES:
            scale = min(1.0, box / max(width, height))
            size = max(1, round(width * scale)), max(1, round(height * scale))
            content = file.content if original is None else _jpeg(original, size)
            stored = self.put_file(Upload("photo.jpg", "image/jpeg", content))
            sizes.append({**_bare(stored), "width": size[0], "height": size[1]})
            if scale == 1.0:
                break
        return sizes

    def put_file(self, file: Upload) -> StoredFile:
        """Store a file that ``getFile`` will find."""
        return self.world.keep_file(file.content, file.name, file.media_type)

    def edit(self, chat_id: int, message_id: int, text: str) -> Message:
        """Let the author of a message edit it."""
        message = self.world.chats[chat_id].messages[message_id]
        message.revisions.append(Revision(self.clock(), text, tuple(find_entities(text))))
        self.inject({"edited_message": message.json()})
        return message

    def press(
        self,
        chat_id: int,
        message_id: int,
        button: str,
        *,
        user: User | None = None,
        stale: bool = False,
    ) -> str:
        """Let a person tap the button with this label or data, and return the id of the tap.

        Raises ValueError when the message has no such button; `stale` taps one that only an older
        revision had.
        """
        message = self.world.chats[chat_id].messages[message_id]
        shown = [revision for revision in message.revisions if stale] or [message.shown]
        data = {d for revision in shown for label, d in revision.buttons if button in (label, d)}
        if not data:
            raise ValueError(f"message {message_id} has no button {button!r}")
        tap = self.world.open_tap()
        author = user or message.chat.user or User(abs(chat_id))
        query = {"id": tap, "from": author.json(), "message": message.json(), "data": data.pop()}
        self.inject({"callback_query": {**query, "chat_instance": str(chat_id * 7919)}})
        return tap

    def inject(self, update: Json) -> int:
        """Queue a raw update and return its id, or 0 if the bot did not ask for its kind."""
        return self.http.push(update)

    def block(self, chat_id: int, why: str = "bot was blocked by the user") -> None:
        """Let the chat refuse the bot with 403 from now on. An empty reason ends this."""
        self.chat(chat_id).refusal = why

    def migrate(self, chat_id: int, new_id: int) -> None:
        """Turn a group into a supergroup.

        The server sends two service messages, and the old id is refused with the new one.
        """
        old, new = self.chat(chat_id), self.chat(new_id, "supergroup")
        shown, who = (
            Revision(self.clock(), ""),
            User(1087968824, "Group", "GroupAnonymousBot", is_bot=True),
        )
        left = self.world.add(old, who, shown, extra={"migrate_to_chat_id": new_id})
        came = self.world.add(new, who, shown, extra={"migrate_from_chat_id": chat_id})
        old.migrated_to = new_id
        self.inject({"message": left.json()})
        self.inject({"message": came.json()})

    def fault(
        self,
        kind: str,
        *,
        method: str = "",
        chat_id: int | None = None,
        times: int = 1,
        retry_after: int = 5,
        seconds: float = 0.0,
        code: int = 400,
        description: str = "Bad Request: injected",
    ) -> Fault:
        """Let the next `times` calls of a method (any, if empty) in a chat (any, if None) go wrong.

        "429" refuses with `retry_after`; "refuse" with `code` and `description`; "502" answers with
        an HTML page, "garbage" with what is no JSON; "reset" cuts the connection with nothing done;
        "lost_reply" does the work and then cuts; "silence" does the work and answers only after
        `Fault.release`; "hold" waits for `release` and then does the work; "delay" waits for
        `seconds` first.
        """
        if kind not in FAULT_KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(FAULT_KINDS)}")
        fault = Fault(kind, method.lower(), chat_id, times, retry_after, seconds, code, description)
        self.http.faults.append(fault)
        return fault


if __name__ == "__main__":
    from tests.servers.telegram_console import main

    main()
