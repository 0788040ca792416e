"""Download a file from Telegram into one buffer.

The library's own method reads the whole body and copies it twice. A file of 20 MB then takes 58 MB
for a moment (python-telegram-bot 22.8, `File.download_as_bytearray`).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import httpx

from engine.errors import DeliveryFailed

if TYPE_CHECKING:
    import telegram

SMALL_BYTES = 1 << 20  # a smaller file is downloaded over the library's own connections
_TIMEOUT_SECONDS = 30.0


async def download(file: telegram.File, max_bytes: int) -> bytes:
    """Return a file's content.

    Raises `DeliveryFailed`, and `TelegramError` for a small file. No error names the address,
    because it holds the bot's token.
    """
    address = file.file_path or ""
    if (file.file_size or 0) <= SMALL_BYTES or not address.startswith(("https:", "http:")):
        content = bytes(await file.download_as_bytearray())
        if len(content) > max_bytes:
            raise DeliveryFailed("the attachment is too large")
        return content
    try:
        return await _streamed(address, max_bytes)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        failure = type(error).__name__
    raise DeliveryFailed(f"the file could not be fetched: {failure}", retryable=True)


async def _streamed(address: str, max_bytes: int) -> bytes:
    content = io.BytesIO()
    client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS)
    async with client, client.stream("GET", address) as response:
        if response.status_code != httpx.codes.OK:
            failed = f"the file could not be fetched: status {response.status_code}"
            raise DeliveryFailed(failed, retryable=response.status_code >= 500)
        async for piece in response.aiter_bytes():
            content.write(piece)
            if content.tell() > max_bytes:
                raise DeliveryFailed("the attachment is too large")
    return content.getvalue()
