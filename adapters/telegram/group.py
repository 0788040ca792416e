"""Ask Telegram about a group: its administrators, and which messages the bot sees there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.constants import ChatMemberStatus

from engine.groups import Hearing, Standing

if TYPE_CHECKING:
    import telegram

    from engine.contract import Author


async def standing(bot: telegram.Bot, chat_id: int, author: Author) -> Standing:
    """Return whether a person administers a group, and which messages the bot sees in it.

    Raises the library's own errors.
    """
    return Standing(await _manages(bot, chat_id, author), await _hearing(bot, chat_id))


async def _manages(bot: telegram.Bot, chat_id: int, author: Author) -> bool:
    """Return whether an author is an administrator of a group.

    An author who writes in the group's name is one, because nobody else can do so.
    """
    if author.anonymous:
        return author.user_id == str(chat_id)
    found = await bot.get_chat_administrators(chat_id)
    return any(str(member.user.id) == author.user_id for member in found)


async def _hearing(bot: telegram.Bot, chat_id: int) -> Hearing:
    """Return whether privacy mode hides messages (core.telegram.org/bots/features#privacy-mode).

    A bot that is an administrator sees all messages even in privacy mode.
    """
    me = await bot.get_me()
    if me.can_read_all_group_messages:
        return Hearing.ALL
    own = await bot.get_chat_member(chat_id, me.id)
    return Hearing.ALL if own.status == ChatMemberStatus.ADMINISTRATOR else Hearing.AS_ADMIN
