"""Tests that the model and the screen use the date at the people's place."""

from __future__ import annotations

import time
from datetime import timezone
from pathlib import Path

import pytest

from engine.wording import words_in
from engine.zone_names import ZONES
from engine.zones import Zones, find_zone, local_time, zone_named
from tests.rigs.engine_rig import DM, a_house
from tests.rigs.fakes import FakeClock
from tests.rigs.memory_rig import FakeEmbedder

EN = words_in("en")
# 21:30 UTC on a Tuesday is Wednesday in Auckland (+13).
TUESDAY = 1_763_501_400.0


def test_a_chats_own_zone_counts_before_the_operators() -> None:
    zones = Zones("Pacific/Auckland")
    assert local_time(TUESDAY, zones.of("")).strftime("%A %H:%M") == "Wednesday 10:30"
    assert local_time(TUESDAY, zones.of("Europe/Berlin")).strftime("%A %H:%M") == "Tuesday 22:30"


def test_a_name_that_is_not_known_any_more_is_passed_over() -> None:
    assert str(Zones("Europe/Berlin").of("Atlantis/Deep")) == "Europe/Berlin"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows sets no zone by TZ")
def test_without_any_name_the_hosts_zone_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert local_time(TUESDAY, Zones().of("")).strftime("%A") == "Wednesday"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("auckland", "Pacific/Auckland"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
        ("Atlantis", ""),
        ("../../etc/passwd", ""),
        ("x" * 5000, ""),
        ("", ""),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(wish: str, name: str) -> None:
    assert find_zone(wish) == name


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("東京", "Asia/Tokyo"),
        ("서울", "Asia/Seoul"),
        ("กรุงเทพ", "Asia/Bangkok"),
        ("تهران", "Asia/Tehran"),
        ("القاهره", "Africa/Cairo"),
        ("北京", "Asia/Shanghai"),
        ("दिल्ली", "Asia/Kolkata"),
        ("Москва", "Europe/Moscow"),
        ("Warszawa", "Europe/Warsaw"),
        ("WIEN", "Europe/Vienna"),
        ("São Paulo", "America/Sao_Paulo"),
        ("İstanbul", "Europe/Istanbul"),
        ("Hà Nội", "Asia/Ho_Chi_Minh"),
    ],
)
def test_a_large_city_is_found_by_its_name_in_a_language_of_the_bot(wish: str, name: str) -> None:
    assert find_zone(wish) == name


def test_every_listed_city_has_a_zone_that_exists() -> None:
    assert [zone for zone in ZONES.values() if find_zone(zone) != zone] == []
    assert find_zone("Київ") in ("Europe/Kiev", "Europe/Kyiv")


@pytest.mark.parametrize(
    "name", ["Atlantis", "America", "/etc/passwd", "../x", "Europe/Berlin ", "²"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        zone_named(name)


async def test_the_model_is_told_the_date_of_the_chats_zone(tmp_path: Path) -> None:
    clock = FakeClock(unix=TUESDAY)
    async with a_house(tmp_path, ["one"], ["two"], clock=clock, time_zone="Europe/Berlin") as house:
        await house.ask("what day is it?")
        assert "Today is Tuesday, 18 November 2025." in house.model.prompts[0][0].content
        await house.ask("/timezone Auckland")
        assert house.last().startswith("Time zone: Pacific/Auckland. It is 2025-11-19 10:3")
        await house.ask("and now?")
        assert "Today is Wednesday, 19 November 2025." in house.model.prompts[1][0].content


async def test_a_chats_zone_outlives_the_process_and_goes_with_forget(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/timezone Asia/Tokyo")
    async with a_house(tmp_path) as house:
        assert (await house.sessions.get(DM)).time_zone == "Asia/Tokyo"
        await house.ask("/forget", message_id="f1")
        await house.ask("/forget yes", message_id="f2")
        assert (await house.sessions.get(DM)).time_zone == ""


async def test_off_brings_the_operators_zone_back_and_an_unknown_one_changes_nothing(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, time_zone="Europe/Berlin") as house:
        await house.ask("/timezone Asia/Tokyo")
        await house.ask("/timezone Atlantis")
        assert house.last() == EN.timezone_unknown.format(zone="Atlantis")
        assert (await house.sessions.get(DM)).time_zone == "Asia/Tokyo"
        await house.ask("/timezone off")
        assert "Europe/Berlin" in house.last()


async def test_what_is_remembered_is_dated_where_the_chat_is(tmp_path: Path) -> None:
    clock = FakeClock(unix=TUESDAY)
    async with a_house(
        tmp_path, clock=clock, embedder=FakeEmbedder(), time_zone="Pacific/Auckland"
    ) as house:
        await house.ask("the heron eats at noon")
        await house.ask("/memory")
        assert "[2025-11-19] Ann: the heron eats at noon" in house.last()


def test_a_time_without_a_zone_of_its_own_is_that_of_utc_where_utc_is_asked_for() -> None:
    assert local_time(0.0, timezone.utc).strftime("%H:%M") == "00:00"
