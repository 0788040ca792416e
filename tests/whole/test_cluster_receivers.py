"""Several processes on one PostgreSQL server: kills of receivers, edits, erasures, and the order."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path

import asyncpg
import pytest

from engine.wording import words_in
from tests.rigs.cluster import ClusterRig
from tests.rigs.crash import answer_to
from tests.rigs.postgres import Server
from tests.rigs.small_cluster import SECONDS, ask, begun, cluster

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(150)]
EN = words_in("en")
FLOODED, ORDERED = 900, 901


@pytest.fixture(autouse=True)
def _server(postgres_server: Server) -> None:
    """Skip if no server can be started."""


@asynccontextmanager
async def connected(rig: ClusterRig) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection to the database."""
    link = await asyncpg.connect(rig.url)
    try:
        yield link
    finally:
        await link.close()


async def add_receiver(rig: ClusterRig) -> None:
    """Start a second receiver, which waits for the duty of the first."""
    await rig.run("receiver 2", "receiver", DISCORD_BOT_TOKEN="")
    await rig.wait_for("receiver", 2, SECONDS)


async def blocked(rig: ClusterRig, event: str) -> None:
    """Wait until a session of a process waits for this kind of event."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = $1"
    until = time.monotonic() + SECONDS
    while not await rig.fetchval(sql, event):
        assert time.monotonic() < until, f"no session waits for {event}"
        await asyncio.sleep(0.02)


def questions(rig: ClusterRig) -> list[str]:
    """Return the names of the questions in the order in which the model was asked."""
    texts = (str(call.body["messages"][-1]["content"]) for call in rig.model.requests)
    return list(chain.from_iterable(re.findall(r"\bQ\d+\b", text) for text in texts))


async def test_a_message_whose_receiver_dies_before_the_commit_is_offered_again(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as rig, connected(rig) as link:
        await add_receiver(rig)
        async with link.transaction():
            await link.execute("LOCK TABLE ledger IN EXCLUSIVE MODE")
            ask(rig, "Q1")
            await blocked(rig, "relation")
            await rig.end("receiver")
        assert await rig.until_done(SECONDS)
        assert await link.fetchval("SELECT count(*) FROM ledger") == 1
        assert rig.shown("telegram", 101) == [answer_to("Q1")]
        assert questions(rig) == ["Q1"]


async def test_a_message_whose_receiver_dies_in_the_commit_is_stored_once(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig, connected(rig) as link:
        await add_receiver(rig)
        await link.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$"
        )
        # A deferred trigger runs in the commit. The commit succeeds, and nobody receives the reply.
        await link.execute(
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON ledger DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        ask(rig, "Q1")
        await blocked(rig, "PgSleep")
        await rig.end("receiver")
        await rig.telegram.until(lambda server: len(server.sent(101)) == 1, SECONDS)
        assert await rig.until_done(SECONDS)
        ask(rig, "Q2")  # the second receiver confirms Q1 before it gets this question
        assert await rig.until_done(SECONDS)
        assert await link.fetchval("SELECT count(*) FROM ledger") == 2
        assert rig.shown("telegram", 101) == [answer_to("Q1"), answer_to("Q2")]
        assert questions(rig) == ["Q1", "Q2"]


async def test_two_edits_through_two_receivers_and_a_kill_leave_one_answer_to_the_last_text(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as rig, connected(rig) as link:
        await add_receiver(rig)
        number = ask(rig, "Q1")
        await begun(rig, "Q1")
        rig.telegram.edit(101, number, "Q2")
        await begun(rig, "Q2")
        await rig.end("receiver")
        rig.telegram.edit(101, number, "Q3")
        await rig.end(await begun(rig, "Q3"))
        rig.asked[:] = [("telegram", 101, "Q3")]
        assert await rig.until_done(SECONDS)
        assert rig.shown("telegram", 101) == [answer_to("Q3")]
        until = time.monotonic() + SECONDS
        while await link.fetchval("SELECT count(*) FROM ledger WHERE state = 0"):
            assert time.monotonic() < until, "the row stays open"
            await asyncio.sleep(0.05)
        assert await link.fetchval("SELECT count(*) FROM turns") == 1


async def test_new_is_obeyed_by_the_worker_that_has_the_chat_in_memory(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        ask(rig, "Q1")
        assert await rig.until_done(SECONDS)
        await say(rig, "/new", 2)
        ask(rig, "Q2")
        assert await rig.until_done(SECONDS)
        assert "Q1" not in str(rig.model.requests[-1].body["messages"])


async def test_forget_is_confirmed_at_any_worker_and_obeyed_by_all(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig, connected(rig) as link:
        ask(rig, "Q1")
        assert await rig.until_done(SECONDS)
        await say(rig, "/forget", 2)
        # The worker that asked for the confirmation ends. Another one gets the word.
        owner = await link.fetchval("SELECT last_worker FROM lanes")
        host = str(await link.fetchval("SELECT host FROM owners WHERE owner = $1", owner))
        (name,) = (n for n, p in rig.processes.items() if host.endswith(f" {p.pid}"))
        await rig.end(name)
        await say(rig, "/forget yes", 3)
        assert rig.shown("telegram", 101)[-1] == EN.forgotten
        ask(rig, "Q2")
        await rig.telegram.until(lambda server: len(server.sent(101)) == 4, SECONDS)
        assert "Q1" not in str(rig.model.requests[-1].body["messages"])


async def say(rig: ClusterRig, text: str, shown: int) -> None:
    """Send a command, and wait until the chat shows so many messages of the bot."""
    rig.telegram.say(101, text)
    await rig.telegram.until(lambda server: len(server.sent(101)) == shown, SECONDS)


async def test_a_flooded_chat_keeps_its_order_and_delays_quiet_chats_by_one_answer(
    tmp_path: Path,
) -> None:
    limits = {"MAX_WORKERS": "1", "MAX_WAITING": "400", "MAX_WAITING_PER_CHAT": "250"}
    async with cluster(tmp_path, **limits) as rig:
        rig.model.set_pace(0.0)
        for number in range(200):
            rig.telegram.say(FLOODED, f"/ask Q1{number:03}")
        for number in range(10):
            rig.telegram.say(ORDERED, f"/ask Q2{number:03}")
        await rig.telegram.until(lambda server: server.sent(FLOODED), SECONDS)
        quiet = {f"Q3{number:03}" for number in range(20)}
        for number in range(20):
            rig.telegram.say(1000 + number, f"/ask Q3{number:03}")
        until = time.monotonic() + SECONDS
        while not quiet <= set(questions(rig)):
            assert time.monotonic() < until, "a quiet chat waits"
            await asyncio.sleep(0.02)
        asked = questions(rig)
        first, last = (choose(asked.index(name) for name in quiet) for choose in (min, max))
        between = [name for name in asked[first:last] if name.startswith("Q1")]
        assert len(between) <= 2  # a worker may answer one before, and claim one after a burst
        while len([name for name in questions(rig) if name.startswith("Q2")]) < 10:
            assert time.monotonic() < until, "the ordered chat waits"
            await asyncio.sleep(0.02)
        for chat in ("Q1", "Q2"):
            of_chat = [name for name in questions(rig) if name.startswith(chat)]
            assert of_chat == sorted(of_chat)
        assert rig.counts.overlaps == 0
