"""The step that speaks an answer after its text is shown (`engine.media.speaking`).

A recording is paid for, so its bytes are stored before they are sent. A process that continues the
row sends the stored bytes. Only a request without a response is made again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.attachments import MediaKind, Sign
from engine.contract import Button, SentId
from engine.delivery.bubbles import Finale
from engine.errors import DeadlinePassed, Interrupted, MediaRefused, ModelError
from engine.media.speaking import Speaking, word_failure
from engine.turns.job import EndReason, Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.attachments import Made

log = logging.getLogger(__name__)


async def speak(
    speaking: Speaking, job: Job, text: str, closing: str, buttons: Sequence[Button]
) -> bool:
    """Speak `text`, and show the voice message below the answer.

    The answer is on screen already, with `closing` and its buttons. Return False if the row must
    stay open for another process or a newer revision. A failure adds a notice to `closing`. Raises
    `Superseded`.
    """
    kept = await job.progress.made()
    if kept is not None and kept[0].kind is MediaKind.VOICE and kept[0].alt == text:
        made, sent = kept
        job.spoken = max(1, job.spoken)  # an earlier process has made the request
    else:
        new = await _make(speaking, job, text)
        if not isinstance(new, str):
            made, sent = new, SentId("")
        elif job.end_reason in (EndReason.PAUSED, EndReason.SUPERSEDED):
            return False
        else:
            await job.reply.finish("\n".join(filter(None, (closing, new))), buttons)
            return not job.superseded
    await job.reply.finish(closing, buttons, made=Finale(made, "", sent, beside=True))
    return not job.superseded


async def _make(speaking: Speaking, job: Job, text: str) -> Made | str:
    """Return the recording, which is stored already, or the notice that there is none.

    The notice is empty if the job was told to end.
    """
    job.reply.type(Sign.SPEAKING)
    try:
        return await speaking.speak(job, text)
    except Interrupted:
        return ""
    except (ModelError, MediaRefused, DeadlinePassed) as error:
        key = job.inbound.key
        job.spoken = 0  # the service did not make a recording
        log.warning("%s: no voice: %s (%s)", key, type(error).__name__, error)
        return word_failure(error, job.words)
