"""Draw a conversation in a terminal.

This module draws the line that is being typed, the spinner, and an answer that grows in place. The
terminal stays in raw mode for the whole conversation. Ctrl-C therefore arrives as a key, and the
process keeps its own handling of signals. Text that is typed while an answer is running is kept for
the next prompt.
"""

from __future__ import annotations

import contextlib
import re
import sys
from typing import TYPE_CHECKING, Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.input import create_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys
from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text
from rich.theme import Theme

from adapters.console.drawing import Answer
from adapters.console.words import PROMPT
from engine.tasks import Tasks, end
from engine.text.dialect import parse_blocks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from prompt_toolkit.key_binding import KeyPress, KeyPressEvent
    from rich.console import RenderableType

    from adapters.console.words import ConsoleWords
    from engine.tasks import Clock

_FRAME_SECONDS = 0.1
_MARKER = re.compile(r"\s*\d{1,9}[.)]?\s*")


def last_block_at(text: str) -> int:
    """Return the index at which the last top-level block of a Markdown text begins.

    Text before this index no longer changes. A number at the end does not count as a block, because
    it may become the next item of the list before it.
    """
    tokens = parse_blocks(text) or ()
    starts = [0, *(token.map[0] for token in tokens if token.level == 0 and token.map)]
    lines = text.split("\n")
    if _MARKER.fullmatch("\n".join(lines[starts[-1] :])):
        starts.pop()
    return sum(len(line) + 1 for line in lines[: starts[-1]])


class Terminal:
    """The person's terminal: it reads keys and draws."""

    def __init__(self, clock: Clock, words: ConsoleWords) -> None:
        self._clock = clock
        self._words = words
        self._tasks = Tasks("terminal")
        # rich's own style for code has a black background, which looks wrong in a light terminal.
        look = Theme({"markdown.code": "bold cyan"})
        self._console = Console(
            file=sys.stdout, highlight=False, markup=False, emoji=False, theme=look
        )
        self._input = create_input(sys.stdin)
        self._session: PromptSession[str] = PromptSession(
            input=self._input, key_bindings=_bindings()
        )
        spinner = "dots" if self._console.encoding.startswith("utf") else "line"
        self._spinner = Spinner(spinner, style="dim")
        self._live: Live | None = None
        self._said = self._text = ""
        self._done = False
        # The number of the text's characters that are already printed permanently above the growing
        # part.
        self._settled = 0

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Keep the terminal in raw mode within this block."""
        with self._input.raw_mode():
            yield

    def greet(self, notice: str) -> None:
        """Print the notice and the greeting before the first question."""
        for line in (notice, self._words.greeting):
            if line:
                self._console.print(Text(line, style="dim"))
        self._console.print()

    async def ask(self) -> str | None:
        """Return a typed line, or None when the person leaves.

        A person leaves with Ctrl-D, or with Ctrl-C on an empty line.
        """
        try:
            # The process keeps its own handlers for signals and for errors of the event loop.
            return await self._session.prompt_async(
                PROMPT, handle_sigint=False, set_exception_handler=False
            )
        except EOFError:
            return None

    @contextlib.asynccontextmanager
    async def watching(self, on_interrupt: Callable[[], None]) -> AsyncIterator[None]:
        """Draw the growing answer within this block.

        Each Ctrl-C calls `on_interrupt`. Other keys are kept for the next prompt. When the block
        ends, the part of the answer that is on the screen stays there.
        """
        self._text, self._settled, self._said, self._done = "", 0, "", False
        self._live = live = Live(
            console=self._console,
            get_renderable=self._render,
            auto_refresh=False,
            transient=True,
            vertical_overflow="crop",
        )
        with (
            self._input.attach(lambda: self._take_keys(self._input.read_keys(), on_interrupt)),
            live,
        ):
            turning = self._tasks.spawn(self._turn(live, on_interrupt), "spinner")
            try:
                yield
            finally:
                self._settle(len(self._text))
                self._live = None
                await end(turning)

    def say(self, words: str) -> None:
        """Show a status text in place of "thinking" until this answer ends."""
        self._said = words

    def grow(self, text: str) -> None:
        """Show the current text.

        Finished blocks are printed permanently, and the last block is drawn again in place.
        """
        if not text.startswith(self._text[: self._settled]):
            # The printed text was replaced, so the new text is shown from its beginning.
            self._settled = 0
        self._text, self._done = text, False
        with self._console:  # all output is one write, so that nothing flickers
            self._settle(self._settled + last_block_at(text[self._settled :]))
            if self._live is not None:
                self._live.refresh()

    async def finish(self, text: str, hint: str) -> None:
        """Print the final text permanently."""
        with self._console:
            self.grow(text)
            self._settle(len(text))
            self._text, self._settled, self._said, self._done = "", 0, "", True
            self._print_hint(hint)
            if self._live is not None:
                self._live.refresh()

    async def tell(self, text: str, hint: str) -> None:
        """Print a text above the prompt, or above the growing answer."""

        def show() -> None:
            self._print(Answer(text))
            self._print_hint(hint)

        if self._live is not None:
            show()
        else:
            await run_in_terminal(show)

    def _settle(self, end: int) -> None:
        """Print the text up to `end` permanently, above the growing part."""
        block, self._settled = self._text[self._settled : end], end
        if block.strip():
            self._print(Answer(block))

    def _print_hint(self, hint: str) -> None:
        if hint:
            self._print(Text(hint, style="dim"))

    def _print(self, renderable: RenderableType) -> None:
        with self._console:
            self._console.print(renderable, crop=False)  # a long line of code must not be cut off
            self._console.print()

    def _render(self) -> RenderableType:
        tail = self._text[self._settled :]
        if self._live is None or self._done:
            return ""
        if tail.strip():
            block = Answer(tail, tail=True)
            return Group(block, Text(self._said, style="dim")) if self._said else block
        self._spinner.update(text=Text(self._said or self._words.thinking, style="dim"))
        return self._spinner

    async def _turn(self, live: Live, on_interrupt: Callable[[], None]) -> None:
        # This lets the question be submitted before it can be stopped.
        await self._clock.sleep(0)
        # Some keys may have arrived together with the end of the question. They have been read
        # already.
        self._take_keys(get_typeahead(self._input), on_interrupt)
        while True:
            live.refresh()
            await self._clock.sleep(_FRAME_SECONDS)

    def _take_keys(self, presses: list[KeyPress], on_interrupt: Callable[[], None]) -> None:
        store_typeahead(self._input, [press for press in presses if press.key != Keys.ControlC])
        for press in presses:
            if press.key == Keys.ControlC:
                on_interrupt()


def _bindings() -> KeyBindings:
    """Return key bindings: Ctrl-C clears a typed line, and on an empty line it ends the prompt."""
    bindings = KeyBindings()

    @bindings.add("c-c")
    def _(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=EOFError)

    return bindings
