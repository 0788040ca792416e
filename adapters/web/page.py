"""Render the page as one HTML document. It contains its style and its script."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.web.attaching import attach_address, voice_address
from adapters.web.wording import menu_words
from engine.contract import OF_ANSWERS, ON_PEOPLE, Action, Button
from engine.text import well_formed

if TYPE_CHECKING:
    from adapters.web.visits import Chat, Item
    from adapters.web.wording import PageWords

_FOLDER = Path(__file__).parent
_ICON = (  # the icon is inside the page itself, so it needs no request
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Crect "
    "width='64' height='64' rx='14' fill='%230a58ca'/%3E%3Cpath d='M14 40c0-12 8-20 20-20 3-6 8-8 "
    "13-7l-3 5 7 4-9 3c0 14-8 22-20 22l-8 5z' fill='%23fff'/%3E%3Ccircle cx='42' cy='20' r='2' "
    "fill='%230a58ca'/%3E%3C/svg%3E"
)
_FRAMES = "'self' https://huggingface.co"  # a Space shows the page in a frame of this host

SHOWN = frozenset((*OF_ANSWERS, *ON_PEOPLE)) - {Action.STOP}


def file_digest(name: str) -> str:
    """Return a short digest of a file, for an address that changes with the file's content."""
    return hashlib.sha256(asset(name)[0].encode()).hexdigest()[:12]


@cache
def asset(name: str) -> tuple[str, str]:
    """Return a file's text, and the digest by which the content policy allows it."""
    text = _without_comments((_FOLDER / name).read_text(encoding="utf-8"))
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"'sha256-{digest}'"


def _without_comments(text: str) -> str:
    """Return a script or a style without indentation and without comment lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("// "))


def policy(*, script: str = "", style: str = "", media: str = "") -> str:
    """Return the Content-Security-Policy. It allows only this host and the page's own scripts."""
    sounds = f"media-src 'self' {media}; ".replace(" ;", ";")
    return (
        f"default-src 'none'; script-src {script or chr(39) + 'none' + chr(39)}; style-src "
        f"{style}; {sounds}img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
        f"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {_FRAMES}"
    )


def page(
    chat: Chat, words: PageWords, most_text: int, *, leaves: bool = False, hears: bool = False
) -> tuple[str, str]:
    """Return the page with everything that the chat shows, and its content policy.

    `leaves` adds a button to log out. `hears` adds a button to record. The page's script loads the
    other scripts, which ``strict-dynamic`` permits. In a browser that does not support this
    keyword, the menu shows only the panel.
    """
    (style, style_digest), (script, script_digest) = asset("page.css"), asset("page.js")
    later = ("menu.css", "attach.css", *(["voice.css"] if hears else []))
    styles = " ".join((style_digest, *(asset(name)[1] for name in later)))
    voice = f' data-voice="{voice_address(words.language)}"' if hears else ""
    texts = {"thinking": words.thinking, "offline": words.offline, "unsent": words.unsent,
            "send": words.send, "stop": words.stop, "returned": words.returned,
            "copy": words.copy, "copied": words.copied, "long": words.too_long}  # fmt: skip
    told = json.dumps(texts, ensure_ascii=False)
    items = "".join(item_html(item) for item in chat.items.values())
    leave = (
        f'<form id="leave" method="post" action="logout"><button '
        f'type="submit">{words.leave}</button></form>'
        if leaves
        else ""
    )
    html = f"""{_head(words, style)}
<body data-seen="{chat.epoch}.{chat.version}" data-most="{most_text}"
 data-later="later.js?{file_digest("later.js")}"
 data-attach="{attach_address(words.language)}"{voice} data-words="{escape(told)}">
<header><h1>Pipit</h1><button id="fresh" type="button">{words.fresh}</button>
<button id="menu" type="button" aria-haspopup="dialog"
 aria-label="{words.menu}">☰</button></header>
<main id="chat"><div id="log" role="log" aria-live="off"
 aria-label="{words.conversation}" tabindex="0">{items}</div>
<p id="hello">{words.hello}</p>
<p id="note" role="status"><span></span><button hidden type="button">{words.again}</button></p>
<p id="said" class="unseen" role="status" aria-live="polite"></p>
<form id="ask"><textarea id="text" rows="1" dir="auto"
 enterkeyhint="send" autocomplete="off"
 aria-label="{words.ask}" placeholder="{words.ask}"></textarea>
<button id="send" type="submit">{words.send}</button></form></main>
<dialog id="panel" aria-label="{words.menu}"><div id="choices"></div>
<p id="done" role="status"></p>
<div class="row">{leave}<button id="more" type="button">{menu_words(words.language).more}</button>
<button id="close" type="button">{words.close}</button></div></dialog>
<script>{script}</script>
</body></html>"""
    script_sources = f"{script_digest} 'strict-dynamic'"
    return html, policy(script=script_sources, style=styles, media="blob:" if hears else "")


def login_page(words: PageWords, told: str) -> tuple[str, str]:
    """Return the page that asks for the password, and its content policy.

    `told` is the message about the previous attempt, or "" if there was none.
    """
    style, digest = asset("page.css")
    said = f'<p role="alert">{escape(told)}</p>' if told else ""
    html = f"""{_head(words, style)}
<body class="login"><main><h1>Pipit</h1>{said}
<form method="post" action="login"><label for="password">{words.password}</label>
<input id="password" name="password" type="password"
 autocomplete="current-password" required autofocus>
<button type="submit">{words.enter}</button></form></main></body></html>"""
    return html, policy(style=digest)


def _head(words: PageWords, style: str) -> str:
    direction = "rtl" if words.right_to_left else "ltr"
    return f"""<!doctype html>
<html lang="{words.language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport"
 content="width=device-width,initial-scale=1,viewport-fit=cover,interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark"><meta name="description" content="Pipit">
<meta name="theme-color" media="(prefers-color-scheme:light)" content="#fff">
<meta name="theme-color" media="(prefers-color-scheme:dark)" content="#11151a">
<link rel="icon" href="{_ICON}"><title>Pipit</title>
<style>{style}</style></head>"""


def item_html(item: Item) -> str:
    """Return a question with its answer as HTML."""
    asked = (
        ""
        if _silent(item.prompt)
        else f'<p class="asked" dir="auto">{escape(well_formed(item.prompt))}</p>'
    )
    busy = ' aria-busy="true"' if item.growing else ""
    return (
        f'<article data-handle="{escape(item.handle)}"{busy}>{asked}'
        f'<div class="answer">{"".join(item.blocks)}</div><div '
        f'class="foot">{foot(item)}</div></article>'
    )


def foot(item: Item) -> str:
    """Return the buttons under an answer as HTML.

    The Stop button is left out, because it replaces the page's Send button. The buttons about
    people keep their lines, so that each stands with the person whom it concerns.
    """
    shown = [one for one in item.buttons if one.action in SHOWN]
    if not any(one.about for one in shown):
        return "".join(map(_button, shown))
    lines = sorted({one.line for one in shown})
    rows = ("".join(_button(one) for one in shown if one.line == line) for line in lines)
    return "".join(f'<div class="line">{row}</div>' for row in rows)


def _button(button: Button) -> str:
    about = f' data-about="{escape(button.about)}"' if button.about else ""
    action = button.action.value
    return f'<button type="button" data-action="{action}"{about}>{escape(button.label)}</button>'


def _silent(prompt: str) -> bool:
    """Return whether a question has no text to show, such as a continuation or a new chat."""
    return prompt.strip() in ("", "/continue", "/new", "/retry")
