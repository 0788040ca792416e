"""A file, compressed and encrypted as a stream, so that a large one needs no more memory than a small one.

    magic (8 bytes) · salt (16) · header (24) · pieces of 64 KiB, each 17 bytes longer than its
    plain text

Zstandard first, then libsodium's secretstream (XChaCha20-Poly1305), which also tells a piece that
was changed, moved or cut off (https://doc.libsodium.org/secret-key_cryptography/secretstream). The
key is Argon2id of the operator's words, with the least cost that OWASP recommends: 19 MiB, two
passes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

import zstandard
from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from engine.errors import BotError

MAGIC = b"PIPIT\x001\n"
PIECE_BYTES = 64 * 1024
LEVEL = 6
_KEY_PASSES, _KEY_BYTES = 2, 19 * 1024 * 1024
_TAG_BYTES = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER_BYTES = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MORE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


class SealBroken(BotError):
    """The file cannot be opened; `key` says that the key is not the one it was made with."""

    def __init__(self, message: str, *, key: bool = False) -> None:
        super().__init__(message)
        self.key = key


def seal(source: BinaryIO, target: BinaryIO, words: str) -> None:
    """Write `source` compressed and encrypted to `target`."""
    salt = os.urandom(argon2id.SALTBYTES)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, _key(words, salt))
    target.write(MAGIC + salt + header)
    piece = b""
    with zstandard.ZstdCompressor(level=LEVEL).stream_reader(source, closefd=False) as packed:
        for following in iter(lambda: packed.read(PIECE_BYTES), b""):
            if piece:
                target.write(_push(state, piece, _MORE))
            piece = following
    target.write(_push(state, piece, _LAST))


def unseal(source: BinaryIO, target: BinaryIO, words: str) -> None:
    """Write what was sealed to `target`; raise `SealBroken`, after which the target holds a part of it or nothing."""
    opening = source.read(len(MAGIC) + argon2id.SALTBYTES + _HEADER_BYTES)
    if (
        not opening.startswith(MAGIC)
        or len(opening) < len(MAGIC) + argon2id.SALTBYTES + _HEADER_BYTES
    ):
        raise SealBroken("it is not a snapshot of this version of Pipit")
    salt, header = opening[len(MAGIC) : -_HEADER_BYTES], opening[-_HEADER_BYTES:]
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, _key(words, salt))
    unpack = zstandard.ZstdDecompressor().decompressobj()
    try:
        target.writelines(unpack.decompress(piece) for piece in _pieces(source, state))
    except zstandard.ZstdError as error:
        raise SealBroken("it is damaged") from error


def _pieces(
    source: BinaryIO, state: sodium.crypto_secretstream_xchacha20poly1305_state
) -> Iterator[bytes]:
    first, tag = True, _MORE
    while tag != _LAST:
        sealed = source.read(PIECE_BYTES + _TAG_BYTES)
        try:
            piece, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, MAGIC)
        except (CryptoError, ValueError) as error:  # ValueError: shorter than any piece can be
            raise SealBroken(
                "the key does not open it" if first else "it is damaged", key=first
            ) from error
        first = False
        yield piece
    if source.read(1):
        raise SealBroken("it is damaged: something follows its end")


def _push(
    state: sodium.crypto_secretstream_xchacha20poly1305_state, piece: bytes, tag: int
) -> bytes:
    return sodium.crypto_secretstream_xchacha20poly1305_push(state, piece, MAGIC, tag)


def _key(words: str, salt: bytes) -> bytes:
    size = sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES
    return argon2id.kdf(size, words.encode(), salt, opslimit=_KEY_PASSES, memlimit=_KEY_BYTES)
