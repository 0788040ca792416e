"""Files that come with a message: fetched, read and kept as documents; the answer's place shows the progress."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.answering.answer import Job
from engine.contract import Attachment
from engine.errors import DeadlinePassed, DeliveryError, DocumentRefused
from engine.tasks import Clock, finish_by
from engine.text import literal
from engine.wording import Words

if TYPE_CHECKING:
    from engine.memory.memory import Memory

log = logging.getLogger(__name__)

FILE_SECONDS = 180.0  # fetching, reading and embedding one file
FETCH_LOST, TOO_SLOW = "lost", "too_slow"


def word_refusal(reason: str, name: str, words: Words) -> str:
    """Word why a file was not kept (`engine.errors.DocumentRefused.reason`)."""
    said = {
        "kind": words.file_kind,
        "too_large": words.file_large,
        "too_long": words.file_long,
        "encrypted": words.file_locked,
        "empty": words.file_empty,
        TOO_SLOW: words.file_slow,
        "full": words.file_full,
        FETCH_LOST: words.file_lost,
    }
    return said.get(reason, words.file_broken).format(name=literal(name))


async def keep_files(job: Job, memory: Memory, clock: Clock) -> tuple[list[str], list[str]]:
    """Keep a message's files; return words on each that was kept, and on each that was not.

    Raises `Interrupted` when the job is told to end, `StorageFault` when the disk does not take
    part.
    """
    kept: list[str] = []
    refused: list[str] = []
    for file in job.entry.inbound.attachments:
        try:
            await finish_by(
                clock, clock.now() + FILE_SECONDS, _keep(job, file, memory), "a file", job.stop
            )
        except (DocumentRefused, DeliveryError, DeadlinePassed) as error:
            log.info("%s: a file was not kept: %s", job.entry.inbound.key, type(error).__name__)
            refused.append(word_refusal(_reason(error), file.name, job.words))
        else:
            kept.append(job.words.file_kept.format(name=literal(file.name)))
    return kept, refused


def _reason(error: DocumentRefused | DeliveryError | DeadlinePassed) -> str:
    if isinstance(error, DocumentRefused):
        return error.reason
    return TOO_SLOW if isinstance(error, DeadlinePassed) else FETCH_LOST


async def _keep(job: Job, file: Attachment, memory: Memory) -> None:
    """Fetch, read and keep one file. Raises `DocumentRefused`, `DeliveryError` or `StorageFault`."""

    async def progress(done: int, of: int) -> None:
        job.reply.notice(
            job.words.file_reading.format(name=literal(file.name), percent=100 * done // max(1, of))
        )

    if file.size_bytes > memory.file_bytes:
        raise DocumentRefused("too_large")
    job.reply.start()
    await progress(0, 1)
    content = await job.sink.fetch(file, memory.file_bytes)
    await memory.keep_file(job.entry.inbound, file.name, file.media_type, content, progress)
