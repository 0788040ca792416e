"""The model client over loopback.

The tests cover its requests, its reading of every fault, and that an ended turn ends the call.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import ssl
import sys
from typing import TYPE_CHECKING, Any

import huggingface_hub
import pytest

from engine.answering.chunks import Answer
from engine.answering.habits import Habits
from engine.answering.hf_transport import POOLED, Fault, FaultKind
from engine.answering.huggingface import (
    DEFAULT_MODELS,
    ROUTER_URL,
    HuggingFaceModel,
    ModelSettings,
    to_model_error,
)
from engine.answering.prompt import GO_ON
from engine.contract import ChatMessage, Delta, Finish, Usage
from engine.errors import (
    ContentFiltered,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelUnavailable,
    ModelUnknown,
    OnlyThought,
    OutOfCredit,
)
from engine.tasks import Tasks
from tests.rigs.fakes import settle
from tests.servers.model import FAULTS, FORMS, Call, ModelServer, Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "hf_token-of-the-test"
HELLO = [ChatMessage("system", "Be brief."), ChatMessage("user", "Private words")]
SILENCE_SECONDS = 0.25  # seconds of real time, for the two faults that are only silence


@contextlib.asynccontextmanager
async def served(**fields: Any) -> AsyncIterator[tuple[ModelServer, HuggingFaceModel]]:
    async with ModelServer(keep=100) as server:
        settings = ModelSettings(
            **{"base_url": server.base_url, "token": TOKEN, "models": ("example/small",), **fields}
        )
        model = HuggingFaceModel(settings)
        try:
            yield server, model
        finally:
            await model.close()


async def collect(model: HuggingFaceModel, name: str = "", max_tokens: int = 800) -> list[Delta]:
    return [delta async for delta in model.stream(HELLO, max_tokens, name)]


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


# --- an answer
# --------------------------------------------------------------------------------------------------


async def test_a_history_with_halves_of_surrogate_pairs_is_sent_whole() -> None:
    async with served() as (server, model):
        history = [
            *HELLO,
            ChatMessage("assistant", "a \ud83d" + "\ude00, half \ud83d b"),
            ChatMessage("user", "and?"),
        ]
        _ = [delta async for delta in model.stream(history, 800)]
        sent = (await server.call(0)).body["messages"]
        assert sent[2]["content"] == "a \U0001f600, half \ufffd b"


async def test_a_stream_that_says_it_is_complete_without_a_finish_is_a_whole_answer() -> None:
    async with served() as (server, model):
        server.queue.append(Reply(tokens=("", "Good", " day"), finish=""))
        deltas = await collect(model)
    assert (text_of(deltas), deltas[-2].finish) == ("Good day", Finish.STOP)


async def test_a_stream_that_says_it_is_complete_without_words_is_garbled() -> None:
    async with served() as (server, model):
        server.queue.append(Reply(tokens=("", ""), finish=""))
        with pytest.raises(ModelGarbled):
            await collect(model)


async def test_an_answer_is_its_words_then_the_finish_then_the_usage() -> None:
    async with served() as (server, model):
        server.queue.append(Reply("Good day"))
        deltas = await collect(model)
    assert deltas == [
        Delta("Good", model="example/small"),
        Delta(" day", model="example/small"),
        Delta(finish=Finish.STOP, model="example/small"),
        Delta(usage=Usage(4, 2), model="example/small"),
    ]


async def test_the_request_carries_messages_model_limit_and_token() -> None:
    async with served(reasoning_effort="low") as (server, model):
        await collect(model, "example/large", 12)
        call = server.requests[0]
    assert call.path == "/v1/chat/completions"
    assert call.body == {
        "model": "example/large",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Private words"},
        ],
        "max_tokens": 12,
        "stream": True,
        "stream_options": {"include_usage": True},
        "reasoning_effort": "low",
    }
    assert call.token == TOKEN


async def test_an_answer_cut_by_the_limit_finishes_by_length() -> None:
    async with served() as (server, model):
        server.queue.append(Reply("a b c"))
        deltas = await collect(model, max_tokens=2)
    assert (text_of(deltas), [d.finish for d in deltas if d.finish]) == ("a b", [Finish.LENGTH])


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        *[
            (name, Finish.STOP)
            for name in ("stop", "eos_token", "stop_sequence", "STOP", "end_turn")
        ],
        *[(name, Finish.LENGTH) for name in ("length", "max_tokens", "MAX_TOKENS", "model_length")],
        *[(name, Finish.FILTERED) for name in ("content_filter", "SAFETY", "PROHIBITED_CONTENT")],
    ],
)
async def test_each_reason_to_finish_has_its_kind(reason: str, finish: Finish) -> None:
    async with served() as (server, model):
        server.queue.append(Reply("Yes", finish=reason))
        assert (await collect(model))[1].finish is finish


async def test_an_answer_that_content_rules_allow_no_word_of_is_filtered() -> None:
    async with served() as (server, model):
        server.queue.append(Reply("", finish="content_filter"))
        with pytest.raises(ContentFiltered):
            await collect(model)


async def test_content_in_parts_and_one_json_object_are_read() -> None:
    async with served() as (server, model):
        server.queue.extend([Reply("Good day", parts=True), Reply("Good day", whole=True)])
        assert [text_of(await collect(model)) for _ in range(2)] == ["Good day", "Good day"]


# --- what a model does not accept
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refuses",
    [
        {"system"},
        {"order", "system"},
        {"max_tokens"},
        {"max_tokens", "max_completion_tokens"},
        {"stream_options"},
        set(FORMS),
    ],
    ids=lambda names: "-".join(sorted(names)),
)
async def test_what_is_refused_is_left_out_at_once_and_from_then_on(refuses: set[str]) -> None:
    async with served() as (server, model):
        server.refuses = refuses
        server.answer = lambda _: "Fine"
        assert text_of(await collect(model)) == "Fine"
        asked = len(server.requests)
        assert asked <= 1 + len(refuses)
        assert text_of(await collect(model)) == "Fine"
        assert len(server.requests) == asked + 1
        words = " ".join(m["content"] for m in server.requests[-1].body["messages"])
        assert words == "Be brief.\n\nPrivate words" or "system" not in refuses


async def test_what_one_model_refuses_is_sent_to_another() -> None:
    async with served() as (server, model):
        server.refuses = {"stream_options"}
        await collect(model, "one")
        server.refuses = set()
        await collect(model, "two")
        assert "stream_options" in server.requests[-1].body
        await collect(model, "one")
        assert "stream_options" not in server.requests[-1].body


@pytest.mark.parametrize("name", ["422", "400-model", "400-list"])
async def test_other_refusals_are_raised_at_once(name: str) -> None:
    async with served() as (server, model):
        with pytest.raises(ModelRefused):
            await collect(model, f"fault:{name}")
        assert len(server.requests) == 1


# --- a continuation
# --------------------------------------------------------------------------------------------------

CUT = [ChatMessage("user", "Say it."), ChatMessage("assistant", "It is a \n"), GO_ON]


async def continued(model: HuggingFaceModel, name: str = "") -> str:
    return text_of([delta async for delta in model.stream(CUT, 50, name)])


async def test_an_endpoint_that_can_goes_on_with_the_last_message_itself() -> None:
    async with served() as (server, model):
        server.continues = True
        server.answer = lambda messages: f" after {messages[-1]['content']}"
        assert [await continued(model) for _ in range(2)] == [" after It is a"] * 2
        probe, first, _ = (call.body for call in server.requests)
        assert (probe["max_tokens"], probe["messages"][-1]["role"]) == (4, "assistant")
        assert (first["continue_final_message"], first["add_generation_prompt"]) == (True, False)


@pytest.mark.parametrize("refuses", [set(), {"continue_final_message"}, {"order"}])
async def test_an_endpoint_that_cannot_is_asked_once_and_then_told_to_go_on(
    refuses: set[str],
) -> None:
    async with served() as (server, model):
        server.refuses = refuses
        server.answer = lambda messages: messages[-1]["content"]
        assert [await continued(model) for _ in range(2)] == [GO_ON.content] * 2
        asked = ["continue_final_message" in call.body for call in server.requests]
        assert asked == [True, False, False]


async def test_a_probe_that_meets_a_passing_fault_is_made_again() -> None:
    async with served() as (server, model):
        server.queue.append(Reply.faulty("503"))
        await continued(model)
        await continued(model)
        assert ["continue_final_message" in call.body for call in server.requests] == [
            True,
            False,
            True,
            False,
        ]


# --- reasoning
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content", "thinking"])
async def test_reasoning_is_a_sign_of_life(name: str) -> None:
    async with served() as (server, model):
        server.queue.append(Reply("Yes", reasoning=("Hm",) * 20, reasoning_field=name))
        deltas = await collect(model)
    assert [delta.thinking for delta in deltas[:2]] == [True, False]


async def test_reasoning_without_an_opening_mark_is_taken_back_and_expected_from_then_on() -> None:
    tokens = ("Rain", " falls", " so", " it", " is", "</th", "ink>", "\n\nWet", " all over")
    async with served() as (server, model):
        server.queue.extend([Reply(tokens=tokens)] * 2)
        first, second = await collect(model), await collect(model)
    (at,) = (number for number, delta in enumerate(first) if delta.retracts)
    assert text_of(first[at:]) == "Wet all over"
    assert (text_of(second), second[0].thinking) == ("Wet all over", True)


async def test_one_answer_with_reasoning_costs_the_next_ones_no_words() -> None:
    async with served() as (server, model):
        server.queue.append(Reply("Rain is.</think>Wet"))
        await collect(model)
        for finish in ("content_filter", "length", "stop"):
            server.queue.append(Reply("Rain is wet", finish=finish))
            assert text_of(await collect(model)) == "Rain is wet"


async def test_what_a_mere_suspicion_holds_back_is_shown_after_some_seconds() -> None:
    habits = Habits("m", unopened=1)
    answer, shown = Answer(habits), []
    for second in range(8):
        chunk = {"choices": [{"delta": {"content": f"{second} "}}]}
        shown.append("".join(delta.text for delta in answer.take(chunk, float(second))))
    assert shown == ["", "", "", "", "", "0 1 2 3 4 5 ", "6 ", "7 "]


async def test_a_model_that_is_no_longer_seen_to_reason_is_not_waited_for() -> None:
    async with served() as (server, model):
        server.queue.extend([Reply("Wet all over")] * 2)
        first = await collect(model, "example/r1")
        second = await collect(model, "example/r1")
    assert ([len(d.text) for d in first if d.text], text_of(second)) == ([12], "Wet all over")
    assert [d.text for d in second if d.text][:2] == ["Wet", " all"]


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
async def test_reasoning_beside_the_answer_is_not_shown(name: str) -> None:
    async with served() as (server, model):
        server.queue.append(Reply("Yes", reasoning=("Let me", " think"), reasoning_field=name))
        assert text_of(await collect(model)) == "Yes"


async def test_reasoning_inside_the_answer_is_not_shown() -> None:
    async with served() as (server, model):
        server.queue.append(
            Reply(tokens=("<th", "ink>Let me</", "think>", "\n\nYes, `<think>` is", " a tag"))
        )
        assert text_of(await collect(model)) == "Yes, `<think>` is a tag"


async def test_an_answer_without_words_is_garbled() -> None:
    async with served() as (server, model):
        server.queue.append(Reply("  \n"))
        with pytest.raises(ModelGarbled, match="empty"):
            await collect(model)


@pytest.mark.parametrize(
    "reply",
    [
        Reply("<think>never ends"),
        Reply(reasoning=("only", " this")),
        Reply(reasoning=("only", " this"), finish="length"),
        Reply("[THINK]never ends", finish="length"),
    ],
)
async def test_an_answer_that_is_all_reasoning_is_told_from_an_empty_one(reply: Reply) -> None:
    async with served() as (server, model):
        server.queue.append(reply)
        with pytest.raises(OnlyThought):
            await collect(model)


async def test_a_half_tag_at_the_end_is_the_answers_own() -> None:
    async with served() as (server, model):
        server.queue.append(Reply("<thin"))
        assert text_of(await collect(model)) == "<thin"


async def test_many_answers_at_once_do_not_mix() -> None:
    async with served() as (server, model):
        server.answer = lambda messages: messages[0]["content"]

        async def ask(words: str) -> str:
            return text_of([d async for d in model.stream([ChatMessage("user", words)], 50)])

        asked = [f"question {number}" for number in range(30)]
        assert await asyncio.gather(*[ask(words) for words in asked]) == asked


# --- faults
# --------------------------------------------------------------------------------------------------

EXPECTED: dict[str, tuple[type[ModelError], dict[str, Any]]] = {
    "400-model": (ModelUnknown, {"status": 400, "too_long": False}),
    "400-context": (ModelRefused, {"status": 400, "too_long": True}),
    "400-list": (ModelRefused, {"status": 400, "too_long": False}),
    "401": (ModelRefused, {"status": 401, "too_long": False}),
    "402": (OutOfCredit, {}),
    "402-limit": (OutOfCredit, {}),
    "403": (ModelRefused, {"status": 403, "too_long": False}),
    "404": (ModelRefused, {"status": 404, "too_long": False}),
    "413": (ModelRefused, {"status": 413, "too_long": True}),
    "422": (ModelRefused, {"status": 422, "too_long": False}),
    "422-context": (ModelRefused, {"status": 422, "too_long": True}),
    "429": (ModelUnavailable, {"retry_after": 7.0}),
    "500": (ModelUnavailable, {"retry_after": 0.0}),
    "500-chunked": (ModelUnavailable, {"retry_after": 0.0}),
    "502": (ModelUnavailable, {"retry_after": 0.0}),
    "503": (ModelUnavailable, {"retry_after": 0.0}),
    "504": (ModelUnavailable, {"retry_after": 0.0}),
    "error-object": (ModelGarbled, {}),
    "error-overloaded": (ModelUnavailable, {"retry_after": 0.0}),
    "error-context": (ModelRefused, {"status": 400, "too_long": True}),
    "error-event": (ModelGarbled, {}),
    "malformed": (ModelGarbled, {}),
    "not-an-object": (ModelGarbled, {}),
    "cut": (ModelGarbled, {}),
    "cut-headers": (ModelUnavailable, {"retry_after": 0.0}),
    "stall": (ModelUnavailable, {"retry_after": 0.0}),
    "stall-headers": (ModelUnavailable, {"retry_after": 0.0}),
    "no-finish": (ModelGarbled, {}),
    "empty": (ModelGarbled, {}),
}


def test_every_fault_of_the_server_has_its_error_here() -> None:
    assert set(EXPECTED) == set(FAULTS) - {"done-without-space"}


@pytest.mark.parametrize("name", EXPECTED)
async def test_a_fault_ends_in_its_error_and_the_next_answer_is_whole(name: str) -> None:
    kind, data = EXPECTED[name]
    async with served(silence_seconds=SILENCE_SECONDS) as (_, model):
        with pytest.raises(ModelError) as caught:
            await collect(model, f"fault:{name}")
        assert (type(caught.value), vars(caught.value)) == (kind, data)
        assert text_of(await collect(model)) == "You said: Private words"


@pytest.mark.parametrize("name", ["error-object", "malformed", "no-finish", "stall"])
async def test_the_words_before_a_break_are_given(name: str) -> None:
    words: list[str] = []

    async def listen(model: HuggingFaceModel) -> None:
        async for delta in model.stream(HELLO, 50, f"fault:{name}"):
            words.append(delta.text)  # noqa: PERF401 - what came before the error counts

    async with served(silence_seconds=SILENCE_SECONDS) as (_, model):
        with pytest.raises(ModelError):
            await listen(model)
    assert words == ["One", " two"]


async def test_what_breaks_after_the_finish_takes_nothing_from_the_answer() -> None:
    async with served() as (_, model):
        deltas = await collect(model, "fault:done-without-space")
    assert text_of(deltas) == "One two three four"
    assert (deltas[-2].finish, deltas[-1].usage) == (Finish.STOP, Usage(4, 4))


async def test_an_endpoint_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        model = HuggingFaceModel(
            ModelSettings(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", models=("m",))
        )
        with pytest.raises(ModelUnavailable, match="cannot be reached"):
            await collect(model)
        await model.close()


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("", 0.0),
        ("soon", 0.0),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(retry_after: str, seconds: float) -> None:
    fault = Fault(FaultKind.STATUS, 429, retry_after)
    error = to_model_error(fault, started=False, now=1_700_000_000.0)
    assert isinstance(error, ModelUnavailable)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "kind"), [(402, OutOfCredit), (429, ModelUnavailable), (503, ModelUnavailable)]
)
def test_an_error_reported_in_the_stream_with_a_telling_code_counts_as_that_status(
    status: int, kind: type
) -> None:
    assert type(to_model_error(Fault(FaultKind.REPORTED, status), started=True, now=0.0)) is kind


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_of_fault_is_worded(kind: FaultKind) -> None:
    assert str(to_model_error(Fault(kind, 599), started=False, now=0.0))


@pytest.mark.parametrize("name", sorted(EXPECTED))
async def test_nothing_secret_stands_in_errors_or_logs(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("huggingface_hub").setLevel(logging.DEBUG)
    async with served(silence_seconds=SILENCE_SECONDS) as (_, model):
        with pytest.raises(ModelError) as caught:
            await collect(model, f"fault:{name}")
        said = caplog.text + str(caught.value) + repr(caught.value) + repr(model)
    for words in (
        TOKEN,
        "Private words",
        "monthly",
        "not supported by any provider",
        "on behalf of",
    ):
        assert words not in said


# --- an ended turn
# --------------------------------------------------------------------------------------------------


async def held_call(
    server: ModelServer, model: HuggingFaceModel, tasks: Tasks
) -> tuple[asyncio.Task[Any], Call]:
    """Start an answer that stops after one token."""
    gate = server.gate()
    server.queue.append(Reply("One two three", gate=gate))
    task = tasks.spawn(collect(model), "answer")
    call = await server.call(0)
    gate.release()
    return task, call


async def test_closing_the_generator_ends_the_call_at_the_endpoint() -> None:
    async with served() as (server, model):
        gate = server.gate()
        server.queue.append(Reply("One two three", gate=gate))
        gate.release()
        answer = model.stream(HELLO, 50)
        assert (await answer.__anext__()).text == "One"
        await answer.aclose()
        await server.requests[0].ended.wait()
        assert (server.requests[0].cancelled, server.requests[0].tokens_sent) == (True, 1)


async def test_cancelling_who_iterates_ends_the_call_at_the_endpoint() -> None:
    async with served() as (server, model):
        task, call = await held_call(server, model, Tasks("test"))
        task.cancel()
        await call.ended.wait()
        assert call.cancelled
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_cancelling_before_the_endpoint_has_answered_ends_the_call() -> None:
    async with served() as (server, model):
        task = Tasks("test").spawn(collect(model, "fault:stall-headers"), "answer")
        call = await server.call(0)
        task.cancel()
        await call.ended.wait()
        assert call.cancelled
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_generator_that_is_dropped_ends_the_call_once_it_is_collected() -> None:
    async with served() as (server, model):
        gate = server.gate()
        server.queue.append(Reply("One two three", gate=gate))
        gate.release()
        async for _ in model.stream(HELLO, 50):
            break
        gc.collect()
        await server.requests[0].ended.wait()
        assert server.requests[0].cancelled


async def test_a_cancellation_at_any_step_ends_the_call_and_leaves_the_model_usable() -> None:
    async with served() as (server, model):
        for steps in range(0, 160, 4):
            task = Tasks("test").spawn(collect(model), "answer")
            await settle(steps)
            task.cancel()
            await asyncio.wait({task})
        assert text_of(await collect(model)) == "You said: Private words"
        for call in server.requests:
            await call.ended.wait()


async def test_after_an_ended_turn_the_next_answer_is_whole() -> None:
    async with served() as (server, model):
        task, call = await held_call(server, model, Tasks("test"))
        task.cancel()
        await call.ended.wait()
        assert text_of(await collect(model)) == "You said: Private words"


async def test_closing_the_model_twice_is_harmless_and_it_can_be_used_again() -> None:
    async with served() as (_, model):
        await model.close()
        await model.close()
        assert text_of(await collect(model)) == "You said: Private words"


# --- check
# --------------------------------------------------------------------------------------------------


async def test_a_check_asks_what_an_answer_asks() -> None:
    async with served() as (server, model):
        assert await model.check(max_tokens=33) == ""
        await collect(model, max_tokens=33)
        checked, asked = (call.body for call in server.requests)
    assert {**checked, "messages": []} == {**asked, "messages": []}
    assert [message["role"] for message in checked["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]


async def test_a_check_names_what_the_model_does_not_take() -> None:
    async with served() as (server, model):
        server.refuses = {"system", "stream_options"}
        assert await model.check() == "stream_options, the role system"


async def test_a_check_passes_a_model_that_spends_its_token_on_reasoning() -> None:
    async with served() as (server, model):
        server.queue.append(Reply(reasoning=("Hm",), finish="length"))
        await model.check()


@pytest.mark.parametrize("name", ["401", "402", "404", "503", "no-finish"])
async def test_a_check_raises_what_an_answer_would(name: str) -> None:
    async with served() as (_, model):
        with pytest.raises(EXPECTED[name][0]):
            await model.check(f"fault:{name}")


# --- settings and surroundings
# ---------------------------------------------------------------------------------------


def test_settings_stand_on_the_router_and_hide_the_token() -> None:
    settings = ModelSettings(token=TOKEN)
    assert (settings.base_url, settings.models) == (ROUTER_URL, DEFAULT_MODELS)
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    "fields",
    [
        {"base_url": "router.huggingface.co"},
        {"base_url": "http://"},
        {"token": "a b"},
        {"token": "a\n"},
        {"models": ()},
    ],
)
def test_settings_that_can_never_work_are_refused_without_their_value(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match=next(iter(fields))) as caught:
        ModelSettings(**fields)
    assert "a b" not in str(caught.value)


async def test_a_token_saved_on_this_machine_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    async with served(token="") as (server, model):
        await collect(model)
        assert "hf_saved" not in (server.requests[0].token, *server.requests[0].headers.values())


async def test_a_proxy_of_the_surroundings_is_not_asked_for_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with served() as (_, model):
        assert text_of(await collect(model)) == "You said: Private words"


async def test_a_proxy_of_the_surroundings_is_asked_for_everything_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served() as (server, _):
        monkeypatch.setenv("http_proxy", server.base_url[:-3])
        model = HuggingFaceModel(ModelSettings("http://model.example/v1", models=("m",)))
        assert text_of(await collect(model)) == "You said: Private words"
        assert server.requests[0].headers["host"] == "model.example"
        await model.close()


async def test_offline_mode_of_the_hub_does_not_stop_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    async with served() as (_, model):
        assert text_of(await collect(model)) == "You said: Private words"


@pytest.mark.skipif(not POOLED, reason="aiohttp keeps one TLS context for the process by itself")
@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="the last httpx2 for 3.10 loads them with each handshake"
)
async def test_certificates_are_loaded_once_for_https_and_never_for_http(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loads: list[str] = []
    for name in ("load_verify_locations", "load_default_certs", "set_default_verify_paths"):
        monkeypatch.setattr(ssl.SSLContext, name, lambda *_, **__: loads.append("load"))
    async with served() as (server, model):
        await collect(model)
        assert loads == []
        secure = HuggingFaceModel(
            ModelSettings(server.base_url.replace("http:", "https:"), models=("m",))
        )
        with pytest.raises(ModelUnavailable):
            await collect(secure)
        once = len(loads)
        with pytest.raises(ModelUnavailable):
            await collect(secure)
        assert 0 < once == len(loads)
        await secure.close()
