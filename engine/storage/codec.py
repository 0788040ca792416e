"""Texts as compact bytes, and back.

The first byte names the form, so that rows written by an older version stay readable: 0 plain UTF-8, 1 Zstandard.
"""

from __future__ import annotations

import threading

import zstandard

from engine.errors import StorageFault

_PLAIN, _ZSTD = 0, 1
LONGEST_BYTES = 16 * 1024 * 1024  # no text of ours comes near; a damaged row must not ask for more memory

# A compressor may be used by one thread at a time.
_local = threading.local()


def pack(text: str) -> bytes:
    """Return the shorter of the forms."""
    raw = text.encode("utf-8", "surrogatepass")
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=3, write_content_size=True, write_checksum=False)
    small: bytes = _local.compressor.compress(raw)
    return bytes([_ZSTD]) + small if len(small) < len(raw) else bytes([_PLAIN]) + raw


def unpack(data: bytes) -> str:
    """Return the text; raise `StorageFault` on damaged bytes or an unknown form."""
    form, body = data[0] if data else -1, bytes(data[1:])
    try:
        if form == _PLAIN:
            return body.decode("utf-8", "surrogatepass")
        if form == _ZSTD:
            if not hasattr(_local, "decompressor"):
                _local.decompressor = zstandard.ZstdDecompressor()
            # The library believes the size that a frame claims, whatever `max_output_size` says.
            if zstandard.frame_content_size(body) > LONGEST_BYTES:
                raise StorageFault("a stored text is damaged: it claims to be longer than any text of ours")
            raw: bytes = _local.decompressor.decompress(body, max_output_size=LONGEST_BYTES)
            return raw.decode("utf-8", "surrogatepass")
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise StorageFault("a stored text is damaged") from error
    raise StorageFault(f"a stored text has the unknown form {form}")
