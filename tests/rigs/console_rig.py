"""A scripted engine for the console, run as a program, and a screen that reads its terminal."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from adapters.console.adapter import ConsoleAdapter
from engine.contract import Action, Button, ChatKey, Inbound, Press, ReplySink, SentId
from engine.errors import ChatUnavailable, StorageFault
from engine.tasks import SystemClock, Tasks

if TYPE_CHECKING:
    from collections.abc import Awaitable

Script = Callable[[Inbound, ReplySink], "Awaitable[None]"]
STOP = (Button(Action.STOP, "Stop"),)
AFTER = (Button(Action.CONTINUE, "Continue"), Button(Action.RETRY, "Retry"))
ROWS, COLUMNS = 24, 80
ROOT = Path(__file__).resolve().parents[2]


class ScriptedEngine:
    """An engine that answers each question as its first word says, and records submitted items."""

    def __init__(self, adapter: ConsoleAdapter) -> None:
        self._adapter = adapter
        self._tasks = Tasks("script")
        self._pressed, self._told = asyncio.Event(), asyncio.Event()
        self._begun = asyncio.Event()
        self._faults = 1
        self.items: list[Inbound | Press] = []

    async def submit(self, item: Inbound | Press, sink: ReplySink) -> str:
        if isinstance(item, Inbound) and item.text == "slow":
            await self._begun.wait()
        self.items.append(item)
        if isinstance(item, Press):
            assert item.action is Action.STOP
            self._pressed.set()
            return "Stopping."
        name = item.text.split()[0].strip("/")
        if name == "fault" and self._faults:
            self._faults -= 1
            raise StorageFault("no room")
        if name == "refused":
            return "That was a lot at once."
        own = self.silent if name == "silent" else self._say
        script: Script = getattr(self, "_" + name, own)
        self._tasks.spawn(self._play(script, item, sink), name)
        return ""

    async def _play(self, script: Script, item: Inbound, sink: ReplySink) -> None:
        try:
            await script(item, sink)
        except ChatUnavailable:
            sys.stderr.write("unavailable\n")

    def tell(self) -> None:
        """Finish an answer that nobody waits for, and let slow answers begin."""
        self._begun.set()
        sink = self._adapter.sink(ChatKey("console", "local"), "1-1")
        self._tasks.spawn(sink.edit(SentId("1-1.0"), "The answer from before.", ()), "tell")

    async def _say(self, item: Inbound, sink: ReplySink) -> None:
        sent = await sink.send("You", STOP, 0)
        await sink.edit(sent, f"You said **{item.text[:20]}", STOP)
        await sink.edit(sent, f"You said **{item.text[:20]}** ({len(item.text)})", AFTER)

    async def _two(self, item: Inbound, sink: ReplySink) -> None:
        first = await sink.send("part one", STOP, 0)
        second = await sink.send("part tw", STOP, 1)
        await sink.edit(first, "part one.", ())
        await sink.edit(second, "part two.", ())

    async def _notice(self, item: Inbound, sink: ReplySink) -> None:
        sent = await sink.send("In line: 2", STOP, 0)
        await sink.edit(sent, "The answer", STOP)
        await sink.edit(sent, "The answer.", ())

    async def _long(self, item: Inbound, sink: ReplySink) -> None:
        sent = await sink.send("Once upon a", STOP, 0)
        await self._pressed.wait()
        await sink.edit(sent, "Once upon a\n\nStopped.", AFTER)

    async def _forever(self, item: Inbound, sink: ReplySink) -> None:
        await sink.send("Once upon a", STOP, 0)

    async def silent(self, item: Inbound, sink: ReplySink) -> None:
        await self._told.wait()
        await sink.send("Stopped before a word.", (), 0)

    async def _slow(self, item: Inbound, sink: ReplySink) -> None:
        await self.silent(item, sink)

    async def _stop(self, item: Inbound, sink: ReplySink) -> None:
        """Stop the running answer.

        As in the engine, the stopped answer reports it and the command is silent.
        """
        if len(self.items) == 1:
            await sink.send("Nothing to stop.", (), 0)
        self._told.set()

    async def _late(self, item: Inbound, sink: ReplySink) -> None:
        await sink.send("Now.", (), 0)
        other = self._adapter.sink(ChatKey("console", "local"), "1-1")
        await other.edit(await other.send("half", STOP, 0), "The answer from before.", ())

    async def _tall(self, item: Inbound, sink: ReplySink) -> None:
        lines = [f"- row {number}" for number in range(60)]
        text = "# Title\n\nIntro *here*.\n\n"
        sent = await sink.send(text, STOP, 0)
        for line in lines:
            text += line + "\n"
            await sink.edit(sent, text, STOP)
        await sink.edit(sent, text + "\nThe end.", ())

    async def _escape(self, item: Inbound, sink: ReplySink) -> None:
        await sink.send("a\x1b[2Jb\x07c <tag> [red]x[/red] :smile:\nnext [line](http://x.y)", (), 0)

    async def _file(self, item: Inbound, sink: ReplySink) -> None:
        await sink.send_file("../export.json", b"{}", "All that is kept")

    async def _gone(self, item: Inbound, sink: ReplySink) -> None:
        await sink.delete(await sink.send("In line", STOP, 0))


async def main() -> None:
    """Run the console with the scripted engine.

    SIGTERM cancels it. SIGUSR1 finishes an answer of an earlier run.
    """
    adapter = ConsoleAdapter(SystemClock(), demonstration="tiny", lang="pt_BR.UTF-8")
    engine = ScriptedEngine(adapter)
    tasks = Tasks("rig")
    running = tasks.spawn(adapter.run(engine.submit), "console")
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, running.cancel)
    loop.add_signal_handler(signal.SIGUSR1, engine.tell)
    await tasks.join()
    await adapter.close()


class Screen:
    """A screen that keeps the rows that a terminal would show, even after they scroll out.

    It understands only the control sequences that the console uses.
    """

    _TOKEN = re.compile(
        r"\x1b\[([?\d;]*)([A-Za-z])|\x1b[=>]|\x1b\][^\x07]*\x07|([\r\n\b])|([^\x1b\r\n\b])"
    )

    def __init__(self) -> None:
        self._rows: list[list[tuple[str, str]]] = [[]]  # each character with the codes of its style
        self._row = self._column = 0
        self._style = ""
        self._rest = ""

    @property
    def text(self) -> str:
        return "\n".join("".join(character for character, _ in row).rstrip() for row in self._rows)

    @property
    def styled(self) -> str:
        """Return the rows with their styles as escape sequences."""
        return "\n".join(
            "".join(f"\x1b[0{style}m{character}" for character, style in row) for row in self._rows
        )

    def feed(self, text: str) -> None:
        text = self._rest + text
        self._rest = ""
        at = 0
        while at < len(text):
            match = self._TOKEN.match(text, at)
            if match is None:
                self._rest = text[at:]
                return
            at = match.end()
            self._apply(match)

    def _apply(self, match: re.Match[str]) -> None:
        numbers, command, control, character = match.groups()
        if command == "m":
            self._style = "" if numbers in {"", "0"} else f"{self._style};{numbers}"
        elif command:
            self._command(command, int(numbers) if numbers.isdigit() else None)
        elif control == "\r":
            self._column = 0
        elif control == "\n":
            self._down(1)
        elif control == "\b":
            self._column = max(0, self._column - 1)
        elif character:
            self._put(character)

    def _put(self, character: str) -> None:
        if self._column >= COLUMNS:
            self._down(1)
            self._column = 0
        row = self._rows[self._row]
        row.extend([(" ", "")] * (self._column + 1 - len(row)))
        row[self._column] = (character, self._style)
        self._column += 1

    def _down(self, count: int) -> None:
        self._row += count
        while len(self._rows) <= self._row:
            self._rows.append([])

    def _command(self, command: str, number: int | None) -> None:
        if command == "A":  # not above the top of the visible rows
            self._row = max(self._row - (number or 1), len(self._rows) - ROWS, 0)
        elif command == "B":
            self._down(number or 1)
        elif command == "C":
            self._column += number or 1
        elif command == "D":
            self._column = max(0, self._column - (number or 1))
        elif command == "K":
            row = self._rows[self._row]
            row[:] = [] if number == 2 else row[: self._column]
        elif command == "J" and number in {None, 0}:
            del self._rows[self._row + 1 :]
            self._rows[self._row][self._column :] = []
        elif command not in "hlnGH":
            raise AssertionError(f"unknown control sequence {number} {command}")


class TerminalRig:
    """The program in a pseudo-terminal: a test types into it, and waits for text on its screen."""

    def __init__(self) -> None:
        self.screen = Screen()
        self.raw = b""
        self._changed = asyncio.Event()
        self._master = self.slave = -1
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *arguments: str, extra: dict[str, str] | None = None) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(arguments or ("-m", "tests.rigs.console_rig")),
            stdin=slave,
            stdout=slave,
            stderr=asyncio.subprocess.PIPE,
            env={**environment, **(extra or {})},
            cwd=ROOT,
        )
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65536)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
        self.raw += data
        self.screen.feed(data.decode("utf-8", "replace"))
        self._changed.set()

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    async def until(self, condition: Callable[[str], bool]) -> None:
        while not condition(self.screen.text):
            self._changed.clear()
            await self._changed.wait()

    async def sees(self, text: str, times: int = 1) -> None:
        await self.until(lambda shown: shown.count(text) >= times)

    def restored(self) -> bool:
        """Return whether the terminal has its original settings."""
        import termios

        return termios.tcgetattr(self.slave) == self.before

    async def ends(self) -> int:
        """Wait until the program ends, and return its exit code.

        Fails if the program wrote to its standard error.
        """
        assert self.process is not None
        _, errors = await self.process.communicate()
        assert errors.decode() == ""
        assert self.process.returncode is not None
        return self.process.returncode

    async def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.communicate()
        os.close(self._master)
        os.close(self.slave)


if __name__ == "__main__":
    asyncio.run(main())
