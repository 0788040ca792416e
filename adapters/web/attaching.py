"""Build the scripts for files and for voice, preceded by the texts and limits that they need."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.web.uploads import FILES_PER_QUESTION, MOST_FILE_BYTES
from adapters.web.wording import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

VOICE_SECONDS = 590  # the engine transcribes ten minutes at most
_FOLDER = Path(__file__).parent


@cache
def attach_script(language: str) -> str:
    """Return the script that adds files to a message, for a code of `LANGUAGES`."""
    told = {
        "style": _text("attach.css"),
        "most": MOST_FILE_BYTES,
        "mostFiles": FILES_PER_QUESTION,
        "words": asdict(LANGUAGES[language].uploads),
    }
    return _script("pipitUploads", told, "attach.js")


@cache
def voice_script(language: str) -> str:
    """Return the script that records voice messages, for a code of `LANGUAGES`."""
    words = LANGUAGES[language]
    told = {
        "style": _text("voice.css"),
        "most": MOST_FILE_BYTES,
        "seconds": VOICE_SECONDS,
        "words": {**asdict(words.voice), "send": words.page.send},
    }
    return _script("pipitVoice", told, "voice.js")


def attach_address(language: str) -> str:
    """Return the address of the script for files: the language and a digest of the content."""
    return _address("attach.js", language, attach_script(language))


def voice_address(language: str) -> str:
    """Return the address of the script for voice."""
    return _address("voice.js", language, voice_script(language))


def _script(variable: str, told: Mapping[str, object], name: str) -> str:
    return f"window.{variable}={json.dumps(told, ensure_ascii=False)};\n{_text(name)}"


def _address(name: str, language: str, script: str) -> str:
    return f"{name}?{language}-{_digest(script)}"


@cache
def _digest(script: str) -> str:
    return hashlib.sha256(script.encode()).hexdigest()[:12]


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").strip()
