"""A receiver and two workers on Telegram alone, and what tests ask of them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.rigs.cluster import ClusterRig
from tests.rigs.link import Link
from tests.rigs.postgres import NoServer, Server

SECONDS = 60
ROLES = {"receiver": "receiver", "worker 0": "worker", "worker 1": "worker"}


@asynccontextmanager
async def cluster(folder: Path, **settings: str) -> AsyncIterator[ClusterRig]:
    """Run a receiver and two workers on Telegram alone."""
    async with ClusterRig(folder, 1) as rig:
        await start(rig, {}, settings)
        yield rig


@asynccontextmanager
async def linked_cluster(folder: Path) -> AsyncIterator[tuple[ClusterRig, dict[str, Link]]]:
    """Run the same processes, each on a link of its own to the server."""
    async with ClusterRig(folder, 1) as rig:
        links = {name: Link(rig.server.port) for name in ROLES}
        try:
            for link in links.values():
                await link.start()
            await start(rig, links, {})
            yield rig, links
        finally:
            for name in list(rig.processes):
                await rig.end(name)
            for link in links.values():
                await link.close()


async def start(rig: ClusterRig, links: dict[str, Link], settings: dict[str, str]) -> None:
    """Start the processes, and wait until they work."""
    for name, role in ROLES.items():
        own = {"DISCORD_BOT_TOKEN": "", **settings}
        if name in links:
            own["DATABASE_URL"] = rig.url.replace(f":{rig.server.port}/", f":{links[name].port}/")
        await rig.run(name, role, **own)
    await rig.wait_for("worker", 2, SECONDS)
    await rig.telegram.until(lambda server: server.polled, SECONDS)


def ask(rig: ClusterRig, question: str, chat: int = 101) -> int:
    """Ask, and return the id of the message."""
    rig.asked.append(("telegram", chat, question))
    return rig.telegram.say(chat, question).message_id


async def begun(rig: ClusterRig, question: str, chat: int = 101) -> str:
    """Wait for the first words of an answer; return the name of the process that writes it."""
    await rig.telegram.until(
        lambda server: any(f"{question}-" in one.shown.text for one in server.sent(chat)), SECONDS
    )
    for name in rig.processes:
        _, rows = await rig.under_way(name)
        if rows:
            return name
    raise AssertionError("no process answers")


def start_again(server: Server) -> None:
    """Start a crashed server, as soon as the system has freed what it held."""
    for _ in range(50):
        try:
            server.start()
        except NoServer:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not start again")
