"""Check texts with their entities as Telegram does: find, check, trim and refuse.

The error texts are those of TDLib's MessageEntity.cpp. Offsets and lengths are UTF-16 code units.
The length limit is counted in code points. Of more than 100 entities only the first 100 are shown.
"""

from __future__ import annotations

import re
from typing import Any

from tests.servers.telegram_markup import parse_markup
from tests.servers.telegram_wire import Json, Params, bad_request, check_url, units

MAX_TEXT = 4096  # in code points, after parsing
MAX_CAPTION = 1024
MAX_ENTITIES = 100  # more entities are accepted but not shown
ENTITY_TYPES = {
    *(
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "text_link",
        "text_mention",
    ),
    *(
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "blockquote",
        "expandable_blockquote",
    ),
    *("custom_emoji", "date_time"),
}
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?!\w)")),
    ("mention", re.compile(r"(?<![\w/])@\w{3,32}(?!\w)")),
    ("url", re.compile(r"https?://[^\s]+[^\s.,;:!?)]")),
)


def find_entities(text: str) -> list[Json]:
    """Return the entities that Telegram finds itself in a person's text."""
    found = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            found.append({"offset": start, "length": units(match.group()), "type": kind})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def read_text(
    params: Params, name: str, entities_name: str, limit: int, too_long: str
) -> tuple[str, list[Json]]:
    """Return the text and entities of a call as they will be shown, or refuse the call."""
    mode = params.text("parse_mode").lower()
    if mode not in ("", "none", "html", "markdown", "markdownv2"):
        raise bad_request("unsupported parse_mode")
    text = params.text(name)
    if mode in ("", "none"):
        entities = _check_entities(text, params.structure(entities_name, "entities") or [])
    else:
        text, entities = parse_markup(text, mode)
    text, entities = _trim(text, entities)
    if len(text) > limit:
        raise bad_request(too_long)
    return text, entities[:MAX_ENTITIES]


def _check_entities(text: str, given: Any) -> list[Json]:
    if not isinstance(given, list):
        raise bad_request("expected an Array of MessageEntity")
    starts = _symbol_starts(text)
    checked = [_check_entity(entity, starts) for entity in given]
    return sorted((e for e in checked if e["length"]), key=lambda e: (e["offset"], -e["length"]))


def _symbol_starts(text: str) -> dict[int, int]:
    """Map the UTF-16 offset of every symbol, and of the end, to its byte offset."""
    starts, unit, byte = {}, 0, 0
    for ch in text:
        starts[unit] = byte
        unit += 2 if ch > "\uffff" else 1
        byte += len(ch.encode("utf-8", "surrogatepass"))
    starts[unit] = byte
    return starts


def _check_entity(entity: Any, starts: dict[int, int]) -> Json:
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    if entity.get("type") not in ENTITY_TYPES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    offset, length = int(entity.get("offset", 0)), int(entity.get("length", 0))
    for name, number in (("offset", offset), ("length", length)):
        if not 0 <= number <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect {name} {number}")
    _check_place(offset, length, starts)
    if entity["type"] == "text_link":
        check_url(entity, "entity")
    return {key: value for key, value in entity.items() if value is not None}


def _check_place(offset: int, length: int, starts: dict[int, int]) -> None:
    total = max(starts)
    if offset > total or (offset == total and length):
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    beginning = f"entity beginning at UTF-16 offset {offset} ends"
    if offset + length > total:
        raise bad_request(
            f"{beginning} after the end of the text at UTF-16 offset {offset + length}"
        )
    if offset not in starts:
        raise bad_request(
            f"entity begins in a middle of a UTF-16 symbol at byte offset {starts[offset + 1]}"
        )
    if offset + length not in starts:
        byte = starts[offset + length + 1]
        raise bad_request(f"{beginning} in a middle of a UTF-16 symbol at byte offset {byte}")


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trim the text as the server does: always at the end, at the beginning only up to an entity."""
    text = text.rstrip(" \n\t\r\u200b")
    lead = len(text) - len(text.lstrip(" \n\t\r"))
    lead = min(lead, entities[0]["offset"]) if entities else lead
    text, end = text[lead:], units(text) - lead
    kept = []
    for entity in entities:
        start = entity["offset"] - lead
        length = min(entity["length"], end - start)
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return text, kept
