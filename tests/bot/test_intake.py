"""Tests of adapters that start before the engine, and of the modules that are loaded by then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters import Intake
from engine.contract import Author, ChatKey, Inbound, ReplySink, Submit
from tests.rigs.fakes import FakeClock, FakeSink, settle

ROOT = Path(__file__).resolve().parents[2]
KEY = ChatKey("test", "1")


class Eager:
    """An adapter that submits one message at once and then ends."""

    name = "test"

    def __init__(self) -> None:
        self.answers: list[str] = []

    async def run(self, submit: Submit) -> None:
        """Submit the message."""
        item = Inbound(KEY, "1", Author("1", "Ann"), "hi", True, True, 0.0)
        self.answers.append(await submit(item, FakeSink(FakeClock())))

    async def close(self) -> None:
        """Do nothing."""

    def sink(self, _key: ChatKey, _handle: str) -> ReplySink:
        """Return a sink whose content nobody reads."""
        return FakeSink(FakeClock())


async def accept(_item: object, _sink: ReplySink) -> str:
    return "taken"


async def test_a_message_that_comes_before_the_engine_waits_for_it() -> None:
    adapter = Eager()
    intake = Intake({"test": adapter}, FakeClock(), {})
    intake.start()
    await settle()
    assert adapter.answers == []
    intake.open(accept)
    assert await intake.running[0] == 0
    assert adapter.answers == ["taken"]


async def test_closing_ends_a_message_that_still_waits() -> None:
    adapter = Eager()
    intake = Intake({"test": adapter}, FakeClock(), {})
    intake.start()
    await settle()
    await intake.close()
    assert intake.running[0].cancelled()
    assert adapter.answers == []


async def test_adapters_start_once() -> None:
    adapter = Eager()
    intake = Intake({"test": adapter}, FakeClock(), {})
    intake.start()
    intake.open(accept)
    intake.start()
    assert await intake.running[0] == 0
    assert adapter.answers == ["taken"]


@pytest.mark.parametrize(
    "package", ["aiohttp", "huggingface_hub", "numpy", "cryptography", "click"]
)
def test_a_polling_bot_starts_without(package: str) -> None:
    """Each of these packages takes 30 to 350 ms to import."""
    code = "import sys, bot.__main__, adapters.telegram; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert package not in done.stdout.split()
    assert "telegram" in done.stdout.split(), done.stderr
