"""Assign each error of the HTTP and client libraries to a kind of fault without a vendor's name."""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

from huggingface_hub.errors import (
    HfHubHTTPError,
    InferenceTimeoutError,
    OverloadedError,
    TextGenerationError,
)

from engine.answering.faults import Fault, FaultKind, HttpRefusal
from engine.answering.sse import Oversized, Reported
from engine.errors import DeadlinePassed

# The HTTP library that huggingface_hub uses. The base class of huggingface_hub's errors belongs to
# this library, so the base class tells the library's name.
HTTP = importlib.import_module(HfHubHTTPError.__bases__[0].__module__.partition(".")[0])
POOLED = hasattr(HTTP, "AsyncClient")
# The limit on the body of an error response, whose remaining bytes are not read.
MOST_ERROR_BYTES = 64 * 1024


def read_fault(error: Exception) -> Fault:
    """Return the fault that a vendor's error means.

    If the error has an HTTP status, the status decides. Otherwise the table `_KINDS` decides.
    """
    response = getattr(error, "response", None)
    status = getattr(error, "status", 0) or getattr(response, "status_code", 0)
    if isinstance(error, Reported):
        kind = FaultKind.OVERLOADED if error.overloaded else FaultKind.REPORTED
        return Fault(kind, error.status, text=error.text)
    if isinstance(status, int) and status >= 400:
        headers = getattr(error, "headers", None) or getattr(response, "headers", None) or {}
        return Fault(FaultKind.STATUS, status, headers.get("Retry-After", ""), _words(error))
    return Fault(
        next((kind for classes, kind in _KINDS if isinstance(error, classes)), FaultKind.UNKNOWN)
    )


def _words(error: Exception) -> str:
    if isinstance(error, HttpRefusal):
        return error.body
    return str(getattr(error, "response_error_payload", None) or error)


def _vendor_kinds() -> list[tuple[Any, FaultKind]]:
    if POOLED:
        return [
            (HTTP.TimeoutException, FaultKind.TIMEOUT),
            (
                (HTTP.UnsupportedProtocol, HTTP.LocalProtocolError, HTTP.InvalidURL),
                FaultKind.ADDRESS,
            ),
            ((HTTP.DecodingError, HTTP.TooManyRedirects), FaultKind.GARBLED),
            (HTTP.HTTPError, FaultKind.LOST),
        ]
    aiohttp = importlib.import_module("aiohttp")
    return [(aiohttp.InvalidURL, FaultKind.ADDRESS), (aiohttp.ClientError, FaultKind.LOST)]


_KINDS: list[tuple[Any, FaultKind]] = [
    (OverloadedError, FaultKind.OVERLOADED),
    (TextGenerationError, FaultKind.REPORTED),
    # Before Python 3.11, asyncio has its own TimeoutError.
    (
        (InferenceTimeoutError, asyncio.TimeoutError, TimeoutError, DeadlinePassed),
        FaultKind.TIMEOUT,
    ),
    *_vendor_kinds(),
    (Oversized, FaultKind.FLOOD),
    # A line was not JSON, or the JSON had an unexpected shape.
    ((ValueError, TypeError, AttributeError, KeyError), FaultKind.GARBLED),
    (OSError, FaultKind.LOST),
]
"""The first entry whose classes match an error decides its kind."""
