"""Convert variables to frozen settings. `bot.env_reader` reads the variables.

All problems are collected before any problem is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.access_settings import read_access
from bot.backup.local import LocalSettings, read_local
from bot.env_reader import Reader, Source, around, dotenv_of, reader_of
from bot.health_settings import AlertSettings, HealthSettings, read_alerts, read_health
from bot.key_strength import guessable
from bot.media_settings import MediaSettings, read_media
from bot.remembering import FULL, MODES, WORDS, MemorySettings
from bot.roles import ALL, role_of
from bot.spending_settings import read_spending
from bot.storing import NO_DRIVER, SERVER_URL, StoreSettings
from bot.web_settings import read_web
from engine.answering.answer import AnswerSettings
from engine.answering.huggingface import DEFAULT_MODELS, ROUTER_URL, ModelSettings
from engine.engine import EngineSettings
from engine.errors import SettingsError
from engine.storage.postgres.address import Address, password_of
from engine.storage.records import OverheardBounds
from engine.zones import zone_named

if TYPE_CHECKING:
    from adapters.discord import DiscordSettings
    from adapters.telegram import TelegramSettings
    from adapters.web import WebSettings
    from bot.backup.hub_repo import BackupSettings

HOUR_SECONDS = 3600.0
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    """All settings of the process.

    `model` is None if the embedded model answers.
    """

    model: ModelSettings | None
    media: MediaSettings
    first_token_seconds: float
    engine: EngineSettings
    store: StoreSettings
    memory: MemorySettings
    telegram: TelegramSettings | None
    discord: DiscordSettings | None
    web: WebSettings | None
    backup: BackupSettings | None
    local_backup: LocalSettings | None
    health: HealthSettings
    alerts: AlertSettings
    log_level: str
    log_format: str
    drain_seconds: float
    secrets: tuple[str, ...] = field(default=(), repr=False)
    role: str = ALL
    source: Source = field(default=(None, Path(".env")), repr=False, compare=False)


def load(
    environment: Mapping[str, str] | None = None, dotenv: Path = Path(".env"), *, role: str = ""
) -> Settings:
    """Read the environment and, with lower priority, the ``.env`` file.

    A `role` replaces the role in either of them. Raises `SettingsError` with all problems.
    """
    reader = reader_of(environment, dotenv)
    if role:
        reader.put("ROLE", role)
    return replace(from_reader(reader), source=(environment, dotenv))


def from_reader(reader: Reader) -> Settings:
    """Return the settings that a reader reads. Raises `SettingsError` with all problems."""
    settings = _settings(reader)
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


def unknown_names(
    dotenv: Path = Path(".env"), environment: Mapping[str, str] | None = None
) -> list[str]:
    """Return the names that are set but that Pipit does not read. Usually they are misspelt.

    In the ``.env`` file, every such name is returned. The environment also has variables of other
    programs. A name there is returned only if it is close to a name that Pipit reads and that is
    not set.
    """
    from_file, outer = dotenv_of(dotenv), around() if environment is None else environment
    known = _known_names()
    near = {
        name
        for name in set(outer) - known
        if (meant := likely_name(name)) and not (outer.get(meant) or from_file.get(meant))
    }
    return sorted((set(from_file) - known) | near)


def likely_name(name: str) -> str:
    """Return the variable that a misspelt name probably means, or "" if no name is close."""
    if _OF_LIBRARIES.match(name):
        return ""
    near = get_close_matches(name.upper(), sorted(_known_names()), n=1, cutoff=_NEAR)
    return near[0] if near else ""


# These variables of Hugging Face's libraries have names that are close to Pipit's.
_OF_LIBRARIES = re.compile(r"HF_(HUB|XET|DATASETS|HOME|TOKEN_PATH|ASSETS|DEBUG)")
# Names count as close from this similarity on, between 0 and 1 (difflib). TELEGRAM_TOKEN and
# TELEGRAM_BOT_TOKEN have 0.875.
_NEAR = 0.8


def _known_names() -> set[str]:
    reader = Reader({})
    _settings(reader)
    return reader.read | reader.files


def _settings(read: Reader) -> Settings:
    hf_token = read.secret(
        "HF_TOKEN", r"[!-~]{3,}", "a Hugging Face token, such as hf_…, without blanks"
    )
    model, engine = _model(read, hf_token), _engine(read)
    answer = engine.answers.timeout_seconds
    # The default is lowered to ANSWER_TIMEOUT_SECONDS. Only a value that an operator has set can
    # therefore be too large.
    first_token = read.number("FIRST_TOKEN_TIMEOUT_SECONDS", min(8, answer), 0.5, 600, "seconds")
    if first_token > answer:
        read.problems.append(
            "FIRST_TOKEN_TIMEOUT_SECONDS: takes no more than ANSWER_TIMEOUT_SECONDS, "
            f"which is {answer:g}"
        )
    return Settings(
        model=model,
        media=read_media(read, hf_token),
        first_token_seconds=first_token,
        engine=engine,
        store=_store(read),
        memory=_memory(read, embedded=model is None),
        telegram=_telegram(read),
        discord=_discord(read),
        web=read_web(read),
        backup=_backup(read, hf_token),
        local_backup=read_local(read),
        health=read_health(read),
        alerts=read_alerts(read),
        log_level=read.choice("LOG_LEVEL", "INFO", LEVELS),
        log_format=read.choice("LOG_FORMAT", "TEXT", ("TEXT", "JSON")),
        drain_seconds=read.number("DRAIN_SECONDS", 6, 0, 600, "seconds"),
        secrets=tuple(read.secrets),
        role=role_of(read),
    )


def _model(read: Reader, token: str) -> ModelSettings | None:
    models, vision = read.names("HF_MODEL", DEFAULT_MODELS), read.names("HF_VISION_MODEL")
    base_url = read.root("HF_BASE_URL", ROUTER_URL)
    if read.problems or not (token or read.text("HF_BASE_URL")):
        # If neither a token nor a base URL is set, the embedded model answers. After a problem
        # nothing is started, and `ModelSettings` would refuse values that can never work.
        return None
    return ModelSettings(base_url=base_url, token=token, models=models, vision_models=vision)


def _engine(read: Reader) -> EngineSettings:
    return EngineSettings(
        max_workers=read.integer("MAX_WORKERS", 8, 1, 256, "answers at once"),
        max_waiting=read.integer("MAX_WAITING", 200, 1, 100_000, "waiting questions"),
        max_waiting_per_chat=read.integer(
            "MAX_WAITING_PER_CHAT", 10, 1, 1000, "waiting questions in one chat"
        ),
        answers=AnswerSettings(
            max_tokens=read.integer("MAX_TOKENS", 800, 16, 32_000, "tokens"),
            timeout_seconds=read.number("ANSWER_TIMEOUT_SECONDS", 15, 1, 600, "seconds"),
            prompt_tokens=read.integer("PROMPT_TOKENS", 3000, 200, 1_000_000, "tokens"),
        ),
        access=read_access(read),
        spending=read_spending(read),
        time_zone=_time_zone(read),
        listening=OverheardBounds(
            messages=read.integer("LISTEN_MESSAGES", 100, 0, 1000, "messages"),
            seconds=read.number("LISTEN_HOURS", 24, 1, 24, "hours") * HOUR_SECONDS,
        ),
    )


def _time_zone(read: Reader) -> str:
    name = read.text("TIME_ZONE")
    try:
        if name:
            zone_named(name)
    except ValueError:
        read.problems.append(
            "TIME_ZONE: takes the name of a time zone such as Europe/Berlin, or nothing for the "
            "host's"
        )
    return name


def _store(read: Reader) -> StoreSettings:
    server = _server(read)
    # A server has no limit by default, because its operator is responsible for its disk.
    megabytes = 0
    if server is None or read.text("STORAGE_LIMIT_MB"):
        megabytes = read.integer("STORAGE_LIMIT_MB", 256, 8, 1_000_000, "megabytes")
    return StoreSettings(
        path=read.file("DATABASE_PATH", "data/pipit.db"),
        session_ttl_seconds=read.number("SESSION_TTL_HOURS", 24, 0.01, 24 * 365, "hours")
        * HOUR_SECONDS,
        retention_days=read.integer("RETENTION_DAYS", 90, 0, 36_500, "days"),
        limit_bytes=megabytes * 1_000_000,
        server=server,
    )


def _server(read: Reader) -> Address | None:
    url, direct = (read.secret(n, *SERVER_URL) for n in ("DATABASE_URL", "DATABASE_DIRECT_URL"))
    connections = read.integer("DATABASE_CONNECTIONS", 8, 1, 100, "connections")
    read.secrets += filter(None, map(password_of, (url, direct)))
    if url and find_spec("asyncpg") is None:
        read.problems.append(NO_DRIVER)
    return Address(url, direct, connections) if url else None


def _memory(read: Reader, *, embedded: bool) -> MemorySettings:
    # The embedded model and the embedder together do not fit into 512 MB.
    default = WORDS if embedded else FULL
    return MemorySettings(
        mode=read.choice("MEMORY", default, MODES),
        chosen=bool(read.text("MEMORY")),
        model=read.text("EMBEDDING_MODEL"),
        answer_cache=read.choice("ANSWER_CACHE", "ON", ("ON", "OFF")) == "ON",
    )


def _backup(read: Reader, hf_token: str) -> BackupSettings | None:
    repo = read.text("BACKUP_REPO")
    key = _backup_key(read, "BACKUP_KEY")
    old_key = read.secret("BACKUP_OLD_KEY", r".+", "the key before BACKUP_KEY, to open with")
    token = read.secret(
        "BACKUP_TOKEN", r"[!-~]{3,}", "a Hugging Face token that may write to BACKUP_REPO"
    )
    minutes = read.number("BACKUP_MINUTES", 15, 1, 24 * 60, "minutes")
    endpoint = read.root("HF_ENDPOINT", "https://huggingface.co")
    if not repo:
        return None
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repo):
        read.problems.append(
            f"BACKUP_REPO={repo!r}: takes the name of a dataset, such as me/pipit-backup"
        )
    if not key:
        read.problems.append(
            "BACKUP_KEY: must be set with BACKUP_REPO; without it no snapshot can ever be opened"
        )
    if not token and not hf_token:
        read.problems.append(
            "BACKUP_TOKEN: must be set with BACKUP_REPO, or HF_TOKEN with the right to write"
        )
    from bot.backup.hub_repo import (  # noqa: PLC0415 - its library is loaded only where it is used
        BackupSettings,
    )

    return BackupSettings(
        repo=repo,
        key=key,
        token=token or hf_token,
        endpoint=endpoint,
        minutes=minutes,
        old_key=old_key,
    )


def _backup_key(read: Reader, name: str) -> str:
    takes = "at least 20 characters that nobody can guess"
    key = read.secret(name, r".{20,}", takes)
    if len(key) >= 20 and guessable(key):
        read.problems.append(
            f"{name}: takes {takes}, not repetitions, rows of letters or common words; "
            "make one with: python -c 'import secrets; print(secrets.token_urlsafe(24))'"
        )
    return key


def _telegram(read: Reader) -> TelegramSettings | None:
    token = read.secret(
        "TELEGRAM_BOT_TOKEN",
        r"\d{3,}:[A-Za-z0-9_-]{3,}",
        "the token that BotFather gave, such as 123456:ABC-DEF…",
    )
    api_url = read.root("TELEGRAM_API_URL", "https://api.telegram.org")
    webhook_url = read.url("TELEGRAM_WEBHOOK_URL")
    secret = read.secret(
        "TELEGRAM_WEBHOOK_SECRET",
        r"[A-Za-z0-9_-]{1,256}",
        "1 to 256 letters, digits, underscores or hyphens",
    )
    port = read.integer("PORT", 8080, 1, 65_535, "")
    if webhook_url and not secret:
        read.problems.append(
            "TELEGRAM_WEBHOOK_SECRET: must be set with TELEGRAM_WEBHOOK_URL, or anybody could post"
        )
    if not token:
        return None
    from adapters.telegram import (  # noqa: PLC0415 - its library is loaded only where it is used
        TelegramSettings,
    )

    return TelegramSettings(
        token=token, api_url=api_url, webhook_url=webhook_url, webhook_secret=secret, port=port
    )


def _discord(read: Reader) -> DiscordSettings | None:
    token = read.secret(
        "DISCORD_BOT_TOKEN",
        r"\S{3,}",
        "the bot token of the Discord developer portal, without blanks",
    )
    api_url = read.root("DISCORD_API_URL")
    gateway_url = read.url("DISCORD_GATEWAY_URL", schemes="wss?")
    shards = read.integer("DISCORD_SHARDS", 0, 0, 16_000, "shards")
    if not token:
        return None
    from adapters.discord import (  # noqa: PLC0415 - its library is loaded only where it is used
        DiscordSettings,
    )

    return DiscordSettings(token=token, api_url=api_url, gateway_url=gateway_url, shards=shards)
