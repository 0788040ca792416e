"""Tests of the fallback: the next model answers if one fails before its first token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from engine.answering.fallback import FallbackModel
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.contract import ChatMessage, Delta, Finish, Usage
from engine.errors import (
    ContentFiltered,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelUnavailable,
    OnlyThought,
    OutOfCredit,
)
from engine.tasks import SystemClock, Tasks
from tests.rigs.fakes import FakeClock, FakeModel, settle
from tests.servers.model import ModelServer, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

HELLO = [ChatMessage("user", "Hello")]
GOING_ON = [
    ModelUnavailable("busy"),
    ModelUnavailable("busy", retry_after=60.0),
    ModelGarbled("broken"),
    ModelRefused("no such model", status=404),
    ModelRefused("not supported", status=400),
    ModelRefused("gone", status=410),
    ContentFiltered("rules"),
]
FINAL = [
    ModelRefused("token", status=401),
    ModelRefused("rights", status=403),
    ModelRefused("long", status=400, too_long=True),
    ModelRefused("long", status=413, too_long=True),
    OutOfCredit("empty"),
]


def made(
    *scripts: Sequence[Any], models: Sequence[str] = ("one", "two")
) -> tuple[FallbackModel, FakeModel, FakeClock]:
    clock = FakeClock()
    inner = FakeModel(clock, *scripts)
    return (
        FallbackModel(inner, models, clock, first_token_seconds=6.0, rest_seconds=30.0),
        inner,
        clock,
    )


async def collect(model: FallbackModel, name: str = "") -> str:
    return "".join([delta.text async for delta in model.stream(HELLO, 800, name)])


async def test_the_preferred_model_answers_with_all_its_deltas() -> None:
    script = [Delta("Hi"), Delta(" you"), Delta(finish=Finish.LENGTH), Delta(usage=Usage(1, 2))]
    model, inner, _ = made(script)
    assert [delta async for delta in model.stream(HELLO, 7)] == script
    assert (inner.models, inner.max_tokens, inner.prompts) == (["one"], [7], [HELLO])


@pytest.mark.parametrize("error", GOING_ON, ids=repr)
async def test_a_model_that_cannot_answer_is_followed_by_the_next(error: ModelError) -> None:
    model, inner, _ = made([error], ["Hi"])
    assert await collect(model) == "Hi"
    assert inner.models == ["one", "two"]


@pytest.mark.parametrize("error", FINAL, ids=repr)
async def test_what_the_next_model_would_meet_as_well_is_raised_at_once(error: ModelError) -> None:
    model, inner, _ = made([error])
    with pytest.raises(ModelError) as caught:
        await collect(model)
    assert caught.value is error
    assert inner.models == ["one"]


@pytest.mark.parametrize("error", GOING_ON, ids=repr)
async def test_after_the_first_word_an_error_goes_out_and_no_other_model_speaks(
    error: ModelError,
) -> None:
    model, inner, _ = made(["Hi", error])
    with pytest.raises(ModelError) as caught:
        await collect(model)
    assert caught.value is error
    assert inner.models == ["one"]


async def test_a_model_without_a_word_in_time_is_ended_and_the_next_one_asked() -> None:
    model, inner, clock = made([60.0, "late"], ["Hi"])
    task = Tasks("test").spawn(collect(model), "answer")
    await clock.advance(5.9)
    assert inner.models == ["one"]
    await clock.advance(0.2)
    assert await task == "Hi"
    assert (inner.models, inner.open, inner.closed) == (["one", "two"], 0, 1)


async def test_empty_deltas_are_not_a_first_word() -> None:
    model, inner, clock = made([Delta(), 60.0, "late"], ["Hi"])
    task = Tasks("test").spawn(collect(model), "answer")
    await clock.advance(6.1)
    assert await task == "Hi"
    assert inner.models == ["one", "two"]


async def test_reasoning_is_a_sign_of_life_before_the_first_word() -> None:
    thinking = Delta(thinking=True)
    model, inner, clock = made([5.0, thinking, 5.0, thinking, 5.0, "Hi"])
    task = Tasks("test").spawn(collect(model), "answer")
    await clock.advance(15.1)
    assert (await task, inner.models) == ("Hi", ["one"])


async def test_a_model_that_only_reasons_is_followed_by_the_next() -> None:
    model, inner, _ = made([Delta(thinking=True), OnlyThought("no words")], ["Hi"])
    assert (await collect(model), inner.models) == ("Hi", ["one", "two"])


@pytest.mark.parametrize("error", [*GOING_ON, *FINAL], ids=repr)
async def test_an_error_after_the_first_word_says_whether_another_model_may_go_on(
    error: ModelError,
) -> None:
    model, inner, _ = made(["Hi", error], ["there"])
    with pytest.raises(ModelError) as caught:
        await collect(model)
    assert caught.value.another_model is (error in GOING_ON)
    await collect(model)
    assert inner.models[1] == ("two" if error in GOING_ON else "one")
    error.another_model = False


async def test_the_only_model_has_no_other_one_that_may_go_on() -> None:
    model, _, _ = made(["Hi", ModelGarbled("broken")], models=["one"])
    with pytest.raises(ModelGarbled) as caught:
        await collect(model)
    assert not caught.value.another_model


async def test_after_the_first_word_a_model_may_take_its_time() -> None:
    model, inner, clock = made(["Hi", 60.0, " you"])
    task = Tasks("test").spawn(collect(model), "answer")
    await clock.advance(61.0)
    assert await task == "Hi you"
    assert inner.models == ["one"]


async def test_a_model_that_failed_is_tried_last_until_its_rest_is_over() -> None:
    model, inner, clock = made([ModelUnavailable("busy")], ["Hi"], ["Hi"], ["Hi"])
    await collect(model)
    await collect(model)
    assert inner.models == ["one", "two", "two"]
    await clock.advance(30.1)
    await collect(model)
    assert inner.models[3:] == ["one"]


async def test_a_model_at_rest_answers_when_no_other_can() -> None:
    model, inner, _ = made(
        [ModelUnavailable("busy")], ["Hi"], [ModelUnavailable("busy")], ["Hi again"]
    )
    await collect(model)
    assert await collect(model) == "Hi again"
    assert inner.models == ["one", "two", "two", "one"]


async def test_an_answer_ends_the_rest_of_its_model() -> None:
    busy = [ModelUnavailable("busy")]
    model, inner, _ = made(busy, ["Hi"], busy, ["Hi"], ["Hi"])
    for _ in range(3):
        await collect(model)
    assert inner.models == ["one", "two", "two", "one", "one"]


async def test_a_model_rests_as_long_as_it_asked_for() -> None:
    model, inner, clock = made(
        [ModelUnavailable("busy", retry_after=100.0)], ["Hi"], ["Hi"], ["Hi"]
    )
    await collect(model)
    await clock.advance(99.0)
    await collect(model)
    await clock.advance(2.0)
    await collect(model)
    assert inner.models == ["one", "two", "two", "one"]


async def test_a_named_model_is_tried_first_and_the_list_after_it() -> None:
    model, inner, _ = made([ModelUnavailable("busy")], [ModelUnavailable("busy")], ["Hi"])
    assert await collect(model, "other") == "Hi"
    assert inner.models == ["other", "one", "two"]


async def test_a_named_model_of_the_list_is_not_tried_twice() -> None:
    model, inner, _ = made([ModelGarbled("broken")], [ModelGarbled("broken")])
    with pytest.raises(ModelGarbled):
        await collect(model, "two")
    assert inner.models == ["two", "one"]


UNKNOWN = ModelRefused("no such model", status=404)
BUSY = ModelUnavailable("busy")
BUSY_60 = ModelUnavailable("busy", retry_after=60.0)
BUSY_20 = ModelUnavailable("busy", retry_after=20.0)
BROKEN = ModelGarbled("broken")


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (UNKNOWN, BUSY, BUSY),
        (UNKNOWN, BROKEN, BROKEN),
        (BROKEN, BUSY, BUSY),
        (BUSY, BUSY_60, BUSY_60),
        (BUSY_60, BUSY_20, BUSY_20),
        (BUSY_20, UNKNOWN, BUSY_20),
    ],
    ids=repr,
)
async def test_when_all_fail_the_most_telling_error_is_raised(
    first: ModelError, second: ModelError, told: ModelError
) -> None:
    model, _, _ = made([first], [second])
    with pytest.raises(ModelError) as caught:
        await collect(model)
    assert caught.value is told


async def test_the_only_model_is_asked_once_more_when_it_is_soon_back() -> None:
    model, inner, clock = made([ModelUnavailable("busy", retry_after=3.0)], ["Hi"], models=["one"])
    task = Tasks("test").spawn(collect(model), "answer")
    await clock.advance(2.9)
    assert inner.models == ["one"]
    await clock.advance(0.2)
    assert await task == "Hi"
    assert inner.models == ["one", "one"]


async def test_the_only_model_is_asked_once_more_and_not_twice() -> None:
    model, inner, clock = made([BUSY], [BROKEN], models=["one"])
    task = Tasks("test").spawn(collect(model), "answer")
    await clock.advance(0.6)
    with pytest.raises(ModelGarbled):
        await task
    assert inner.models == ["one", "one"]


@pytest.mark.parametrize(
    "error", [ModelUnavailable("busy", retry_after=3.1), BROKEN, UNKNOWN], ids=repr
)
async def test_the_only_model_is_not_asked_again_for_nothing(error: ModelError) -> None:
    model, inner, _ = made([error], models=["one"])
    with pytest.raises(ModelError) as caught:
        await collect(model)
    assert caught.value is error
    assert inner.models == ["one"]


async def test_the_only_model_is_not_asked_again_after_a_silence() -> None:
    model, inner, clock = made([60.0], models=["one"])
    task = Tasks("test").spawn(collect(model), "answer")
    await clock.advance(6.1)
    with pytest.raises(ModelUnavailable, match="no word within 6 seconds"):
        await task
    assert inner.models == ["one"]


async def test_an_answer_that_ends_without_a_word_is_garbled() -> None:
    class Mute:
        async def stream(
            self, messages: Any, max_tokens: int, model: str = "", tools: Any = ()
        ) -> Any:
            for _ in range(2):
                yield Delta()

    model = FallbackModel(Mute(), ["one"], FakeClock())
    with pytest.raises(ModelGarbled):
        await collect(model)


async def test_closing_the_answer_closes_the_models_stream() -> None:
    model, inner, _ = made(["Hi", 60.0])
    answer = model.stream(HELLO, 800)
    await answer.__anext__()
    await answer.aclose()
    assert (inner.open, inner.closed) == (0, 1)


@pytest.mark.parametrize(
    "script", [[60.0], ["Hi", 60.0]], ids=["before the first word", "after it"]
)
async def test_cancelling_who_iterates_closes_the_models_stream(script: list[Any]) -> None:
    model, inner, _ = made(script)
    task = Tasks("test").spawn(collect(model), "answer")
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (inner.open, inner.closed, inner.models) == (0, 1, ["one"])


async def test_a_cancellation_at_any_step_leaves_no_stream_open() -> None:
    for steps in range(30):
        model, inner, _ = made(["Hi", " you", 60.0])
        task = Tasks("test").spawn(collect(model), "answer")
        await settle(steps)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert inner.open == 0


async def test_a_list_without_models_is_refused() -> None:
    with pytest.raises(ValueError, match="models"):
        made(models=[])


async def test_over_a_real_endpoint_the_second_model_answers_when_the_first_is_unknown_busy_or_silent() -> (
    None
):
    async with ModelServer() as server:
        inner = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        for fault in ("400-model", "429", "no-such-answer", "stall-headers"):
            if fault == "no-such-answer":
                server.queue.append(Reply(reasoning=("only this",)))
            first = "a" if fault == "no-such-answer" else f"fault:{fault}"
            model = FallbackModel(inner, [first, "b"], SystemClock(), first_token_seconds=0.2)
            deltas = [delta async for delta in model.stream(HELLO, 50)]
            assert "".join(delta.text for delta in deltas) == "You said: Hello"
            assert {delta.model for delta in deltas if not delta.thinking} == {"b"}
        silent = next(
            call for call in server.requests if call.body["model"] == "fault:stall-headers"
        )
        await silent.ended.wait()
        assert silent.cancelled
        await inner.close()
