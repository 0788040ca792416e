"""Decide which people lose their oldest turns and documents when the file is full.

The people with the most data lose data first. If all new people together hold more than half of
everything, one of them loses data first. Earlier people thus keep their data however many new
people arrive. People of one origin (`engine.contract.Author.origin`), such as the visitors from one
network address, count as one person. Among people with about the same amount of data, the newest
lose data first, so nobody can displace others by using many names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.storage.sql.database import Db

NEW_SECONDS = 7 * 86_400.0
NEW_SHARE = 0.5  # the share of all stored data that all new people together may hold
ALIKE = 0.5  # a person with at least this share of the largest amount counts as holding as much
SMALL_BYTES = 64 * 1024  # if a person holds less than this, all of it is deleted
_ROW_BYTES = 200  # the size of a turn without its texts: keys, indexes, its row in the ledger

_HELD = f"""SELECT a.author, a.since, CASE WHEN a.origin = '' THEN 'author ' || a.author
    ELSE a.platform || ' ' || a.origin END, coalesce(t.bytes, 0) + coalesce(d.bytes, 0)
    FROM authors a
    LEFT JOIN (SELECT author, sum(length(prompt) + length(answer) + {_ROW_BYTES}) AS bytes
        FROM turns GROUP BY author) t USING(author)
    LEFT JOIN (SELECT author, sum(bytes + {_ROW_BYTES}) AS bytes FROM documents GROUP BY author) d
    USING(author)
    WHERE coalesce(t.bytes, 0) + coalesce(d.bytes, 0) >
    0"""  # noqa: S608 - a constant of this module
# A chat with an open question stays complete, because the answer may need its content.
_OLDEST = f"""SELECT kind, number, chat, bytes FROM (
    SELECT 0 AS kind, turn AS number, chat, length(prompt) + length(answer) + {_ROW_BYTES} AS
    bytes, at
        FROM turns WHERE author = :author
    UNION ALL
    SELECT 1, document, chat, bytes + {_ROW_BYTES}, used_at FROM documents WHERE author = :author)
    held
    WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.chat = held.chat AND l.state = 0)
    ORDER BY at LIMIT :most"""  # noqa: S608 - a constant of this module


@dataclass
class Person:
    """A person, with the amount of data that is stored for them.

    `since` is the time of their first message, or 0 if unknown. People with an equal `holder` count
    as one person.
    """

    author: int
    since: int
    holder: str
    held_bytes: int


@dataclass(frozen=True)
class Item:
    """A turn or a document that may be deleted."""

    document: bool
    number: int
    chat: int
    size_bytes: int


async def people(db: Db) -> list[Person]:
    """Return all people who have stored data."""
    rows = await db.all(_HELD)
    return [Person(author, since, holder, int(held)) for author, since, holder, held in rows]


async def oldest(db: Db, person: Person, most: int) -> list[Item]:
    """Return a person's oldest turns and documents, in chats without an open question."""
    rows = await db.all(_OLDEST, {"author": person.author, "most": most})
    return [Item(bool(kind), number, chat, size) for kind, number, chat, size in rows]


def next_to_lose(everybody: Sequence[Person], now: float) -> Person | None:
    """Return the person who loses data next, or None if nobody holds any."""
    new = [person for person in everybody if person.since > now - NEW_SECONDS]
    crowd = new if _sum(new) > _sum(everybody) * NEW_SHARE else everybody
    holders: dict[str, list[Person]] = {}
    for person in crowd:
        holders.setdefault(person.holder, []).append(person)
    if not holders:
        return None
    most = max(map(_sum, holders.values()))
    alike = (one for people in holders.values() if _sum(people) >= most * ALIKE for one in people)
    return max(alike, key=_came)  # the newest person among these holders


def share_to_lose(person: Person, everybody: Sequence[Person], excess_bytes: float) -> float:
    """Return how many bytes a person loses at once.

    This is half of their data. It is all of their data if that is little, or if the person uses
    several names.
    """
    names = sum(other.holder == person.holder for other in everybody)
    if names > 1 or person.held_bytes <= SMALL_BYTES:
        return person.held_bytes
    return min(excess_bytes, person.held_bytes * (1 - ALIKE))


def _sum(people: Iterable[Person]) -> int:
    return sum(person.held_bytes for person in people)


def _came(person: Person) -> tuple[int, int]:
    return person.since, person.author
