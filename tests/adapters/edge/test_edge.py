"""Tests of network addresses, untrusted JSON, and log lines that strangers cause."""

from __future__ import annotations

import logging

import pytest

from adapters.edge.addresses import client_network, network_of
from adapters.edge.parsing import parse_json
from adapters.edge.seldom import Seldom
from tests.rigs.fakes import FakeClock


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:443", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_ipv6_address_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_text_that_is_no_address_is_cut() -> None:
    assert len(network_of("x" * 60_000)) <= 64


SPOOFED = ["203.0.113.9, 198.51.100.7"]


@pytest.mark.parametrize("peer", ["10.0.0.5", "100.64.0.1", "127.0.0.1", "8.8.8.8", "fe80::1"])
def test_without_a_trusted_proxy_no_forwarded_address_is_believed(peer: str) -> None:
    assert client_network(peer, SPOOFED, 0) == network_of(peer)


def test_so_many_forwarded_addresses_are_believed_as_there_are_proxies() -> None:
    assert client_network("10.0.0.5", SPOOFED, 1) == "198.51.100.7"
    assert (
        client_network("10.0.0.5", ["192.0.2.1", "203.0.113.9, 198.51.100.7"], 2) == "203.0.113.9"
    )
    assert client_network("10.0.0.5", ["203.0.113.9"], 2) == "203.0.113.9"
    assert client_network("10.0.0.5", [], 1) == "10.0.0.5"
    assert client_network("10.0.0.5", ["unknown"], 1) == "10.0.0.5"
    assert len(client_network("10.0.0.5", ["x" * 60_000], 1)) < 65


@pytest.mark.parametrize(
    "body", [b"[" * 50_000, b'{"a":' * 50_000, b"9" * 50_000, b"{no json", b"\xff\xfe", b""]
)
def test_json_that_cannot_be_read_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of its kinds
        parse_json(body)


def test_json_is_read() -> None:
    assert parse_json(b'{"a": [1, -2, 1e3]}') == {"a": [1, -2, 1000.0]}


async def test_a_line_that_strangers_cause_is_logged_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    told = Seldom(logging.getLogger("test"), clock)
    for _ in range(1000):
        told.warning("refused %s", "x")
    told.warning("another kind")
    await clock.advance(60)
    told.warning("refused %s", "y")
    assert [record.getMessage() for record in caplog.records] == [
        "refused x",
        "another kind",
        "refused y (999 more before)",
    ]
