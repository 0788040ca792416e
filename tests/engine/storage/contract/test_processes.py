"""Tests of the processes of any store: a process that leaves releases its rows."""

from __future__ import annotations

from engine.storage.records import RELEASED
from tests.engine.storage.contract.filling import accepted, asked
from tests.engine.storage.contract.kinds import Kind


async def test_each_process_has_a_number_of_its_own(kind: Kind) -> None:
    one, two = await kind.enter(), await kind.enter()
    assert one.number != two.number
    assert RELEASED in await one.gone()


async def test_who_leaves_gives_its_open_rows_back(kind: Kind) -> None:
    leaving, staying = await kind.enter(), await kind.enter()
    store = await kind.open(owner=leaving.number)
    entry = await accepted(store, asked())
    await leaving.leave()
    await leaving.leave()
    other = await kind.open(owner=staying.number)
    (found,) = await other.ledger.unfinished([RELEASED], ["fake"])
    assert found.row == entry.row


async def test_rows_of_an_ended_process_that_nobody_claimed_become_anybodys(kind: Kind) -> None:
    staying = await kind.enter()
    store = await kind.open(owner=99)  # a process that is not on the list any more
    await accepted(store, asked())
    await staying.strike([99])
    other = await kind.open(owner=staying.number)
    assert len(await other.ledger.unfinished([RELEASED], ["fake"])) == 1
