"""The icons for the home screen of a phone, and the paths that need no password."""

from __future__ import annotations

ICON_SIZES = (192, 512)  # in pixels, as browsers ask for them (W3C, Web Application Manifest)
OPEN_PATHS = ("/manifest.webmanifest", *(f"/icon-{size}.png" for size in ICON_SIZES))
"""These paths need no password, because a browser asks for them without the page's cookies."""
