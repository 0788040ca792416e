"""Change settings while the process runs: by SIGHUP, and by an admin in the chat.

SIGHUP reads the settings file again. The values that admins chose in the chat are in the store and
have priority. If one value is wrong, the whole change is refused. If a changed setting is read only
at the start, the log names it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from bot.env_reader import reader_of
from bot.logs import also_hide
from bot.settings import Settings, from_reader
from bot.spending_settings import CAPS
from engine.errors import DeadlinePassed, SettingsError, StorageFault
from engine.live import Chosen, LiveSetting
from engine.people import Role
from engine.tasks import Clock, finish_by

if TYPE_CHECKING:
    from bot.health import Health
    from engine.answering.fallback import FallbackModel
    from engine.answering.sight import Sight
    from engine.engine import Engine

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0  # the pause between two reads of the choices of other processes
FROM_CHAT = frozenset(
    {
        *CAPS,
        "ALLOWED_USERS",
        "ANSWER_TIMEOUT_SECONDS",
        "CHEAPER_MODEL",
        "CURRENCY",
        "HF_MODEL",
        "LOG_LEVEL",
        "MAX_TOKENS",
        "PRICES",
        "USER_MESSAGES_PER_MINUTE",
        "USER_TOKENS_PER_DAY",
    }
)
_OF_ROLES = frozenset(
    f"ROLE_{role.name}_{rule}"
    for role in Role
    for rule in ("MODEL", "PERSONA", "TOKENS_PER_DAY", "DOCUMENTS")
)
AT_ONCE = (
    FROM_CHAT
    | _OF_ROLES
    | {"ADMIN_USERS", "ALERT_FORMAT", "ALERT_URL", "APPROVAL", "HF_VISION_MODEL", "NEW_PEOPLE_ROLE"}
)
LONGEST = 2000  # the limit in characters on a value from the chat

Apply = Callable[[Settings], None]


class Live:
    """The settings of a running process.

    At a change, each function in `applied` is called with the new settings. `reread` is set when
    the settings file must be read again.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reread = asyncio.Event()
        self.applied: list[Apply] = []
        self._store: Chosen | None = None
        self._chosen: Mapping[str, str] = {}
        self._changing = asyncio.Lock()
        self._defaults: Mapping[str, str] = {}
        self._values = self._read({})[1]

    def listed(self) -> Sequence[LiveSetting]:
        """Return the settings that the chat may change (`engine.live.LiveSettings`)."""
        return [
            LiveSetting(name, self._in_force(name), name in self._chosen)
            for name in sorted(FROM_CHAT)
        ]

    def _in_force(self, name: str) -> str:
        """Return a setting's value or its default, which HF_MODEL lacks with the embedded model."""
        idle = name == "HF_MODEL" and self.settings.model is None
        return self._values.get(name) or ("" if idle else self._defaults.get(name, ""))

    async def open(self, store: Chosen) -> None:
        """Apply the values that admins chose. Raises `StorageFault`."""
        self._store = store
        await self._look()

    async def choose(self, name: str, value: str | None) -> str:
        """Store and apply a value (`engine.live.LiveSettings.choose`)."""
        if name not in FROM_CHAT or self._store is None:
            raise KeyError(name)
        if value is not None and (len(value) > LONGEST or not value.isprintable()):
            return f"{name}: takes one line of at most {LONGEST} characters"
        async with self._changing:
            chosen = {key: kept for key, kept in self._chosen.items() if key != name}
            if value is not None:
                chosen[name] = value
            try:
                changed = self._read(chosen)
            except SettingsError as error:
                return error.problems[0]
            await self._store.put(name, value)
            self._take(changed, chosen)
        return ""

    async def run(self, clock: Clock) -> None:
        """Follow SIGHUP and the choices of other processes, until cancelled."""
        while True:
            try:
                limit = clock.now() + LOOK_SECONDS
                await finish_by(clock, limit, self.reread.wait(), "new settings")
            except DeadlinePassed:
                pass  # it is time to read the choices of other processes
            hangup = self.reread.is_set()
            self.reread.clear()
            try:
                await self._look(hangup=hangup)
            except StorageFault as error:
                log.error("the chosen settings cannot be read: %s", error)

    async def _look(self, *, hangup: bool = False) -> None:
        """Read the choices in the store. After SIGHUP, read the settings file too."""
        async with self._changing:
            chosen = dict(await self._store.all()) if self._store is not None else {}
            chosen = {name: value for name, value in chosen.items() if name in FROM_CHAT}
            if not hangup and chosen == self._chosen:
                return
            try:
                changed = self._read(chosen)
            except SettingsError as error:
                for problem in error.problems:
                    log.error("the settings stay as they were: %s", problem)
                return
            self._take(changed, chosen, tell=hangup)

    def _read(self, chosen: Mapping[str, str]) -> tuple[Settings, Mapping[str, str]]:
        """Return the settings and their texts by name. Raises `SettingsError`."""
        reader = reader_of(*self.settings.source)
        reader.put("ROLE", self.settings.role)
        for name, value in chosen.items():
            reader.put(name, value)
        settings = replace(from_reader(reader), source=self.settings.source)
        self._defaults = reader.defaults
        return settings, reader.texts()

    def _take(
        self,
        changed: tuple[Settings, Mapping[str, str]],
        chosen: Mapping[str, str],
        *,
        tell: bool = False,
    ) -> None:
        """Apply new settings to all parts, with no await in between, so that the parts agree."""
        settings, values = changed
        different = {
            name
            for name in {*values, *self._values}
            if values.get(name, "") != self._values.get(name, "")
        }
        now, later = sorted(different & AT_ONCE), sorted(different - AT_ONCE)
        for apply in self.applied:
            apply(settings)
        self._values, self._chosen = values, chosen
        self.settings = settings
        if now:
            log.warning("settings changed at once: %s", ", ".join(now))
        if later:
            log.warning("settings that need a restart: %s", ", ".join(later))
        if tell and not different:
            log.warning("the settings were read again, and none has changed")


def follow_hangup(live: Live) -> None:
    """Read the settings again at SIGHUP."""
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, live.reread.set)


async def apply_live(
    live: Live, store: Chosen, parts: tuple[Engine, FallbackModel, Sight], health: Health
) -> None:
    """Make changes of settings reach the parts of the process. Raises `StorageFault`."""
    engine, fallback, sight = parts

    def apply(settings: Settings) -> None:
        model = settings.model
        if model is not None:
            fallback.change(model.models)
            sight.change(model.models, model.vision_models)
        engine.change(replace(settings.engine, models=model.models if model is not None else ()))
        also_hide(settings.secrets)
        if settings.log_level != live.settings.log_level:
            logging.getLogger().setLevel(settings.log_level)
        if health.changed is not None:
            health.changed(settings)

    live.applied = [apply]
    await live.open(store)
