"""Tool calls are read from every shape in which endpoints stream them, and refusals are learned."""

from __future__ import annotations

from typing import Any

import pytest

from engine.answering.chunks import Answer
from engine.answering.drawing_tool import DRAW, wish_of
from engine.answering.habits import Habits
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.contract import ChatMessage, Delta, Finish
from engine.errors import ContentFiltered, ModelGarbled, ModelRefused
from engine.tools import ToolCall
from tests.servers.model import ModelServer, Reply
from tests.servers.model_faults import NO_TOOLS, Refusal

ASKED = [ChatMessage("user", "Draw a barn, please.")]
BARN = ToolCall("draw", {"prompt": "a barn"})


def piece(name: str = "", arguments: Any = None, **more: Any) -> dict[str, Any]:
    function: dict[str, Any] = {}
    if name:
        function["name"] = name
    if arguments is not None:
        function["arguments"] = arguments
    return {"function": function, **more}


SHAPES: dict[str, list[list[dict[str, Any]]]] = {
    "in pieces": [
        [piece("draw", "", index=0, id="a", type="function")],
        [piece("", '{"prompt":', index=0)],
        [piece("", ' "a barn"}', index=0)],
    ],
    "at once": [[piece("draw", '{"prompt": "a barn"}', index=0, id="a")]],
    "an object": [[piece("draw", {"prompt": "a barn"}, index=0)]],
    "encoded twice": [[piece("draw", '"{\\"prompt\\": \\"a barn\\"}"', index=0)]],
    "no index": [[piece("draw", '{"prompt":', id="a")], [piece("", ' "a barn"}')]],
    "no index and no id": [[piece("draw", '{"prompt":')], [piece("", ' "a barn"}')]],
    "two calls with index 0": [
        [
            piece("draw", '{"prompt": "a barn"}', index=0, id="a"),
            piece("draw", '{"prompt": "a cow"}', index=0, id="b"),
        ]
    ],
    "two calls in turn": [
        [
            piece("draw", '{"prompt":', index=0, id="a"),
            piece("draw", '{"prompt":', index=1, id="b"),
        ],
        [piece("", ' "a barn"}', index=0), piece("", ' "a cow"}', index=1)],
    ],
    "an unknown tool first": [
        [piece("look", "{}", index=0), piece("draw", '{"prompt": "a barn"}', index=1)]
    ],
}


def read(
    chunks: list[list[dict[str, Any]]], finish: str = "tool_calls", words: str = ""
) -> list[Delta]:
    answer = Answer(Habits("m"), ["draw"])
    deltas: list[Delta] = []
    if words:
        deltas += answer.take({"choices": [{"delta": {"content": words}}]})
    for at, calls in enumerate(chunks):
        deltas += answer.take({"choices": [{"delta": {"tool_calls": calls}}]}, float(at))
    deltas += answer.take({"choices": [{"delta": {}, "finish_reason": finish}]})
    return [*deltas, *answer.end(complete=True)]


@pytest.mark.parametrize("name", SHAPES)
def test_a_call_is_collected_from_its_pieces(name: str) -> None:
    *signs, last = read(SHAPES[name])
    assert (last.call, last.finish) == (BARN, Finish.STOP)
    assert all(delta.thinking for delta in signs)


@pytest.mark.parametrize("finish", ["stop", "tool_calls", "function_call"])
def test_a_call_counts_whatever_the_finish_says(finish: str) -> None:
    assert read(SHAPES["at once"], finish)[-1].call == BARN


def test_words_before_a_call_are_kept() -> None:
    deltas = read(SHAPES["at once"], words="With pleasure!")
    assert "".join(delta.text for delta in deltas) == "With pleasure!"
    assert deltas[-1].call == BARN


def test_a_call_of_an_endpoint_that_does_not_stream_is_read() -> None:
    answer = Answer(Habits("m"), ["draw"])
    calls = [piece("draw", '{"prompt": "a barn"}', id="a")]
    choice = {"message": {"content": None, "tool_calls": calls}, "finish_reason": "tool_calls"}
    *_, last = answer.take({"choices": [choice]})
    assert last.call == BARN


@pytest.mark.parametrize(
    "calls",
    [
        [[piece("draw", '{"prompt": "a ba', index=0)]],
        [[piece("look", '{"prompt": "a barn"}', index=0)]],
        [[piece("draw", "[]", index=0)]],
        [[piece("draw", "x" * 20_000, index=0)]],
        [[{"function": None}, {"index": 0}]],
    ],
    ids=["cut", "unknown", "no object", "too long", "no function"],
)
def test_a_damaged_call_alone_is_no_answer(calls: list[list[dict[str, Any]]]) -> None:
    with pytest.raises(ModelGarbled):
        read(calls)


def test_many_calls_take_little_memory() -> None:
    calls = [[piece("draw", '{"prompt": "a barn"}', index=at) for at in range(1000)]]
    assert read(calls)[-1].call == BARN


def test_a_call_nobody_offered_is_no_call() -> None:
    answer = Answer(Habits("m"))
    answer.take({"choices": [{"delta": {"content": "Yes."}}]})
    call = piece("draw", '{"prompt": "a barn"}', index=0)
    answer.take({"choices": [{"delta": {"tool_calls": [call]}}]})
    *_, last = answer.take({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    assert last.call is None


@pytest.mark.parametrize(
    ("call", "wish"),
    [
        (BARN, "a barn"),
        (ToolCall("draw", {"prompt": "  a \n barn "}), "a barn"),
        (ToolCall("draw", {"prompt": ""}), ""),
        (ToolCall("draw", {"prompt": 7}), ""),
        (ToolCall("draw", {}), ""),
        (ToolCall("look", {"prompt": "a barn"}), ""),
        (None, ""),
    ],
)
def test_the_wish_is_the_text_of_the_call(call: ToolCall | None, wish: str) -> None:
    assert wish_of(call, 100) == wish


async def _answer(model: HuggingFaceModel) -> list[Delta]:
    return [delta async for delta in model.stream(ASKED, 100, tools=(DRAW,))]


async def test_the_tool_goes_out_and_its_call_comes_back() -> None:
    async with ModelServer() as server:
        server.queue.append(Reply(calls=tuple(SHAPES["in pieces"][at][0] for at in range(3))))
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        try:
            deltas = await _answer(model)
        finally:
            await model.close()
        assert [delta.call for delta in deltas if delta.call] == [BARN]
        (tool,) = server.requests[0].body["tools"]
        assert (tool["type"], tool["function"]["name"]) == ("function", "draw")
        assert tool["function"]["parameters"]["required"] == ["prompt"]


@pytest.mark.parametrize("name", NO_TOOLS)
async def test_an_endpoint_without_tools_answers_without_them_and_is_remembered(name: str) -> None:
    async with ModelServer() as server:
        server.without_tools = NO_TOOLS[name]
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        try:
            for _ in range(2):
                deltas = await _answer(model)
                assert "".join(delta.text for delta in deltas) == "You said: Draw a barn, please."
        finally:
            await model.close()
        assert ["tools" in call.body for call in server.requests] == [True, False, False]


async def test_a_refusal_of_another_part_does_not_cost_the_tool() -> None:
    async with ModelServer() as server:
        server.refuses = {"stream_options"}
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        try:
            await _answer(model)
        finally:
            await model.close()
        assert ["tools" in call.body for call in server.requests] == [True, True]


@pytest.mark.parametrize(
    ("refusal", "error", "asked"),
    [
        (Refusal(401, {"error": "Invalid credentials"}), ModelRefused, 1),
        (Refusal(400, {"error": {"code": "content_filter", "message": "no"}}), ContentFiltered, 1),
        (Refusal(400, {"error": "Bad Request"}), ModelRefused, 2),
    ],
    ids=["token", "filter", "form"],
)
async def test_a_refusal_for_another_reason_is_not_blamed_on_the_tool(
    refusal: Refusal, error: type[Exception], asked: int
) -> None:
    async with ModelServer() as server:
        server.queue.extend([Reply(fault=refusal)] * asked)
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        try:
            with pytest.raises(error):
                await _answer(model)
            assert len(server.requests) == asked
            await _answer(model)
        finally:
            await model.close()
        assert "tools" in server.requests[-1].body
