"""Serve the menu: settings, earlier chats, memory, documents, export and erasing.

The server renders the menu's contents as HTML. Each choice becomes a command of the engine. It has
the same rights and answers as a command that the visitor writes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from adapters.web.page import asset
from adapters.web.requests import HEADERS, fields_of, language_of, visitor_of_request
from adapters.web.wording import LANGUAGES, MenuWords, menu_words, panel_words, words_in
from engine.errors import DeadlinePassed, StorageFault
from engine.text import well_formed
from engine.text.characters import clip

if TYPE_CHECKING:
    from adapters.web.door import Visitor
    from adapters.web.host import Host
    from engine.kept import Conversation, Exchange, Overview

MOST_LISTED, TITLE_CHARACTERS = 50, 80
# The longest value that a request of the menu may send, in characters. The longest is a persona.
MOST_VALUE = 600
# Each choice in the menu with the command that it becomes.
_COMMANDS = {
    "new": "/new",
    "chats": "/chats {}",
    "language": "/language {}",
    "model": "/model {}",
    "persona": "/persona {}",
    "voice": "/voice {}",
    "memory": "/memory remove {}",
    "documents": "/documents remove {}",
    "export": "/export",
}


# Signs that need no translation. A screen reader names them in the language of its user.
_SWITCH = {"on": "🔊", "off": "🔇"}


class Menu:
    """The handlers of the menu's requests."""

    def __init__(self, adapter: Host) -> None:
        self._adapter = adapter

    async def show(self, request: Any) -> Any:
        """Respond with the menu's contents as a part of a page."""
        visitor = visitor_of_request(request)
        try:
            chat = await self._adapter.chat(visitor)
            overview = await self._adapter.kept.overview(visitor.key, MOST_LISTED)
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        language = words_in(chat.language or visitor.author.language).language
        settings = self._adapter.settings
        html = menu_html(overview, language, settings.models, speaks=settings.speaks)
        return HTMLResponse(html, headers=HEADERS)

    async def choose(self, request: Any) -> Any:
        """Carry out a choice.

        Respond with its answer, and with the address of a file if a file was made.
        """
        data = fields_of(await request.body(), command=str, value=str)
        if data is None or len(data["value"]) > MOST_VALUE:
            return Response(status_code=400)
        visitor, value = visitor_of_request(request), well_formed(data["value"]).strip()
        language = await language_of(self._adapter, visitor)
        words = panel_words(language)
        try:
            if data["command"] == "erase":
                erased = await self._adapter.erase(visitor)
                return JSONResponse({"word": words.erased if erased else words.failed})
            if data["command"] not in _COMMANDS:
                return Response(status_code=400)
            return JSONResponse(await self._carry_out(visitor, data["command"], value))
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        except DeadlinePassed:
            return JSONResponse({"word": menu_words(language).later})

    async def _carry_out(self, visitor: Visitor, command: str, value: str) -> dict[str, str]:
        said = await self._adapter.command(visitor, _COMMANDS[command].format(value))
        return {"word": said.text, **({"file": said.address} if said.address else {})}


def menu_html(
    overview: Overview, language: str, models: Sequence[str], *, speaks: bool = False
) -> str:
    """Return the menu's contents as HTML. All text of people and models is escaped.

    `speaks` is true if answers can be spoken.
    """
    words, labels = menu_words(language), panel_words(language)
    parts = (
        f"<style>{asset('menu.css')[0]}</style>",
        *_list(words.chats, _chat_rows(overview.conversations)),
        *_settings(overview, language, models, words, speaks=speaks),
        *_list(labels.kept, _memory_rows(overview.exchanges, words), labels.nothing),
        *_list(words.documents, _document_rows(overview.documents, words)),
        f'<section><button type="button" data-do="export">{labels.export}</button>'
        f'<details><summary>{labels.erase}</summary><button type="button" class="danger" '
        f'data-do="erase">{labels.sure}</button></details></section>',
    )
    return "".join(parts)


def _settings(
    overview: Overview, language: str, models: Sequence[str], words: MenuWords, *, speaks: bool
) -> Iterator[str]:
    labels = panel_words(language)
    yield f'<section><h2>{words.settings}</h2><label for="language">{words.language}</label>'
    names = {code: spoken.page.name for code, spoken in LANGUAGES.items()}
    yield _select("language", names, language)
    if len(models) > 1:
        yield f'<label for="model">{words.model}</label>'
        yield _select("model", {name: name for name in models}, overview.model or models[0])
    if speaks:
        yield f'<label for="voice">{words.spoken}</label>'
        yield _select("voice", _SWITCH, "on" if overview.speaks else "off")
    yield (
        f'<form data-do="persona"><label for="persona">{labels.role}</label><textarea id="persona" '
        f'name="value" rows="2" maxlength="500" dir="auto" placeholder="{labels.role_hint}">'
        f'{escape(overview.persona)}</textarea><button type="submit">{labels.take}</button></form>'
        "</section>"
    )


def _select(command: str, names: dict[str, str], chosen: str) -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(name)}</option>"
        for value, name in names.items()
    )
    return f'<select id="{command}" data-do="{command}">{options}</select>'


def _list(title: str, rows: Sequence[str], nothing: str = "") -> Iterator[str]:
    """Yield a list below its title. An empty list is shown only if `nothing` has a text for it."""
    if rows or nothing:
        listed = f'<ul class="rows">{"".join(rows)}</ul>' if rows else f"<p>{nothing}</p>"
        yield f"<section><h2>{title}</h2>{listed}</section>"


def _chat_rows(conversations: Sequence[Conversation]) -> list[str]:
    return [
        f'<li><button type="button" data-do="chats" data-value="{one.turn_id}" dir="auto"'
        f"{' aria-current=true' if one.running else ''}>{_title(one.title)}{_when(one.at)}"
        "</button></li>"
        for one in conversations
    ]


def _memory_rows(exchanges: Sequence[Exchange], words: MenuWords) -> list[str]:
    return [
        f'<li><span dir="auto">{_title(one.prompt)}{_when(one.at)}</span>'
        f"{_remove('memory', one.turn_id, one.prompt, words)}</li>"
        for one in exchanges
    ]


def _document_rows(documents: Sequence[tuple[int, str]], words: MenuWords) -> list[str]:
    return [
        f'<li><span dir="auto">{_title(name)}</span>'
        f"{_remove('documents', number, name, words)}</li>"
        for number, name in documents
    ]


def _remove(command: str, number: int, what: str, words: MenuWords) -> str:
    label = escape(f"{words.remove}: {_short(what)}")
    return (
        f'<button type="button" data-do="{command}" data-value="{number}" aria-label="{label}">'
        f"{words.remove}</button>"
    )


def _title(text: str) -> str:
    return f"<bdi>{escape(_short(text))}</bdi>"


def _short(text: str) -> str:
    return clip(" ".join(text.split()), TITLE_CHARACTERS + 1)


def _when(at: float) -> str:
    """Return a time as HTML, which the script shows in the visitor's own zone.

    Without the script, the time is in UTC.
    """
    moment = time.gmtime(at)
    shown = time.strftime("%Y-%m-%d %H:%M UTC", moment)
    return f'<time datetime="{time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)}">{shown}</time>'
