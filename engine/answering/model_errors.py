"""Turn the faults of an endpoint into the one `ModelError` that says who must act. Pure functions.

The docstring of `engine.answering.huggingface` lists the cases.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Callable

from engine.answering.faults import Fault, FaultKind
from engine.errors import (
    ContentFiltered,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelUnavailable,
    ModelUnknown,
    OutOfCredit,
)

_TOO_LONG = re.compile(
    r"context.{0,20}(size|length|window)|too many tokens|prompt is too long|input is too "
    r"long|reduce the length"
    r"|max_new_tokens. must be <=|must have less than \d+ tokens|maximum.{0,20}tokens",
    re.IGNORECASE,
)


_UNKNOWN = re.compile(
    r"model_not_supported|model_not_found|model_not_available|not supported by any provider"
    r"|model .{1,200}(does not exist|not found|is not available|not supported|is "
    r"deprecated)|unknown model"
    r"|no such model|invalid model",
    re.IGNORECASE | re.DOTALL,
)
# llama.cpp and other servers answer 500 if a chat template refuses the messages.
_TEMPLATE = re.compile(r"jinja|chat.?template|roles? must|system.role", re.IGNORECASE)
ABOUT_FORM = (400, 422, 500, 501)
_FILTERED = re.compile(
    r"content_filter|content management policy|content.policy|safety|moderation|nsfw",
    re.IGNORECASE,
)


def _refuse(fault: Fault, cause: str) -> ModelError:
    status = fault.status
    if status == 413 or (status in (400, 422) and _TOO_LONG.search(fault.text)):
        return ModelRefused(f"{cause}: the prompt is too long", status=status, too_long=True)
    if status in (400, 404, 410, 422) and _UNKNOWN.search(fault.text):
        return ModelUnknown(cause, status=status)
    if status in (400, 403, 422, 451) and _FILTERED.search(fault.text):
        return ContentFiltered(f"{cause}: refused by content rules", status=status)
    return ModelRefused(cause, status=status)


def _end_credit(_: Fault, cause: str) -> ModelError:
    return OutOfCredit(cause)


def _pass_by(_: Fault, cause: str) -> ModelError:
    return ModelUnavailable(cause)


_BY_STATUS: dict[int, Callable[[Fault, str], ModelError]] = {
    402: _end_credit,
    408: _pass_by,
    409: _pass_by,
    425: _pass_by,
    429: _pass_by,
    **dict.fromkeys(range(500, 600), _pass_by),
}
"""Every status that is not in this table is a refusal."""

_BY_KIND: dict[FaultKind, Callable[[str], ModelError]] = {
    FaultKind.TIMEOUT: ModelUnavailable,
    FaultKind.LOST: ModelUnavailable,
    FaultKind.OVERLOADED: ModelUnavailable,
    FaultKind.REPORTED: ModelGarbled,
    FaultKind.GARBLED: ModelGarbled,
    FaultKind.FLOOD: ModelGarbled,
    FaultKind.UNKNOWN: ModelGarbled,
    FaultKind.ADDRESS: ModelRefused,
}
_CAUSES = {
    FaultKind.TIMEOUT: "the endpoint was silent for too long",
    FaultKind.LOST: "the endpoint cannot be reached",
    FaultKind.OVERLOADED: "the endpoint is overloaded",
    FaultKind.REPORTED: "the endpoint reported an error in the stream",
    FaultKind.GARBLED: "the endpoint sent what is not an answer",
    FaultKind.FLOOD: "the endpoint sent more than an answer can be",
    FaultKind.UNKNOWN: "the call to the endpoint failed",
    FaultKind.ADDRESS: "the endpoint's address cannot be used",
}
_TELLING_IN_STREAM = (402, 429, 503, 529)


def to_model_error(fault: Fault, *, started: bool, now: float) -> ModelError:
    """Return the error for a fault. `started` is true if the answer had begun.

    `now` is Unix time, for the dates of Retry-After headers.
    """
    if fault.kind is FaultKind.STATUS:
        return _by_status(fault, now)
    if fault.kind is FaultKind.REPORTED and fault.status in _TELLING_IN_STREAM:
        return _by_status(fault, now)
    if fault.kind is FaultKind.REPORTED and _TOO_LONG.search(fault.text):
        return ModelRefused("the prompt is too long", status=fault.status, too_long=True)
    if fault.kind is FaultKind.LOST and started:
        return ModelGarbled("the connection was lost in the answer")
    return _BY_KIND[fault.kind](_CAUSES[fault.kind])


def _by_status(fault: Fault, now: float) -> ModelError:
    sort = _BY_STATUS.get(fault.status, _refuse)
    if fault.status in ABOUT_FORM and _TEMPLATE.search(fault.text):
        sort = _refuse
    error = sort(fault, _cause(fault))
    if isinstance(error, ModelUnavailable):
        error.retry_after = _seconds_until(fault.retry_after, now)
    return error


def _cause(fault: Fault) -> str:
    try:
        phrase = HTTPStatus(fault.status).phrase.lower()
    except ValueError:
        phrase = "unknown"
    known = "model_not_supported" in fault.text
    return f"status {fault.status} ({'model not supported' if known else phrase})"


def _seconds_until(retry_after: str, now: float) -> float:
    """Return the seconds of a Retry-After header, which is a number or a date, or 0.

    RFC 9110, section 10.2.3, defines the header.
    """
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass  # the value is a date or invalid
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now)
    except (ValueError, TypeError):
        return 0.0
