"""Serve the files beside the page: its second script, the icons, and the manifest.

A phone uses the manifest to put the page on its home screen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

from starlette.responses import Response
from starlette.routing import Route

from adapters.web.attaching import attach_script, voice_script
from adapters.web.icons import ICON_SIZES
from adapters.web.page import asset
from adapters.web.wording import words_in

_FOLDER = Path(__file__).parent
_KEPT = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
# The address of a script contains a digest of the script, so a browser may keep it for any time.
_KEPT_LONG = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


def file_routes() -> list[Any]:
    """Return the routes of all files."""
    icons = [Route(f"/icon-{size}.png", _icon(size)) for size in ICON_SIZES]
    scripts = [
        Route("/later.js", _script),
        Route("/attach.js", _worded(attach_script)),
        Route("/voice.js", _worded(voice_script)),
    ]
    return [*scripts, Route("/manifest.webmanifest", _manifest), *icons]


async def _script(_request: Any) -> Any:
    return Response(asset("later.js")[0], media_type="text/javascript", headers=_KEPT_LONG)


def _worded(script: Callable[[str], str]) -> Any:
    """Return a handler that responds with a script in the language that the address names."""

    async def respond(request: Any) -> Any:
        text = script(words_in(request.url.query).language)
        return Response(text, media_type="text/javascript", headers=_KEPT_LONG)

    return respond


async def _manifest(_request: Any) -> Any:
    icons = [
        {"src": f"icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
        for size in ICON_SIZES
    ]
    manifest = {
        "name": "Pipit",
        "short_name": "Pipit",
        "start_url": ".",
        "scope": ".",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": icons,
    }
    return Response(json.dumps(manifest), media_type="application/manifest+json", headers=_KEPT)


def _icon(size: int) -> Any:
    async def icon(_request: Any) -> Any:
        content = (_FOLDER / f"icon-{size}.png").read_bytes()
        return Response(content, media_type="image/png", headers=_KEPT)

    return icon
