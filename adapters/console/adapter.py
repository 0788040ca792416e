"""The console adapter.

It shows an answer that grows in place in a terminal, or plain text in a pipe. A terminal takes one
question at a time and draws its answer as it grows. Another answer, for example one that is resumed
after a restart, is printed above the growing answer as soon as it is final. With piped input, each
line is a question. The questions are answered in order, and the end of the input ends
`ConsoleAdapter.run`. An answer has ended when its last shown part has no stop button. The code that
draws is in ``adapters.console.terminal``. Its libraries are loaded only for a terminal.
"""

from __future__ import annotations

import asyncio
import locale
import logging
import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.console.attached import NoPath, read_command
from adapters.console.plain import LineReader, PlainView, View, printable
from adapters.console.sink import ConsoleSink, split_sent
from adapters.console.system import is_terminal, language_of, save_file, save_once, user_name
from adapters.console.words import console_words
from engine.contract import Action, Author, ChatKey, Inbound, Press, SentId
from engine.errors import ChatUnavailable, StorageFault
from engine.tasks import Tasks, backoff, end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.contract import Button, Submit
    from engine.tasks import Clock

log = logging.getLogger(__name__)

KEY = ChatKey("console", "local")
STOP_COMMAND = "/stop"
STOP_SECONDS = 3.0
# A hint leaves these actions out. A finished answer has nothing to stop, and an action on a person
# needs the object of its button (`Button.about`).
_UNTYPED = (Action.STOP, Action.APPROVE, Action.BLOCK, Action.PEOPLE)
_REMEMBERED_FINALS = 64


def hint_of(buttons: Sequence[Button]) -> str:
    """Return the commands to show in place of buttons, such as ``/continue · /retry``."""
    return " · ".join(
        f"/{button.action.value}" for button in buttons if button.action not in _UNTYPED
    )


@dataclass
class _Answer:
    """The state of an awaited answer: which parts are still growing, and whether it has ended.

    `by_any` is true while the adapter waits for a stop command. Such a command may get no answer of
    its own, because the stopped answer reports the stop. The wait for the command therefore also
    ends when any other answer ends, and after `STOP_SECONDS` at the latest.
    """

    taken: asyncio.Event
    ended: asyncio.Event
    by_any: bool = False
    growing: dict[int, bool] = field(default_factory=dict)

    def last(self) -> tuple[int, bool]:
        """Return the last part's number and whether it is still growing.

        The number is -1 if there is no part.
        """
        part = max(self.growing, default=-1)
        return part, self.growing.get(part, False)

    def settle(self) -> None:
        if not self.last()[1]:
            self.ended.set()


class ConsoleAdapter:
    """The adapter of one person at a terminal, or of one pipe. In both cases the chat is `KEY`.

    `demonstration` is the name of the embedded model, or "" if another model answers. A notice
    about it is shown once when a conversation in a terminal begins. `lang` is the value of LANG;
    with "", the locale of the C library is used. Files are saved in `folder`, by default the
    current directory.
    """

    name = "console"

    def __init__(
        self,
        clock: Clock,
        *,
        demonstration: str = "",
        lang: str = "",
        folder: Path | None = None,
    ) -> None:
        self._clock = clock
        self._folder = folder or Path()
        user = user_name()
        language = language_of(lang or locale.getlocale()[0] or "")
        self._words = words = console_words(language)
        self._notice = words.demonstration.format(name=demonstration) if demonstration else ""
        self._author = Author(user, user, language, operator=True)
        self._tasks = Tasks("console")
        self._view: View | None = None
        self._count = 0
        self._waited = ""  # the handle of the awaited answer, or "" if no answer is awaited
        self._answers: dict[str, _Answer] = {}
        self._finals: dict[SentId, str] = {}
        self._exchange: asyncio.Task[None] | None = None
        self._stopping = self._leaving = False

    async def run(self, submit: Submit) -> None:
        """Take lines until the input ends or the person leaves, and wait for each answer.

        A person who leaves does not wait for a running answer. Cancelling restores the terminal.
        """
        if not is_terminal():
            await self._answer_lines(submit)
            return
        from adapters.console.terminal import (  # noqa: PLC0415 - for terminals only
            Terminal,
        )

        self._view = terminal = Terminal(self._clock, self._words)
        with terminal.taken():
            terminal.greet(self._notice)
            while not self._leaving and (text := await terminal.ask()) is not None:
                if text.strip():
                    async with terminal.watching(lambda: self._interrupt(submit)):
                        await self._exchange_in_terminal(submit, text)

    async def close(self) -> None:
        """Cancel the running submissions. Idempotent."""
        await self._tasks.close()

    def sink(self, key: ChatKey, handle: str) -> ConsoleSink:  # noqa: ARG002 - there is one chat
        """Rebuild the sink of an answer. The answer is shown once it is final."""
        return ConsoleSink(self, handle)

    async def show(self, handle: str, part: int, text: str, buttons: Sequence[Button]) -> SentId:
        """Show a part at once if its answer is awaited. Otherwise show the part once it is final.

        A final text is shown only once. Raises `ChatUnavailable` if the output is closed.
        """
        sent = SentId(f"{handle}.{part}")
        growing = any(button.action is Action.STOP for button in buttons)
        answer = self._answers.get(handle)
        if answer is not None:
            answer.growing[part] = growing
        try:
            if not growing:
                await self._show_final(handle, sent, text, hint_of(buttons))
            elif handle == self._waited:
                self._shown_in().grow(printable(text))
        except OSError as error:
            self._lose_output()
            raise ChatUnavailable("nobody reads the output any more") from error
        if answer is not None:
            answer.settle()
        return sent

    async def save(
        self,
        handle: str,
        name: str,
        content: bytes,
        caption: str,
        part: int = -1,
        buttons: Sequence[Button] = (),
    ) -> SentId:
        """Save a file, with a number in its name if the name is taken, and print the path.

        If the same file is given again for the same `part`, no second file is written.
        """
        save = save_file if part < 0 else save_once
        path = await asyncio.get_running_loop().run_in_executor(
            None, save, self._folder, name, content
        )
        said = self._words.saved.format(path=path)
        part = self._next_part(handle) if part < 0 else part
        return await self.show(handle, part, f"{caption}\n\n{said}" if caption else said, buttons)

    async def forget(self, sent: SentId) -> None:
        """Remove an unfinished part. Finished text stays on the terminal."""
        handle, part = split_sent(sent)
        answer = self._answers.get(handle)
        if answer is not None and answer.growing.pop(part, False):
            self._shown_in().grow("")
            answer.settle()

    def _next_part(self, handle: str) -> int:
        answer = self._answers.get(handle)
        return answer.last()[0] + 1 if answer else 0

    async def _show_final(self, handle: str, sent: SentId, text: str, hint: str) -> None:
        if self._finals.get(sent) != text:
            view = self._shown_in()
            await (view.finish if handle == self._waited else view.tell)(printable(text), hint)
            self._finals[sent] = text
        if len(self._finals) > _REMEMBERED_FINALS:
            del self._finals[next(iter(self._finals))]
        for answer in self._answers.values():
            if answer.by_any:
                answer.ended.set()

    def _shown_in(self) -> View:
        if self._view is None:
            self._view = PlainView(sys.stdout)
        return self._view

    def _lose_output(self) -> None:
        """End the conversation, because nothing can be written any more.

        The output is replaced by a null device, so that the interpreter's last flush cannot fail.
        """
        self._leaving = True
        if sys.stdout:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
        for answer in self._answers.values():
            answer.ended.set()

    async def _answer_lines(self, submit: Submit) -> None:
        lines = LineReader(sys.stdin.fileno() if sys.stdin else -1)
        while not self._leaving and (text := await lines.next_line()) is not None:
            if text.strip():
                await self._ask(submit, text)

    async def _exchange_in_terminal(self, submit: Submit, text: str) -> None:
        """Ask one question and wait for its answer, unless a second Ctrl-C cancels the wait."""
        self._stopping = False
        self._exchange = exchange = self._tasks.spawn(self._ask(submit, text), "exchange")
        try:
            await asyncio.wait({exchange})
        finally:
            await end(exchange)
        if not exchange.cancelled():
            exchange.result()

    async def _ask(self, submit: Submit, text: str) -> None:
        """Submit a question and wait until its answer has ended."""
        try:
            text, files = read_command(text, self._folder)
        except NoPath:
            await self.show(self._new_id(), 0, self._words.greeting, ())  # it explains /file
            return
        except OSError as error:
            said = self._words.no_file.format(reason=error.strerror or error)
            await self.show(self._new_id(), 0, said, ())
            return
        inbound = replace(self._inbound(text), attachments=files)
        handle = inbound.message_id
        answer = self._answers[handle] = _Answer(
            asyncio.Event(), asyncio.Event(), by_any=text.strip() == STOP_COMMAND
        )
        self._waited = handle
        try:
            word = await self._offer(submit, inbound)
            answer.taken.set()
            # The text is the engine's refusal, and no answer follows it.
            if word and not answer.by_any:
                await self.show(handle, self._next_part(handle), word, ())
            if answer.by_any:
                self._tasks.spawn(self._end_in_time(answer), "stop command")
            await answer.ended.wait()
        finally:
            self._waited = ""
            del self._answers[handle]

    async def _end_in_time(self, answer: _Answer) -> None:
        await self._clock.sleep(STOP_SECONDS)
        answer.ended.set()

    async def _offer(self, submit: Submit, item: Inbound | Press) -> str:
        """Offer an item to the engine until it is stored.

        Return the engine's text for the person, which is usually "".
        """
        sink = ConsoleSink(
            self, item.message_id if isinstance(item, Inbound) else split_sent(item.sent)[0]
        )
        pauses = backoff(0.5, 8.0)
        while True:
            try:
                return await submit(item, sink)
            except StorageFault:
                log.warning("%s: a message was not stored and is offered again", KEY)
            self._shown_in().say(self._words.unkept)
            await self._clock.sleep(next(pauses))

    def _interrupt(self, submit: Submit) -> None:
        """Handle Ctrl-C while an answer is running.

        The first Ctrl-C stops the answer, and the second one ends the conversation.
        """
        answer = self._answers.get(self._waited)
        if self._stopping and self._exchange is not None:
            self._leaving = True
            self._exchange.cancel()
        elif answer is not None:
            self._stopping = True
            self._shown_in().say(self._words.stopping)
            part, growing = answer.last()
            item: Inbound | Press = self._inbound(STOP_COMMAND)
            if growing:
                sent = SentId(f"{self._waited}.{part}")
                item = Press(KEY, self._new_id(), sent, self._author, Action.STOP)
            self._tasks.spawn(self._stop(submit, item, answer), "stop")

    async def _stop(self, submit: Submit, item: Inbound | Press, answer: _Answer) -> None:
        await answer.taken.wait()  # a question that is not accepted yet cannot be stopped
        await self._offer(submit, item)

    def _inbound(self, text: str) -> Inbound:
        return Inbound(
            KEY,
            self._new_id(),
            self._author,
            text,
            direct=True,
            addressed=True,
            sent_at=self._clock.time(),
        )

    def _new_id(self) -> str:
        """Return an id that no earlier run of this chat has used."""
        self._count += 1
        return f"{self._clock.time() * 1e6:.0f}-{self._count}"
