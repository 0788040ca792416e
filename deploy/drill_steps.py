"""The steps of deploy/drill.sh after the installation, one function each."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rigs.app_rig import TOKEN, texts
from tests.servers.model import Gate, ModelServer, Reply
from tests.servers.telegram import TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ADMIN, STRANGER, APPROVE = 8, 9, "Approve"
ANSWER = "A heron stands by the river at dawn and waits for its breakfast."
LONG = " ".join(f"This is sentence number {n} of a longer answer." for n in range(1, 13))


@dataclass
class Drill:
    """The servers, the installed command and its folder."""

    pipit: str
    folder: Path
    telegram: TelegramServer
    model: ModelServer

    @property
    def environment(self) -> dict[str, str]:
        """Return what the command gets beside its .env: where the loopback servers are."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TELEGRAM_API_URL": self.telegram.base_url,
            "MEMORY": "WORDS",
            "DRAIN_SECONDS": "1",
            "HEALTH_PORT": "18094",
        }

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the command in its folder."""
        return await asyncio.create_subprocess_exec(
            self.pipit,
            *arguments,
            cwd=self.folder,
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def done(self, *arguments: str, code: int = 0) -> str:
        """Run the command to its end and return its output."""
        process = await self.start(*arguments)
        out = (await process.communicate())[0].decode()
        if process.returncode != code:
            raise SystemExit(f"pipit {' '.join(arguments)} ended with {process.returncode}:\n{out}")
        return out

    @asynccontextmanager
    async def running(self, *, how: int = signal.SIGTERM) -> AsyncIterator[None]:
        """Run the bot, and end it by a signal afterwards."""
        polls = len(self.telegram.calls_of("getMe"))
        process = await self.start("run")
        reading = asyncio.get_running_loop().create_task(process.communicate())
        try:
            await self.telegram.until(
                lambda s: s.polled and len(s.calls_of("getMe")) > polls, seconds=30
            )
            yield
        finally:
            if process.returncode is None:
                process.send_signal(how)
            out = (await reading)[0].decode()
            if process.returncode not in (0, -how):
                raise SystemExit(f"the bot ended with {process.returncode}:\n{out}")

    def said(self, chat: int) -> list[str]:
        """Return what the bot wrote in a chat."""
        return texts(self.telegram, chat)


def step(text: str) -> None:
    """Say what happens."""
    print(text, flush=True)


async def set_up(drill: Drill) -> None:
    """Answer the questions of `pipit setup`, and become admin by the code."""
    process = await drill.start("setup")
    assert process.stdin is not None
    assert process.stdout is not None
    # The last question, about the page, is asked only where Gradio is installed.
    for answer in ("", drill.model.base_url, "test", TOKEN, "", "n"):
        process.stdin.write(f"{answer}\n".encode())
    await process.stdin.drain()
    seen = b""
    while not (found := re.search(rb"minutes: (\d{8})", seen)):
        line = await process.stdout.readline()
        if not line:
            raise SystemExit(f"setup ended without a code:\n{seen.decode()}")
        seen += line
    await drill.telegram.until(lambda s: s.polled, seconds=30)
    drill.telegram.say(ADMIN, found.group(1).decode())
    process.stdin.close()
    await process.stdout.read()
    assert await process.wait() == 0
    file = drill.folder / ".env"
    assert f"ADMIN_USERS=telegram:{ADMIN}" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "ok    model" in await drill.done("check")


async def approve_a_stranger(drill: Drill) -> None:
    """Keep a stranger's question, approve them by the button, and answer the question."""
    file = drill.folder / ".env"
    file.write_text(file.read_text() + "APPROVAL=ON\n")
    drill.model.queue.append(Reply(ANSWER))
    async with drill.running():
        assert '"ready": true' in await drill.done("health")
        drill.telegram.say(STRANGER, "What does a heron do?")
        await drill.telegram.until(lambda _: _has_button(drill.telegram, APPROVE), seconds=30)
        assert ANSWER not in drill.said(STRANGER)
        card = drill.telegram.sent(ADMIN)[-1].message_id
        drill.telegram.press(ADMIN, card, APPROVE)
        await drill.telegram.until(lambda _: ANSWER in drill.said(STRANGER), seconds=30)


def _has_button(server: TelegramServer, label: str) -> bool:
    """Return whether the newest message to the admin has a button."""
    sent = server.sent(ADMIN)
    return bool(sent) and any(label == shown for shown, _ in sent[-1].shown.buttons)


async def kill_and_go_on(drill: Drill) -> None:
    """Kill the bot in mid-sentence; the next start finishes the sentence in the same message."""
    gate = Gate()
    drill.model.queue.append(Reply(LONG, gate=gate))
    gate.release(40)
    async with drill.running(how=signal.SIGKILL):
        drill.telegram.say(STRANGER, "And then?")
        await drill.telegram.until(lambda _: len(drill.said(STRANGER)) > 2, seconds=30)
    gate.open()
    messages = len(drill.said(STRANGER))
    drill.model.queue.append(Reply(LONG))
    async with drill.running():
        await drill.telegram.until(lambda _: "number 12" in drill.said(STRANGER)[-1], seconds=30)
    assert len(drill.said(STRANGER)) == messages


async def back_up_destroy_restore(drill: Drill) -> None:
    """Back up, delete everything, restore, and find the same answer."""
    copy, data = drill.folder / "copy.db", drill.folder / "data"
    assert "It is sound" in await drill.done("backup", str(copy), "--verify")
    before = await drill.done("export", f"telegram:{STRANGER}")
    assert ANSWER in before
    for path in data.iterdir():
        path.unlink()
    await drill.done("export", f"telegram:{STRANGER}", code=74)
    assert "Nothing was changed" in await drill.done("restore", "--drill", str(copy))
    await drill.done("restore", str(copy))
    assert await drill.done("export", f"telegram:{STRANGER}") == before
    drill.model.queue.append(Reply("Good to see you again, as if nothing had happened."))
    async with drill.running():
        drill.telegram.say(STRANGER, "Are you still there?")
        await drill.telegram.until(lambda _: "again" in drill.said(STRANGER)[-1], seconds=30)
    assert ANSWER in str(drill.model.requests[-1].body["messages"])


async def main(pipit: str, work: str) -> None:
    """Run all steps in a folder."""
    folder = Path(work) / "bot"
    folder.mkdir()
    async with TelegramServer(token=TOKEN) as telegram, ModelServer() as model:
        drill = Drill(pipit, folder, telegram, model)
        step("2. answer the questions of setup; who writes the code is the admin; check all")
        await set_up(drill)
        step("3. ask the admin about a stranger, approve them by the button, and answer them")
        await approve_a_stranger(drill)
        step("4. kill -9 in mid-sentence; the next start finishes it in the same message")
        await kill_and_go_on(drill)
        step("5. back up and verify, destroy the database, restore, and find the same answer")
        await back_up_destroy_restore(drill)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
