"""The command /set: an admin lists and changes settings while the process runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.errors import StorageFault
from engine.text import literal
from engine.turns.job import UNSEEN
from engine.wording.service import service_with

if TYPE_CHECKING:
    from engine.commands.call import Answer, Call
    from engine.live import LiveSettings

log = logging.getLogger(__name__)

BACK = "-"
VALUE_CHARACTERS = 200


async def set_setting(call: Call) -> Answer:
    """List the settings that can change now, or change one.

    Only admins in a private chat may do so.
    """
    words = service_with(call.words)
    live = call.services.live
    if not call.is_admin or live is None:
        return words.only_admins
    if not call.inbound.direct:
        return words.in_private
    name, _, value = call.argument.strip(UNSEEN).partition(" ")
    name, value = name.strip(UNSEEN).upper().rstrip("="), value.strip().strip(UNSEEN)
    known = {one.name: one for one in live.listed()}
    if not name:
        return "\n".join([words.set_head, *_rows(live)])
    if name not in known:
        return words.set_unknown.format(name=literal(name, VALUE_CHARACTERS))
    return await _change(call, live, name, value) if value else _row(name, known[name].value)


async def _change(call: Call, live: LiveSettings, name: str, value: str) -> str:
    words = service_with(call.words)
    try:
        problem = await live.choose(name, None if value == BACK else value)
    except StorageFault as error:
        log.error("a setting was not stored: %s", error)
        return call.words.cannot_save
    if problem:
        return words.set_wrong.format(problem=literal(problem))
    log.warning("user %s sets %s in the chat", call.inbound.author.user_id, name)
    now = next(one.value for one in live.listed() if one.name == name)
    said = words.set_back if value == BACK else words.set_done
    return said.format(name=literal(name), value=literal(now or "–", VALUE_CHARACTERS))


def _rows(live: LiveSettings) -> list[str]:
    return [("▸ " if one.chosen else "") + _row(one.name, one.value) for one in live.listed()]


def _row(name: str, value: str) -> str:
    return f"{literal(name)} = {literal(value or '–', VALUE_CHARACTERS)}"
