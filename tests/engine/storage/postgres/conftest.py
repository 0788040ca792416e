"""Leave these tests out where asyncpg is not installed: `make test` needs no server and no driver."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("asyncpg") else ["test_*.py"]
