"""``python -m bot check``: what is set, what is missing, whether the model answers and the tokens are accepted."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Callable

from bot.local_model import LocalModel
from bot.platforms import EXIT_OK, EXIT_REJECTED
from bot.settings import Settings, unknown_names
from engine.answering.model import HuggingFaceModel, ModelSettings
from engine.errors import BotError, SettingsError
from engine.storage.store import Store
from engine.tasks import Clock, SystemClock

if TYPE_CHECKING:
    from adapters.discord import DiscordSettings
    from adapters.telegram import TelegramSettings

Probe = Callable[[], Awaitable[str]]


async def run(settings: Settings) -> int:
    """Print a line a part; return 0 if all that is set works."""
    clock = SystemClock()
    print_settings(settings)
    probes: dict[str, Probe] = {
        "database": lambda: _database(settings),
        "model": lambda: _model(settings, clock),
    }
    if (telegram := settings.telegram) is not None:
        probes["telegram"] = lambda: _telegram(telegram)
    if (discord := settings.discord) is not None:
        probes["discord"] = lambda: _discord(discord)
    if settings.backup is not None:
        probes["backup"] = lambda: _backup(settings, clock)
    failed = 0
    for name, probe in probes.items():
        try:
            print(f"ok    {name}: {await probe()}")
        except BotError as error:
            failed += 1
            print(f"FAIL  {name}: {error}")
    for name in unknown_names():
        print(f"note  {name} in .env is not a variable that Pipit knows; is it misspelt?")
    return EXIT_REJECTED if failed else EXIT_OK


def print_settings(settings: Settings) -> None:
    """Print what is set and what is missing, without secrets."""
    engine, store = settings.engine, settings.store
    platforms = [name for name in ("telegram", "discord", "web") if getattr(settings, name) is not None]
    none = "none: TELEGRAM_BOT_TOKEN, DISCORD_BOT_TOKEN, WEB not set; terminal only"
    print(f"platforms    {', '.join(platforms) or none}")
    print(f"models       {', '.join(settings.model.models) if settings.model else 'embedded (HF_TOKEN is not set)'}")
    answers = engine.answers
    print(f"answers      {answers.max_tokens} tokens, {answers.timeout_seconds:g} s, {engine.max_workers} at once")
    print(f"queue        {engine.max_waiting} waiting, {engine.max_waiting_per_chat} in one chat")
    print(f"storage      {store.path}, at most {store.limit_bytes // 1_000_000} MB, {store.retention_days} days")
    print(f"memory       {settings.memory.mode.lower()}")
    kept = f"{settings.backup.repo}, every {settings.backup.minutes:g} minutes" if settings.backup else "none"
    print(f"backup       {kept}")
    people = engine.people
    who = f"{len(people.allowed)} allowed" if people.allowed else "everybody"
    print(f"people       {who}, {len(people.admins)} admins")


async def _database(settings: Settings) -> str:
    store = await Store.open(settings.store.path)
    await store.close()
    return f"{settings.store.path} can be written"


async def _model(settings: Settings, clock: Clock) -> str:
    if settings.model is not None:
        return await _answers(settings.model, clock)
    try:
        local = await LocalModel.start(clock)
    except SettingsError as error:
        raise BotError(str(error)) from error
    try:
        return await _answers(ModelSettings(local.base_url, local.api_key, (local.name,)), clock)
    finally:
        await local.close()


async def _answers(settings: ModelSettings, clock: Clock) -> str:
    model = HuggingFaceModel(settings, clock)
    try:
        began = clock.now()
        await model.check()
        return f"{settings.models[0]} answered in {clock.now() - began:.1f} s"
    finally:
        await model.close()


async def _backup(settings: Settings, clock: Clock) -> str:
    from bot.backup import Backup  # noqa: PLC0415 - its libraries are loaded only where it is used

    assert settings.backup is not None  # noqa: S101 - asked for only where it is set
    return await Backup(settings.backup, settings.store.path, clock).check()


async def _telegram(settings: TelegramSettings) -> str:
    from adapters.telegram import check_token  # noqa: PLC0415 - its library is loaded only where it is used

    return f"the token is accepted for {await check_token(settings)}"


async def _discord(settings: DiscordSettings) -> str:
    from adapters.discord import check_token  # noqa: PLC0415 - its library is loaded only where it is used

    return f"the token is accepted for {await check_token(settings)}"
