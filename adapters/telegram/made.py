"""Send and edit messages with a picture or a recording on Telegram.

A picture is sent as a photo, which Telegram shows in the chat. If Telegram refuses the photo, for
example because of a side ratio over 20, the same picture is sent as a file. A recording is sent as
a voice message. If a user's privacy settings forbid voice messages, it is sent as a file too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import InputFile, InputMediaPhoto
from telegram.constants import ChatAction
from telegram.error import BadRequest

from engine.attachments import MediaKind, Sign
from engine.errors import DeliveryFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import telegram

    from engine.attachments import Made

ACTIONS = {
    Sign.TYPING: ChatAction.TYPING,
    Sign.DRAWING: ChatAction.UPLOAD_PHOTO,
    Sign.SPEAKING: ChatAction.RECORD_VOICE,
}
# Telegram answers with one of these phrases if it would refuse the message in any form
# (tdlib/telegram-bot-api, Client.cpp).
_FOR_ALL_FORMS = ("chat not found", "topic", "thread", "entit", "button", "migrate", "upgraded")


async def send_made(
    bot: telegram.Bot,
    chat_id: int,
    made: Made,
    caption: str,
    entities: Sequence[telegram.MessageEntity],
    **facts: Any,
) -> telegram.Message:
    """Send a picture or a recording in the best form that Telegram accepts."""
    facts = {**facts, "caption": caption or None, "caption_entities": entities}
    file = InputFile(made.content, filename=made.name)
    try:
        if made.kind is MediaKind.PICTURE:
            return await bot.send_photo(chat_id, file, **facts)
        seconds = round(made.duration_seconds) or None
        return await bot.send_voice(chat_id, file, duration=seconds, **facts)
    except BadRequest as error:
        if any(phrase in error.message.lower() for phrase in _FOR_ALL_FORMS):
            raise
        try:
            return await bot.send_document(
                chat_id, InputFile(made.content, filename=made.name), **facts
            )
        except BadRequest as second:
            # A group may forbid media and allow texts, so the chat itself can still be reached.
            raise DeliveryFailed("Telegram takes neither the media nor the file") from second


async def edit_made(
    bot: telegram.Bot,
    place: tuple[int, int],
    made: Made,
    caption: str,
    entities: Sequence[telegram.MessageEntity],
    keyboard: telegram.InlineKeyboardMarkup | None,
) -> None:
    """Replace the picture of a message. Raises `DeliveryFailed` for a voice message."""
    if made.kind is not MediaKind.PICTURE:
        raise DeliveryFailed("Telegram cannot replace a voice message")
    media = InputMediaPhoto(
        made.content, caption=caption or None, caption_entities=entities, filename=made.name
    )
    await bot.edit_message_media(
        media, chat_id=place[0], message_id=place[1], reply_markup=keyboard
    )
