"""Several processes on one PostgreSQL server, when the network, the server or a platform fails."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import asyncpg
import pytest

from engine.storage.codec import unpack
from engine.wording import words_in
from tests.rigs.cluster import ClusterRig
from tests.rigs.crash import answer_to
from tests.rigs.postgres import Server
from tests.rigs.small_cluster import SECONDS, ask, begun, cluster, linked_cluster

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(150)]
EN = words_in("en")
FORUM = -1001234567890


@pytest.fixture(autouse=True)
def _server(postgres_server: Server) -> None:
    """Skip if no server can be started."""


async def execute(rig: ClusterRig, *statements: str) -> None:
    """Run statements on the database."""
    link = await asyncpg.connect(rig.url)
    try:
        for statement in statements:
            await link.execute(statement)
    finally:
        await link.close()


async def recorded(rig: ClusterRig) -> list[str]:
    """Return the recorded answers, the oldest first."""
    link = await asyncpg.connect(rig.url)
    try:
        return [
            unpack(row[0]) for row in await link.fetch("SELECT answer FROM turns ORDER BY turn")
        ]
    finally:
        await link.close()


async def all_closed(rig: ClusterRig) -> None:
    """Wait until no row is open."""
    until = time.monotonic() + SECONDS
    while await rig.fetchval("SELECT count(*) FROM ledger WHERE state = 0"):
        assert time.monotonic() < until, "a row stays open"
        await asyncio.sleep(0.05)


async def test_a_worker_whose_link_to_the_server_hangs_leaves_its_answer_to_another(
    tmp_path: Path,
) -> None:
    async with linked_cluster(tmp_path) as (rig, links):
        ask(rig, "Q1")
        name = await begun(rig, "Q1")
        links[name].hang()
        assert await rig.until_done(SECONDS)
        await all_closed(rig)
        calls = len(rig.telegram.calls_of("editMessageText"))
        links[name].mend()
        await rig.wait_for("worker", 2, SECONDS)
        await asyncio.sleep(1.5)  # what the old answer would still write comes within this time
        assert len(rig.telegram.calls_of("editMessageText")) == calls
        assert rig.shown("telegram", 101) == [answer_to("Q1")] == await recorded(rig)
        ask(rig, "Q2")
        assert await rig.until_done(SECONDS)


async def test_without_any_notification_questions_and_stop_take_about_a_second(
    tmp_path: Path,
) -> None:
    async with linked_cluster(tmp_path) as (rig, links):
        for link in links.values():
            link.mute = True
        for question in ("Q1", "Q2"):
            asked_at = time.monotonic()
            ask(rig, question)
            await begun(rig, question)
            assert time.monotonic() - asked_at < 4.0
            tapped_at = time.monotonic()
            rig.telegram.press(101, rig.telegram.sent(101)[-1].message_id, EN.stop)
            await rig.telegram.until(
                lambda server: EN.cut_stopped in server.sent(101)[-1].shown.text, SECONDS
            )
            assert time.monotonic() - tapped_at < 4.0


async def test_a_429_in_one_topic_is_obeyed_by_the_workers_of_the_others(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        await rig.run("worker 2", "worker", DISCORD_BOT_TOKEN="")
        await rig.wait_for("worker", 3, SECONDS)
        rig.telegram.chat(FORUM, "supergroup", is_forum=True)
        rig.telegram.fault("429", chat_id=FORUM, method="sendMessage", retry_after=3)
        for number, topic in enumerate((11, 12, 13)):
            rig.telegram.say(FORUM, f"/ask Q{number}", thread_id=topic)
            rig.asked.append(("telegram", FORUM, f"Q{number}"))
        assert await rig.until_done(SECONDS)
        (refused,) = rig.telegram.refused
        during = [
            call.method
            for call in rig.telegram.calls
            if call.chat_id == FORUM and refused.done_at + 0.5 < call.at < refused.done_at + 3.0
        ]
        assert during == []


async def test_a_stop_that_races_the_end_leaves_the_text_that_is_recorded(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        chats = {101: 0.0, 102: 0.03, 103: 0.1}
        for chat, later in chats.items():
            ask(rig, f"Q{chat}", chat)
            await begun(rig, f"Q{chat}", chat)
            call = rig.model.requests[-1]
            await call.ended.wait()
            await asyncio.sleep(later)
            (message,) = rig.telegram.sent(chat)
            if any(EN.stop in label for label, _ in message.shown.buttons):
                rig.telegram.press(chat, message.message_id, EN.stop)
        await all_closed(rig)
        answers = await recorded(rig)
        assert len(answers) == len(chats)
        for chat, answer in zip(chats, answers):
            (text,) = rig.shown("telegram", chat)
            assert text in (answer.strip(), f"{answer.strip()}\n\n{EN.cut_stopped}")
        ask(rig, "Q4")
        assert await rig.until_done(SECONDS)


async def test_sessions_that_the_server_ends_again_and_again_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as rig:
        for chat in (101, 102, 103):
            ask(rig, f"Q{chat}", chat)
        await begun(rig, "Q103", 103)
        for _ in range(3):
            await execute(
                rig,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "application_name = 'pipit' AND pid <> pg_backend_pid()",
            )
            await asyncio.sleep(0.4)
        ask(rig, "Q4", 104)
        assert await rig.until_done(SECONDS)
        assert all(process.returncode is None for process in rig.processes.values())
        assert [len(rig.shown("telegram", chat)) for chat in (101, 102, 103, 104)] == [1] * 4


async def test_a_full_disk_of_the_server_delays_the_record_and_asks_the_model_once(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as rig:
        await execute(
            rig,
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON turns EXECUTE FUNCTION full_disk()",
        )
        ask(rig, "Q1")
        assert await rig.until_done(SECONDS)
        await asyncio.sleep(2.5)  # long enough for the processes to notice the open row
        assert await rig.fetchval("SELECT attempts FROM ledger") <= 1
        assert await recorded(rig) == []
        await execute(rig, "DROP TRIGGER full_disk ON turns")
        await all_closed(rig)
        assert await recorded(rig) == [answer_to("Q1")]
        assert rig.shown("telegram", 101) == [answer_to("Q1")]
        assert len(rig.model.requests) == 1
