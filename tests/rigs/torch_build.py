"""Find how much memory the installed build of torch adds.

Only this module distinguishes a CUDA build from a CPU build. Pipit's promises about memory are for
the CPU build, which the Makefile requests. If only PyPI can be reached, x86-64 Linux gets the CUDA
build, whose libraries are mapped even if nothing computes on a GPU.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec

_CUDA_12_MB, _CUDA_13_MB = 85.0, 190.0  # measured with torch 2.1.2 and 2.13.0, plus a margin


def cuda_mb() -> float:
    """Return the memory that CUDA's libraries add to a process with torch, 0 for a CPU build."""
    torch = version("torch")
    if "+cpu" in torch or find_spec("nvidia") is None:
        return 0.0
    return _CUDA_12_MB if torch.startswith("2.1.") else _CUDA_13_MB
