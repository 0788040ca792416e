"""Collect an export, for tests of stored data."""

from __future__ import annotations

from typing import Any

from engine.storage.ports import PersonalData
from engine.storage.records import SECTIONS, Scope


async def held(holdings: PersonalData, scope: Scope) -> dict[str, list[Any]]:
    """Return everything that is stored in a scope, by section."""
    found: dict[str, list[Any]] = {section: [] for section in SECTIONS}
    async for one in holdings.export(scope):
        found[one.section].append(one.content)
    return found
