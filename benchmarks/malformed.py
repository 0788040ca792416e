"""Make updates of shapes that no platform documents, from one valid message of each platform."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

from benchmarks.stage import MARK, Discord, Telegram

if TYPE_CHECKING:
    from benchmarks.stage import Stage

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1e308, "", "\x00", "\ud800", MARK * 50, [], {}, [[]], {"id": None}, [None], "NaN",
)  # fmt: skip


def telegram_update(number: int) -> dict[str, Any]:
    """Return a valid update of one of the kinds that Pipit asks for."""
    person = {"id": 7_000 + number % 50, "is_bot": False, "first_name": MARK}
    chat = {"id": -2_000_000 - number % 50, "type": "group", "title": MARK}
    message = {
        "message_id": number + 1, "date": 1_700_000_000, "from": person, "chat": chat, "text": f"{MARK} {number}",
        "entities": [{"type": "bold", "offset": 0, "length": 4}],
        "reply_to_message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": MARK},
        "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
    }  # fmt: skip
    query = {
        "id": str(number),
        "from": person,
        "message": message,
        "data": "stop.1",
        "chat_instance": "1",
    }
    return [{"message": message}, {"edited_message": message}, {"callback_query": query}][
        number % 3
    ]


def discord_event(stage: Discord, number: int) -> tuple[str, dict[str, Any]]:
    """Return a valid event of one of the kinds that Pipit listens to."""
    author = {
        "id": str(7_000 + number % 50),
        "username": MARK,
        "discriminator": "0",
        "avatar": None,
    }
    message = {
        "id": str(stage.server.world.snowflake()), "channel_id": str(stage.general.id), "author": author,
        "guild_id": str(stage.general.guild_id), "content": f"{MARK} {number}", "type": 0, "tts": False, "flags": 0,
        "timestamp": "2026-01-01T00:00:00.000000+00:00", "edited_timestamp": None, "mention_everyone": False,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "components": [],
    }  # fmt: skip
    if number % 3 == 2:
        return "INTERACTION_CREATE", stage.press()
    return ("MESSAGE_CREATE", "MESSAGE_UPDATE")[number % 3], message


def spoil(update: Any, chance: random.Random) -> Any:
    """Remove a part of an update or replace it by something odd, one to three times."""
    spoiled = copy.deepcopy(update)
    for _ in range(chance.randint(1, 3)):
        holder: Any = spoiled
        while True:
            key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            below = holder[key]
            if not isinstance(below, (dict, list)) or not below or chance.random() < 0.3:
                break
            holder = below
        if isinstance(holder, dict) and len(holder) > 1 and chance.random() < 0.3:
            del holder[key]
        else:
            holder[key] = chance.choice(ODD)
    return spoiled


async def throw(playing: Stage, each: int) -> int:
    """Send `each` malformed updates to each platform's adapter and wait until all are handled.

    Returns the number of updates sent.
    """
    chance, thrown = random.Random(1), 0
    for platform in playing.platforms.values():
        for number in range(each):
            if isinstance(platform, Telegram):
                thrown += bool(platform.server.inject(spoil(telegram_update(number), chance)))
            elif isinstance(platform, Discord):
                name, event = discord_event(platform, number)
                platform.server.dispatch(name, spoil(event, chance))
                thrown += 1
    for platform in playing.platforms.values():
        if isinstance(platform, Telegram):
            await platform.server.until(lambda server: not server.pending_updates, 60.0)
    return thrown
