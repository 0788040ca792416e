"""Convert media that people send, in a process of its own, because no file is trusted.

The command is:

    python -m engine.media.converting TASK MEMORY_BYTES CPU_SECONDS OPTIONS < file > result

TASK names the module and function that does the work (`TASKS`). OPTIONS is a JSON object. The
result is one line of JSON, ``{"facts": …}`` or ``{"refused": reason}``, followed by the converted
bytes. The process restricts itself before it looks at the file: memory, processor time, no further
file or socket, no network, no child process. The libraries of a task are imported before that.
"""

from __future__ import annotations

import importlib
import io
import json
import shutil
import sys
from typing import TYPE_CHECKING, Any, Callable

from engine import children
from engine.media.results import Converted, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

Prepare = Callable[[bytes], None]
"""Imports the libraries, and opens the files, that a file with these first bytes needs."""
Convert = Callable[[io.BytesIO, "Mapping[str, Any]"], Converted]
"""Converts a file with the options of the task. Raises `Refused`."""

TASKS = {"picture": "engine.media.scaling", "sound": "engine.media.sound"}
"""The module of each task. It has the functions `prepare` and `convert`."""
_FIRST_BYTES = 64


def _convert(task: str, memory_bytes: int, cpu_seconds: int, options: str) -> Converted:
    module = importlib.import_module(TASKS[task])
    prepare: Prepare = module.prepare
    convert: Convert = module.convert
    content = io.BytesIO()
    shutil.copyfileobj(sys.stdin.buffer, content)  # read() would hold the file twice in memory
    prepare(content.getbuffer()[:_FIRST_BYTES].tobytes())
    content.seek(0)
    children.restrict(memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
    return convert(content, json.loads(options))


def main() -> None:
    """Convert standard input and print the result."""
    children.yield_processor()
    task, memory_bytes, cpu_seconds, options = sys.argv[1:]
    content = b""
    try:
        facts, content = _convert(task, int(memory_bytes), int(cpu_seconds), options)
        told: dict[str, object] = {"facts": dict(facts)}
    except Refused as refused:
        told = {"refused": str(refused)}
    except MemoryError:
        told = {"refused": "too_large"}
    except ImportError as error:
        told = {"refused": "no_library", "cause": children.describe(error)}
    except Exception as error:  # noqa: BLE001 - with a hostile file, a decoder may raise anything
        told = {"refused": "unreadable", "cause": children.describe(error)}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()
