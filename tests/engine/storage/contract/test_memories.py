"""Tests of memory's data in any store.

Derived data is erased with its source, and it is never visible in another chat.
"""

from __future__ import annotations

from engine.contract import Author
from engine.storage.ports import Storage
from engine.storage.records import Scope
from tests.engine.storage.contract.filling import ANN, BOB, HERE, THERE, answered, asked, given


async def test_turns_come_back_with_their_vectors_in_their_chat_only(store: Storage) -> None:
    numbers = [await answered(store, asked(message_id=str(number))) for number in range(3)]
    await store.memories.turns.put_vectors(numbers[1], b"p", b"a")
    newest = await store.memories.turns.newest(HERE, 2)
    assert [turn.turn_id for turn in newest] == numbers[1:]
    assert [turn.vectors for turn in newest] == [(b"p", b"a"), None]
    before = await store.memories.turns.newest(HERE, 9, before=numbers[2])
    assert [turn.turn_id for turn in before] == numbers[:2]
    assert await store.memories.turns.some(THERE, numbers) == []
    (found,) = await store.memories.turns.some(HERE, [numbers[0]])
    assert (found.unpack().prompt, found.unpack().answer) == ("What is a pipit?", "A bird.")


async def test_vectors_of_a_turn_that_is_gone_are_not_kept(store: Storage) -> None:
    number = await answered(store, asked())
    await store.personal_data.remove_turn(HERE, number)
    await store.memories.turns.put_vectors(number, b"p", b"a")
    assert await store.memories.vectors.discard(9) == 0


async def test_documents_come_back_with_their_passages_in_order(store: Storage) -> None:
    passages = [(f"page {n}", f"text {n}", b"") for n in range(5)]
    number = await store.memories.documents.put(HERE, "a.pdf", ANN, 10.0, passages)
    (document,) = await store.memories.documents.of_chat(HERE)
    assert (document.document_id, document.name, document.passages) == (number, "a.pdf", 5)
    assert await store.memories.documents.of_chat(THERE) == []
    page = await store.memories.documents.page(number, 1, 2)
    assert [(one.place, one.unpack()) for one in page] == [
        ("page 2", "text 2"),
        ("page 3", "text 3"),
    ]
    some = await store.memories.documents.some(HERE, [(number, 4), (number, 0)])
    assert [one.number for one in some] == [4, 0]
    assert await store.memories.documents.some(THERE, [(number, 4)]) == []


async def test_a_document_may_replace_others_of_its_chat(store: Storage) -> None:
    old, other = await given(store, HERE, ANN), await given(store, THERE, ANN)
    new = await store.memories.documents.put(
        HERE, "a.pdf", ANN, 1.0, [("", "new", b"")], replaced={old, other}
    )
    assert [one.document_id for one in await store.memories.documents.of_chat(HERE)] == [new]
    assert [one.document_id for one in await store.memories.documents.of_chat(THERE)] == [other]


async def test_a_persons_documents_are_counted_unpacked_over_all_chats(store: Storage) -> None:
    text = "so it goes on and on " * 1000
    for key in (HERE, THERE):
        await given(store, key, ANN, text)
    await given(store, HERE, Author("3", origin="net"), text)
    documents, size = store.memories.documents, len(text) + len(b"vector")
    assert await documents.held_by("fake", ANN) == 2 * size
    assert await documents.held_by("fake", BOB) == 0
    assert await documents.held_by("fake", Author("4", origin="net")) == size


async def test_an_answer_is_kept_as_long_as_its_turn(store: Storage) -> None:
    number, answers = await answered(store, asked()), store.memories.answers
    await answers.put(HERE, "scope", "exact", number, "What?", "A bird.", b"v", 100.0)
    found = await answers.exact(HERE, "scope", "exact", 50.0)
    assert found is not None
    assert (found.question, found.text, found.vector) == ("What?", "A bird.", b"v")
    assert await answers.exact(HERE, "scope", "exact", 150.0) is None
    assert await answers.exact(THERE, "scope", "exact", 50.0) is None
    assert await answers.newest(HERE, "other", 0.0, 9) == []
    await store.personal_data.remove_turn(HERE, number)
    assert await answers.newest(HERE, "scope", 0.0, 9) == []


async def test_vectors_are_discarded_in_steps_and_the_texts_stay(store: Storage) -> None:
    for number in range(3):
        turn = await answered(store, asked(message_id=str(number)))
        await store.memories.turns.put_vectors(turn, b"p", b"a")
    await given(store, HERE, ANN)
    await store.memories.vectors.adopt(b"model 1")
    assert await store.memories.vectors.model() == b"model 1"
    assert [await store.memories.vectors.discard(2) for _ in range(4)] == [2, 1, 1, 0]
    assert len(await store.memories.turns.newest(HERE, 9)) == 3
    assert len(await store.memories.documents.of_chat(HERE)) == 1


async def test_a_lifetime_begins_anew_at_a_touch(store: Storage) -> None:
    number = await given(store, HERE, ANN, now=10.0)
    await store.memories.documents.touch([number], 20.0)
    (document,) = await store.memories.documents.of_chat(HERE)
    assert (document.at, document.used_at) == (10.0, 20.0)
    assert not (await store.personal_data.measure(Scope(THERE))).documents
