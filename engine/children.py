"""Restrict child processes: their environment, their privileges and their resources.

The parent calls `environment` for each child. The other functions run in the process that they
restrict. Each of them does nothing on a system without such a restriction.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

_BASIC_NAMES = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR",
    "PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "LD_LIBRARY_PATH",
    # Python does not start on Windows without SYSTEMROOT
    "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE",
)  # fmt: skip
HUB_NAMES = (
    "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME", "HF_ENDPOINT",
    "HF_HUB_OFFLINE", "HF_HUB_DISABLE_XET", "HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT",
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
)  # fmt: skip
"""The environment variables for a download from the Hugging Face Hub. HF_TOKEN is left out."""

_CODE = str(Path(__file__).resolve().parents[1])
_NICENESS = 5
_PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h


def environment(*more: str) -> dict[str, str]:
    """Return the environment of a child process: the basic variables and `more`.

    A variable that this process does not have is left out. ``PYTHONPATH`` always includes Pipit's
    code, even if the package is installed in a separate folder.
    """
    given = {name: os.environ[name] for name in (*_BASIC_NAMES, *more) if name in os.environ}
    before = given.get("PYTHONPATH", "")
    given["PYTHONPATH"] = os.pathsep.join([_CODE, *([before] if before else [])])
    return given


def use_one_thread() -> None:
    """Let numpy start no further threads. Each would reserve address space.

    Call this before numpy is imported.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


def yield_processor() -> None:
    """Give the bot priority when processor time is short (nice(2)).

    This process then gets a third of the time of a process with the usual priority. With much less,
    a busy embedder would delay a picture beyond its time limit.
    """
    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_NICENESS)


def dump_no_core() -> None:
    """Prevent a core file if this process crashes, since it would hold tokens and message text."""
    _limit("CORE", 0)


def gain_no_privileges() -> None:
    """Ignore set-user-id bits and file capabilities from now on (prctl(2), Linux).

    Processes that this process starts later inherit the restriction.
    """
    libc = _linux_libc()
    if libc is not None:
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def leave_network() -> bool:
    """Move into an empty network namespace (unshare(2), Linux).

    Return whether the system allowed it. Call this function while the process has only one thread.
    The process also gets a user namespace without mapped users, so it loses the capabilities of
    root.
    """
    libc = _linux_libc()
    return libc is not None and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0


def bound_usage(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Limit the address space and the processor time. Forbid writing files and starting processes.

    The limit on processes does not apply to root (setrlimit(2)). macOS cannot limit the address
    space.
    """
    _limit("CPU", cpu_seconds, cpu_seconds + 1)
    _limit("AS", memory_bytes)
    _limit("FSIZE", 0)
    _limit("NPROC", 0)
    dump_no_core()


def open_nothing_more() -> None:
    """Make every further open of a file, socket or pipe fail. Open descriptors stay usable.

    Import all modules before this call. The function works on every POSIX system, even where
    `leave_network` is not allowed.
    """
    _limit("NOFILE", 0)


def end_first(adjustment: int) -> None:
    """Let the kernel end this process before the bot if the host runs out of memory (Linux).

    Among children, those with a larger `adjustment` end first. 1000 is the largest value
    (proc(5), oom_score_adj).
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(adjustment), encoding="ascii")


def restrict(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Apply all restrictions for a process that handles an untrusted file.

    Import all modules before this call.
    """
    end_first(1000)
    gain_no_privileges()
    leave_network()
    bound_usage(memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
    open_nothing_more()


def describe(error: BaseException) -> str:
    """Return the class of an error, and the place at which it was raised.

    The error's own text is left out, because it may quote the file.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    place = f"{code.co_name}, line {trace.tb_lineno} of {Path(code.co_filename).name}"
    return f"{type(error).__name__} in {place}"


def _limit(name: str, soft: int, hard: int | None = None) -> None:
    with suppress(ImportError):  # Windows has no resource limits
        import resource  # noqa: PLC0415 - as above

        with suppress(AttributeError, ValueError, OSError):  # some systems lack some of the limits
            number = getattr(resource, f"RLIMIT_{name}")
            resource.setrlimit(number, (soft, soft if hard is None else hard))


def _linux_libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform.startswith("linux") else None
