"""Raise the number of files and sockets that the process may have open."""

from __future__ import annotations

import sys

MOST_DESCRIPTORS = 16_384


def raise_limit() -> None:
    """Raise the soft limit of open files to the hard limit, but not above `MOST_DESCRIPTORS`.

    The soft limit is only 1,024 or 256 on many systems.
    """
    if sys.platform == "win32":
        return  # Windows has no such limit
    import resource  # noqa: PLC0415 - Windows has no such module

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(MOST_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
