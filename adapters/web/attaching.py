"""Build the script for files, preceded by the texts, the style and the limits that it needs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from adapters.web.uploads import FILES_PER_QUESTION, MOST_FILE_BYTES
from adapters.web.wording import LANGUAGES

_FOLDER = Path(__file__).parent


@cache
def attach_script(language: str) -> str:
    """Return the script that adds files to a message, for a code of `LANGUAGES`."""
    told = {
        "style": (_FOLDER / "attach.css").read_text(encoding="utf-8").strip(),
        "most": MOST_FILE_BYTES,
        "mostFiles": FILES_PER_QUESTION,
        "words": asdict(LANGUAGES[language].uploads),
    }
    script = (_FOLDER / "attach.js").read_text(encoding="utf-8").strip()
    return f"window.pipitUploads={json.dumps(told, ensure_ascii=False)};\n{script}"


@cache
def attach_address(language: str) -> str:
    """Return the address of the script: the language's code and a digest of the content."""
    digest = hashlib.sha256(attach_script(language).encode()).hexdigest()[:12]
    return f"attach.js?{language}-{digest}"
