"""A broadcast while several processes share one PostgreSQL server: its sender is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.wording.service import service_in
from tests.rigs.cluster import ClusterRig
from tests.rigs.postgres import Server
from tests.rigs.small_cluster import SECONDS, cluster

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(150)]
TOLD = service_in("en")
ADMIN, READERS = 9, range(200, 230)
TEXT = "The bot sleeps tonight."
NEWS = f"{TEXT}\n\n{TOLD.news_on}"
SENDER = """SELECT CAST(split_part(o.host, ' ', -1) AS integer) FROM ledger l JOIN owners o
    USING(owner) WHERE l.message_id LIKE 'news %' ORDER BY l.row DESC LIMIT 1"""


@pytest.fixture(autouse=True)
def _server(postgres_server: Server) -> None:
    """Skip if no server can be started."""


async def begin(rig: ClusterRig) -> None:
    """Let the readers ask for news, and let the admin send some."""
    for reader in READERS:
        rig.telegram.say(reader, "/news on")
    on = [TOLD.news_on]
    await rig.telegram.until(lambda _: all(_shown(rig, one) == on for one in READERS), SECONDS)
    rig.telegram.say(ADMIN, f"/broadcast {TEXT}")
    await rig.telegram.until(lambda server: server.sent(ADMIN), SECONDS)
    rig.telegram.press(ADMIN, rig.telegram.sent(ADMIN)[-1].message_id, TOLD.broadcast_send)


def _shown(rig: ClusterRig, chat: int) -> list[str]:
    return rig.shown("telegram", chat)


def _reached(rig: ClusterRig) -> int:
    return sum(NEWS in _shown(rig, one) for one in READERS)


async def test_after_the_sender_is_killed_another_process_sends_the_rest_once(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path, ADMIN_USERS=str(ADMIN)) as rig:
        await begin(rig)
        await rig.telegram.until(lambda _: _reached(rig) > 2, SECONDS)
        pid = await rig.fetchval(SENDER)
        (name,) = (name for name, process in rig.processes.items() if process.pid == pid)
        await rig.end(name)
        left = len(READERS) - _reached(rig)
        assert left > 0, "the kill came too late"
        if name == "receiver":
            await rig.run("receiver 2", "receiver", DISCORD_BOT_TOKEN="", ADMIN_USERS=str(ADMIN))
        count = len(READERS)
        done = f"{TEXT}\n\n{TOLD.broadcast_done.format(chats=count, sent=count, gone=0)}"
        await rig.telegram.until(lambda _: _shown(rig, ADMIN) == [done], SECONDS)
        assert [_shown(rig, one) for one in READERS] == [[TOLD.news_on, NEWS]] * count
