"""Hold Telegram's state: users, chats, topics, messages with all revisions, files and open taps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.telegram_wire import Json

_MEDIA = {
    "document", "photo", "voice", "audio", "video", "sticker", "animation", "video_note",
}  # fmt: skip
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class User:
    """A person, or the bot."""

    id: int
    first_name: str = "Ann"
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    def json(self) -> Json:
        """Return the User object of the Bot API."""
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        shown.update({k: v for k in ("username", "language_code") if (v := getattr(self, k))})
        return shown


@dataclass(frozen=True)
class Revision:
    """The state of a message from `at` (Unix seconds) on. `buttons` are (label, callback data)."""

    at: float
    text: str
    entities: tuple[Json, ...] = ()
    reply_markup: Json | None = None

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Return the label and callback data of every inline button, row by row."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [
            (str(button["text"]), str(button.get("callback_data", "")))
            for row in rows
            for button in row
        ]


@dataclass
class Message:
    """One message of a chat.

    `extra` has the fields that only some messages carry, such as ``document``.
    """

    message_id: int
    chat: Chat
    sender: User
    revisions: list[Revision]
    thread_id: int = 0
    in_topic: bool = False
    reply_to: Message | None = None
    extra: Json = field(default_factory=dict)
    deleted: bool = False

    @property
    def shown(self) -> Revision:
        """Return the newest revision."""
        return self.revisions[-1]

    @property
    def text(self) -> str:
        """Return the text that the message shows now."""
        return self.shown.text

    @property
    def texts(self) -> list[str]:
        """Return the text of every revision, oldest first."""
        return [revision.text for revision in self.revisions]

    def json(self, *, nested: bool = False) -> Json:
        """Return the Message object of the Bot API.

        A replied-to message is shown without its own reply.
        """
        shown: Json = {
            "message_id": self.message_id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
        }
        shown["date"] = int(self.revisions[0].at)
        if len(self.revisions) > 1:
            shown["edit_date"] = int(self.shown.at)
        if self.thread_id:
            shown["message_thread_id"] = self.thread_id
        if self.in_topic:
            shown["is_topic_message"] = True
        if self.reply_to is not None and not nested:
            shown["reply_to_message"] = self.reply_to.json(nested=True)
        shown.update(self._content())
        return shown

    def _content(self) -> Json:
        text, entities = ("caption", "caption_entities") if self.has_media else ("text", "entities")
        shown: Json = dict(self.extra)
        if self.text:
            shown[text] = self.text
        if self.shown.entities:
            shown[entities] = list(self.shown.entities)
        if self.shown.reply_markup and "inline_keyboard" in self.shown.reply_markup:
            shown["reply_markup"] = self.shown.reply_markup
        return shown

    @property
    def has_media(self) -> bool:
        """Return whether the text is a caption."""
        return bool(_MEDIA & self.extra.keys())


@dataclass
class Chat:
    """A chat of the bot. `refusal` is the reason why it refuses the bot, "" if it does not.

    `admins` are its administrators. The bot may be among them. `forbids` are the kinds of media
    that it does not take, such as photo and voice.
    """

    id: int
    kind: str
    title: str = ""
    username: str = ""
    user: User | None = None
    is_forum: bool = False
    refusal: str = ""
    migrated_to: int = 0
    admins: tuple[User, ...] = ()
    forbids: tuple[str, ...] = ()
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Message | None] = field(default_factory=dict)

    def json(self) -> Json:
        """Return the Chat object of the Bot API."""
        shown: Json = {"id": self.id, "type": self.kind}
        if self.user is not None:
            shown.update(
                {k: v for k, v in self.user.json().items() if k in ("first_name", "username")}
            )
        else:
            shown["title"] = self.title or f"Chat {self.id}"
        if self.is_forum:
            shown["is_forum"] = True
        return shown


@dataclass(frozen=True)
class StoredFile:
    """A file that can be fetched."""

    file_id: str
    path: str
    name: str
    media_type: str
    content: bytes

    def json(self) -> Json:
        """Return the fields of a Document for this file."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_name": self.name,
            "mime_type": self.media_type,
            "file_size": len(self.content),
        }


class World:
    """Everything that exists on Telegram for one bot.

    All private chats and basic groups of the bot share one sequence of message ids. Each supergroup
    has its own. `reads_all`: the bot's privacy mode is off.
    """

    def __init__(self, bot: User, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.reads_all = False
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.taps: dict[str, float] = {}
        self._ids: dict[int, Iterator[int]] = defaultdict(lambda: count(1))
        self._numbers = count(1)

    def chat(self, chat_id: int, kind: str = "", **facts: Any) -> Chat:
        """Return a chat, which is created at first use.

        Its kind follows from the id unless it is given.
        """
        if chat_id not in self.chats:
            kind = kind or (
                "private" if chat_id > 0 else "supergroup" if chat_id < -(10**12) else "group"
            )
            self.chats[chat_id] = Chat(chat_id, kind)
        chat = self.chats[chat_id]
        for name, value in facts.items():
            setattr(chat, name, value)
        return chat

    def topic(self, chat: Chat, thread_id: int, creator: User) -> None:
        """Add a topic. In a forum its first message is the service message that created it."""
        if thread_id in chat.topics:
            return
        root = None
        if chat.kind == "supergroup":
            chat.is_forum = True
            made = {"forum_topic_created": {"name": f"Topic {thread_id}", "icon_color": 7322096}}
            root = Message(
                thread_id,
                chat,
                creator,
                [Revision(self.clock(), "")],
                thread_id,
                in_topic=True,
                extra=made,
            )
            chat.messages[thread_id] = root
        chat.topics[thread_id] = root

    def add(self, chat: Chat, sender: User, shown: Revision, **facts: Any) -> Message:
        """Add a new message to a chat."""
        ids = self._ids[chat.id if chat.kind == "supergroup" else 0]
        number = next(number for number in ids if number not in chat.messages)
        message = Message(number, chat, sender, [shown], **facts)
        chat.messages[number] = message
        return message

    def find(self, chat: Chat, message_id: int) -> Message | None:
        """Return a message, or None if it does not exist any more."""
        message = chat.messages.get(message_id)
        return None if message is None or message.deleted else message

    def keep_file(self, content: bytes, name: str, media_type: str) -> StoredFile:
        """Store a file and give it an id."""
        number = next(self._numbers)
        path = f"documents/file_{number}{name[name.rfind('.') :] if '.' in name else ''}"
        stored = StoredFile(f"BQACAgIAAxkBAAI{number:05d}", path, name, media_type, content)
        self.files[stored.file_id] = stored
        return stored

    def open_tap(self) -> str:
        """Return the id of a new callback query."""
        tap = str(4_000_000_000_000_000_000 + next(self._numbers))
        self.taps[tap] = self.clock()
        return tap
