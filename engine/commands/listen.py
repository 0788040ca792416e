"""The command /listen, and the buttons on its card. A group decides whether it is overheard.

An administrator of the group, as the platform reports, or an admin of the bot may switch listening
on or off. Every member may object for themselves with a tap.
"""

from __future__ import annotations

import logging

from engine.access import Access
from engine.commands.call import Answer, Call, Card
from engine.contract import Action, Author, Button, ChatKey, Press, ReplySink
from engine.errors import DeliveryError, StorageFault
from engine.groups import Hearing, Standing
from engine.listening import Listening
from engine.wording import Words
from engine.wording.typed import says_off, says_on

log = logging.getLogger(__name__)
HOUR_SECONDS = 3600.0
ACTIONS = (Action.OBJECT, Action.ALLOW, Action.SILENCE)


async def listen(call: Call) -> Answer:
    """Show whether the group listens. Only its administrators may use ``on`` and ``off``."""
    words, listening, key = call.words, call.services.listening, call.session.key
    if call.inbound.direct or call.sink is None:
        return words.listen_groups
    if not listening.possible:
        return words.listen_unavailable
    on, off = says_on(call.argument, words), says_off(call.argument, words)
    try:
        standing = await call.sink.standing(call.inbound.author)
        if on or off:
            if not _decides(call.services.access, key, call.inbound.author, standing):
                return words.listen_admins
            await listening.switch(key, on=on)
            log.info(
                "%s: user %s switches listening %s",
                key,
                call.inbound.author.user_id,
                "on" if on else "off",
            )
    except (DeliveryError, StorageFault) as error:
        log.error("%s: /listen failed: %s", key, error)
        return words.data_failed
    if not listening.to(key):
        return words.listen_stopped if off else words.listen_off
    return Card(_text(listening, words, standing.hearing), card(words))


def card(words: Words) -> tuple[Button, ...]:
    """Return the buttons of the card."""
    return (
        Button(Action.OBJECT, words.listen_object),
        Button(Action.ALLOW, words.listen_allow),
        Button(Action.SILENCE, words.listen_end),
    )


async def press_card(
    press: Press, sink: ReplySink, words: Words, listening: Listening, access: Access
) -> str:
    """Handle a tap on a card. Return a notice for the person. Raises `StorageFault`.

    A tap on `SILENCE` returns `words.listen_stopped` only if it made the group stop listening.
    """
    key, author = press.key, press.author
    if not listening.to(key):
        return words.listen_off
    if press.action is Action.ALLOW:
        await listening.allow(key, author.user_id)
        return words.listen_allowed
    if press.action is Action.OBJECT:
        await listening.object(key, author.user_id)
        return words.listen_objected
    try:
        if not _decides(access, key, author, await sink.standing(author)):
            return words.listen_admins
    except DeliveryError as error:
        log.error("%s: the administrators could not be read: %s", key, error)
        return words.data_failed
    await listening.switch(key, on=False)
    log.info("%s: user %s switches listening off", key, author.user_id)
    return words.listen_stopped


def _decides(access: Access, key: ChatKey, author: Author, standing: Standing) -> bool:
    return standing.manages or author.operator or access.admin(key, author)


def _text(listening: Listening, words: Words, hearing: Hearing) -> str:
    """Return the card's text, with a warning if the platform hides unaddressed messages."""
    bounds = listening.bounds
    hours = max(1, round(bounds.seconds / HOUR_SECONDS))
    kept = words.listen_on.format(hours=hours, messages=bounds.messages)
    choice = words.listen_choice.format(button=words.listen_object)
    warning = {
        Hearing.ALL: "",
        Hearing.AS_ADMIN: words.listen_as_admin,
        Hearing.BY_OWNER: words.listen_by_owner,
    }[hearing]
    voice = words.listen_voice if listening.hears else ""
    return "\n\n".join(filter(None, (kept, voice, choice, warning)))
