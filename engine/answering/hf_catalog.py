"""Look up in an endpoint's list of models whether a model accepts pictures.

The Hugging Face router, OpenRouter and llama.cpp list the inputs of a model in
``architecture.input_modalities``. Other servers have fields of their own, and many give no such
information.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from engine.answering.faults import HttpRefusal
from engine.answering.hf_faults import HTTP, POOLED
from engine.errors import DeadlinePassed
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from engine.answering.hf_streams import Address
    from engine.tasks import Clock

log = logging.getLogger(__name__)

ASK_SECONDS = 3.0
MOST_LIST_BYTES = 4 * 1024 * 1024
_COMPLETIONS = "/chat/completions"
_WORDS = ("image", "vision", "picture")


class Catalog:
    """The list of models of one endpoint.

    With `pool`, the list is read over a connection of the HTTP client that the chat's calls use.
    Without `pool`, a new client is made.
    """

    def __init__(self, address: Address, pool: Any, clock: Clock) -> None:
        self._address, self._pool, self._clock = address, pool, clock

    async def sees(self, model: str) -> bool | None:
        """Return whether a model accepts pictures, or None if the endpoint does not say so."""
        for path in (f"/models/{quote(model)}", "/models"):
            try:
                limit = self._clock.now() + ASK_SECONDS
                told = await finish_by(self._clock, limit, self._get(path), "list of models")
            except (DeadlinePassed, HttpRefusal, ValueError, OSError) as error:
                log.info(
                    "model %s: the list of models could not be read: %s",
                    model,
                    type(error).__name__,
                )
            else:
                found = seeing(told, model)
                if found is not None:
                    return found
        return None

    async def _get(self, path: str) -> Any:
        url = root_of(self._address.base_url) + path
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self._address.token:
            headers["Authorization"] = f"Bearer {self._address.token}"
        parts = self._pooled(url, headers) if POOLED else self._alone(url, headers)
        body = b""
        async for part in parts:
            body += part
            if len(body) > MOST_LIST_BYTES:
                raise ValueError("the list is too long")
        return json.loads(body)

    async def _pooled(self, url: str, headers: dict[str, str]) -> AsyncIterator[bytes]:
        try:
            async with self._pool().stream("GET", url, headers=headers) as response:
                async for part in response.aiter_raw():
                    yield part
        except HTTP.HTTPError as error:
            raise OSError("the list cannot be read") from error

    async def _alone(self, url: str, headers: dict[str, str]) -> AsyncIterator[bytes]:
        aiohttp = importlib.import_module("aiohttp")
        trust = not self._address.is_loopback
        session = aiohttp.ClientSession(trust_env=trust, raise_for_status=True)
        try:
            async with session, session.get(url, headers=headers) as response:
                async for part in response.content.iter_any():
                    yield part
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise OSError("the list cannot be read") from error


def root_of(base_url: str) -> str:
    """Return the address of the API, to which ``/models`` is appended.

    It is built like the address for completions.
    """
    root = base_url.rstrip("/")
    if root.endswith(_COMPLETIONS):
        return root[: -len(_COMPLETIONS)]
    return root if root.endswith("/v1") else root + "/v1"


def seeing(told: Any, model: str) -> bool | None:
    """Read from a list of models whether a model accepts pictures. Return None if unknown."""
    if not isinstance(told, dict):
        return None
    entries = [told]
    for name in ("data", "models"):
        entries += told[name] if isinstance(told.get(name), list) else []
    if isinstance(told.get("data"), dict):
        entries.append(told["data"])
    for entry in entries:
        if isinstance(entry, dict) and model in (
            entry.get("id"),
            entry.get("name"),
            entry.get("model"),
        ):
            found = _of_entry(entry)
            if found is not None:
                return found
    return None


def _of_entry(entry: dict[str, Any]) -> bool | None:
    architecture = entry.get("architecture")
    holders = [entry, architecture if isinstance(architecture, dict) else {}]
    for holder in holders:
        for name in ("input_modalities", "modalities", "capabilities"):
            named = holder.get(name)
            if isinstance(named, dict) and isinstance(named.get("input"), list):
                named = named["input"]
            if isinstance(named, dict) and isinstance(named.get("vision"), bool):
                return bool(named["vision"])
            if isinstance(named, list) and named:
                listed = " ".join(str(one).lower() for one in named)
                if any(word in listed for word in (*_WORDS, "multimodal")):
                    return True
                if name != "capabilities":  # a list of capabilities may be incomplete
                    return False
    return True if entry.get("type") == "vlm" else None
