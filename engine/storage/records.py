"""What a store keeps and hands out, in the engine's terms: no column, no row, no connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from engine.contract import Author, ChatKey, Finish, Inbound, SentId


@dataclass(frozen=True)
class Scope:
    """What a request is about: a whole chat, or with `user_id` what this person gave in it."""

    key: ChatKey
    user_id: str = ""


@dataclass(frozen=True)
class Amount:
    """How much is kept of a scope; `waiting` counts questions without an answer."""

    turns: int
    documents: int
    waiting: int

    @property
    def nothing(self) -> bool:
        """Say whether nothing is kept."""
        return not (self.turns or self.documents or self.waiting)


@dataclass(frozen=True)
class Erased:
    """What was erased.

    `spent_today` has the tokens that its people had used of their day, by user id.
    """

    turns: int
    documents: int
    spent_today: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Exported:
    """One thing that is kept, ready for JSON; things of one `section` follow each other."""

    section: str
    content: Mapping[str, Any]


SECTIONS = ("settings", "turns", "repeated", "documents", "cached_answers", "messages", "usage")
"""The sections of an export, in the order in which they come."""


@dataclass(frozen=True)
class Partial:
    """How far an answer has come, until that is written.

    `grown`: it is longer than when its attempt began. `finish` is how the model ended it, empty
    while it may grow. `superseded` is called if the row belongs to a newer revision.
    """

    revision: int
    text: str
    grown: bool
    finish: str
    superseded: Callable[[], None]


@dataclass(frozen=True)
class Entry:
    """A row of the ledger.

    `inbound` is the question; `handle` rebuilds its sink; `bubbles` are its answer's messages in
    order; `partial` is the answer's text as far as it was written down, `finish` how the model
    ended it if it has; `turn_id` is the recorded turn, 0 before there is one. A new row is `begun`:
    its first attempt was counted with it, which saves a commit for each question. `sure`: no
    message of the answer exists beside its bubbles; without that the process that ended may have
    sent one more than it wrote down. `notice` is the whole answer where that is known at
    acceptance: what an immediate command led to, or why the message was refused. `revision` counts
    how often the row was opened again; `previous_owner`: see `Ledger.previous_owner`. `asked_by` is
    somebody else who had the question answered again, None if nobody did. `deaths` counts the
    processes that ended in a heavy step of this row (`Ledger.enter_step`). Until `settles_at` (Unix
    time) the question waits for further pieces.
    """

    row: int
    inbound: Inbound
    handle: str
    attempts: int = 0
    bubbles: tuple[SentId, ...] = ()
    partial: str = ""
    turn_id: int = 0
    open: bool = True
    begun: bool = False
    sure: bool = False
    finish: Finish | None = None
    notice: str = ""
    revision: int = 0
    previous_owner: int = 0
    asked_by: Author | None = None
    deaths: int = 0
    settles_at: float = 0.0
