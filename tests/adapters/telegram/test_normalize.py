"""Tests that convert realistic payloads to the engine's types.

Each file in payloads/telegram describes its purpose.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from adapters.telegram.normalize import Me, normalize_update, press_handle
from engine.contract import Action, Author, ChatKey, Inbound, Press, SentId

ME = Me(user_id=123456789, username="loopback_bot", commands=frozenset({"start", "new", "model"}))
PAYLOADS = sorted(
    Path(__file__).resolve().parents[2].joinpath("payloads", "telegram").glob("*.json")
)

MEDIA_FACTS = (
    "link", "preview", "width", "height", "duration_seconds", "alt", "description", "digest",
)  # fmt: skip


def as_payload(item: Inbound | Press | None) -> Any:
    """Convert an item to the form of the payload files."""
    if item is None:
        return None
    facts = json.loads(json.dumps(asdict(item)))
    facts["key"] = str(item.key)
    # The files contain these facts only if they are set.
    _drop_unset(facts["author"], "anonymous", "operator", "origin")
    _drop_unset(facts, *["quoted_from", "quoted_own", "forwarded", "unseen", "group", "unfinished"])
    place = facts.pop("place")
    if place["name"]:
        facts["place_name"] = place["name"]
    _drop_unset(facts, "about")
    for file in facts.get("attachments", ()):
        _drop_unset(file, "pasted", *MEDIA_FACTS)
        if file["kind"] == "document":
            del file["kind"]
    return {"inbound" if isinstance(item, Inbound) else "press": facts}


def _drop_unset(facts: dict[str, Any], *names: str) -> None:
    for name in names:
        if not facts.get(name, True):
            del facts[name]


@pytest.mark.parametrize("number", ["²", "٣", "9" * 30, "-1", "1 2", ""])
def test_a_buttons_data_names_a_question_by_plain_digits_only(number: str) -> None:
    press = Press(ChatKey("telegram", "1"), "p", SentId("7"), Author("1"), Action.RETRY)
    assert press_handle(press, f"retry.{number}") == ""
    assert press_handle(press, "retry.42") == "42"


def test_there_are_payloads() -> None:
    assert len(PAYLOADS) > 30


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_a_payload_becomes_what_its_file_says(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    update = Update.de_json(case["update"], None)
    assert update is not None
    assert as_payload(normalize_update(update, ME)) == case["expected"], case["about"]
