"""Tests of the planner alone: a screen and a text determine the next call."""

from __future__ import annotations

from engine.contract import Action, Button, SentId
from engine.delivery.pacing import Urgency
from engine.delivery.screen import Screen, Step
from engine.errors import KNOWN, UNKNOWN
from tests.rigs.fakes import LIMITS

STOP = Button(Action.STOP, "Stop")
WORDS = "word " * 200


def carried_out(screen: Screen) -> list[Step]:
    """Carry out all planned calls."""
    steps = []
    while (step := screen.next_step()) is not None:
        steps.append(step)
        step.bubble.sent = None if step.wanted is None else SentId(f"m{step.index}")
        step.bubble.shown = step.wanted
    return steps


def test_a_few_first_words_are_no_reason_for_a_call() -> None:
    screen = Screen(LIMITS)
    screen.extend("Well")
    assert screen.next_step() is None
    screen.extend(", this is long enough")
    step = screen.next_step()
    assert step is not None
    assert (step.index, step.urgency) == (0, Urgency.FIRST)


def test_messages_are_planned_one_at_a_time_and_buttons_stand_under_the_last() -> None:
    screen = Screen(LIMITS, [STOP])
    screen.extend(WORDS)
    steps = carried_out(screen)
    assert [step.index for step in steps] == list(range(len(screen.bubbles)))
    assert [bool(step.wanted and step.wanted[1]) for step in steps] == [False] * (
        len(steps) - 1
    ) + [True]
    assert screen.needed == len(screen.bubbles) > 4


def test_the_plan_of_a_text_of_any_length_costs_one_message() -> None:
    measured: list[int] = []

    def measure(text: str) -> int:
        measured.append(len(text))
        return len(text)

    screen = Screen(LIMITS.__class__(max_units=200, measure=measure, pace=LIMITS.pace))
    screen.extend("word " * 2_000_000)
    screen.next_step()
    assert sum(measured) < 20_000


def test_a_message_that_is_full_is_planned_once() -> None:
    screen = Screen(LIMITS)
    screen.extend(WORDS)
    carried_out(screen)
    screen.extend("more words")
    assert {step.index for step in carried_out(screen)} == {len(screen.bubbles) - 1}


def test_another_text_leaves_the_messages_before_the_first_difference() -> None:
    screen = Screen(LIMITS)
    screen.extend(WORDS)
    carried_out(screen)
    screen.replace(WORDS[:700] + "something else " * 20)
    assert min(step.index for step in carried_out(screen)) >= 2


def test_messages_that_are_not_needed_are_removed_last_and_only_when_all_is_there() -> None:
    screen = Screen(LIMITS, bubbles=[SentId("a"), SentId("b"), SentId("c")])
    screen.extend("One message only, no more.")
    assert [step.wanted is None for step in carried_out(screen)] == [False]
    screen.finish("", ())
    assert [(step.index, step.wanted) for step in carried_out(screen)] == [(1, None), (2, None)]


def test_words_of_a_message_that_cannot_be_edited_come_again_in_their_place() -> None:
    screen = Screen(LIMITS)
    screen.extend(WORDS)
    carried_out(screen)
    screen.finish("", [STOP])
    first, last = screen.bubbles[0], screen.bubbles[-1]
    first.shown = None
    screen.retire(first)
    steps = carried_out(screen)
    assert [step.index for step in steps if step.wanted is not None] == [0, len(screen.bubbles) - 1]
    assert steps[-1].wanted is None
    assert last.sent is not None


def test_the_first_new_message_takes_over_that_another_may_exist() -> None:
    screen = Screen(LIMITS, state=UNKNOWN)
    assert screen.delivery_state() is UNKNOWN
    screen.extend(WORDS)
    screen.next_step()
    assert screen.state is KNOWN
    assert screen.bubbles[0].state is UNKNOWN
    assert screen.delivery_state() is UNKNOWN
