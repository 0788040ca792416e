"""Make the C library return large blocks to the system as soon as they are free."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_M_MMAP_THRESHOLD = -3  # the value of this name in malloc.h of glibc
LARGE_BYTES = 512 * 1024


@cache
def return_large_blocks() -> None:
    """Map each block of at least `LARGE_BYTES` separately (mallopt(3), glibc only).

    Without this, glibc raises its threshold to the size of the first large file that is freed, and
    then keeps up to twice that size. Does nothing on other systems.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
