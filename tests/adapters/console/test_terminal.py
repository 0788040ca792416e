"""Tests of the console's screen: a pseudo-terminal, the real libraries, a scripted engine."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from adapters.console.terminal import last_block_at
from adapters.console.words import console_words
from tests.rigs.console_rig import ROOT, TerminalRig

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

no_terminal = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
PROMPT = "\n>"
PT = console_words("pt")  # the language of the rig


@pytest.fixture
async def rig() -> AsyncGenerator[TerminalRig, None]:
    running = TerminalRig()
    yield running
    await running.close()


@pytest.mark.parametrize(
    ("settled", "growing"),
    [
        ("", "Hel"),
        ("# Title\n\n", "Intro"),
        ("Intro:\n\n", "```python\n# not a heading\n\nstill code"),
        ("```\ncode\n```\n", "after"),
        ("", "1. one\n\n2"),
        ("", "1. one\n\n2. two"),
        ("1. one\n\n2. two\n\n", "Text"),
        ("", "7"),
        ("one\u2028two\n\n", "three"),
        ("", "\n\n"),
    ],
)
def test_all_but_the_last_block_of_a_growing_text_may_settle(settled: str, growing: str) -> None:
    assert last_block_at(settled + growing) == len(settled)


def test_the_libraries_of_the_terminal_are_loaded_in_a_terminal_only() -> None:
    asked = (
        "import sys, adapters.console.adapter; print({'rich', 'prompt_toolkit', "
        "'adapters.console.terminal'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout == "set()\n"


@no_terminal
async def test_an_answer_grows_in_place_and_stands_rendered_once(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("hello there\r")
    await rig.sees("/continue · /retry\n" + PROMPT)
    assert rig.screen.text.rstrip() == (
        f"{PT.demonstration.format(name='tiny')}\n"
        f"{PT.greeting}\n"
        "\n"
        "> hello there\n"
        "You said hello there (11)\n"
        "\n"
        "/continue · /retry\n"
        "\n"
        ">"
    )
    rig.type("\x04")
    assert await rig.ends() == 0


@no_terminal
async def test_words_stand_where_the_answer_will_be_until_it_begins(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("silent\r")
    await rig.sees(PT.thinking)
    rig.type("\x03")
    await rig.sees("Stopped before a word.\n" + PROMPT)
    assert PT.thinking not in rig.screen.text


@no_terminal
async def test_a_notice_is_replaced_by_the_answer(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("notice\r")
    await rig.sees("The answer.\n" + PROMPT)
    assert "In line" not in rig.screen.text
    assert b"In line: 2" in rig.raw


@no_terminal
async def test_an_answer_taller_than_the_screen_stands_whole_and_once(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("tall\r")
    await rig.sees("The end.\n" + PROMPT)
    rows = [line.strip() for line in rig.screen.text.splitlines() if "row" in line]
    assert rows == [f"• row {number}" for number in range(60)]
    assert "Title\n\nIntro here.\n\n• row 0" in rig.screen.text


@no_terminal
async def test_ctrl_c_presses_stop_under_the_growing_answer(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("long\r")
    await rig.sees("Once upon a")
    rig.type("\x03")
    await rig.sees("Stopped.")
    await rig.sees("/continue · /retry\n" + PROMPT)
    assert rig.screen.text.count("Once upon a") == 1


@no_terminal
async def test_ctrl_c_in_one_piece_with_the_question_stops_its_answer(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("silent\r\x03then")
    await rig.sees("Stopped before a word.\n\n> then")


@no_terminal
async def test_a_stop_waits_until_the_question_is_taken(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("slow\r")
    await rig.sees(PT.thinking)
    rig.type("\x03")
    await rig.sees(PT.stopping)
    assert rig.process is not None
    rig.process.send_signal(signal.SIGUSR1)
    await rig.sees("Stopped before a word.\n" + PROMPT)
    assert "Nothing to stop" not in rig.screen.text


@no_terminal
async def test_a_second_ctrl_c_leaves_with_what_is_there_on_screen(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("tell me a long one\r")
    await rig.sees("/retry\n" + PROMPT)
    rig.type("forever\r")
    await rig.sees("Once upon a")
    rig.type("\x03")
    await rig.sees(PT.stopping)
    rig.type("\x03")
    assert await rig.ends() == 0
    assert rig.screen.text.rstrip().endswith("> forever\nOnce upon a")
    assert rig.restored()


@no_terminal
async def test_ctrl_c_clears_a_typed_line_and_leaves_on_an_empty_one(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("never sent")
    await rig.sees("> never sent")
    rig.type("\x03")
    await rig.until(lambda shown: "never" not in shown)
    rig.type("\x03")
    assert await rig.ends() == 0
    assert rig.restored()


@no_terminal
async def test_what_is_typed_during_an_answer_waits_for_the_prompt(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("long\r")
    await rig.sees("Once upon a")
    rig.type("next one")
    rig.type("\x03")
    await rig.sees("/retry\n\n> next one")


@no_terminal
async def test_the_arrow_key_brings_the_last_line_back(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("hello\r")
    await rig.sees("/retry\n" + PROMPT)
    rig.type("\x1b[A")
    await rig.sees("/retry\n\n> hello")


@no_terminal
async def test_an_answer_from_before_appears_above_the_prompt(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("half a line")
    await rig.sees("> half a line")
    assert rig.process is not None
    rig.process.send_signal(signal.SIGUSR1)
    await rig.sees(f"{PT.greeting}\n\nThe answer from before.\n\n> half a line")


@no_terminal
async def test_an_answer_from_before_does_not_disturb_the_one_that_grows(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("long\r")
    await rig.sees("Once upon a")
    assert rig.process is not None
    rig.process.send_signal(signal.SIGUSR1)
    await rig.sees("> long\nThe answer from before.\n\nOnce upon a")


@no_terminal
async def test_an_answer_cannot_steer_the_terminal_and_hides_neither_tag_nor_address_nor_line(
    rig: TerminalRig,
) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    rig.type("escape\r")
    await rig.sees("a[2Jbc <tag> [red]x[/red] :smile:\nnext line (http://x.y)\n" + PROMPT)


@no_terminal
async def test_a_cancelled_conversation_gives_the_terminal_back(rig: TerminalRig) -> None:
    await rig.start()
    await rig.sees(PROMPT)
    assert rig.process is not None
    assert not rig.restored()
    rig.process.send_signal(signal.SIGTERM)
    assert await rig.ends() == 0
    assert rig.restored()


@no_terminal
async def test_a_terminal_whose_output_is_a_pipe_gets_plain_text(rig: TerminalRig) -> None:
    inner = f"{sys.executable} -m tests.rigs.console_rig | cat"
    await rig.start("-c", f"import subprocess; subprocess.run({inner!r}, shell=True)")
    rig.type("hello\n\x04")
    await rig.sees("You said **hello** (5)")
    assert await rig.ends() == 0
    assert b"\x1b" not in rig.raw
