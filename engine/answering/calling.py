"""Call a service for media within a time limit, and convert its errors to Pipit's errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, TypeVar

from engine.answering.model_errors import to_model_error
from engine.errors import MediaRefused, ModelError
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from engine.answering.faults import Fault
    from engine.tasks import Clock

T = TypeVar("T")


def _to_error(fault: Fault, now: float) -> ModelError:
    return to_model_error(fault, started=False, now=now)


async def call_service(
    clock: Clock,
    seconds: float,
    work: Coroutine[Any, Any, T],
    what: str,
    convert: Callable[[Fault, float], ModelError] = _to_error,
) -> T:
    """Return the result of `work`. Raises `ModelError` or `MediaRefused`.

    If the work takes longer than `seconds`, `ModelError` is raised. `convert` gets a fault and the
    present Unix time, and returns the error to raise.
    """
    from engine.answering.hf_faults import (  # noqa: PLC0415 - the library is loaded at the first use
        read_fault,
    )

    try:
        return await finish_by(clock, clock.now() + seconds, work, what)
    except (ModelError, MediaRefused):
        raise
    except Exception as error:  # each of three HTTP libraries has errors of its own
        raise convert(read_fault(error), clock.time()) from error
