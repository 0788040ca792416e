"""Tests of the types that adapters and the engine share."""

from __future__ import annotations

import pytest

from engine.contract import ChatKey


@pytest.mark.parametrize("text", ["telegram:42", "telegram:-100123:7", "discord:10:11", "x:1:a:b"])
def test_a_key_is_read_as_it_was_written(text: str) -> None:
    assert str(ChatKey.parse(text)) == text


@pytest.mark.parametrize(
    "key", [ChatKey("telegram", "42"), ChatKey("telegram", "-100", "7"), ChatKey("x", "1", "a:b")]
)
def test_a_written_key_is_read_as_the_same_key(key: ChatKey) -> None:
    assert ChatKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "text", ["", "telegram", "telegram:", ":42", "telegram::7", "telegram:42:"]
)
def test_what_no_key_writes_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="is not a chat key"):
        ChatKey.parse(text)


@pytest.mark.parametrize(
    ("platform", "chat_id"), [("web", "a:b"), ("a:b", "1"), ("", "1"), ("web", "")]
)
def test_a_key_that_could_be_taken_for_another_is_not_made(platform: str, chat_id: str) -> None:
    with pytest.raises(ValueError, match="name no chat"):
        ChatKey(platform, chat_id)
