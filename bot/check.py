"""``pipit check``: report which settings are set and which are missing.

It also tests whether the models answer and the tokens are accepted.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable
from urllib.parse import urlsplit, urlunsplit

from bot import EXIT_OK, EXIT_REJECTED, probes
from bot.local_model.local_model import LocalModel
from bot.remarks import remarks
from bot.remembering import FULL, OFF, MemorySettings
from bot.seeing import look
from bot.settings import HOUR_SECONDS, Settings
from bot.storing import StoreSettings
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.errors import (
    BotError,
    ModelBlind,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    ModelUnknown,
    OutOfCredit,
    SettingsError,
)
from engine.storage.records import DAY_SECONDS, Lifetimes
from engine.tasks import Clock, SystemClock
from engine.turns.sessions import DEFAULT_BYTES, DEFAULT_ENTRIES
from engine.zones import Zones, local_time

if TYPE_CHECKING:
    from adapters.discord import DiscordSettings
    from adapters.telegram import TelegramSettings
    from engine.answering.images import ImageSettings
    from engine.answering.voices import VoiceSettings

Probe = Callable[[], Awaitable[str]]


async def run(settings: Settings) -> int:
    """Print one line for each part. Return `EXIT_OK` if everything that is set works."""
    clock = SystemClock()
    print_settings(settings)
    failed = 0
    for name, probe in _probes(settings, clock):
        try:
            print(f"ok    {name}: {await probe()}")
        except BotError as error:
            failed += 1
            print(f"FAIL  {name}: {error}")
    for note in (*remarks(settings), *filter(None, [known_hole(sys.version_info[:3])])):
        print(f"note  {note}")
    return EXIT_REJECTED if failed else EXIT_OK


def _probes(settings: Settings, clock: Clock) -> Iterator[tuple[str, Probe]]:
    """Yield a name and a probe for each part that `run` will use."""
    yield "database", partial(probes.database, settings)
    yield "chosen", partial(probes.chosen, settings)
    for probe in _models(settings, clock):
        yield "model", probe
    if settings.memory.mode == FULL:
        yield "memory", partial(probes.embedder, settings)
    if settings.telegram is not None:
        yield "telegram", partial(_telegram, settings.telegram)
    if settings.discord is not None:
        yield "discord", partial(_discord, settings.discord)
    yield from _services(settings)
    for host, number in probes.listens_on(settings):
        yield "port", partial(probes.port, settings, host, number)
    if settings.engine.access.allowed or settings.engine.access.admins:
        yield "people", partial(probes.people, settings)
    if settings.backup is not None:
        yield "backup", partial(_backup, settings, clock)


def _services(settings: Settings) -> Iterator[tuple[str, Probe]]:
    """Yield a probe for each service for recordings and pictures that is set."""
    media = settings.media
    services = {"voice": media.speech, "drawing": media.images, "speaking": media.voice}
    for name, one in services.items():
        if one is not None:
            yield name, partial(probes.service, one.url, one.model, one.token)


# The first patch levels without CVE-2024-7592, which lets one Cookie header block a process
# (source: https://github.com/python/cpython/issues/123067).
_MENDED = {(3, 9): 20, (3, 10): 15, (3, 11): 10, (3, 12): 6}


def known_hole(version: tuple[int, ...]) -> str:
    """Return a warning if this Python has a vulnerability that a newer patch fixes, else ""."""
    minor, patch = (version[0], version[1]), version[2]
    if patch >= _MENDED.get(minor, 0):
        return ""
    dotted = ".".join(map(str, minor))
    return (
        f"Python {dotted}.{patch} has a known hole in its cookie parser (CVE-2024-7592); "
        f"use {dotted}.{_MENDED[minor]} or newer"
    )


def _model_names(settings: Settings) -> str:
    model = settings.model
    return ", ".join(model.models) if model else "embedded (HF_TOKEN is not set)"


def print_settings(settings: Settings) -> None:
    """Print the settings, the missing settings and the limits in force, without secrets."""
    engine = settings.engine
    platforms = [
        name for name in ("telegram", "discord", "web") if getattr(settings, name) is not None
    ]
    none = "none: TELEGRAM_BOT_TOKEN, DISCORD_BOT_TOKEN, WEB not set; terminal only"
    print(f"platforms    {', '.join(platforms) or none}")
    print(f"models       {_model_names(settings)}")
    seeing = settings.model.vision_models if settings.model else ()
    print(f"voice        {_told_speech(settings)}")
    print(f"drawing      {_told_service(settings.media.images, 'HF_IMAGE_MODEL')}")
    print(f"speaking     {_told_service(settings.media.voice, 'HF_VOICE_MODEL')}")
    print(f"pictures     {', '.join(seeing) or 'only if the model sees: HF_VISION_MODEL not set'}")
    answers = engine.answers
    print(
        f"answers      {answers.max_tokens} tokens, {answers.timeout_seconds:g} s, "
        f"{engine.max_workers} at once"
    )
    print(
        f"queue        {engine.max_waiting} questions may wait, {engine.max_waiting_per_chat} of "
        f"one chat"
    )
    for line in (*_storage(settings.store), *_in_memory(settings), *_memory(settings.memory)):
        print(line)
    kept = (
        f"{settings.backup.repo}, every {settings.backup.minutes:g} minutes"
        if settings.backup
        else "none"
    )
    print(f"backup       {kept}")
    access = engine.access
    who = f"{len(access.allowed)} allowed" if access.allowed else "everybody"
    if access.approval:
        who = f"{len(access.allowed)} allowed, others after approval"
    print(f"people       {who}, {len(access.admins)} admins")
    now = local_time(SystemClock().time(), Zones(engine.time_zone).of(""))
    print(f"time zone    {engine.time_zone or now.tzname()}, {now:%Y-%m-%d %H:%M} now")


def _storage(store: StoreSettings) -> Iterator[str]:
    if store.server is not None:
        limit = f"at most {_mb(store.limit_bytes)}" if store.limit_bytes else "without a size limit"
        days = f"{store.retention_days} days" if store.retention_days else "for ever"
        yield f"storage      {store.name}, {limit}; turns are kept {days}"
        return
    held = sum(_size_bytes(store.path.with_name(store.path.name + end)) for end in ("", "-wal"))
    now = f"{held / 1e6:.1f} MB now" if held else "not there yet"
    kept = f"{store.retention_days} days" if store.retention_days else "until there is no room"
    yield (
        f"storage      {store.path}: {now}, at most {_mb(store.limit_bytes)}; turns are kept {kept}"
    )


def _in_memory(settings: Settings) -> Iterator[str]:
    hours = settings.store.session_ttl_seconds / HOUR_SECONDS
    yield (
        f"sessions     {DEFAULT_ENTRIES} chats at most, {_mb(DEFAULT_BYTES)}; one that is idle "
        f"for {hours:g} h is evicted"
    )
    if settings.web is not None:
        from adapters.web.visits import (  # noqa: PLC0415 - loaded only where it is used
            CHATS,
            CHATS_BYTES,
            FILES_BYTES,
        )

        yield (
            f"page         {CHATS} idle chats at most, {_mb(CHATS_BYTES)}; files to download, "
            f"{_mb(FILES_BYTES)}"
        )


def _memory(settings: MemorySettings) -> Iterator[str]:
    yield f"memory       {settings.mode.lower()}"
    if settings.mode == OFF:
        return
    try:
        # The packages that memory needs, such as numpy, may be missing. The other checks work
        # without them.
        from engine.memory.documents.documents import DocumentSettings  # noqa: PLC0415
        from engine.memory.embedding.embedder import EmbedderSettings  # noqa: PLC0415
        from engine.memory.recall.recall import RecallSettings  # noqa: PLC0415
    except ImportError as error:
        yield (
            f"             but it stays off: the package {error.name} is not installed or "
            f"cannot be loaded"
        )
        return
    documents = DocumentSettings()
    reading, days = documents.reading, Lifetimes().document_seconds / DAY_SECONDS
    yield (
        f"indexes      {_mb(RecallSettings().index_bytes)} for old turns, "
        f"{_mb(documents.index_bytes)} for documents"
    )
    if settings.mode == FULL:
        yield f"embedder     {EmbedderSettings().queue_size} texts may wait"
    room = f"{documents.chat_documents} in one chat, {_mb(documents.chat_bytes)}"
    yield f"documents    {room}; one that is not used for {days:g} days is deleted"
    yield (
        f"each file    {_mb(reading.file_bytes)}, {reading.pages} pages, {reading.characters} "
        f"characters"
    )


def _size_bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # the probe of the database reports the fault


def _mb(amount_bytes: int) -> str:
    return f"{amount_bytes / 1e6:.0f} MB"


def _models(settings: Settings, clock: Clock) -> Iterator[Probe]:
    """Yield a probe for each model that `run` may ask."""
    max_tokens = settings.engine.answers.max_tokens
    if settings.model is None:
        yield partial(_embedded, clock, max_tokens)
        return
    for name in settings.model.models:
        yield partial(_answers, settings.model, name, max_tokens, clock)
    for name in settings.model.vision_models:
        yield partial(_sees, settings.model, name, clock)


async def _embedded(clock: Clock, max_tokens: int) -> str:
    try:
        local = await LocalModel.start(clock)
    except SettingsError as error:
        raise BotError(str(error)) from error
    endpoint = ModelSettings(local.base_url, local.api_key, (local.name,))
    try:
        return await _answers(endpoint, local.name, max_tokens, clock)
    finally:
        await local.close()


async def _answers(settings: ModelSettings, name: str, max_tokens: int, clock: Clock) -> str:
    """Ask a model as `run` does: with a system message, history, streaming and usage."""
    model = HuggingFaceModel(settings, clock)
    began = clock.now()
    try:
        refused = await model.check(name, max_tokens)
    except ModelError as error:
        place = _without_user(settings.base_url)
        raise BotError(f"{name} at {place}: {error}. {cure(error)}") from error
    finally:
        await model.close()
    said = f"{name} answered in {clock.now() - began:.1f} s"
    return f"{said}; it does not take {refused}, so that is left out" if refused else said


async def _sees(settings: ModelSettings, name: str, clock: Clock) -> str:
    """Test whether a model of HF_VISION_MODEL accepts a picture."""
    try:
        return await look(settings, name, clock)
    except ModelBlind as error:
        raise BotError(f"{name}: {error}. Name another model in HF_VISION_MODEL.") from error
    except ModelError as error:
        raise BotError(f"{name}: {error}. {cure(error)}") from error


def _without_user(address: str) -> str:
    """Return an address without a user name and password."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))


def cure(error: ModelError) -> str:
    """Return what the operator can do about a model's error."""
    if isinstance(error, OutOfCredit):
        return "The account has no credit left: buy some, or set HF_BASE_URL to another endpoint."
    if isinstance(error, ModelRefused):
        return _cure_of_refusal(error)
    if isinstance(error, ModelUnavailable):
        return (
            "Try again in a minute. If it stays so, see whether HF_BASE_URL is right and the "
            "endpoint is up."
        )
    return "Does HF_BASE_URL name a chat completion endpoint? It ends in /v1."


def _cure_of_refusal(error: ModelRefused) -> str:
    if error.too_long:
        return "Set PROMPT_TOKENS or MAX_TOKENS lower, or choose a model with a longer context."
    if error.status == 401:
        return "HF_TOKEN is not accepted: make one at https://huggingface.co/settings/tokens."
    if error.status == 403:
        return "HF_TOKEN lacks a permission: it needs 'Make calls to Inference Providers'."
    if isinstance(error, ModelUnknown) or error.status in (404, 410):
        return (
            "Take it out of HF_MODEL or put in one that the endpoint offers; HF_BASE_URL must "
            "end in /v1."
        )
    return (
        "The endpoint does not take Pipit's requests for this model: choose another one in "
        "HF_MODEL."
    )


async def _backup(settings: Settings, clock: Clock) -> str:
    from bot.backup.backup import (  # noqa: PLC0415 - its libraries are loaded only where it is used
        Backup,
    )

    assert settings.backup is not None  # noqa: S101 - the probe exists only if a backup is set
    return await Backup(settings.backup, settings.store.path, clock).check()


async def _telegram(settings: TelegramSettings) -> str:
    from adapters.telegram import (  # noqa: PLC0415 - its library is loaded only where it is used
        check_token,
    )

    return f"the token is accepted for {await check_token(settings)}"


async def _discord(settings: DiscordSettings) -> str:
    from adapters.discord import (  # noqa: PLC0415 - its library is loaded only where it is used
        check_token,
    )

    return f"the token is accepted for {await check_token(settings)}"


async def probe_model(settings: Settings) -> str:
    """Test whether the first model answers. Raises `BotError`."""
    if settings.model is None:
        raise BotError("no language model is set")
    max_tokens = settings.engine.answers.max_tokens
    return await _answers(settings.model, settings.model.models[0], max_tokens, SystemClock())


async def probe_telegram(settings: Settings) -> str:
    """Test the token of Telegram. Raises `BotError`."""
    if settings.telegram is None:
        raise BotError("no token of Telegram is set")
    return await _telegram(settings.telegram)


async def probe_discord(settings: Settings) -> str:
    """Test the token of Discord. Raises `BotError`."""
    if settings.discord is None:
        raise BotError("no token of Discord is set")
    return await _discord(settings.discord)


def _told_speech(settings: Settings) -> str:
    """Return a text that names the service for speech, or the setting that is missing."""
    speech = settings.media.speech
    if speech is None:
        return "not transcribed: SPEECH_BASE_URL is not set"
    return f"{speech.model} at {speech.url}"


def _told_service(service: ImageSettings | VoiceSettings | None, setting: str) -> str:
    """Return a text that names a service, or the setting that is missing."""
    if service is None:
        return f"off: {setting} is not set"
    return f"{service.model} at {_without_user(service.url)}"
