"""The web adapter: a chat page for a phone, with a panel of Gradio components behind its menu.

The adapter is optional (see requirements-web.txt). The chat itself is one small document. One
request returns it together with the conversation's text. Gradio's scripts are a hundred times
larger, and importing Gradio takes more memory than everything else in the process. Both therefore
wait until somebody opens the menu.
"""

from __future__ import annotations

from adapters.web.adapter import WebAdapter
from adapters.web.settings import WebSettings

__all__ = ["WebAdapter", "WebSettings"]
