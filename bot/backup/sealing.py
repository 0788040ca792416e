"""Compress and encrypt a file as a stream, with little memory for a file of any size.

    magic (8 bytes) · salt (16) · header (24) · label · pieces of 64 KiB

Label and pieces are 17 bytes longer than their plain text. The label says what the file is. It is
encrypted with the rest, so nobody without the key can change it. Zstandard is applied first, then
libsodium's secretstream (XChaCha20-Poly1305), which also detects a piece that was changed, moved or
cut off (https://doc.libsodium.org/secret-key_cryptography/secretstream).

The encryption key is derived from the operator's key with Argon2id: 64 MiB and 4 passes, three
times OWASP's minimum, and small enough for a host of 512 MB. A file of version 1, with 19 MiB, 2
passes and no label, can still be opened.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import BinaryIO

import zstandard
from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from engine.errors import BotError

MAGIC, MAGIC_1 = b"PIPIT\x002\n", b"PIPIT\x001\n"
PIECE_BYTES = 64 * 1024
LABEL_BYTES = 512  # a label is padded with spaces to this length
LEVEL = 6
# For each version of the format, the passes and the bytes of Argon2id.
_COST = {MAGIC: (4, 64 * 1024 * 1024), MAGIC_1: (2, 19 * 1024 * 1024)}
_TAG_BYTES = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER_BYTES = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MORE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


class SealBroken(BotError):
    """The file cannot be opened. `key` is true if it was made with another key."""

    def __init__(self, message: str, *, key: bool = False) -> None:
        super().__init__(message)
        self.key = key


def seal(source: BinaryIO, target: BinaryIO, words: str, label: str = "") -> None:
    """Write `source` compressed and encrypted to `target`.

    The label has at most `LABEL_BYTES`.
    """
    salt = os.urandom(argon2id.SALTBYTES)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, _key(MAGIC, words, salt))
    target.write(MAGIC + salt + header)
    target.write(_push(state, label.encode().ljust(LABEL_BYTES), _MORE))
    piece = b""
    with zstandard.ZstdCompressor(level=LEVEL).stream_reader(source, closefd=False) as packed:
        for following in iter(lambda: packed.read(PIECE_BYTES), b""):
            if piece:
                target.write(_push(state, piece, _MORE))
            piece = following
    target.write(_push(state, piece, _LAST))


def unseal(source: BinaryIO, target: BinaryIO, words: str) -> str | None:
    """Write the opened content to `target`. Return its label, or None for a file of version 1.

    Raises `SealBroken`. The target then holds a part of the content or nothing.
    """
    length = len(MAGIC) + argon2id.SALTBYTES + _HEADER_BYTES
    opening = source.read(length)
    magic = opening[: len(MAGIC)]
    if magic not in _COST or len(opening) < length:
        raise SealBroken("it is not a snapshot of this version of Pipit")
    salt, header = opening[len(MAGIC) : -_HEADER_BYTES], opening[-_HEADER_BYTES:]
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    key = _key(magic, words, salt)
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    pieces = _pieces(source, state, magic)
    label = next(pieces).decode("utf-8", "replace").rstrip() if magic == MAGIC else None
    unpack = zstandard.ZstdDecompressor().decompressobj()
    try:
        target.writelines(unpack.decompress(piece) for piece in pieces)
    except zstandard.ZstdError as error:
        raise SealBroken("it is damaged") from error
    return label


def signing_key(words: str, purpose: str) -> bytes:
    """Return a signing key. It is the same for the same words and purpose.

    This takes some tenths of a second.
    """
    salt = hashlib.blake2b(purpose.encode(), digest_size=argon2id.SALTBYTES).digest()
    return _key(MAGIC, words, salt)


def _pieces(
    source: BinaryIO, state: sodium.crypto_secretstream_xchacha20poly1305_state, magic: bytes
) -> Iterator[bytes]:
    size, first, tag = LABEL_BYTES if magic == MAGIC else PIECE_BYTES, True, _MORE
    while tag != _LAST:
        sealed = source.read(size + _TAG_BYTES)
        try:
            piece, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, magic)
        # The library raises ValueError if the remaining bytes are too few for a piece.
        except (CryptoError, ValueError) as error:
            raise SealBroken(
                "the key does not open it" if first else "it is damaged", key=first
            ) from error
        size, first = PIECE_BYTES, False
        yield piece
    if source.read(1):
        raise SealBroken("it is damaged: there is data after its end")


def _push(
    state: sodium.crypto_secretstream_xchacha20poly1305_state, piece: bytes, tag: int
) -> bytes:
    return sodium.crypto_secretstream_xchacha20poly1305_push(state, piece, MAGIC, tag)


def _key(magic: bytes, words: str, salt: bytes) -> bytes:
    size = sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES
    passes, memory_bytes = _COST[magic]
    return argon2id.kdf(size, words.encode(), salt, opslimit=passes, memlimit=memory_bytes)
