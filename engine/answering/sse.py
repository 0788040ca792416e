"""Read the events of a streamed chat completion from bytes that arrive in parts of any size.

Pure code. The format is that of server-sent events (HTML standard, 9.2.6): lines of ``data: {…}``,
comments that begin with a colon, and ``data: [DONE]`` at the end. Lines end only at CR or LF.
U+2028 and other separators are part of a JSON text. An endpoint may also answer a request for a
stream with one JSON object.

This module does not trust the endpoint. A line, a body of one object and a whole stream each have a
size limit, and a body is split one line at a time.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

MOST_LINE_BYTES = 256 * 1024
"""The limit on one event, or on an answer that is one JSON object.

A token's event has 200 to 400 bytes. An answer of 32,000 tokens (the highest MAX_TOKENS) has about
130 kB. To parse an object, Python needs memory of at most 20 times its size, and less than 10 ms.
"""

MOST_STREAM_BYTES = 32 * 2**20
"""The limit on one whole answer, reasoning and comments included: 32,000 tokens in events of 1 kB.
"""

_PART_BYTES = 64 * 1024
_LINE_END = re.compile(rb"[\r\n]+")


class Oversized(Exception):
    """The endpoint sent more than an answer can have.

    The error's text names the limit that was exceeded.
    """


class Reported(Exception):
    """The endpoint reported an error in the stream.

    `text` is the endpoint's own text. It is used only to classify the error.
    """

    def __init__(self, status: int, text: str, *, overloaded: bool) -> None:
        super().__init__(f"reported status {status}")
        self.status, self.text, self.overloaded = status, text, overloaded


class EventReader:
    """Turn the bytes of a body into its JSON objects.

    Memory use stays below the sum of twice `MOST_LINE_BYTES` and one part. `done` is set once the
    endpoint has marked the end of the stream.
    """

    def __init__(self) -> None:
        self.done = False
        self._lines: deque[bytes] = deque()
        self._rest: list[bytes] = []  # the beginning of a line that has not ended
        self._rest_bytes = 0
        self._taken_bytes = 0
        self._one_object: bool | None = None  # None until the first byte that is not white space

    def feed(self, part: bytes) -> None:
        """Take the next bytes. Raises `Oversized`."""
        self._taken_bytes += len(part)
        if self._taken_bytes > MOST_STREAM_BYTES:
            raise Oversized("the stream is too large")
        if self._one_object is None:
            self._recognise(part)
        if self._one_object:
            self._hold(part)
            return
        *lines, rest = _LINE_END.split(part)
        for line in lines:
            self._hold(line)
            self._end_line()
        self._hold(rest)

    def end(self) -> None:
        """Read the last line of the body, which may have no line end."""
        self._end_line()

    def pop(self) -> Json | None:
        """Return the next object. Return None if more bytes are needed or the stream is complete.

        Raises `Reported` for an error message in an object's place, and ValueError for text that is
        not a JSON object.
        """
        while self._lines and not self.done:
            line = self._lines.popleft()
            if self._one_object:
                return _object(line)
            if line.startswith(b"data:"):
                data = line[5:].strip()
                if data == b"[DONE]":
                    self.done = True
                elif data:
                    return _object(data)
        return None

    def _recognise(self, part: bytes) -> None:
        beginning = part.lstrip(b"\xef\xbb\xbf \t\r\n")
        if beginning:
            self._one_object = beginning.startswith((b"{", b"["))

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._rest.append(piece)
            self._rest_bytes += len(piece)
            if self._rest_bytes > MOST_LINE_BYTES:
                raise Oversized("a line is too large")

    def _end_line(self) -> None:
        if self._rest:
            self._lines.append(b"".join(self._rest).lstrip(b"\xef\xbb\xbf"))
            self._rest, self._rest_bytes = [], 0


def _object(data: bytes) -> Json:
    try:
        found = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the same error as for any other line that is not an event
    if found.get("error"):
        raise _reported(found["error"], found.get("error_type"))
    return found


def _reported(error: Any, kind: Any) -> Reported:
    code = error.get("code") if isinstance(error, dict) else None
    status = int(code) if isinstance(code, str) and re.fullmatch(r"\d{3}", code) else code
    return Reported(
        status if isinstance(status, int) else 0, str(error), overloaded=kind == "overloaded"
    )


class Inflater:
    """Decompress a body in parts of at most 64 kB, whatever its degree of compression.

    Raises ValueError for a content coding that cannot be decompressed in parts.
    """

    def __init__(self, coding: str) -> None:
        coding = coding.strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise ValueError("unknown content coding")
        plain = coding in ("", "identity")
        self._inflate = None if plain else zlib.decompressobj(zlib.MAX_WBITS | 32)

    def parts(self, raw: bytes) -> Iterator[bytes]:
        """Yield the decompressed content of the next raw bytes."""
        if self._inflate is None:
            for at in range(0, len(raw), _PART_BYTES):
                yield raw[at : at + _PART_BYTES]
            return
        while raw:
            try:
                part = self._inflate.decompress(raw, _PART_BYTES)
            except zlib.error as error:
                raise ValueError("broken compression") from error
            if part:
                yield part
            raw = self._inflate.unconsumed_tail
