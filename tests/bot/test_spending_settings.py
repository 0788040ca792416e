"""Tests of the settings of prices and caps: what they take, and what is said about a wrong value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import load
from engine.caps import Cap, SpendingSettings
from engine.errors import SettingsError
from engine.prices import Price

NOWHERE = Path("/nowhere/.env")
PRICES = {"PRICES": "org/one=0.10/0.40, org/two:fast = 2"}


def spending(**variables: str) -> SpendingSettings:
    return load(variables, NOWHERE).engine.spending


def problem(**variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        spending(**variables)
    (said,) = caught.value.problems
    return said


def test_prices_are_read_by_model() -> None:
    found = spending(**PRICES, CURRENCY="EUR").prices
    assert found.by_model == {"org/one": Price(0.10, 0.40), "org/two:fast": Price(2.0, 2.0)}
    assert found.currency == "EUR"
    assert spending().prices.by_model == {}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("org/one", "'org/one' names no model"),
        ("org/one=cheap", "'org/one=cheap' is no price"),
        ("org/one=-1", "is no price"),
        ("org/one=0,10/0,40", "write decimals with a point"),
        ("org/one=1, org/one=2", "org/one has two prices"),
        ("my model=1", "'my model' is no name of a model"),
        ("org/one=99999999", "is too large"),
        ("org/one=nan", "is no price"),
    ],
)
def test_a_wrong_price_is_explained(value: str, says: str) -> None:
    said = problem(PRICES=value)
    assert said.startswith("PRICES: ")
    assert says in said
    assert "org/model=0.10/0.40" in said


@pytest.mark.parametrize(
    ("value", "cap"),
    [
        ("0.50", Cap("person", "day", cost=500_000_000)),
        ("2 USD", Cap("person", "day", cost=2_000_000_000)),
        ("20000 tokens", Cap("person", "day", tokens=20_000)),
        ("20k tokens", Cap("person", "day", tokens=20_000)),
        ("1.5M tokens", Cap("person", "day", tokens=1_500_000)),
    ],
)
def test_a_cap_is_money_or_tokens(value: str, cap: Cap) -> None:
    assert spending(**PRICES, CAP_PERSON_DAY=value).caps == (cap,)


@pytest.mark.parametrize("value", ["", "0", "off", "OFF", "0 tokens", "0.0"])
def test_a_cap_may_be_off(value: str) -> None:
    assert spending(**PRICES, CAP_TOTAL_MONTH=value).caps == ()


@pytest.mark.parametrize("value", ["much", "-1", "5 apples", "1,50", "5 EUR", "9" * 30])
def test_a_wrong_cap_is_explained(value: str) -> None:
    assert "such as 2.50, or of tokens such as" in problem(**PRICES, CAP_CHAT_DAY=value)


def test_a_cap_in_money_needs_prices() -> None:
    assert "set PRICES" in problem(CAP_TOTAL_DAY="5")


def test_each_scope_and_period_has_its_cap() -> None:
    names = [f"CAP_{scope}_{period}" for scope in ("PERSON", "CHAT", "TOTAL")
             for period in ("DAY", "MONTH")]  # fmt: skip
    caps = spending(**dict.fromkeys(names, "100 tokens")).caps
    assert {(cap.scope, cap.period) for cap in caps} == {
        (scope, period) for scope in ("person", "chat", "total") for period in ("day", "month")
    }


def test_the_currency_and_the_cheaper_model_are_checked() -> None:
    assert "USD, EUR" in problem(CURRENCY="US Dollars 4")
    assert "one model" in problem(CHEAPER_MODEL="a, b")
    assert spending(CHEAPER_MODEL="org/small").cheaper_model == "org/small"
