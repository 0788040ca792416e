"""Serve the embedded model, as the program of a child process.

Only ``bot.local_model.local_model`` starts this file, by its path. It is a separate file so that
the child loads nothing of the bot. It reads one JSON line from its standard input (model, alias,
api_key, port, context_tokens) and writes one JSON line to its standard output (``address`` or
``error``). It exits at the end of its input. The parent holds the other end of this pipe. The
system closes it in whatever way the parent ends, including kill -9.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1  # the number of this option in linux/prctl.h


def end_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends.

    The pipe is not enough if the parent forked, because another process then holds it open.
    """
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - 1 MB that only Linux needs

    # If libc has no prctl, only the pipe ends the child.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def leave_no_core() -> None:
    """Disable core files. A core file after a crash of the native code would hold message text."""
    with contextlib.suppress(ImportError):  # Windows has no limit of core files
        import resource  # noqa: PLC0415 - as above

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def silence() -> int:
    """Redirect the standard output and error to the null device, for native code as well.

    Return a descriptor of the former standard output.
    """
    answer = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    return answer


def serve(options: dict[str, Any]) -> Any:
    """Start the server and return it. It listens until the object is deleted.

    One slot and small batches keep the process below 200 MB. The prompt cache in memory, which is 8
    GB by default, is switched off.
    """
    import xllamacpp  # noqa: PLC0415 - after the outputs are silenced

    params = xllamacpp.CommonParams()
    params.model.path = options["model"]
    params.model_alias = {options["alias"]}
    params.hostnames = ["127.0.0.1"]
    params.port = options["port"]
    params.api_keys = [options["api_key"]]
    params.n_ctx = options["context_tokens"]
    params.n_parallel = 1
    params.n_batch, params.n_ubatch = 256, 128
    params.cache_ram_mib = 0
    # With this model, one thread decodes as fast as two. It leaves the other core of a small host
    # to the bot.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_threads_http = 2
    # If this were on, the library would measure free memory first, which doubles the start time.
    params.fit_params = False
    # The model card recommends 0.2 and 0.9. Without the penalty, a model of this size repeats one
    # line until the limit.
    params.sampling.temp, params.sampling.top_p, params.sampling.penalty_repeat = 0.2, 0.9, 1.1
    params.verbosity = 0
    params.ui = False
    params.cors_origins = ""
    return xllamacpp.Server(params)


def main() -> None:
    """Serve until the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # only the parent handles Ctrl-C in the terminal
    end_with_parent()
    leave_no_core()
    answer = silence()
    try:
        server = serve(json.loads(sys.stdin.buffer.readline()))
        report = {"address": server.listening_address}
    except Exception as error:  # noqa: BLE001 - the parent reports any error to the operator
        report = {"error": f"{type(error).__name__}: {error}"}
    os.write(answer, json.dumps(report).encode() + b"\n")
    sys.stdin.buffer.read()
    os._exit(0)  # the server's threads have no state that needs an orderly end


if __name__ == "__main__":
    main()
