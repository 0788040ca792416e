"""A question about a picture goes to a model that sees, whatever the words of those that do not."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from engine.answering.fallback import FallbackModel
from engine.answering.hf_catalog import root_of, seeing
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.answering.sight import AGAIN_SECONDS, Sight, SightSettings
from engine.attachments import Picture
from engine.contract import ChatMessage
from engine.errors import ModelBlind, ModelError, ModelRefused, ModelUnavailable
from engine.tasks import SystemClock
from tests.rigs.fakes import FakeClock, FakeModel
from tests.servers.model import ModelServer, Reply
from tests.servers.model_faults import BLIND, pictures_of

CHAT, OTHER, EYES = "example/small", "example/large", "example/eyes"
PICTURE = Picture(
    "image/png", b"not looked at here", 8, 8, 4, "[picture a.png: a barn]", asked=True
)
ASKED = [ChatMessage("system", "Be brief."), ChatMessage("user", "What is it?", (PICTURE,))]
LATER = [
    ChatMessage("user", "What is it?", (replace(PICTURE, asked=False),)),
    ChatMessage("assistant", "A barn."),
    ChatMessage("user", "Thank you"),
]


async def told(model: Any, messages: Sequence[ChatMessage], name: str = "") -> str:
    answer = model.stream(messages, 50, name)
    return "".join([delta.text async for delta in answer])


@asynccontextmanager
async def models(
    server: ModelServer, *names: str, vision: tuple[str, ...] = ()
) -> AsyncIterator[FallbackModel]:
    server.models = [CHAT, OTHER, EYES]
    endpoint = ModelSettings(server.base_url, models=names or (CHAT, OTHER), vision_models=vision)
    inner, clock = HuggingFaceModel(endpoint), SystemClock()
    sight = Sight(SightSettings(endpoint.models, vision), clock, inner.sees)
    try:
        yield FallbackModel(inner, endpoint.models, clock, sight=sight)
    finally:
        await inner.close()


async def test_a_picture_is_sent_as_a_data_url_behind_its_text() -> None:
    async with ModelServer() as server, models(server) as model:
        await told(model, ASKED)
        system, asked = server.requests[0].body["messages"]
        assert system["content"] == "Be brief."
        text, picture = asked["content"]
        assert text == {"type": "text", "text": "What is it?"}
        head, _, content = picture["image_url"]["url"].partition(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(content) == PICTURE.content


async def test_an_empty_text_beside_a_picture_is_left_out() -> None:
    async with ModelServer() as server, models(server) as model:
        await told(model, [ChatMessage("user", "", (PICTURE,))])
        assert [part["type"] for part in server.requests[0].body["messages"][0]["content"]] == [
            "image_url"
        ]


@pytest.mark.parametrize("words", BLIND)
async def test_every_wording_of_blindness_ends_in_an_answer_by_the_vision_model(words: str) -> None:
    async with ModelServer() as server, models(server, vision=(EYES,)) as model:
        server.modalities[CHAT] = ["text", "image"]  # it says so, and refuses all the same
        server.blind = {CHAT: words, OTHER: words}
        assert await told(model, ASKED) == "You said: What is it? [picture]"
        assert [call.body["model"] for call in server.requests] == [CHAT, EYES]
        await told(model, ASKED)
        assert [call.body["model"] for call in server.requests][2:] == [EYES]
        assert await told(model, [ChatMessage("user", "Hello")]) == "You said: Hello"
        assert server.requests[-1].body["model"] == CHAT


@pytest.mark.parametrize("words", BLIND)
async def test_without_a_vision_model_every_wording_is_blindness(words: str) -> None:
    async with ModelServer() as server, models(server) as model:
        server.blind = {CHAT: words, OTHER: words}
        with pytest.raises(ModelBlind):
            await told(model, ASKED)
        count = len(server.requests)
        with pytest.raises(ModelBlind):
            await told(model, ASKED)
        assert len(server.requests) == count  # both are known to be blind
        assert await told(model, LATER) == "You said: Thank you"


async def test_a_model_that_the_endpoint_calls_blind_is_not_asked() -> None:
    async with ModelServer() as server, models(server, vision=(EYES,)) as model:
        server.modalities = {CHAT: ["text"], OTHER: ["text"], EYES: ["text", "image"]}
        await told(model, ASKED)
        assert [call.body["model"] for call in server.requests] == [EYES]
        asked = list(server.asked_models)
        await told(model, ASKED)
        assert server.asked_models == asked  # the endpoint is asked once a model


async def test_a_chats_own_model_that_sees_is_asked_first() -> None:
    async with ModelServer() as server, models(server, vision=(EYES,)) as model:
        server.modalities = {CHAT: ["text"], OTHER: ["text", "image"]}
        await told(model, ASKED, OTHER)
        await told(model, ASKED, CHAT)
        assert [call.body["model"] for call in server.requests] == [OTHER, EYES]


async def test_a_question_about_a_picture_never_goes_to_a_blind_fallback() -> None:
    async with ModelServer() as server, models(server) as model:
        server.modalities = {CHAT: ["text", "image"], OTHER: ["text"]}
        server.queue.extend([Reply.faulty("503"), Reply.faulty("503")])
        with pytest.raises(ModelUnavailable):
            await told(model, ASKED)
        assert {call.body["model"] for call in server.requests} == {CHAT}


async def test_a_damaged_picture_is_no_blindness() -> None:
    async with ModelServer() as server, models(server, CHAT) as model:
        server.refuses_pictures = True
        with pytest.raises(ModelRefused) as refused:
            await told(model, ASKED)
        assert not isinstance(refused.value, ModelBlind)
        server.refuses_pictures = False
        assert "[picture]" in await told(model, ASKED)


async def test_a_limit_on_pictures_is_told_and_is_no_blindness() -> None:
    two = ChatMessage("user", "And these?", (PICTURE, PICTURE))
    async with ModelServer() as server, models(server, CHAT) as model:
        server.most_pictures = 1
        with pytest.raises(ModelBlind) as refused:
            await told(model, [two])
        assert refused.value.most == 1
        assert "[picture]" in await told(model, ASKED)


@pytest.mark.parametrize("words", BLIND)
async def test_a_picture_of_the_history_poisons_no_later_question(words: str) -> None:
    async with ModelServer() as server, models(server, CHAT) as model:
        server.blind = {CHAT: words}
        assert await told(model, LATER) == "You said: Thank you"
        assert await told(model, LATER) == "You said: Thank you"
        assert len(server.requests) == 3  # refused once, and then not sent again
        first, _, last = server.requests[-1].body["messages"]
        assert first["content"] == "[picture a.png: a barn]\nWhat is it?"
        assert last["content"] == "Thank you"
        assert pictures_of(server.requests[-1].body) == []


async def test_a_picture_of_the_history_that_is_refused_is_left_out() -> None:
    async with ModelServer() as server, models(server, CHAT) as model:
        server.refuses_pictures = True
        assert await told(model, LATER) == "You said: Thank you"


async def test_blind_models_and_a_vision_model_that_is_down_are_a_passing_fault() -> None:
    clock = FakeClock()
    inner = FakeModel(clock, [ModelUnavailable("busy")], [ModelBlind("none", status=400)])
    sight = Sight(SightSettings(("one",), ("eyes",)), clock)
    model = FallbackModel(inner, ("one",), clock, sight=sight)
    with pytest.raises(ModelUnavailable):
        await told(model, ASKED)
    assert inner.models == ["eyes", "one"]


async def test_blindness_does_not_put_a_model_to_rest() -> None:
    clock = FakeClock()
    inner = FakeModel(clock, [ModelBlind("none", status=400)], [ModelBlind("none", status=400)])
    model = FallbackModel(inner, ("one", "two"), clock)
    with pytest.raises(ModelError):
        await told(model, ASKED)
    await told(model, [ChatMessage("user", "Hello")])
    assert inner.models == ["one", "two", "one"]


async def test_an_endpoint_that_says_nothing_is_asked_again_later() -> None:
    clock, asked = FakeClock(), []

    async def ask(model: str) -> bool | None:
        asked.append(model)
        return None

    sight = Sight(SightSettings(("one",)), clock, ask)
    for _ in range(3):
        assert await sight.sees("one") is None
    assert asked == ["one"]
    await clock.advance(AGAIN_SECONDS + 1)
    await sight.sees("one")
    assert asked == ["one", "one"]


# What lists of models say


@pytest.mark.parametrize(
    ("entry", "sees"),
    [
        ({"id": "m", "architecture": {"input_modalities": ["text", "image"]}}, True),
        ({"id": "m", "architecture": {"input_modalities": ["text"]}}, False),
        ({"id": "m", "input_modalities": ["text", "image"]}, True),
        ({"id": "m", "modalities": {"input": ["text"], "output": ["text"]}}, False),
        ({"id": "m", "capabilities": {"vision": True}}, True),
        ({"id": "m", "capabilities": {"vision": False}}, False),
        ({"name": "m", "capabilities": ["completion", "vision"]}, True),
        ({"name": "m", "capabilities": ["completion", "multimodal"]}, True),
        ({"name": "m", "capabilities": ["completion"]}, None),
        ({"id": "m", "type": "vlm"}, True),
        ({"id": "m"}, None),
        ({"id": "another", "input_modalities": ["text"]}, None),
    ],
)
def test_the_lists_of_all_servers_are_read(entry: dict[str, Any], sees: bool | None) -> None:
    assert seeing(entry, "m") is sees
    assert seeing({"object": "list", "data": [{"id": "x"}, entry]}, "m") is sees
    assert seeing({"models": [entry]}, "m") is sees
    assert seeing([entry], "m") is None


@pytest.mark.parametrize(
    ("base", "root"),
    [
        ("http://h/v1", "http://h/v1"),
        ("http://h/v1/", "http://h/v1"),
        ("http://h/api/v1/chat/completions", "http://h/api/v1"),
        ("http://h", "http://h/v1"),
    ],
)
def test_the_list_is_beside_the_completions(base: str, root: str) -> None:
    assert root_of(base) == root
