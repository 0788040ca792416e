"""Send a file to a chat within the chat's budget of calls."""

from __future__ import annotations

import logging

from engine.contract import ChatKey, ReplySink
from engine.delivery.pacing import Pacer, Urgency
from engine.delivery.reply import RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS
from engine.errors import UNKNOWN, ChatUnavailable, DeliveryFailed, RateLimited
from engine.tasks import Clock, backoff

log = logging.getLogger(__name__)
TRIES = 6  # the limit on failed uploads, where a wait after a 429 does not count as a failure


async def send_file(
    sink: ReplySink,
    key: ChatKey,
    pacer: Pacer,
    clock: Clock,
    name: str,
    content: bytes,
    caption: str,
) -> bool:
    """Send a file, and try again if that may help. Return False if the file cannot be delivered.

    If a send gets no response, the file is sent again, because two copies are better than none.
    """
    pauses = backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS)
    left = TRIES
    while left:
        permit = await pacer.permit(key, sink.limits, Urgency.FINAL)
        try:
            with pacer.under_way(permit):
                await sink.send_file(name, content, caption)
            return True
        except RateLimited as error:
            pacer.penalize(key, sink.limits, error.retry_after)
        except ChatUnavailable as error:
            log.info("%s: the chat cannot be reached (%s)", key, error)
            return False
        except DeliveryFailed as error:
            left -= 1
            if not (error.retryable or error.state is UNKNOWN):
                break
            await clock.sleep(next(pauses))
    log.error("%s: a file could not be sent", key)
    return False
