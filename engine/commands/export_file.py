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
from engine.wording.export import ENGLISH, ExportWords

# A bot may send files of 10 MB on Discord and of 50 MB on Telegram.
LONGEST_BYTES = 8 * 1000 * 1000
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


async def write_text(
    scope: Scope, held: Held, write: Callable[[bytes], object], words: ExportWords = ENGLISH
) -> None:
    """Write the view in plain text."""
    write(_encoded(f"{words.note}\n\n"))
    async for line in _view(scope, held, words):
        write(_encoded(line + "\n"))


async def write_json(
    scope: Scope, held: Held, write: Callable[[bytes], object], words: ExportWords = ENGLISH
) -> None:
    """Write one JSON object: `about`, `view` (lines of plain text), then the data."""
    write(_encoded(f'{{\n "about": {_json(words.note)},\n "view": ['))
    separator = "\n"
    async for line in _view(scope, held, words):
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


async def _view(scope: Scope, held: Held, words: ExportWords) -> AsyncIterator[str]:
    person = f", {words.person.format(person=scope.user_id)}" if scope.user_id else ""
    yield words.chat.format(chat=scope.key) + person
    async for one in held():
        for line in _LINES[one.section](one.content, words):
            yield line


def _settings(settings: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    chosen = ((name, value) for name, value in settings.items() if value)
    yield from (words.chosen.format(name=name, value=value) for name, value in chosen)


def _turn(turn: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    said = f"[{turn['at']}] {_name(turn, words)}: {turn['question']}"
    yield from ("", said, *_beside(turn, words))
    yield f"Pipit: {turn['answer']}"


def _message(message: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    if "question" in message:
        said = f"[{message['at']}] {_name(message, words)}: {message['question']}"
        yield from ("", f"{said} ({message['state']})", *_beside(message, words))


def _beside(question: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    """Write the parts of a question beside its text: the quoted message and the file names."""
    if question["quoted"]:
        author, forwarded = question.get("quoted_from"), question.get("forwarded")
        if author:
            yield (words.forwarded if forwarded else words.reply).format(author=author)
        else:
            yield words.forwarded_plain if forwarded else words.reply_plain
        yield from (f"> {line}" for line in question["quoted"].split("\n"))
    for file in question["files"]:
        seen = file.get("description") or file.get("alt")
        yield words.file.format(name=file["name"]) + (f" ({seen})" if seen else "")


def _document(document: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    given = words.document.format(name=document["name"], author=_name(document, words))
    yield from ("", f"[{document['at']}] {given}")
    for passage in document["passages"]:
        yield f"{passage['place']}: {passage['text']}".strip(": ")


def _used(used: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    tokens = used["question_tokens"] + used["answer_tokens"]
    said = words.used.format(answers=used["answers"], ended=used["ended"], tokens=tokens)
    yield f"{used['day']} {_name(used, words)}: {said}"


def _spent(spent: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    tokens, model = spent["question_tokens"] + spent["answer_tokens"], spent["model"]
    said = words.spent.format(
        answers=spent["answers"], model=model or words.no_model, tokens=tokens
    )
    yield f"{spent['day']} {_name(spent, words)}: {said}"


def _nothing(_: Mapping[str, Any], __: ExportWords) -> Iterator[str]:
    return iter(())


def _overheard(message: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    said = words.overheard.format(author=_name(message, words), text=message["text"])
    yield f"[{message['at']}] {said}"


def _objection(person: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    yield words.objection.format(person=person["id"])


def _waiting(message: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    said = f"[{message['at']}] {_name(message, words)}: {message['question']} ({words.waiting})"
    yield from ("", said, *_beside(message, words))


def _access(person: Mapping[str, Any], words: ExportWords) -> Iterator[str]:
    at = person["decided_at"]
    when = f" {words.since.format(time=at)}" if at else ""
    yield f"{person['id']} {person['name']}: {person['state']}, {person['role']}{when}"


_LINES: Mapping[str, Callable[[Mapping[str, Any], ExportWords], Iterator[str]]] = {
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


def _name(of: Mapping[str, Any], words: ExportWords) -> str:
    author = of["author"]
    if author["name"]:
        return f"{author['name']} ({author['id']})"
    return words.user.format(person=author["id"])
