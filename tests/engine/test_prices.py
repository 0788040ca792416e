"""Tests of the prices of models: what a call costs, and how a cost is written."""

from __future__ import annotations

import pytest

from engine.contract import Usage
from engine.prices import Price, Prices, amount

PRICES = Prices({"org/one": Price(0.10, 0.40), "org/two:fast": Price(2.0, 2.0)}, "EUR")


def cost(model: str, prompt: int = 1000, answer: int = 500) -> int:
    return PRICES.charged(Usage(prompt, answer, model=model)).cost


def test_tokens_cost_their_price_for_a_million() -> None:
    assert cost("org/one") == 300_000  # 1000 * 0.10 / 1e6 + 500 * 0.40 / 1e6, in billionths
    assert cost("org/one", 1, 0) == 100


def test_a_price_without_a_provider_is_that_of_each_provider() -> None:
    assert cost("org/one:fast") == cost("org/one")
    assert cost("org/two:fast") == 3_000_000
    assert cost("org/two") == 0


def test_a_model_without_a_price_costs_nothing() -> None:
    assert cost("other") == cost("") == 0


@pytest.mark.parametrize(
    ("billionths", "written"),
    [(0, "0.00"), (300_000, "0.0003"), (12_340_000, "0.0123"), (2_500_000_000, "2.50")],
)
def test_a_cost_is_written_for_people(billionths: int, written: str) -> None:
    assert amount(billionths) == written
    assert PRICES.told(billionths) == f"{written} EUR"
    assert Prices().told(billionths) == ""
