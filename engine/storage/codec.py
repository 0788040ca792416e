"""Compress texts to bytes, and decompress them.

The first byte names the format, so that rows of an older version stay readable. Format 0 is plain
UTF-8, and format 1 is Zstandard. Format 2 is Zstandard with dictionary 1 and without the four bytes
that begin every frame. A text can be read only with exactly the bytes of its dictionary, so a
released dictionary is never changed. A better dictionary will be a new file and a new format.
"""

from __future__ import annotations

import threading
from pathlib import Path

import zstandard

from engine.errors import StorageFault

_PLAIN, _ZSTD, _ZSTD_DICTIONARY_1 = 0, 1, 2
# Real stored texts are much shorter. The limit protects memory from a damaged row.
LONGEST_BYTES = 16 * 1024 * 1024
# This level was chosen together with the dictionary, on texts that were not used to train it.
LEVEL = 6
_MAGIC = zstandard.FRAME_HEADER

DICTIONARY_1 = zstandard.ZstdCompressionDict(
    Path(__file__).with_name("dictionary_1.zdict").read_bytes()
)
DICTIONARY_1.precompute_compress(level=LEVEL)


class _Tools(threading.local):
    """A compressor, and a decompressor for each format.

    Only one thread at a time may use an object of this class.
    """

    def __init__(self) -> None:
        # The format byte names the dictionary, so the frame does not name it.
        self.compressor = zstandard.ZstdCompressor(
            level=LEVEL,
            dict_data=DICTIONARY_1,
            write_content_size=True,
            write_checksum=False,
            write_dict_id=False,
        )
        self.decompressors = {
            _ZSTD: zstandard.ZstdDecompressor(),
            _ZSTD_DICTIONARY_1: zstandard.ZstdDecompressor(dict_data=DICTIONARY_1),
        }


_tools = _Tools()


def pack(text: str) -> bytes:
    """Return the text in its shortest format."""
    raw = text.encode("utf-8", "surrogatepass")
    small: bytes = _tools.compressor.compress(raw)[len(_MAGIC) :]
    return bytes([_ZSTD_DICTIONARY_1]) + small if len(small) < len(raw) else bytes([_PLAIN]) + raw


def unpack(data: bytes) -> str:
    """Return the text. Raise `StorageFault` on damaged bytes or an unknown format."""
    form, body = data[0] if data else -1, bytes(data[1:])
    try:
        if form == _PLAIN:
            return body.decode("utf-8", "surrogatepass")
        if form == _ZSTD:
            return _decompressed(form, body)
        if form == _ZSTD_DICTIONARY_1:
            return _decompressed(form, _MAGIC + body)
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise StorageFault("a stored text is damaged") from error
    raise StorageFault(f"a stored text has the unknown format {form}")


def unpacked_bytes(data: bytes) -> int:
    """Return the text's length in UTF-8 without decompressing it.

    If the frame does not state its length, the greatest allowed length is returned. This can happen
    only with frames of another program. Raises `StorageFault` on damaged bytes.
    """
    form, body = data[0] if data else -1, bytes(data[1:])
    if form == _PLAIN:
        return len(body)
    if form not in (_ZSTD, _ZSTD_DICTIONARY_1):
        raise StorageFault(f"a stored text has the unknown format {form}")
    frame = body if form == _ZSTD else _MAGIC + body
    try:
        claimed = zstandard.frame_content_size(frame)
    except zstandard.ZstdError as error:
        raise StorageFault("a stored text is damaged") from error
    return claimed if claimed >= 0 else LONGEST_BYTES


def _decompressed(form: int, frame: bytes) -> str:
    # The library ignores `max_output_size` and trusts the size that a frame states.
    if zstandard.frame_content_size(frame) > LONGEST_BYTES:
        raise StorageFault("a stored text is damaged: it claims to be longer than any stored text")
    raw: bytes = _tools.decompressors[form].decompress(frame, max_output_size=LONGEST_BYTES)
    return raw.decode("utf-8", "surrogatepass")
