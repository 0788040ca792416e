"""Ask for missing settings, test each token, and write ``.env``: ``pipit setup``.

Only the owner of ``.env`` can read it. The first person who writes a one-time code to the bot
becomes its admin. Nothing is written before all questions are answered, and existing settings are
kept.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from getpass import getpass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Protocol

from bot import EXIT_NOT_DONE, EXIT_OK
from bot.check import probe_discord, probe_model, probe_telegram
from bot.env_reader import FILE_END, around, dotenv_of
from bot.settings import Settings, load
from engine.errors import BotError, ConnectionLost, DeadlinePassed, LoginRejected, SettingsError
from engine.tasks import Clock, SystemClock, Tasks, finish_by

if TYPE_CHECKING:
    from engine.contract import Adapter, ChatKey, Inbound, Moved, Press, ReplySink

CODE_SECONDS = 600.0
TRIES = 3
_PLAIN = re.compile(r"[\w@%+=:,./~-]*")
Probe = Callable[[Settings], Awaitable[str]]


class Talk(Protocol):
    """The conversation with the operator."""

    def ask(self, question: str, *, secret: bool = False) -> str:
        """Ask a question and return the answer without spaces around it. Raises EOFError."""

    def say(self, text: str) -> None:
        """Show a text to the operator."""


class Terminal:
    """A conversation with the operator on the terminal, or over a pipe."""

    def ask(self, question: str, *, secret: bool = False) -> str:
        """Ask a question. A secret is not shown while it is typed."""
        if secret and sys.stdin.isatty():
            return getpass(f"{question}: ").strip()
        return input(f"{question}: ").strip()

    def say(self, text: str) -> None:
        """Print a text."""
        print(text, flush=True)


@dataclass
class Setup:
    """One run of the setup. `answers` are the variables that will be written."""

    talk: Talk
    clock: Clock
    dotenv: Path
    environment: Mapping[str, str]
    answers: dict[str, str] = field(default_factory=dict)

    async def run(self) -> int:
        """Ask the questions, test the answers and write them. Return the exit code."""
        self.talk.say(f"Settings go to {self.dotenv}. An empty answer skips a question.\n")
        try:
            await self._model()
            await self._platforms()
            await self._admin()
        except EOFError:
            self.talk.say("\nNo more answers came. Nothing was written.")
            return EXIT_NOT_DONE
        if not self.answers:
            self.talk.say("There is no new setting, so nothing was written.")
            return EXIT_OK
        write_dotenv(self.dotenv, self.answers)
        self.talk.say(f"\n{self.dotenv} is written, readable by you alone.")
        self.talk.say("Next: `pipit check` tries everything, `pipit run` starts the bot.")
        return EXIT_OK

    def _is_set(self, *names: str) -> bool:
        present = {**dotenv_of(self.dotenv), **self.environment, **self.answers}
        known = (one for name in names for one in (name, name + FILE_END))
        return any((present.get(one) or "").strip() for one in known)

    def _settings(self) -> Settings:
        """Return the settings that would result from the present answers.

        Raises `SettingsError`.
        """
        return load({**self.environment, **self.answers}, self.dotenv)

    async def _asked(self, name: str, question: str, probe: Probe, *, secret: bool = True) -> bool:
        """Ask for a variable until its value works, at most `TRIES` times.

        An empty answer skips the variable. Return whether the variable is set.
        """
        for _ in range(TRIES):
            value = self.talk.ask(question, secret=secret)
            if not value:
                return False
            self.answers[name] = value
            try:
                self.talk.say(f"  ok: {await probe(self._settings())}")
                return True
            except SettingsError as error:
                self.talk.say("\n".join(f"  {problem}" for problem in error.problems))
            except BotError as error:
                self.talk.say(f"  that does not work: {error}")
            del self.answers[name]
        self.talk.say("  skipped")
        return False

    async def _model(self) -> None:
        if self._is_set("HF_TOKEN", "HF_BASE_URL"):
            self.talk.say("The language model is set already.")
            return
        self.talk.say(
            "The language model: a Hugging Face token with the permission 'Make calls to\n"
            "Inference Providers' (https://huggingface.co/settings/tokens), or another address."
        )
        if await self._asked("HF_TOKEN", "Hugging Face token", probe_model):
            return
        address = self.talk.ask("Address that ends in /v1 (empty: the small embedded model)")
        if address:
            self.answers["HF_BASE_URL"] = address
            if not await self._asked("HF_MODEL", "Name of its model", probe_model, secret=False):
                del self.answers["HF_BASE_URL"]
                self.talk.say("  The address was left out, because it needs a model.")

    async def _platforms(self) -> None:
        for name, question, probe in (
            ("TELEGRAM_BOT_TOKEN", "Telegram token from @BotFather", probe_telegram),
            ("DISCORD_BOT_TOKEN", "Discord bot token of the developer portal", probe_discord),
        ):
            if self._is_set(name):
                self.talk.say(f"{name} is set already.")
            else:
                await self._asked(name, question, probe)
        if self._is_set("WEB") or find_spec("gradio") is None:
            return
        if self.talk.ask("Serve the web page, too? (y/n)").lower().startswith("y"):
            made = secrets.token_urlsafe(9)
            self.answers.update(WEB="1", WEB_PASSWORD=made)
            self.talk.say(f"  visitors need this password: {made}")

    async def _admin(self) -> None:
        if self._is_set("ADMIN_USERS"):
            return
        settings = self._settings()
        if not (settings.telegram or settings.discord):
            return
        code = f"{secrets.randbelow(10**8):08d}"
        self.talk.say(
            f"\nWho is the admin? Write this code to the bot in a private chat within "
            f"{CODE_SECONDS / 60:.0f} minutes: {code}\n(Ctrl-C goes on without an admin.)"
        )
        found = await first_who_writes(settings, code, self.clock)
        if found:
            self.answers["ADMIN_USERS"] = found
            self.talk.say(f"  {found} is the admin now.")
        else:
            self.talk.say("  Nobody wrote it. Call setup again, or set ADMIN_USERS.")


async def first_who_writes(settings: Settings, code: str, clock: Clock) -> str:
    """Return the first person who writes the code in a private chat, as platform:id.

    Return "" if nobody writes it within `CODE_SECONDS`, or if the wait is cancelled.
    """
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def submit(item: Inbound | Press | Moved, sink: ReplySink) -> str:
        direct = getattr(item, "direct", False)
        if not direct or getattr(item, "text", "").strip() != code or found.done():
            return ""
        person = f"{item.key.platform}:{item.author.user_id}"  # type: ignore[union-attr]
        await sink.send("✓", (), 0)
        found.set_result(person)
        return ""

    tasks, adapters = Tasks("setup"), _listeners(settings, clock)
    for adapter in adapters:
        tasks.spawn(_listen(adapter, submit, clock), adapter.name)
    try:
        return await finish_by(clock, clock.now() + CODE_SECONDS, _wait(found), "code")
    except (DeadlinePassed, asyncio.CancelledError):
        return ""
    finally:
        await tasks.close()
        for adapter in adapters:
            await adapter.close()


async def _wait(found: asyncio.Future[str]) -> str:
    return await found


async def _listen(adapter: Adapter, submit: Callable[..., Awaitable[str]], clock: Clock) -> None:
    while True:
        try:
            await adapter.run(submit)
        except LoginRejected:
            # The token was accepted before. The fault is therefore temporary, or `check` reports
            # it.
            return
        except ConnectionLost:
            await clock.sleep(2.0)


def _listeners(settings: Settings, clock: Clock) -> list[Adapter]:
    """Return the adapters of the platforms that have a token, without the command menu."""
    found: list[Adapter] = []
    if settings.telegram is not None:
        from adapters.telegram import TelegramAdapter  # noqa: PLC0415 - loaded only where it is set

        found.append(TelegramAdapter(settings.telegram, (), clock))
    if settings.discord is not None:
        from adapters.discord import DiscordAdapter  # noqa: PLC0415 - as above

        found.append(DiscordAdapter(settings.discord, last_seen=_nothing_seen, clock=clock))
    return found


async def _nothing_seen(platform: str) -> Mapping[ChatKey, str]:  # noqa: ARG001 - the ledger's method has this parameter
    return {}


def write_dotenv(path: Path, answers: Mapping[str, str]) -> None:
    """Set variables in a ``.env`` file that only its owner can read. Create the file if necessary.

    Existing lines are kept. The file is replaced in one step. Raises OSError.
    """
    before = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    lines, left = [], dict(answers)
    for line in before.splitlines():
        name = line.partition("=")[0].strip()
        lines.append(f"{name}={_value(left.pop(name))}" if name in left else line)
    lines.extend(f"{name}={_value(value)}" for name, value in left.items())
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))
    partial.replace(path)


def _value(value: str) -> str:
    """Return a value in the form of a ``.env`` file. It gets quotes only if it needs them."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


async def run() -> int:
    """Run the setup on the terminal, for the current folder."""
    setup = Setup(Terminal(), SystemClock(), Path(".env"), dict(around()))
    return await setup.run()
