"""The web adapter: a chat page for a phone, with a panel of Gradio components behind its menu.

The adapter is optional (see requirements-web.txt). The chat itself is one small document. One
request shows it, with the conversation's text in it. Gradio's scripts are a hundred times larger,
and importing Gradio costs the process more memory than everything else, so both wait until somebody
opens the menu.
"""

from __future__ import annotations

from adapters.web.adapter import WebAdapter
from adapters.web.settings import WebSettings

__all__ = ["WebAdapter", "WebSettings"]
