"""Write stored data to a file: JSON that begins with a view in plain text, or only this view.

The file is written in pieces while the store is read (twice for JSON). The data is therefore never
in memory as objects.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Callable

from engine.errors import ExportTooLong
from engine.storage.records import SECTIONS, Exported, Scope

# A bot may send files of 10 MB on Discord and of 50 MB on Telegram.
LONGEST_BYTES = 8 * 1000 * 1000
NOTE = (
    "All that Pipit keeps of this. Vectors are numbers made of these texts; their length stands "
    "here in their place. All times are UTC."
)

Held = Callable[[], AsyncIterator[Exported]]
"""Starts to read the stored data of a scope."""


class Bounded:
    """A file in memory. `write` raises `ExportTooLong` if the file would exceed `most_bytes`."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._content = most_bytes, bytearray()

    def write(self, piece: bytes) -> None:
        """Append a piece."""
        if len(self._content) + len(piece) > self._most_bytes:
            raise ExportTooLong
        self._content += piece

    def take(self) -> bytes:
        """Return the written bytes."""
        return bytes(self._content)


async def write_text(scope: Scope, held: Held, write: Callable[[bytes], object]) -> None:
    """Write the view in plain text."""
    write(_encoded(f"{NOTE}\n\n"))
    async for line in _view(scope, held):
        write(_encoded(line + "\n"))


async def write_json(scope: Scope, held: Held, write: Callable[[bytes], object]) -> None:
    """Write one JSON object: `about`, `view` (lines of plain text), then the data."""
    write(_encoded(f'{{\n "about": {_json(NOTE)},\n "view": ['))
    separator = "\n"
    async for line in _view(scope, held):
        write(_encoded(f"{separator}  {_json(line)}"))
        separator = ",\n"
    of = f'"chat": {_json(str(scope.key))},\n "person": {_json(scope.user_id or None)}'
    write(_encoded(f"\n ],\n {of}"))
    await _write_sections(held, write)
    write(b"\n}\n")


async def _write_sections(held: Held, write: Callable[[bytes], object]) -> None:
    """Write each section as a list. Sections without content become empty lists."""
    to_come, current, separator = list(SECTIONS), "", ""
    async for one in held():
        if one.section != current:
            write(b"\n ]" if current else b"")
            while (name := to_come.pop(0)) != one.section:
                write(_encoded(f',\n "{name}": []'))
            write(_encoded(f',\n "{name}": ['))
            current, separator = one.section, "\n"
        write(_encoded(f"{separator}  {_json(one.content)}"))
        separator = ",\n"
    write(b"\n ]" if current else b"")
    for name in to_come:
        write(_encoded(f',\n "{name}": []'))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # half of a surrogate pair cannot be encoded


async def _view(scope: Scope, held: Held) -> AsyncIterator[str]:
    yield f"Chat {scope.key}" + (f", person {scope.user_id}" if scope.user_id else "")
    async for one in held():
        for line in _LINES[one.section](one.content):
            yield line


def _settings(settings: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"Chosen {name}: {value}" for name, value in settings.items() if value)


def _turn(turn: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"[{turn['at']}] {_name(turn)}: {turn['question']}", *_beside(turn))
    yield f"Pipit: {turn['answer']}"


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    if "question" in message:
        said = f"[{message['at']}] {_name(message)}: {message['question']} ({message['state']})"
        yield from ("", said, *_beside(message))


def _beside(question: Mapping[str, Any]) -> Iterator[str]:
    """Write the parts of a question beside its text: the quoted message and the file names."""
    if question["quoted"]:
        verb = "Forwarded from" if question.get("forwarded") else "In reply to"
        yield f"{verb} {question.get('quoted_from') or 'a message'}:"
        yield from (f"> {line}" for line in question["quoted"].split("\n"))
    for file in question["files"]:
        seen = file.get("description") or file.get("alt")
        yield f"File: {file['name']}" + (f" ({seen})" if seen else "")


def _document(document: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"[{document['at']}] Document {document['name']}, given by {_name(document)}")
    for passage in document["passages"]:
        yield f"{passage['place']}: {passage['text']}".strip(": ")


def _used(used: Mapping[str, Any]) -> Iterator[str]:
    tokens = used["question_tokens"] + used["answer_tokens"]
    yield (
        f"{used['day']} {_name(used)}: {used['answers']} answers ({used['ended']}), {tokens} tokens"
    )


def _spent(spent: Mapping[str, Any]) -> Iterator[str]:
    tokens = spent["question_tokens"] + spent["answer_tokens"]
    by = spent["model"] or "no model"
    yield f"{spent['day']} {_name(spent)}: {spent['answers']} answers by {by}, {tokens} tokens"


def _nothing(_: Mapping[str, Any]) -> Iterator[str]:
    return iter(())


def _overheard(message: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{message['at']}] Overheard from {_name(message)}: {message['text']}"


def _objection(person: Mapping[str, Any]) -> Iterator[str]:
    yield f"User {person['id']} does not want to be overheard"


def _waiting(message: Mapping[str, Any]) -> Iterator[str]:
    said = f"[{message['at']}] {_name(message)}: {message['question']} (waits for approval)"
    yield from ("", said, *_beside(message))


def _access(person: Mapping[str, Any]) -> Iterator[str]:
    when = f" since {person['decided_at']}" if person["decided_at"] else ""
    yield f"{person['id']} {person['name']}: {person['state']}, {person['role']}{when}"


_LINES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "settings": _settings,
    "turns": _turn,
    "repeated": _nothing,
    "documents": _document,
    "cached_answers": _nothing,
    "messages": _message,
    "usage": _used,
    "spending": _spent,
    "overheard": _overheard,
    "objections": _objection,
    "waiting": _waiting,
    "access": _access,
}


def _name(of: Mapping[str, Any]) -> str:
    author = of["author"]
    return f"{author['name']} ({author['id']})" if author["name"] else f"User {author['id']}"
