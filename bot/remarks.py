"""Find settings that work but look wrong.

Examples are misspelt names, quotes, wrong ids, and settings without effect. Each remark is a
sentence. `check` prints the remarks, and `run` logs them as warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.env_reader import FILE_END, Reader, in_quotes, reader_of, unread_lines
from bot.settings import Settings, likely_name, unknown_names

# A person's id is a number on Telegram and Discord, and a digest on the page. The platform's name
# and a colon may precede it.
_ID = re.compile(r"(?:(?:telegram|discord):)?-?\d{1,20}|(?:web:)?[0-9a-f]{32}|console:\S+")
# Each variable has an effect only if at least one of the variables in its list is set. WEB and
# MEMORY are checked in functions below.
_NEEDS = {
    "HF_MODEL": ("HF_TOKEN", "HF_BASE_URL"),
    "HF_VISION_MODEL": ("HF_TOKEN", "HF_BASE_URL"),
    "HF_SPEECH_MODEL": ("HF_TOKEN", "SPEECH_BASE_URL"),
    "SPEECH_TOKEN": ("SPEECH_BASE_URL",),
    "SPOKEN_NAMES": ("HF_TOKEN", "SPEECH_BASE_URL"),
    "VOICE_TOKEN": ("VOICE_BASE_URL",),
    "VOICE_NAME": ("VOICE_BASE_URL",),
    "VOICE_COST": ("HF_VOICE_MODEL",),
    "IMAGE_TOKEN": ("IMAGE_BASE_URL",),
    "IMAGE_SIZE": ("HF_IMAGE_MODEL",),
    "IMAGE_COST": ("HF_IMAGE_MODEL",),
    "TELEGRAM_API_URL": ("TELEGRAM_BOT_TOKEN",),
    "TELEGRAM_WEBHOOK_URL": ("TELEGRAM_BOT_TOKEN",),
    "TELEGRAM_WEBHOOK_SECRET": ("TELEGRAM_WEBHOOK_URL",),
    "DISCORD_API_URL": ("DISCORD_BOT_TOKEN",),
    "DISCORD_GATEWAY_URL": ("DISCORD_BOT_TOKEN",),
    "BACKUP_KEY": ("BACKUP_REPO",),
    "BACKUP_OLD_KEY": ("BACKUP_REPO",),
    "BACKUP_TOKEN": ("BACKUP_REPO",),
    "BACKUP_MINUTES": ("BACKUP_REPO",),
}
_OF_THE_PAGE = ("WEB_PASSWORD", "WEB_HOSTS", "TRUSTED_PROXIES")
# A value that equals the default, or the value in .env.example, is not reported.
_DEFAULTS = {
    "HF_BASE_URL": "https://router.huggingface.co/v1",
    "TELEGRAM_API_URL": "https://api.telegram.org",
    "BACKUP_MINUTES": "15",
    "TRUSTED_PROXIES": "0",
    "PORT": "8080",
    "ANSWER_CACHE": "ON",
}


def remarks(
    settings: Settings, dotenv: Path = Path(".env"), environment: Mapping[str, str] | None = None
) -> list[str]:
    """Return a sentence for each setting that looks wrong."""
    read = reader_of(environment, dotenv)
    return [
        *of_names(dotenv, environment),
        *(remark for name, needs in _NEEDS.items() for remark in _without(read, name, needs)),
        *_of_page(read, settings),
        *_of_memory(read, settings),
        *_quoted(read),
        *_twice(read),
        *wrong_ids(settings),
    ]


def of_names(
    dotenv: Path = Path(".env"), environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Yield a sentence for each unknown name, and for each line that sets nothing."""
    for line in unread_lines(dotenv):
        yield f"{dotenv}, line {line}: it is not NAME=VALUE, so it has no effect"
    for name in unknown_names(dotenv, environment):
        meant = likely_name(name)
        question = f"did you mean {meant}?" if meant else "is it misspelt?"
        yield f"{name} is not a variable that Pipit knows; {question}"


def _asked(read: Reader, name: str) -> bool:
    return read.is_set(name) and read.text(name) != _DEFAULTS.get(name, "")


def _without(read: Reader, name: str, needs: tuple[str, ...]) -> Iterator[str]:
    if _asked(read, name) and not any(_asked(read, need) for need in needs):
        yield f"{name} has no effect without {' or '.join(needs)}"


def _of_page(read: Reader, settings: Settings) -> Iterator[str]:
    if settings.web is None:
        for name in _OF_THE_PAGE:
            if _asked(read, name):
                yield f"{name} has no effect without WEB=1"
        hook = settings.telegram is not None and settings.telegram.webhook_url
        if _asked(read, "PORT") and not hook:
            yield "PORT has no effect without WEB=1 or TELEGRAM_WEBHOOK_URL"


def _of_memory(read: Reader, settings: Settings) -> Iterator[str]:
    mode = settings.memory.mode
    if _asked(read, "EMBEDDING_MODEL") and mode != "FULL":
        yield f"EMBEDDING_MODEL has no effect with MEMORY={mode}"
    if _asked(read, "ANSWER_CACHE") and mode == "OFF":
        yield "ANSWER_CACHE has no effect with MEMORY=OFF"


def _quoted(read: Reader) -> Iterator[str]:
    for name in ("WEB_PASSWORD", "BACKUP_KEY", "BACKUP_OLD_KEY"):
        if in_quotes(read.text(name)):
            yield f"{name} stands in quotes, and they count as part of it"


def _twice(read: Reader) -> Iterator[str]:
    for name in ("HF_TOKEN", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "DISCORD_BOT_TOKEN",
                 "WEB_PASSWORD", "BACKUP_KEY", "BACKUP_OLD_KEY", "BACKUP_TOKEN"):  # fmt: skip
        if read.text(name) and read.text(name + FILE_END):
            yield f"{name}{FILE_END} has no effect, because {name} is set"


def wrong_ids(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each list of people with entries that cannot be a person's id."""
    access = settings.engine.access
    for name, ids in (("ALLOWED_USERS", access.allowed), ("ADMIN_USERS", access.admins)):
        wrong = sorted(one for one in ids if not _ID.fullmatch(one))
        if wrong:
            yield (
                f"{name}: {', '.join(wrong)} can be nobody's id; it takes user ids, which are "
                f"numbers on Telegram and Discord, or platform:id such as telegram:42"
            )
