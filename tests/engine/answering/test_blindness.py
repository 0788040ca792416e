"""Refusals of pictures are known in the words of every server, and no other refusal is one."""

from __future__ import annotations

import pytest

from engine.answering.blindness import blindness, most_pictures

BLIND = [
    (500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
    (400, "meta-llama/Llama-3.1-8B-Instruct is not a multimodal model"),
    (400, "x is not a multimodal model None"),
    (400, "At most 0 image(s) may be provided in one prompt."),
    (404, "No endpoints found that support image input"),
    (400, "this model does not support image input"),
    (400, "Failed to deserialize the JSON body: messages[0]: unknown variant `image_url`, expected `text`"),
    (422, "unknown variant 'image_url', expected 'text' at line 1 column 90"),
    (422, "data did not match any variant of untagged enum ChatCompletionRequestContent"),
    (422, "messages[1].content: invalid type: sequence, expected a string"),
    (400, "'messages.1' : for 'role:user' the following must be satisfied[('messages.1.content' : value must be a string)]"),
    (400, "messages[1].content must be a string"),
    (422, "[{'type': 'literal_error', 'loc': ['body', 'messages', 1], 'msg': \"Input should be 'text'\"}]"),
    (422, "Input should be a valid string"),
    (400, "Only 'text' content type is supported."),
    (400, "Unexpected item type in content."),
    (400, "Invalid content type. image_url is only supported by certain models."),
    (400, "This model doesn't support vision"),
    (400, "The model is text-only"),
    (400, "Image inputs are not enabled for this deployment"),
    (415, "images are not supported by this endpoint"),
    (501, "multimodal input is unsupported"),
    (400, "Expected string for messages[0].content, got list"),
    (400, "This model cannot process images"),
    (0, "image input is not supported"),
]  # fmt: skip
OTHER = [
    (400, "failed to decode image"),
    (400, "You uploaded an unsupported image. The data does not represent a valid image."),
    (400, "image exceeds 5 MB maximum"),
    (400, "Unsupported image format: image/heic is not supported"),
    (400, "media_type: image/webp not supported"),
    (400, "This model's maximum context length is 4096 tokens"),
    (401, "this model does not support image input"),
    (429, "image input is not supported right now"),
    (503, "image input is not supported: overloaded"),
    (400, "max_tokens must be at most 512"),
    (422, "temperature: Input should be a valid number"),
    (400, "Could not process image"),
]


@pytest.mark.parametrize(("status", "words"), BLIND)
def test_words_of_a_model_that_takes_no_pictures_are_known(status: int, words: str) -> None:
    assert blindness(words, status)


@pytest.mark.parametrize(("status", "words"), OTHER)
def test_another_refusal_is_no_blindness(status: int, words: str) -> None:
    assert not blindness(words, status)


def test_a_limit_on_the_number_of_pictures_is_read() -> None:
    assert most_pictures("At most 4 image(s) may be provided in one prompt.") == 4
    assert most_pictures("maximum number of 2 images per request") == 2
    assert most_pictures("image input is not supported") is None
