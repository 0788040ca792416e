"""The kinds of faults of a call to an endpoint, without the name of any vendor.

`engine.answering.hf_faults` assigns each error of the client library to one of these kinds. This
module imports no library, so that the process can start before the client library is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class FaultKind(Enum):
    """The kind of a failed call."""

    STATUS = "status"
    TIMEOUT = "timeout"
    LOST = "lost"
    REPORTED = "reported"
    OVERLOADED = "overloaded"
    GARBLED = "garbled"
    FLOOD = "flood"
    ADDRESS = "address"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fault:
    """A vendor's error.

    `text` is the endpoint's own text. It is used to classify the error, and is never shown or
    logged.
    """

    kind: FaultKind
    status: int = 0
    retry_after: str = ""
    text: str = field(default="", repr=False)


class HttpRefusal(Exception):
    """A response with a status of 400 or more, and the first part of its body."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(f"status {status}")
        self.status, self.headers, self.body = status, headers, body
