"""Draw ``docs/pictures/terminal.svg``, a real conversation with the embedded model in a terminal.

Run it with ``python -m benchmarks.picture`` from the project's root. The embedded model must be
installed; no ``HF_TOKEN`` is needed. It types into ``python -m bot`` in a pseudo-terminal and draws
the final screen. The answers are the small model's own and differ from run to run.
"""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from tests.rigs.console_rig import COLUMNS, TerminalRig

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "terminal.svg"
QUESTIONS = (
    "Give me three tips for learning to cook.",
    "Write a Python function that adds two numbers.",
)


async def converse() -> str:
    """Hold the conversation; return the screen as text with its styles."""
    with tempfile.TemporaryDirectory() as folder:
        rig = TerminalRig()
        unset = dict.fromkeys(
            ("HF_TOKEN", "HF_BASE_URL", "TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN"), ""
        )
        await rig.start(
            "-m", "bot", "run", extra={**unset, "DATABASE_PATH": str(Path(folder, "pipit.db"))}
        )
        try:
            for number, question in enumerate(QUESTIONS, 1):
                await rig.until(lambda shown, prompts=number: shown.count("\n>") == prompts)
                rig.type(question + "\r")
            await rig.until(lambda shown: shown.count("\n>") == len(QUESTIONS) + 1)
            return rig.screen.styled
        finally:
            await rig.close()


def draw(styled: str) -> str:
    """Return the screen as an SVG that loads no font from another host."""
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        color_system="truecolor",
        force_terminal=True,
    )
    console.print(Text.from_ansi(styled))
    form = re.sub(
        r"@font-face \{\{.*?\}\}\s*|<!--.*?-->\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL
    )
    return console.export_svg(
        title="python -m bot", theme=DIMMED_MONOKAI, code_format=form, unique_id="pipit"
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(asyncio.run(converse())), encoding="utf-8")
