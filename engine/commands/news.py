"""The commands /news and /broadcast, and the buttons of a broadcast's preview.

A chat gets no news until somebody asks for them with ``/news on``. In a group, an administrator of
the group decides, as the platform reports, or an admin of the bot. Only admins may broadcast, and
only from a private chat.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.broadcasts import counts
from engine.commands.call import Answer, Call, Card
from engine.commands.people import Shown
from engine.contract import Action, Button, Press
from engine.errors import DeliveryError, StorageFault
from engine.storage.news import Begun, Draft, News, Stage
from engine.turns.job import UNSEEN
from engine.wording import code_of
from engine.wording.service import service_with
from engine.wording.typed import says_off, says_on

if TYPE_CHECKING:
    from engine.commands.call import Services
    from engine.wording import Words

log = logging.getLogger(__name__)

ACTIONS = (Action.SEND, Action.DROP)
STOP = "stop"
MOST_CHARACTERS = 1500  # with the notices, the text fits one message of every platform


async def news(call: Call) -> Answer:
    """Show whether the chat wants news, or store it with ``on`` and ``off``."""
    told, key, store = service_with(call.words), call.session.key, call.services.broadcasts.store
    if store is None or not call.services.broadcasts.reaches(key):
        return told.news_unavailable
    on, off = says_on(call.argument, call.words), says_off(call.argument, call.words)
    try:
        if on or off:
            if not await _decides(call):
                return call.words.listen_admins
            await store.switch(key, on=on)
            user_id = call.inbound.author.user_id
            log.info("%s: user %s switches news %s", key, user_id, "on" if on else "off")
        return told.news_on if on or (not off and await store.wanted(key)) else told.news_off
    except (DeliveryError, StorageFault) as error:
        log.error("%s: /news failed: %s", key, error)
        return call.words.data_failed


async def _decides(call: Call) -> bool:
    """Return whether the caller may decide for the chat. Raises `DeliveryError`."""
    if call.inbound.direct or call.is_admin:
        return True
    return call.sink is not None and (await call.sink.standing(call.inbound.author)).manages


async def broadcast(call: Call) -> Answer:
    """Show the preview of a message to all chats that want news, or stop the running one."""
    told, store, key = service_with(call.words), call.services.broadcasts.store, call.session.key
    if store is None or not call.is_admin:
        return told.only_admins
    if not call.inbound.direct or not call.services.broadcasts.reaches(key):
        return told.in_private
    text = call.argument.strip().strip(UNSEEN).strip()
    try:
        if text.lower() == STOP:
            return await _stop(call, store)
        if len(text) > MOST_CHARACTERS:
            return told.broadcast_long.format(most=MOST_CHARACTERS)
        return await _preview(call, store, text) if text else told.broadcast_how
    except StorageFault as error:
        log.error("%s: /broadcast failed: %s", key, error)
        return call.words.cannot_save


async def _preview(call: Call, store: News, text: str) -> Answer:
    told, inbound = service_with(call.words), call.inbound
    if await store.current() is not None:
        return told.broadcast_running
    chats = await store.audience()
    if not chats:
        return told.broadcast_nobody
    handle = call.sink.handle if call.sink is not None else ""
    author, code = inbound.author.user_id, code_of(call.words)
    draft = Draft(inbound.key, inbound.message_id, author, handle, code, text)
    about = str(await store.prepare(draft))
    buttons = (
        Button(Action.SEND, told.broadcast_send, about),
        Button(Action.DROP, told.broadcast_cancel, about),
    )
    return Card(f"{text}\n\n{told.broadcast_preview.format(chats=chats)}", buttons)


async def _stop(call: Call, store: News) -> str:
    told, cast = service_with(call.words), await store.current()
    if cast is None or not await store.stop():
        return told.broadcast_idle
    log.info("%s: user %s stops a broadcast", call.session.key, call.inbound.author.user_id)
    call.services.broadcasts.wake()
    return told.broadcast_stopped.format(**counts(await store.tally(cast.number)))


async def press_broadcast(press: Press, services: Services, words: Words) -> Shown:
    """Carry out a tap on a button of a preview. Raises `StorageFault`.

    If the returned view has no text, the message with the preview stays unchanged. The progress of
    the broadcast is shown by the code that sends it (`engine.broadcasts`).
    """
    told, broadcasts = service_with(words), services.broadcasts
    store, author = broadcasts.store, press.author
    if store is None or not (author.operator or services.access.admin(press.key, author)):
        return Shown("", notice=told.only_admins)
    number = int(press.about) if press.about.isascii() and press.about.isdigit() else 0
    if press.action is Action.DROP:
        stage = await store.drop(number)
        broadcasts.wake()
        if stage is Stage.SENDING:
            return Shown("")  # the code that sends the broadcast shows its end
        return Shown(told.broadcast_cancelled if stage is not None else told.broadcast_idle)
    begun = await store.begin(number, press.sent)
    if begun is not Begun.BEGUN:
        busy = begun is Begun.BUSY
        return Shown("", notice=told.broadcast_running if busy else told.broadcast_idle)
    log.info("%s: user %s begins broadcast %d", press.key, author.user_id, number)
    broadcasts.wake()
    return Shown("", notice=told.broadcast_progress.format(**counts(await store.tally(number))))
