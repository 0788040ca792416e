"""The panel of Gradio components: the stored turns, the assistant's role, export and erasing.

It runs on Gradio 4.44 and 6. Some options moved from `Blocks` to `mount_gradio_app` between these
versions. Each option is passed to the function that takes it.
"""

from __future__ import annotations

import inspect
import time
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI

from adapters.web.door import VISITOR_COOKIE, Visitor, of_origin, visitor_of
from adapters.web.requests import language_of
from adapters.web.wording import PanelWords, panel_words
from engine.errors import DeadlinePassed, StorageFault
from engine.text.characters import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.web.host import Host
    from engine.kept import Exchange

MOST_LISTED = 50
MOST_CHARACTERS = 160
_STYLE = """
.gradio-container{max-width:100%!important;padding:8px!important}
footer{display:none!important}
button,input:not([type=checkbox]),textarea{min-height:44px!important;font-size:16px!important}
textarea{unicode-bidi:plaintext!important;text-align:start!important}
label:has(input[type=checkbox]){min-height:44px}
input[type=checkbox]{width:24px!important;height:24px!important}
.kept{list-style:none;margin:0;padding:0}
.kept li{padding:8px 0;border-bottom:1px solid var(--border-color-primary);overflow-wrap:anywhere}
.kept time{opacity:.7;font-size:13px}
"""


def build_panel(adapter: Host) -> Any:
    """Return an application with the panel at its root. Its lifespan starts the panel's queue."""
    outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # These are system fonts, because Gradio's own themes load their fonts from another host.
    theme = gr.themes.Base(
        font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    )
    look = {"theme": theme, "css": _STYLE}
    blocks = gr.Blocks(title="Pipit", analytics_enabled=False, **_taken(gr.Blocks.__init__, look))
    with blocks:
        _fill(adapter)
    blocks.queue(
        default_concurrency_limit=8, max_size=100, **_taken(blocks.queue, {"api_open": False})
    )
    wishes = {
        **look,
        "ssr_mode": False,
        "show_error": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "pwa": False,
        "mcp_server": False,
        "max_file_size": 1,
    }
    return gr.mount_gradio_app(outer, blocks, path="", **_taken(gr.mount_gradio_app, wishes))


def _taken(function: Any, wishes: dict[str, Any]) -> dict[str, Any]:
    """Return the options that the function takes in this version of Gradio."""
    return {
        name: value
        for name, value in wishes.items()
        if name in inspect.signature(function).parameters
    }


def _fill(adapter: Host) -> None:
    """Create the components and connect their events.

    `Panel.show` sets the labels in the language of the visitor's chat.
    """
    words, panel = panel_words(""), Panel(adapter)
    kept = gr.HTML(label=words.kept)
    again = gr.Button(words.again, size="lg")
    save = gr.Button(words.export, size="lg")
    role = gr.Textbox(label=words.role, placeholder=words.role_hint, max_lines=3)
    take = gr.Button(words.take, size="lg")
    sure = gr.Checkbox(label=words.sure, value=False)
    erase = gr.Button(words.erase, variant="stop", size="lg")
    said = gr.HTML()
    opened = gr.context.Context.root_block.load
    gr.on([opened, again.click], panel.show, None, [kept, again, save, role, take, sure, erase])
    save.click(panel.export, None, [said])
    take.click(panel.set_role, [role], [said])
    erase.click(panel.forget, [sure], [kept, sure, said])


class Panel:
    """The handlers of the panel's events.

    Gradio passes each handler the request, whose cookie names the visitor.
    """

    def __init__(self, adapter: Host) -> None:
        self._adapter = adapter

    async def show(self, request: gr.Request) -> tuple[Any, ...]:
        """Return the list of stored turns and the labels of all components."""
        visitor, words = await self._known(request)
        return (
            await _listed(self._adapter, visitor, words),
            gr.update(value=words.again),
            gr.update(value=words.export),
            gr.update(label=words.role, placeholder=words.role_hint),
            gr.update(value=words.take),
            gr.update(label=words.sure),
            gr.update(value=words.erase),
        )

    async def export(self, request: gr.Request) -> str:
        """Request an export. The file appears in the chat."""
        visitor, words = await self._known(request)
        return await self._say(visitor, "/export", words.exported, words.failed)

    async def set_role(self, wish: str, request: gr.Request) -> str:
        """Set the assistant's role. The chat confirms it."""
        visitor, words = await self._known(request)
        return (
            await self._say(visitor, f"/persona {wish.strip()}", words.taken, words.failed)
            if wish.strip()
            else ""
        )

    async def forget(self, certain: bool, request: gr.Request) -> tuple[Any, Any, str]:  # noqa: FBT001 - Gradio calls it so
        """Erase all stored data of the visitor, if the box is ticked."""
        visitor, words = await self._known(request)
        if visitor is None or not certain:
            return gr.update(), gr.update(), escape(words.tick)
        try:
            erased = await self._adapter.erase(visitor)
        except (StorageFault, DeadlinePassed):
            erased = False
        if not erased:
            return gr.update(), gr.update(), escape(words.failed)
        return (
            await _listed(self._adapter, visitor, words),
            gr.update(value=False),
            escape(words.erased),
        )

    async def _known(self, request: gr.Request) -> tuple[Visitor | None, PanelWords]:
        """Return the visitor and the texts in the language of their chat."""
        visitor = _visitor(request)
        language = await language_of(self._adapter, visitor) if visitor is not None else ""
        return visitor, panel_words(language)

    async def _say(self, visitor: Visitor | None, command: str, done: str, failed: str) -> str:
        if visitor is None:
            return ""
        try:
            word = await self._adapter.ask(visitor, self._adapter.new_id(), command)
        except StorageFault:
            return escape(failed)
        return escape(word or done)


def _visitor(request: gr.Request) -> Visitor | None:
    # `Guard` passes only this one cookie, and only without quotes, which may take quadratic time
    # to decode.
    language = request.headers.get("accept-language", "")
    visitor = visitor_of(request.cookies.get(VISITOR_COOKIE, ""), language)
    facts = getattr(request.request, "scope", {}).get("pipit")
    if visitor is not None and facts is not None:
        return of_origin(visitor, facts.address)
    return visitor


async def _listed(adapter: Host, visitor: Visitor | None, words: PanelWords) -> str:
    """Return the stored turns as HTML. All text of people and models is escaped."""
    if visitor is None:
        return ""
    try:
        exchanges = await adapter.kept.exchanges(visitor.key, earlier=True)
    except StorageFault:
        return f"<p>{escape(words.failed)}</p>"
    if not exchanges:
        return f"<p>{escape(words.nothing)}</p>"
    return (
        f"<h2>{escape(words.kept)} ({len(exchanges)})</h2><ul "
        f'class="kept">{"".join(_rows(exchanges))}</ul>'
    )


def _rows(exchanges: Sequence[Exchange]) -> list[str]:
    newest = list(exchanges)[-MOST_LISTED:][::-1]
    return [
        f'<li dir="auto"><time>{time.strftime("%Y-%m-%d %H:%M", time.gmtime(one.at))} '
        f"UTC</time><br>"
        f"<b>{escape(_short(one.prompt))}</b><br>{escape(_short(one.answer))}</li>"
        for one in newest
    ]


def _short(text: str) -> str:
    return clip(text, MOST_CHARACTERS + 1)
