"""Several processes on one PostgreSQL server: what people see when one of them fails."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from engine.wording import words_in
from engine.wording.access import access_in
from tests.rigs.cluster import ClusterRig, kill_at_random
from tests.rigs.crash import ROOT, answer_to
from tests.rigs.postgres import Server
from tests.rigs.small_cluster import SECONDS, ask, begun, cluster, start_again
from tests.servers.hub import HubServer

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(150)]
EN = words_in("en")


@pytest.fixture(autouse=True)
def _server(postgres_server: Server) -> None:
    """Skip if no server can be started."""


async def test_after_a_kill_another_process_completes_the_same_message(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        ask(rig, "Q1")
        await rig.end(await begun(rig, "Q1"))
        assert await rig.until_done(SECONDS)
        assert rig.shown("telegram", 101) == [answer_to("Q1")]


async def test_a_stopped_process_that_wakes_up_writes_nothing_more(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        ask(rig, "Q1")
        name = await begun(rig, "Q1")
        rig.processes[name].send_signal(signal.SIGSTOP)
        try:
            assert await rig.until_done(SECONDS)
        finally:
            rig.processes[name].send_signal(signal.SIGCONT)
        calls = len(rig.telegram.calls_of("editMessageText"))
        await asyncio.sleep(3.0)  # what it would still write comes within its next looks
        assert len(rig.telegram.calls_of("editMessageText")) == calls
        assert rig.shown("telegram", 101) == [answer_to("Q1")]
        ask(rig, "Q2")
        assert await rig.until_done(SECONDS)


async def test_a_crash_of_the_server_loses_nothing_and_ends_no_process(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        for chat in (101, 102, 103):
            ask(rig, f"Q{chat}", chat)
        await begun(rig, "Q102", 102)
        await asyncio.to_thread(rig.server.stop, "immediate")
        await asyncio.to_thread(start_again, rig.server)
        ask(rig, "Q4", 104)
        assert await rig.until_done(SECONDS)
        assert all(process.returncode is None for process in rig.processes.values())
        assert [len(rig.shown("telegram", chat)) for chat in (101, 102, 103, 104)] == [1] * 4


async def test_a_tap_on_stop_reaches_the_worker(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        ask(rig, "Q1")
        await begun(rig, "Q1")
        (message,) = rig.telegram.sent(101)
        rig.telegram.press(101, message.message_id, EN.stop)
        await rig.telegram.until(
            lambda server: EN.cut_stopped in server.sent(101)[0].shown.text, SECONDS
        )
        assert answer_to("Q1") not in rig.shown("telegram", 101)[0]


async def test_an_edit_is_answered_in_the_same_message(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        number = ask(rig, "Q1")
        await begun(rig, "Q1")
        rig.telegram.edit(101, number, "Q2")
        rig.asked[:] = [("telegram", 101, "Q2")]
        assert await rig.until_done(SECONDS)
        assert rig.shown("telegram", 101) == [answer_to("Q2")]


async def test_a_persona_that_a_receiver_sets_is_seen_by_the_worker(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        ask(rig, "Q1")
        assert await rig.until_done(SECONDS)
        rig.telegram.say(101, "/persona a pirate")
        await rig.telegram.until(lambda server: len(server.sent(101)) == 2, SECONDS)
        ask(rig, "Q2")
        assert await rig.until_done(SECONDS)
        assert "a pirate" in str(rig.model.requests[-1].body["messages"][0]["content"])


async def test_a_second_receiver_polls_after_the_first_has_ended(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        await rig.run("receiver 2", "receiver", DISCORD_BOT_TOKEN="")
        await rig.wait_for("receiver", 2, SECONDS)
        await rig.end("receiver")
        ask(rig, "Q1")
        assert await rig.until_done(SECONDS)
        assert len(rig.shown("telegram", 101)) == 1
        assert all(call.status != 409 for call in rig.telegram.calls_of("getUpdates"))


async def test_running_processes_go_on_with_the_tables_of_a_newer_version(tmp_path: Path) -> None:
    async with cluster(tmp_path) as rig:
        await rig.fetchval("ALTER TABLE ledger ADD COLUMN later integer NOT NULL DEFAULT 0")
        await rig.fetchval("UPDATE schema_version SET version = version + 1")
        ask(rig, "Q1")
        assert await rig.until_done(SECONDS)
        await rig.run("old", "worker", DISCORD_BOT_TOKEN="")

        def refused() -> bool:
            return "was written by a newer Pipit" in rig.log.read_text(encoding="utf-8")

        until = time.monotonic() + SECONDS
        while not refused():
            assert time.monotonic() < until, "the older version starts"
            await asyncio.sleep(0.1)
        ask(rig, "Q2")
        assert await rig.until_done(SECONDS)


async def test_the_keeper_pushes_a_snapshot_from_which_the_database_is_restored(
    tmp_path: Path,
) -> None:
    async with HubServer(token="hf_test") as hub, cluster(tmp_path) as rig:
        snapshots = {
            "BACKUP_REPO": "me/kept", "BACKUP_KEY": "a long key that nobody guesses",
            "BACKUP_TOKEN": "hf_test", "HF_ENDPOINT": hub.url, "DISCORD_BOT_TOKEN": "",
            # An older pg_dump refuses a newer server.
            "PATH": f"{rig.server.bin}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip
        ask(rig, "Q1")
        assert await rig.until_done(SECONDS)
        assert await rig.fetchval("SELECT count(*) FROM turns") == 1
        await rig.run("keeper", "keeper", **snapshots)
        await hub.commits(1)
        for name in list(rig.processes):
            await rig.end(name, signal.SIGTERM)
        await rig.fetchval("DELETE FROM turns")
        environment = {**os.environ, **snapshots, "DATABASE_URL": rig.url, "PYTHONPATH": str(ROOT)}
        restoring = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "restore", cwd=tmp_path, env=environment
        )
        assert await restoring.wait() == 0
        assert await rig.fetchval("SELECT count(*) FROM turns") == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_after_kills_at_random_instants_nothing_is_lost_doubled_or_half_written(
    tmp_path: Path,
) -> None:
    async with ClusterRig(tmp_path, 5) as rig:
        report = await kill_at_random(rig, 12, random.Random(5))
        assert (report.lost, report.twice, report.half_written) == ([], [], [])
        assert (rig.counts.overlaps, sum(rig.counts.refused.values())) == (0, 0)


async def test_a_decision_of_one_process_applies_to_the_next_question_of_all(
    tmp_path: Path,
) -> None:
    told, admin, stranger = access_in("en"), 9, 101
    people = {"APPROVAL": "ON", "ADMIN_USERS": f"{admin}", "ROLE_CHILD_PERSONA": "a friendly owl"}
    async with cluster(tmp_path, **people) as rig:
        rig.telegram.chat(admin)  # the admin has begun a chat with the bot
        ask(rig, "Q1", stranger)
        await rig.telegram.until(lambda server: server.sent(admin), SECONDS)
        (card,) = rig.telegram.sent(admin)
        rig.telegram.press(admin, card.message_id, told.approve)
        await rig.telegram.until(lambda server: len(server.sent(stranger)) == 2, SECONDS)
        assert rig.shown("telegram", stranger)[0] == told.asked
        rig.telegram.say(admin, "/people role 101 child")
        await rig.telegram.until(lambda server: len(server.sent(admin)) == 2, SECONDS)
        ask(rig, "Q2", stranger)
        await rig.telegram.until(lambda server: len(server.sent(stranger)) == 3, SECONDS)
        assert "a friendly owl" in str(rig.model.requests[-1].body["messages"][0]["content"])
        await rig.telegram.until(
            lambda server: told.child in server.sent(admin)[0].shown.text, SECONDS
        )
        assert len(rig.shown("telegram", admin)) == 2
