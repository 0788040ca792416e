"""Send, edit and find the messages of one answer on Telegram."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from telegram import (
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import ChatMigrated, TelegramError

from adapters.markup import telegram_units
from adapters.telegram.downloads import download
from adapters.telegram.failures import NOT_MODIFIED, delivery_error, refused_with
from adapters.telegram.group import standing
from adapters.telegram.keyboards import keyboard_of, placeholder
from adapters.telegram.known import KnownIds, is_supergroup
from adapters.telegram.made import ACTIONS, edit_made, send_made
from adapters.telegram.pace import GROUP_PACE, PRIVATE_PACE, TYPING_PACE, after_the_first
from adapters.telegram.styles import or_plain, rendered
from engine.attachments import Sign
from engine.contract import Author, Button, ChatKey, Limits, More, SentId, at_once
from engine.errors import KNOWN, UNKNOWN, DeliveryError, DeliveryFailed, MessageGone, StorageFault
from engine.groups import Standing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from typing import Callable

    import telegram

    from engine.attachments import Attachment, Made


T = TypeVar("T")

_MAX_CAPTION = 1024
# The part number of a file.
_FILE = -1
# How far beyond the newest known id a message without a response is searched. In a supergroup a bot
# does not see every message. In the sequence of all other chats it sees every message, so the next
# id is nearly always the right one.
_LOOK_AHEAD, _LOOK_AHEAD_SUPERGROUP = 2, 6
_MOST_PROBES = 6
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramSink:
    """Show one answer as replies to the message that `handle` names.

    If the handle is empty, the messages reply to nothing. A handle such as ``+120`` names no
    question either. It holds the newest id that was known when the sink was made. Every part
    replies to the question, because `locate` recognises the bot's own messages by this. Without a
    question it recognises them by their text.
    """

    def __init__(
        self, bot: telegram.Bot, key: ChatKey, handle: str, known: KnownIds, moved: dict[int, int]
    ) -> None:
        self._bot = bot
        self._chat = int(key.chat_id)
        self._thread_id = int(key.thread_id) if key.thread_id else None
        self._floor = int(handle) if handle else 0
        self._question_id = 0 if handle.startswith("+") else self._floor
        self._known = known
        self._moved = moved
        self._serial = known.serial()
        self._parts: set[int] = set()
        self._floors: dict[int, int] = {}
        self._probed: dict[int, set[int]] = {}

    @property
    def limits(self) -> Limits:
        """Return the limits. Groups have a slower pace than private chats."""
        pace = PRIVATE_PACE if self._chat > 0 else GROUP_PACE
        return Limits(
            max_units=4096,
            measure=telegram_units,
            pace=pace,
            typing_seconds=5.0,
            typing_pace=TYPING_PACE,
        )

    @property
    def handle(self) -> str:
        """Return the message id of the question as text, or another form if there is none."""
        if self._question_id or not self._floor:
            return str(self._question_id or "")
        return f"+{self._floor}"

    @property
    def _chat_id(self) -> int:
        """Return the chat's current id. It is a new id if the group has become a supergroup."""
        return self._moved.get(self._chat, self._chat)

    async def _call(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call to Telegram. Raises only `DeliveryError`."""
        try:
            return await call()
        except TelegramError as error:
            if isinstance(error, ChatMigrated):
                self._moved[self._chat] = error.new_chat_id
            raise delivery_error(error) from error

    async def _call_in_chat(self, call: Callable[[int], Awaitable[T]]) -> T:
        """Make a call that names no message. If the chat has moved, repeat it with the new id."""
        try:
            return await self._call(lambda: call(self._chat_id))
        except MessageGone as error:
            if not isinstance(error.__cause__, ChatMigrated):
                raise
        return await self._call(lambda: call(self._chat_id))

    async def typing(self, sign: Sign = Sign.TYPING) -> None:
        """Show the indicator of an activity for five seconds."""
        await self._call_in_chat(
            lambda chat_id: self._bot.send_chat_action(
                chat_id, ACTIONS[sign], message_thread_id=self._thread_id
            )
        )

    async def send(
        self, text: str, buttons: Sequence[Button], part: int, made: Made | None = None
    ) -> SentId:
        """Send a new message.

        Telegram has no idempotency key by which it could ignore a repeated message. After a failure
        with `state` UNKNOWN or a cancellation, `locate` therefore finds out whether the message was
        sent.
        """
        self._floors.setdefault(part, max(self._known.newest(self._chat_id), self._question_id))
        self._probed.pop(part, None)
        shown, entities = rendered(text) if text or made is None else ("", [])

        async def call(chat_id: int, styled: list[MessageEntity]) -> telegram.Message:
            facts: dict[str, Any] = {
                "reply_markup": keyboard_of(buttons, self._question_id),
                "reply_parameters": self._reply(),
                "message_thread_id": self._thread_id,
            }
            if made is not None:
                return await send_made(self._bot, chat_id, made, shown, styled, **facts)
            return await self._bot.send_message(
                chat_id, shown, entities=styled, link_preview_options=_NO_PREVIEW, **facts
            )

        return await self._send(part, lambda chat_id: or_plain(entities, partial(call, chat_id)))

    async def _send(self, part: int, call: Callable[[int], Awaitable[telegram.Message]]) -> SentId:
        """Make a call that creates a message.

        If the outcome is unknown, the send stays in the list of open sends.
        """
        sends, this = self._known.open_sends(self._chat), (self._serial, part)
        sends.add(this)
        try:
            message = await self._call_in_chat(call)
        except DeliveryError as error:
            if getattr(error, "state", KNOWN) is KNOWN:
                sends.discard(this)
            raise
        sends.discard(this)
        return self._note(message)

    async def edit(
        self, sent: SentId, text: str, buttons: Sequence[Button], made: Made | None = None
    ) -> None:
        """Replace a message's text, buttons and picture. Succeeds if they are unchanged.

        Raises `DeliveryFailed` for a text in a message with a picture, and for a voice message.
        """
        await self._show(*self._place(sent), text, buttons, made)

    async def _show(
        self,
        chat_id: int,
        message_id: int,
        text: str,
        buttons: Sequence[Button],
        made: Made | None = None,
    ) -> None:
        shown, entities = rendered(text)

        async def call(styled: list[MessageEntity]) -> object:
            keyboard = keyboard_of(buttons, self._question_id)
            if made is not None:
                place = chat_id, message_id
                await edit_made(self._bot, place, made, shown, styled, keyboard)
                return None
            return await self._bot.edit_message_text(
                shown,
                chat_id,
                message_id,
                entities=styled,
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboard,
            )

        try:
            await self._call(lambda: or_plain(entities, call))
        except DeliveryFailed as error:
            if not refused_with(error.__cause__, NOT_MODIFIED):
                raise

    async def delete(self, sent: SentId) -> None:
        """Remove a message. Succeeds if it is already gone."""
        chat_id, message_id = self._place(sent)
        try:
            await self._call(lambda: self._bot.delete_message(chat_id, message_id))
        except MessageGone as error:
            if not refused_with(error.__cause__, "message to delete not found"):
                raise

    def _place(self, sent: SentId) -> tuple[int, int]:
        """Return a message's chat id and message id.

        The text form has a chat id only if it differs from the key's own chat (see `_name`).
        """
        chat_id, _, message_id = sent.rpartition(":")
        place = int(chat_id or self._chat), int(message_id)
        self._known.note(*place)
        self._parts.add(place[1])
        return place

    async def locate(
        self,
        text: str,
        buttons: Sequence[Button],
        part: int,
        more: More = at_once,
        made: Made | None = None,
    ) -> SentId | None:
        """Find the message of a `send` that got no response, and return its id, or None.

        Candidates are unknown ids that appeared since the send. Usually, no other send of the bot
        in this chat is open, and the first candidate that can be edited to the text is the message.
        Each candidate is checked first (see `_is_ours`) if another send is open, after a restart,
        and for a picture. The search usually takes one call. After a 429 the next `locate`
        continues with the remaining candidates.
        """
        permit = after_the_first(more)
        try:
            await self._known.recall()
        except StorageFault as error:
            raise DeliveryFailed(
                "the messages known before cannot be read", retryable=True
            ) from error
        sends, this = self._known.open_sends(self._chat), (self._serial, part)
        if made is None and self._known.alone and part in self._floors and sends == {this}:
            message_id = await self._first_that_takes(text, buttons, part, permit)
        else:
            message_id = await self._first_that_is_ours(text, buttons, part, permit, made)
        sends.discard(this)
        return None if message_id is None else self._name(self._chat_id, message_id)

    def _candidates(self, part: int) -> list[int]:
        """Return the possible ids of the message, the most likely first."""
        ahead = _LOOK_AHEAD_SUPERGROUP if is_supergroup(self._chat_id) else _LOOK_AHEAD
        probed = self._probed.setdefault(part, set())
        floor, most = self._floors.get(part, self._floor), _MOST_PROBES + len(probed)
        unknown = self._known.unknown(self._chat_id, floor, ahead, most)
        return [message_id for message_id in unknown if message_id not in probed][:_MOST_PROBES]

    async def _first_that_takes(
        self, text: str, buttons: Sequence[Button], part: int, permit: More
    ) -> int | None:
        for message_id in self._candidates(part):
            await permit()
            try:
                await self._show(self._chat_id, message_id, text, buttons)
            except MessageGone:
                self._probed[part].add(message_id)
            else:
                return message_id
        return None

    async def _first_that_is_ours(
        self, text: str, buttons: Sequence[Button], part: int, permit: More, made: Made | None
    ) -> int | None:
        """Return the id of the part's message, or None if no candidate belongs to this answer.

        After a restart it is unknown which message shows which part. The answer's messages are
        then taken in the order of their ids: the first one shows the first part.
        """
        keyboard = keyboard_of(buttons, self._question_id) or placeholder(self._question_id)
        counted = part in self._floors or made is not None
        skip = 0 if counted else max(0, part - len(self._parts))
        for message_id in self._candidates(part):
            await permit()
            if not await self._is_ours(message_id, text, keyboard, permit, made):
                self._probed[part].add(message_id)
            elif skip:
                skip -= 1
                self._place(SentId(str(message_id)))
            else:
                return message_id
        return None

    async def _is_ours(
        self,
        message_id: int,
        text: str,
        keyboard: InlineKeyboardMarkup,
        permit: More,
        made: Made | None,
    ) -> bool:
        """Edit a message's keyboard. Return whether it is the bot's reply to the question.

        If there is no question, return whether it has the text.
        """
        try:
            answer = await self._call(
                lambda: self._bot.edit_message_reply_markup(
                    self._chat_id, message_id, reply_markup=keyboard
                )
            )
        except MessageGone:
            return False
        except DeliveryFailed as error:
            if error.retryable or error.state is UNKNOWN:
                raise
            # "Not modified" means that the message has the same buttons already. Buttons name the
            # question, so this is its answer. After another refusal, the next message is tried.
            return refused_with(error.__cause__, NOT_MODIFIED)
        if isinstance(answer, bool):
            return False
        replied = answer.reply_to_message
        fits = bool(answer.text) if made is None else answer.effective_attachment is not None
        if fits and replied is not None and replied.message_id == self._question_id:
            return True
        if fits and made is None and not self._question_id and answer.text == rendered(text)[0]:
            return True
        await permit()
        await self._call(
            lambda: self._bot.edit_message_reply_markup(
                self._chat_id, message_id, reply_markup=None
            )
        )
        return False

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Send a file. The plain-text caption is cut at Telegram's limit of 1,024 characters."""
        return await self._send(
            _FILE,
            lambda chat_id: self._bot.send_document(
                chat_id,
                InputFile(content, filename=name),
                caption=caption[:_MAX_CAPTION] or None,
                reply_parameters=self._reply(),
                message_thread_id=self._thread_id,
            ),
        )

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        """Download an attachment. The Bot API offers no file over 20 MB."""
        if attachment.size_bytes > max_bytes:
            raise DeliveryFailed("the attachment is too large")
        file = await self._call(lambda: self._bot.get_file(attachment.ref))
        if (file.file_size or 0) > max_bytes:
            raise DeliveryFailed("the attachment is too large")
        return await self._call(lambda: download(file, max_bytes))

    async def standing(self, author: Author) -> Standing:
        """Return whether a person administers the group, and whether privacy mode is on."""
        return await self._call_in_chat(lambda chat_id: standing(self._bot, chat_id, author))

    def _note(self, message: telegram.Message) -> SentId:
        self._known.note(message.chat.id, message.message_id)
        self._parts.add(message.message_id)
        return self._name(message.chat.id, message.message_id)

    def _name(self, chat_id: int, message_id: int) -> SentId:
        """Return a message's id as text. It includes the chat id if that is not the key's own.

        Message ids are unique only within a chat.
        """
        return SentId(str(message_id) if chat_id == self._chat else f"{chat_id}:{message_id}")

    def _reply(self) -> ReplyParameters | None:
        return (
            ReplyParameters(self._question_id, allow_sending_without_reply=True)
            if self._question_id
            else None
        )
