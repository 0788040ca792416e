"""Fetch the files that come with a message, read them and keep them as documents.

A notice in the place of the answer shows the progress.
"""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.attachments import HEARD, SEEN, Attachment
from engine.contract import Inbound
from engine.errors import DeadlinePassed, DeliveryError, DocumentRefused, Interrupted
from engine.tasks import Clock, Noted, finish_by, unmarked
from engine.text import literal
from engine.turns.job import Job, Request
from engine.wording import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.memory.documents.documents import Kept
    from engine.memory.memory import Memory
    from engine.turns.sessions import Session

log = logging.getLogger(__name__)

FILE_SECONDS = 60.0  # the limit for fetching, reading and embedding one file
MESSAGE_SECONDS = 120.0  # the limit for all files of one message
PASTED_SECONDS, PASTED_BYTES = 10.0, 256_000
# The limit on the wait for the author's turn to read a file. The two limits above do not include
# this wait.
LINE_SECONDS = 600.0
FETCH_LOST, TOO_SLOW, CROWDED = "lost", "too_slow", "crowded"


def documents_of(inbound: Inbound) -> list[Attachment]:
    """Return the attachments of a question that are documents: all except pictures and sound."""
    return [file for file in inbound.attachments if file.kind not in (*SEEN, *HEARD)]


def word_refusal(reason: str, name: str, words: Words) -> str:
    """Return the notice that says why a file was not kept (`DocumentRefused.reason`)."""
    said = {
        "kind": words.file_kind,
        "too_large": words.file_large,
        "too_long": words.file_long,
        "encrypted": words.file_locked,
        "empty": words.file_empty,
        TOO_SLOW: words.file_slow,
        "full": words.file_full,
        FETCH_LOST: words.file_lost,
        CROWDED: words.busy,
    }
    return said.get(reason, words.file_broken).format(name=literal(name))


async def read_pasted(job: Job, clock: Clock) -> tuple[Inbound, list[str]]:
    """Fetch the texts that the platform's client turned into files because of their length.

    Return the question with these texts, and a notice for each text that could not be fetched.
    Raises `Interrupted` if the job is told to end.
    """
    inbound, lost, texts = job.inbound, [], [job.inbound.text]
    for file in (file for file in inbound.attachments if file.pasted):
        limit = clock.now() + PASTED_SECONDS
        try:
            fetching = job.sink.fetch(file, PASTED_BYTES)
            content = await finish_by(clock, limit, fetching, "a pasted text", job.stop)
        except (DeliveryError, DeadlinePassed) as error:
            log.info("%s: a pasted text was not read: %s", inbound.key, type(error).__name__)
            lost.append(job.words.file_lost.format(name=literal(file.name)))
        else:
            texts.append(content.decode("utf-8", "replace"))
    left = tuple(file for file in inbound.attachments if not file.pasted)
    return replace(inbound, text="\n".join(filter(None, texts)), attachments=left), lost


async def take_pasted(job: Job, clock: Clock) -> None:
    """Make the text of pasted files a part of the question.

    The question is stored with this text, so that Retry and a restart use it too.
    """
    if not any(file.pasted for file in job.inbound.attachments):
        return
    try:
        inbound, lost = await read_pasted(job, clock)
    except Interrupted:
        return
    job.unread = "\n".join(lost)
    job.entry = replace(job.entry, inbound=inbound)
    job.request = Request.of(inbound)
    await job.progress.amend(inbound)


def word_kept(kept: Kept, name: str, words: Words) -> str:
    """Return the notice that a file was kept, replaced an older version, or was known already."""
    if kept.known:
        return words.file_known.format(name=literal(name))
    said = words.file_replaced if kept.replaces else words.file_kept
    return said.format(name=literal(name))


def word_limits(kept: Kept, name: str, words: Words) -> list[str]:
    """Return the notices about pages that were not read. They are shown under an answer too."""
    if not kept.unread:
        return []
    return [words.file_unread.format(name=literal(name), pages=_ranges(kept.unread))]


def _ranges(numbers: Sequence[int]) -> str:
    """Write sorted numbers as ranges, such as ``2-4, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def unread_files(job: Job, session: Session) -> Sequence[Attachment]:
    """Return the documents of a question that have not been read yet.

    A question may get a further file even after its turn was recorded: a late piece of an album.
    """
    files = documents_of(job.inbound)
    if not job.entry.turn_id:
        return files
    turn = next((one for one in session.turns if one.turn_id == job.entry.turn_id), None)
    if turn is None:
        return ()
    read = Counter(map(_facts, turn.material.attachments))
    unread = []
    for file in files:
        read[_facts(file)] -= 1
        if file.ref and read[_facts(file)] < 0:
            unread.append(file)
    return unread


def _facts(file: Attachment) -> tuple[str, str, int]:
    return file.name, file.media_type, file.size_bytes


async def keep_files(
    job: Job, files: Sequence[Attachment], memory: Memory, clock: Clock, noted: Noted = unmarked
) -> tuple[list[str], list[str]]:
    """Keep the files of a message.

    Return two lists of notices: one about kept files, and one about files or pages that were left
    out.

    Each person has at most one file read at a time, and people take turns. A file is fetched only
    when it is its author's turn. Raises `Interrupted` if the job is told to end, and `StorageFault`
    if the write fails.
    """
    kept: list[str] = []
    refused: list[str] = []
    left_seconds = MESSAGE_SECONDS
    for file in files:
        try:
            async with AsyncExitStack() as stack:
                await _turn(job, file, memory, clock, stack)
                began = clock.now()
                limit = began + min(FILE_SECONDS, left_seconds)
                try:
                    work = _keep(job, file, memory, noted)
                    done = await finish_by(clock, limit, work, "a file", job.stop)
                finally:
                    left_seconds -= clock.now() - began
        except (DocumentRefused, DeliveryError, DeadlinePassed) as error:
            log.info("%s: a file was not kept: %s", job.entry.inbound.key, type(error).__name__)
            refused.append(word_refusal(_reason(error), file.name, job.words))
        else:
            kept.append(word_kept(done, file.name, job.words))
            refused += word_limits(done, file.name, job.words)
    return kept, refused


async def _turn(
    job: Job, file: Attachment, memory: Memory, clock: Clock, stack: AsyncExitStack
) -> None:
    """Wait for the author's turn to read. Closing `stack` ends the turn.

    Raises `Interrupted` if the job is told to end, and `DocumentRefused` if the wait is too long.
    """
    if file.size_bytes > memory.file_bytes:
        raise DocumentRefused("too_large")
    inbound = job.entry.inbound
    job.reply.start()
    job.reply.notice(job.words.file_reading.format(name=file.name, percent=0))
    turn = memory.reading_turn((inbound.key.platform, inbound.author.user_id))
    try:
        entering = stack.enter_async_context(turn)
        await finish_by(clock, clock.now() + LINE_SECONDS, entering, "turn to read", job.stop)
    except DeadlinePassed as passed:
        raise DocumentRefused(CROWDED) from passed


def _reason(error: DocumentRefused | DeliveryError | DeadlinePassed) -> str:
    if isinstance(error, DocumentRefused):
        return error.reason
    return TOO_SLOW if isinstance(error, DeadlinePassed) else FETCH_LOST


async def _keep(job: Job, file: Attachment, memory: Memory, noted: Noted) -> Kept:
    """Fetch, read and keep one file.

    Raises `DocumentRefused`, `DeliveryError` or `StorageFault`.
    """

    async def progress(done: int, of: int) -> None:
        job.reply.notice(
            job.words.file_reading.format(name=literal(file.name), percent=100 * done // max(1, of))
        )

    content = await job.sink.fetch(file, memory.file_bytes)
    return await memory.keep_file(
        job.entry.inbound, file.name, file.media_type, content, progress, noted
    )
