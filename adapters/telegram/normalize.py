"""Convert Telegram's updates to the engine's types. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import telegram

from adapters.telegram.media import attachments
from engine.attachments import MediaKind
from engine.contract import Action, Author, ChatKey, Inbound, Material, Moved, Press, SentId
from engine.groups import Place
from engine.text import well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

PLATFORM = "telegram"
# Telegram's clients split a longer text into messages of up to 4,096 characters, at white space
# before that limit if there is any. A message of at least this length may be such a part.
UNFINISHED_CHARACTERS = 3500
# The method str.isdigit() would accept "²" and the digits of other scripts.
_MESSAGE_ID = re.compile(r"[0-9]{1,15}")
_SPACE_BEFORE_REST = re.compile(r"^[\s,:]+")
# The bot's own name has already been removed from the text.
_TO_ANOTHER_BOT = re.compile(r"/\w+@\w+bot\b", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Me:
    """The bot's own account and the names of its commands."""

    user_id: int
    username: str
    commands: frozenset[str] = frozenset()


def normalize_update(update: telegram.Update, me: Me) -> Inbound | Press | None:
    """Return the message or the press in an update, or None if it has neither.

    Return None for messages of other bots and of channels, for service messages, and for kinds of
    update that Pipit does not request.
    """
    if update.callback_query is not None:
        return _press(update.callback_query)
    message = update.message or update.edited_message
    if message is None:
        return None
    author = _author(message)
    text, addressed = _text(message, me)
    replied = _replied_to(message)
    material, unseen = _material(message, replied, text, me)
    if author is None or not (text or material.attachments or addressed):
        return None
    edited = update.message is None
    written_at = message.edit_date if edited and message.edit_date is not None else message.date
    return Inbound(
        key=chat_key(message),
        message_id=str(message.message_id),
        author=author,
        text="" if material.forwarded else text,
        direct=message.chat.type == "private",
        addressed=(addressed or _is_by(replied, me)) and not _TO_ANOTHER_BOT.match(text),
        sent_at=written_at.timestamp(),
        quoted=material.quoted,
        attachments=material.attachments,
        edited=edited,
        quoted_from=material.quoted_from,
        quoted_own=material.quoted_own,
        forwarded=material.forwarded,
        unseen=unseen,
        group=message.media_group_id or "",
        unfinished=len(message.text or "") >= UNFINISHED_CHARACTERS,
        place=Place(name=well_formed(message.chat.title or "")),
    )


def normalize_move(update: telegram.Update) -> Moved | None:
    """Return the move of a group that has become a supergroup, else None.

    Telegram reports the move in both chats.
    """
    message = update.message
    if message is None:
        return None
    former = message.migrate_from_chat_id or (message.migrate_to_chat_id and message.chat.id)
    if not former:
        return None
    now = message.migrate_to_chat_id or message.chat.id
    return Moved(ChatKey(PLATFORM, str(now)), ChatKey(PLATFORM, str(former)))


def chat_key(message: telegram.Message) -> ChatKey:
    """Return the key of a message's conversation.

    A topic of a forum or of a private chat has its own key. A plain reply in a supergroup also has
    a thread id, but it is not a topic message.
    """
    thread_id = message.message_thread_id if message.is_topic_message else None
    return ChatKey(PLATFORM, str(message.chat.id), str(thread_id or ""))


def press_handle(press: Press, data: str) -> str:
    """Return the handle of the sink that answers a press.

    A continuation replies to the answer. The answer to every other press replies to the question.
    """
    question_id = data.partition(".")[2]
    return (
        press.sent
        if press.action is Action.CONTINUE
        else question_id
        if _MESSAGE_ID.fullmatch(question_id)
        else ""
    )


def _press(query: telegram.CallbackQuery) -> Press | None:
    message = query.message
    name, _, about = (query.data or "").partition(".")[0].partition(":")
    action = next((action for action in Action if action.value == name), None)
    if message is None or action is None:
        return None
    # For an old message, Telegram may give only the chat and the message id.
    chat_id = str(message.chat.id)
    key = chat_key(message) if isinstance(message, telegram.Message) else ChatKey(PLATFORM, chat_id)
    sent = SentId(str(message.message_id))
    return Press(key, query.id, sent, _person(query.from_user), action, about)


def _author(message: telegram.Message) -> Author | None:
    """Return the author: a person, or a group's administrator who writes in the group's name."""
    if message.sender_chat is not None:
        in_own_name = message.sender_chat.id == message.chat.id
        return (
            Author(str(message.sender_chat.id), message.sender_chat.title or "", anonymous=True)
            if in_own_name
            else None
        )
    user = message.from_user
    return None if user is None or user.is_bot else _person(user)


def _person(user: telegram.User) -> Author:
    return Author(str(user.id), well_formed(user.full_name), user.language_code or "")


def _text(message: telegram.Message, me: Me) -> tuple[str, bool]:
    """Return the text without the bot's own name, and whether the message addresses the bot.

    A message addresses the bot by the bot's name or by one of the bot's commands.
    """
    text = message.text or message.caption or ""
    units = text.encode("utf-16-le", "surrogatepass")
    named, at_start = False, False
    for entity in sorted(
        message.entities or message.caption_entities, key=lambda e: e.offset, reverse=True
    ):
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        word = units[start:end].decode("utf-16-le", "replace")
        if entity.type == "bot_command" and word.lower().endswith(f"@{me.username.lower()}"):
            units, named = units[: end - len(f"@{me.username}") * 2] + units[end:], True
        elif entity.type == "text_link" and entity.url:
            units = units[:end] + _address(entity, word).encode("utf-16-le") + units[end:]
        elif _is_me(entity, word, me):
            units, named, at_start = _without(units, start, end), True, at_start or start == 0
    text = units.decode("utf-16-le", "replace")
    text = _SPACE_BEFORE_REST.sub("", text) if at_start else text
    return text.strip(), named or _own_command(text, me)


def _without(units: bytes, start: int, end: int) -> bytes:
    """Remove a word together with one of the two spaces around it."""
    space = " ".encode("utf-16-le")
    if units[:start].endswith(space) and units[end:].startswith(space):
        end += len(space)
    return units[:start] + units[end:]


def _is_me(entity: telegram.MessageEntity, word: str, me: Me) -> bool:
    if entity.type == "text_mention":
        return entity.user is not None and entity.user.id == me.user_id
    return entity.type == "mention" and word.lower() == f"@{me.username.lower()}"


def _own_command(text: str, me: Me) -> bool:
    """Return whether a text begins with the bare name of one of the bot's commands."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return first.startswith("/") and first[1:].lower() in me.commands


def _replied_to(message: telegram.Message) -> telegram.Message | None:
    """Return the message to which this message replies, or None.

    A message in a forum topic that replies to nothing points to the topic's service message. This
    does not count as a reply.
    """
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    is_root = bool(message.is_topic_message) and replied.message_id == message.message_thread_id
    return None if is_root else replied


def _is_by(message: telegram.Message | None, me: Me) -> bool:
    return (
        message is not None and message.from_user is not None and message.from_user.id == me.user_id
    )


def _material(
    message: telegram.Message, replied: telegram.Message | None, text: str, me: Me
) -> tuple[Material, bool]:
    """Return a message's material, and whether some of the material is hidden from the bot."""
    files = tuple(attachments(message))
    if message.forward_origin is not None:
        name = _origin_name(message.forward_origin)
        return Material(text, name, forwarded=bool(text), attachments=files), False
    own = _is_by(replied, me)
    quote, pointed = message.quote, message.external_reply is not None
    if replied is not None:
        theirs = attachments(replied)
        # If the message replies to an answer of the bot, only the answer's pictures belong to the
        # question, and not an exported file.
        files += tuple(one for one in theirs if not own or one.kind is not MediaKind.DOCUMENT)
    elif message.external_reply is not None:
        files += tuple(attachments(message.external_reply))
    quoted = _readable(replied) if replied is not None else ""
    if quote is not None:  # the author of the reply has marked this part
        quoted = _linked(quote.text, quote.entities or ())
    unseen = (pointed or replied is not None) and not (quoted or files or own)
    name = _writer(message, replied) if quoted else ""
    return Material(quoted, name, own, attachments=files), unseen


def _writer(message: telegram.Message, replied: telegram.Message | None) -> str:
    """Return the name of the author of the replied-to or quoted text, or "" if there is none."""
    if replied is None:
        outside = message.external_reply
        return _origin_name(outside.origin) if outside is not None else ""
    if replied.forward_origin is not None:
        return _origin_name(replied.forward_origin)
    if replied.sender_chat is not None:
        return well_formed(replied.sender_chat.title or "")
    return well_formed(replied.from_user.full_name) if replied.from_user is not None else ""


def _origin_name(origin: telegram.MessageOrigin) -> str:
    if isinstance(origin, telegram.MessageOriginUser):
        return well_formed(origin.sender_user.full_name)
    if isinstance(origin, telegram.MessageOriginHiddenUser):
        return well_formed(origin.sender_user_name)
    if isinstance(origin, telegram.MessageOriginChat):
        return well_formed(origin.sender_chat.title or "")
    if isinstance(origin, telegram.MessageOriginChannel):
        return well_formed(origin.chat.title or "")
    return ""


def _readable(message: telegram.Message) -> str:
    """Return a replied-to message as text: its words, a poll's question, or a sticker's emoji."""
    if message.text or message.caption:
        return _linked(
            message.text or message.caption or "", message.entities or message.caption_entities
        )
    if message.poll is not None:
        options = [f"- {option.text}" for option in message.poll.options]
        return well_formed("\n".join([message.poll.question, *options]))
    return message.sticker.emoji or "" if message.sticker is not None else ""


def _linked(text: str, entities: Sequence[telegram.MessageEntity]) -> str:
    """Insert the address of each hidden link after the link's text."""
    units = text.encode("utf-16-le", "surrogatepass")
    links = [entity for entity in entities or () if entity.type == "text_link" and entity.url]
    for entity in sorted(links, key=lambda one: one.offset, reverse=True):
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        word = units[start:end].decode("utf-16-le", "replace")
        units = units[:end] + _address(entity, word).encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le", "replace")


def _address(entity: telegram.MessageEntity, word: str) -> str:
    """Return a hidden link's address in parentheses, or "" if the link's text already shows it."""
    address = well_formed("".join((entity.url or "").split()))
    shown = word.strip().rstrip("/")
    return "" if shown and address.rstrip("/").endswith(shown) else f" ({address})"
