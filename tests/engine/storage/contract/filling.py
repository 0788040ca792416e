"""Questions, answers and documents to fill a store with."""

from __future__ import annotations

from typing import Any

from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.storage.ports import PersonalData, Storage
from engine.storage.records import SECTIONS, Entry, Scope

ANN, BOB = Author("1", "Ann"), Author("2", "Bob")
HERE, THERE, APART = ChatKey("fake", "10"), ChatKey("fake", "20", "7"), ChatKey("other", "10")


def asked(
    text: str = "What is a pipit?",
    *,
    key: ChatKey = HERE,
    author: Author = ANN,
    message_id: str = "100",
    edited: bool = False,
) -> Inbound:
    return Inbound(
        key, message_id, author, text, direct=False, addressed=True, sent_at=1.0, edited=edited
    )


async def accepted(store: Storage, inbound: Inbound, handle: str = "h") -> Entry:
    entry = await store.ledger.accept(inbound, handle)
    assert entry is not None
    return entry


async def answered(
    store: Storage, inbound: Inbound, answer: str = "A bird.", at: float = 1_700_000_000.0
) -> int:
    """Accept a question and record its answer; return the turn's number."""
    entry = await accepted(store, inbound)
    material = inbound.material.recorded
    turn = Turn(inbound.author, inbound.text, answer, Finish.STOP, at, material=material)
    return await store.ledger.finish(entry, turn, Usage(30, 7))


async def given(
    store: Storage, key: ChatKey, author: Author, text: str = "a page", now: float = 1_700_000_000.0
) -> int:
    """Store a document of one passage; return its number."""
    passages = [("page 1", text, b"vector")]
    return await store.memories.documents.put(key, "a.pdf", author, now, passages)


async def all_of(personal_data: PersonalData, scope: Scope) -> dict[str, list[Any]]:
    """Return everything that is stored in a scope, by section."""
    found: dict[str, list[Any]] = {section: [] for section in SECTIONS}
    async for one in personal_data.export(scope):
        found[one.section].append(one.content)
    return found
