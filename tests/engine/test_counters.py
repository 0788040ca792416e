"""Tests of the engine's counters and of the one line that it logs for an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.counters import Counters, question
from engine.errors import DeliveryFailed, ModelUnavailable, OutOfCredit, RateLimited
from tests.rigs.engine_rig import DM, a_house
from tests.rigs.fakes import FakeClock


async def test_an_answer_is_counted_and_logged_in_one_line_without_its_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "engine.counters")
    async with a_house(tmp_path, [0.5, "a private ", 1.0, "answer"]) as house:
        await house.ask("a private question")
        counters = house.engine.counters
    (line,) = caplog.messages
    assert line.startswith(f"{DM}: answered: stop by ")
    assert line.endswith("first word 0.50 s, in all 1.50 s")
    assert "private" not in line
    assert dict(counters.answers) == {"stop": 1}
    assert (sum(counters.first_word.counts), counters.first_word.total_seconds) == (1, 0.5)


async def test_calls_are_counted_by_platform_and_result() -> None:
    counters = Counters(FakeClock())
    for error in (None, RateLimited("slow down", retry_after=3.0), DeliveryFailed("no")):
        try:
            with counters.call("telegram"):
                if error:
                    raise error
        except (RateLimited, DeliveryFailed):
            pass
    assert dict(counters.calls) == {
        ("telegram", "ok"): 1,
        ("telegram", "limited"): 1,
        ("telegram", "failed"): 1,
    }


async def test_the_calls_of_an_answer_are_counted(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await house.ask("a question")
        calls = house.engine.counters.calls
        assert calls["fake", "ok"] == len(house.sinks[0].calls) > 0


def test_a_models_failures_are_counted_until_it_speaks() -> None:
    clock = FakeClock()
    counters = Counters(clock)
    counters.model_failed("a", ModelUnavailable("no"))
    began = counters.models["a"].failing_since
    counters.model_failed("a", OutOfCredit("no"))
    state = counters.models["a"]
    assert (state.failures, state.failing_since) == (2, began)
    assert isinstance(state.error, OutOfCredit)
    assert counters.model_errors["a", "ModelUnavailable"] == 1
    counters.model_spoke("a")
    assert (state.failures, state.error) == (0, None)


async def test_while_a_question_is_answered_its_number_is_known_to_the_log(
    tmp_path: Path,
) -> None:
    seen = []

    async with a_house(tmp_path, ["an answer"]) as house:

        async def finish(*given: object) -> object:
            seen.append(question.get())
            return await house.ledger.port.finish(*given)

        house.ledger.put(finish=finish)
        await house.ask("a question")
    assert "1" in seen
