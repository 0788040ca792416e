"""What the installed build of torch adds to memory.

Only this module tells a CUDA build from a CPU build.

Pipit's promises of memory are for the CPU build, which the Makefile asks for. Where only PyPI can
be reached, x86-64 Linux gets the CUDA build, whose libraries are mapped even where nothing computes
on a GPU.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec

_CUDA_12_MB, _CUDA_13_MB = 85.0, 190.0  # measured with 2.1.2 and 2.13.0, and some room


def cuda_mb() -> float:
    """Return what CUDA's libraries add to a process that has loaded torch; 0 for a CPU build."""
    torch = version("torch")
    if "+cpu" in torch or find_spec("nvidia") is None:
        return 0.0
    return _CUDA_12_MB if torch.startswith("2.1.") else _CUDA_13_MB
