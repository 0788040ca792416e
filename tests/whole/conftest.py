"""Leave the tests of several processes out where asyncpg is not installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("asyncpg") else ["test_cluster*.py"]
