"""Probes and metrics on the page's port."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.adapters.web.rig import a_site
from tests.servers.model import ModelServer

pytestmark = [pytest.mark.web, pytest.mark.timeout(120), pytest.mark.filterwarnings("default")]
PROXIED = {"X-Forwarded-For": "192.0.2.1"}


async def asked(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_the_pages_port_tells_the_health_and_a_request_through_a_proxy_no_details(
    tmp_path: Path,
) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model, WEB_PASSWORD="long enough", METRICS_TOKEN="the-operators") as site,
    ):
        assert await asked(f"{site.url}/live") == (200, "alive\n")
        status, said = await asked(f"{site.url}/ready")
        assert (status, '"ready": true' in said) == (200, True)
        assert await asked(f"{site.url}/ready", **PROXIED) == (200, "ready\n")
        assert "# TYPE pipit_ready gauge" in (await asked(f"{site.url}/metrics"))[1]
        assert (await asked(f"{site.url}/metrics", **PROXIED))[0] == 403
        token = {"Authorization": "Bearer the-operators"}
        assert (await asked(f"{site.url}/metrics", **PROXIED, **token))[0] == 200
