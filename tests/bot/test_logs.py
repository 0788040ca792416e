"""Tests of log lines: their time, the question's number, JSON, and no secrets."""

from __future__ import annotations

import json
import logging
import re

from bot.logs import Redacted, RedactedJson
from engine.counters import question


def record(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("engine.worker", logging.INFO, __file__, 1, message, arguments, None)


def test_a_line_has_the_time_with_its_zone() -> None:
    line = Redacted([]).format(record("hello"))
    assert re.match(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d INFO    engine\.worker: hello\Z", line
    )


def test_a_line_of_a_question_has_its_number() -> None:
    token = question.set("42")
    try:
        assert Redacted([]).format(record("hello")).endswith(" engine.worker #42: hello")
        assert json.loads(RedactedJson([]).format(record("hello")))["question"] == "42"
    finally:
        question.reset(token)


def test_a_line_in_json_is_one_object_without_secrets() -> None:
    secret = 'a"secret'  # JSON escapes the quote
    line = RedactedJson([secret]).format(record("the token %s is\nrefused", secret))
    assert "\n" not in line
    fields = json.loads(line)
    assert fields.pop("time").endswith("+00:00")
    assert fields == {
        "level": "INFO",
        "logger": "engine.worker",
        "message": "the token *** is\nrefused",
    }
