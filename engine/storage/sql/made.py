"""The picture or recording that a service made for an open row.

It was paid for, so it is committed before the first attempt to send it. A process that continues
the row sends the stored bytes. They are deleted when the row ends or is opened again.
"""

from __future__ import annotations

from engine.attachments import Made, MediaKind
from engine.contract import SentId
from engine.storage.codec import pack, unpack
from engine.storage.sql.database import Db

_PUT = (
    "INSERT INTO made(row, revision, kind, media_type, alt, duration, waveform, body) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(row) DO UPDATE SET revision = excluded.revision, "
    "kind = excluded.kind, media_type = excluded.media_type, alt = excluded.alt, "
    "duration = excluded.duration, waveform = excluded.waveform, body = excluded.body, sent = ''"
)
_GET = (
    "SELECT kind, media_type, alt, duration, waveform, body, sent FROM made WHERE row = ? "
    "AND revision = ?"
)


async def put_made(db: Db, row: int, revision: int, made: Made) -> None:
    """Store the bytes of a row, in place of earlier ones."""
    await db.run(
        _PUT, row, revision, made.kind.value, made.media_type, pack(made.alt),
        float(made.duration_seconds), made.waveform, made.content,
    )  # fmt: skip


async def made_of(db: Db, row: int, revision: int) -> tuple[Made, SentId] | None:
    """Return the stored bytes of a row's revision and the message that shows them, or None."""
    found = await db.one(_GET, row, revision)
    if found is None:
        return None
    kind, media_type, alt, duration, waveform, body, sent = found
    content, loudness = bytes(body), bytes(waveform)
    made = Made(MediaKind(kind), media_type, content, unpack(alt), float(duration), loudness)
    return made, SentId(sent)


async def note_sent(db: Db, row: int, revision: int, sent: SentId) -> None:
    """Record the message that shows the stored bytes of a row's revision."""
    await db.run("UPDATE made SET sent = ? WHERE row = ? AND revision = ?", sent, row, revision)


async def drop_made(db: Db, row: int) -> None:
    """Delete the stored bytes of a row."""
    await db.run("DELETE FROM made WHERE row = ?", row)
