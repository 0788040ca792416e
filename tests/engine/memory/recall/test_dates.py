"""Tests of dates in a question, and of dates in a line."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from engine.memory.recall.dates import asks_when, named_dates, tells_when
from engine.memory.search.words import words


def at(year: int, month: int) -> float:
    return datetime(year, month, 15, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    ("question", "months", "years"),
    [
        ("What did I do in May 2023?", {5}, {2023}),
        ("What may I do?", set(), set()),
        ("May I ask?", set(), set()),
        ("Что было в январе или марте?", {1, 3}, set()),
        ("¿Qué pasó en agosto?", {8}, set()),
        ("Was it 1999 or 2001?", set(), {1999, 2001}),
        ("What costs 5000?", set(), set()),
        ("Qu'ai-je fait au mois d'août ?", {8}, set()),
        ("फ़रवरी में क्या हुआ?", {2}, set()),
        ("Cosa è successo a gennaio?", {1}, set()),
        ("Wat deed ik in maart 2024?", {3}, {2024}),
        ("Co robiliśmy we wrześniu?", {9}, set()),
        ("Що було в жовтні?", {10}, set()),
        ("Ağustos 2024'te ne oldu?", {8}, {2024}),
        ("Apa yang terjadi pada bulan Desember?", {12}, set()),
        ("Tháng 12 năm ngoái mình đã làm gì trong 3 tháng?", {12}, set()),
        ("در ژوئیه چه شد؟", {7}, set()),
        ("ماذا حدث في أكتوبر؟", {10}, set()),
        ("मार्च में क्या हुआ?", {3}, set()),
        ("2024年１１月に何をした？3か月で？", {11}, {2024}),
        ("十二月发生了什么？", {12}, set()),
        ("3월에 뭐 했지? 2개월 동안?", {3}, set()),
        ("เกิดอะไรขึ้นในเดือนมิถุนายน", {6}, set()),
    ],
)
def test_months_and_years_are_found_in_questions(
    question: str, months: set[int], years: set[int]
) -> None:
    found = named_dates(question)
    assert (found.months, found.years) == (months, years)


def test_a_date_matches_when_all_that_is_named_does() -> None:
    assert named_dates("in May 2023").match(at(2023, 5))
    assert not named_dates("in May 2023").match(at(2022, 5))
    assert named_dates("in May").match(at(2022, 5))
    assert named_dates("in 2022").match(at(2022, 1))
    assert not named_dates("whenever").match(at(2022, 1))


def test_questions_for_a_time_are_known() -> None:
    assert asks_when("When was that?")
    assert asks_when("How long did it take?")
    assert asks_when("Когда это было?")
    assert asks_when("Wanneer was dat?")
    assert asks_when("Kiedy to było?")
    assert asks_when("それはいつでしたか")
    assert not asks_when("Who was that?")
    for asked in ("いつだった？", "그게 언제야?", "ไปเมื่อไหร่", "چه وقت بود؟", "Đi khi nào?"):
        assert asks_when(asked)
    for other in ("誰だった？", "누구야?", "ใครไป", "چه بود؟", "Đi đâu?"):
        assert not asks_when(other)


def test_lines_that_tell_a_time_are_known() -> None:
    for line, tells in (("I went last week", True), ("at 7 sharp", True), ("I went away", False)):
        assert tells_when(line, words(line)) is tells
    for line in ("木曜日に行く", "목요일에 가요", "ไปวันพฤหัส", "پنج‌شنبه می‌روم", "щочетверга ходжу"):
        assert tells_when(line, words(line))
    for line in ("京都に行く", "서울에 가요", "ไปเชียงใหม่", "به تهران می‌روم", "ходжу до школи"):
        assert not tells_when(line, words(line))
