"""The icons for the home screen of a phone, and the paths that need no password."""

from __future__ import annotations

# In pixels, the sizes that browsers request (W3C, Web Application Manifest).
ICON_SIZES = (192, 512)
OPEN_PATHS = ("/manifest.webmanifest", *(f"/icon-{size}.png" for size in ICON_SIZES))
"""These paths need no password, because a browser asks for them without the page's cookies."""
