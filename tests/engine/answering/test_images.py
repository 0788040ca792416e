"""Pictures come as bytes from Hugging Face Inference and from compatible servers, within limits."""

from __future__ import annotations

import pytest

from engine.answering.images import MOST_BYTES, HttpImages, ImageSettings
from engine.errors import (
    ContentFiltered,
    MediaRefused,
    ModelError,
    ModelGarbled,
    ModelUnavailable,
    ModelUnknown,
    OutOfCredit,
)
from engine.tasks import SystemClock
from tests.servers.model import ModelServer
from tests.servers.model_media import FILTERED, NO_CREDIT, NO_MODEL, Refusal

PNG = b"\x89PNG\r\n\x1a\n rest of the picture"
JPEG = b"\xff\xd8\xff rest of the picture"


def compatible(server: ModelServer, size: str = "") -> HttpImages:
    url = f"{server.base_url}/images/generations"
    return HttpImages(ImageSettings(url, "painter", "secret", True, size), SystemClock())


def hub(server: ModelServer, size: str = "") -> HttpImages:
    url = f"{server.base_url.removesuffix('/v1')}/hf-inference/models/painter"
    return HttpImages(ImageSettings(url, "painter", "secret", size=size), SystemClock())


async def test_a_compatible_server_is_asked_for_base64() -> None:
    async with ModelServer() as server:
        server.media.made.append(PNG)
        assert await compatible(server).draw("a barn", "id-1") == (PNG, "image/png")
        (asked,) = server.media.asked
        assert asked.body == {
            "model": "painter", "prompt": "a barn", "n": 1, "response_format": "b64_json",
        }  # fmt: skip
        assert (asked.token, asked.request_id) == ("secret", "id-1")


async def test_hugging_face_inference_sends_the_picture_itself() -> None:
    async with ModelServer() as server:
        server.media.made.append(JPEG)
        assert await hub(server, "512x256").draw("a barn", "id") == (JPEG, "image/jpeg")
        (asked,) = server.media.asked
        assert asked.body == {"inputs": "a barn", "parameters": {"width": 512, "height": 256}}


async def test_a_picture_that_comes_as_an_address_is_fetched_without_the_token() -> None:
    async with ModelServer() as server:
        server.media.made.append(PNG)
        server.media.as_address = True
        assert await compatible(server).draw("a barn", "id") == (PNG, "image/png")


async def test_a_server_that_refuses_the_format_field_is_asked_without_it_from_then_on() -> None:
    async with ModelServer() as server:
        server.media.made.extend([PNG, PNG])
        server.media.no_format = True
        images = compatible(server, "1024x1024")
        await images.draw("a barn", "id")
        await images.draw("a barn", "id")
        assert ["response_format" in call.body for call in server.media.asked] == [
            True, False, False,
        ]  # fmt: skip
        assert server.media.asked[-1].body["size"] == "1024x1024"
        assert server.media.paid == 2


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (FILTERED, ContentFiltered),
        (NO_CREDIT, OutOfCredit),
        (NO_MODEL, ModelUnknown),
        (Refusal(503, {"error": "Model is loading", "estimated_time": 20}), ModelUnavailable),
    ],
    ids=["filter", "credit", "model", "loading"],
)
async def test_a_refusal_tells_who_must_act(refusal: Refusal, kind: type[ModelError]) -> None:
    async with ModelServer() as server:
        server.media.made.extend([refusal, refusal])
        for images in (compatible(server), hub(server)):
            with pytest.raises(kind) as refused:
                await images.draw("a barn", "id")
            assert "barn" not in str(refused.value)


async def test_an_answer_that_is_no_picture_is_garbled() -> None:
    async with ModelServer() as server:
        server.media.made.extend([b"<html>", b"<html>"])
        for images in (compatible(server), hub(server)):
            with pytest.raises(ModelGarbled):
                await images.draw("a barn", "id")


async def test_a_picture_over_the_limit_is_refused() -> None:
    async with ModelServer() as server:
        server.media.made.extend([PNG + bytes(MOST_BYTES)] * 2)
        for images in (compatible(server), hub(server)):
            with pytest.raises(MediaRefused):
                await images.draw("a barn", "id")


async def test_a_server_that_cannot_be_reached_is_unavailable() -> None:
    images = HttpImages(ImageSettings("http://127.0.0.1:9/v1", "m"), SystemClock())
    with pytest.raises(ModelUnavailable):
        await images.draw("a barn", "id")


def test_the_token_is_no_part_of_the_repr() -> None:
    assert "secret" not in repr(ImageSettings("http://x", "m", "secret"))
