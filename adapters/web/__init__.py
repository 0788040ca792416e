"""A chat page for a phone, with a panel of Gradio components behind its menu.

It is optional: see requirements-web.txt.

The chat itself is one small document: its first paint is one request, with the words of the
conversation in it. Gradio's scripts are a hundred times that, and importing Gradio costs the
process more memory than all the rest, so both wait until somebody opens the menu.
"""

from __future__ import annotations

from adapters.web.adapter import WebAdapter
from adapters.web.settings import WebSettings

__all__ = ["WebAdapter", "WebSettings"]
