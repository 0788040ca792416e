"""Compute the digest of a file without blocking the event loop."""

from __future__ import annotations

import asyncio
import hashlib

AT_ONCE_BYTES = 1_000_000  # a file of this size takes one or two milliseconds


async def digest_of(content: bytes) -> str:
    """Return the SHA-256 of the content, in hex. A large file is read in a thread.

    Cancelling does not end the thread, which takes some milliseconds.
    """
    if len(content) <= AT_ONCE_BYTES:
        return hashlib.sha256(content).hexdigest()
    loop = asyncio.get_running_loop()
    return (await loop.run_in_executor(None, hashlib.sha256, content)).hexdigest()
