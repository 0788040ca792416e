"""Render the metrics in Prometheus' text format, version 0.0.4, without a library.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__
from engine.errors import StorageFault
from engine.storage.spending import COST_UNIT

if TYPE_CHECKING:
    from bot.health import Health
    from engine.counters import Histogram
    from engine.storage.overview import Overview

_STARTED = time.time()
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

Sample = tuple[dict[str, str], float]


async def rendered(health: Health) -> str:
    """Return all metrics as text."""
    waiting = await open_questions(health.overview)
    lines: list[str] = []
    for part in (_process(), _answers(health), _spending(health)):
        lines.extend(part)
    for part in (_platforms(health), _models(health)):
        lines.extend(part)
    lines.extend(_storage(health, waiting))
    return "\n".join(lines) + "\n"


async def open_questions(overview: Overview | None) -> float:
    """Return the number of accepted questions without an answer, or NaN if it cannot be read."""
    try:
        return math.nan if overview is None else float(await overview.open_questions())
    except StorageFault:
        return math.nan


def _process() -> Iterator[str]:
    tree = process_tree()
    yield from _series("pipit_info", "gauge", "The version.", [({"version": __version__}, 1)])
    yield from _series("pipit_start_time_seconds", "gauge", "Start, Unix time.", [({}, _STARTED)])
    yield from _series(
        "pipit_cpu_seconds_total",
        "counter",
        "CPU time of this process.",
        [({}, sum(os.times()[:2]))],
    )
    yield from _series(
        "pipit_resident_memory_bytes",
        "gauge",
        "Resident memory of the whole process tree.",
        [({}, sum(resident_bytes(pid) for pid in tree))],
    )
    yield from _series("pipit_processes", "gauge", "Processes of the tree.", [({}, len(tree))])
    yield from _series("pipit_open_files", "gauge", "Open descriptors.", [({}, _open_files())])


def _answers(health: Health) -> Iterator[str]:
    counters = health.counters
    yield from _series(
        "pipit_answers_total",
        "counter",
        "Answers by their end.",
        [({"end": end}, count) for end, count in counters.answers.items()],
    )
    yield from _series(
        "pipit_answers_cached_total", "counter", "Answers from the cache.", [({}, counters.cached)]
    )
    yield from _histogram(
        "pipit_first_word_seconds", "Until the first word of an answer.", counters.first_word
    )
    yield from _histogram("pipit_answer_seconds", "Length of an answer.", counters.duration)
    yield from _series(
        "pipit_tokens_total",
        "counter",
        "Tokens by kind and model.",
        [
            ({"kind": kind, "model": model or "none"}, count)
            for (kind, model), count in counters.tokens.items()
        ],
    )


def _spending(health: Health) -> Iterator[str]:
    counters = health.counters
    yield from _series(
        "pipit_tokens_estimated_total",
        "counter",
        "Tokens that the endpoint did not report, by model.",
        [({"model": model or "none"}, count) for model, count in counters.estimated.items()],
    )
    currency = health.engine.caps.prices.currency if health.engine is not None else ""
    yield from _series(
        "pipit_cost_total",
        "counter",
        "Cost of answers by PRICES, by model.",
        [
            ({"model": model or "none", "currency": currency}, cost * COST_UNIT)
            for model, cost in counters.costs.items()
        ],
    )


def _platforms(health: Health) -> Iterator[str]:
    yield from _series(
        "pipit_platform_calls_total",
        "counter",
        "Calls by platform and result; limited is a 429.",
        [
            ({"platform": platform, "result": result}, count)
            for (platform, result), count in health.counters.calls.items()
        ],
    )
    yield from _series(
        "pipit_platform_silence_seconds",
        "gauge",
        "Time since a platform was heard.",
        [({"platform": name}, age) for name, age in health.silences().items()],
    )
    yield from _series("pipit_ready", "gauge", "1 if messages are answered.", [({}, health.ready)])
    yield from _series(
        "pipit_problems",
        "gauge",
        "1 for each problem that lasts.",
        [({"cause": problem.cause}, 1) for problem in health.problems()],
    )
    working, waiting = health.engine.load if health.engine is not None else (0, 0)
    yield from _series("pipit_chats_at_work", "gauge", "Chats being answered.", [({}, working)])
    yield from _series("pipit_questions_waiting", "gauge", "Questions in line.", [({}, waiting)])
    yield from _series(
        "pipit_loop_lag_seconds", "gauge", "Lag of the event loop.", [({}, health.lag_seconds)]
    )


def _models(health: Health) -> Iterator[str]:
    yield from _series(
        "pipit_model_errors_total",
        "counter",
        "Failed calls by model and error.",
        [
            ({"model": model, "error": error}, count)
            for (model, error), count in health.counters.model_errors.items()
        ],
    )
    now = health.clock.now()
    yield from _series(
        "pipit_model_success_age_seconds",
        "gauge",
        "Time since a model last answered.",
        [
            ({"model": name}, now - state.answered_at)
            for name, state in health.counters.models.items()
            if state.answered_at
        ],
    )


def _storage(health: Health, waiting: float) -> Iterator[str]:
    yield from _series(
        "pipit_ledger_open", "gauge", "Accepted questions without an answer.", [({}, waiting)]
    )
    ages = health.ages()
    commit = ages.get("committed write", math.nan)
    yield from _series(
        "pipit_commit_age_seconds", "gauge", "Time since the last committed write.", [({}, commit)]
    )
    held = health.database_bytes()
    yield from _series("pipit_database_bytes", "gauge", "Size of the file and log.", [({}, held)])
    yield from _series(
        "pipit_database_limit_bytes", "gauge", "STORAGE_LIMIT_MB.", [({}, health.limit_bytes)]
    )
    now = health.clock.time()
    yield from _series(
        "pipit_backup_age_seconds",
        "gauge",
        "Age of the newest copy.",
        [({"kind": one.name}, now - one.made_at) for one in health.copies if one.made_at],
    )


def _series(name: str, kind: str, says: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {says}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield f"{name}{_labels(labels)} {_number(float(value))}"


def _histogram(name: str, says: str, found: Histogram) -> Iterator[str]:
    yield f"# HELP {name} {says}"
    yield f"# TYPE {name} histogram"
    so_far = 0
    for bound, count in zip((*found.bounds, math.inf), found.counts):
        so_far += count
        yield f'{name}_bucket{{le="{_number(bound)}"}} {so_far}'
    yield f"{name}_sum {_number(found.total_seconds)}"
    yield f"{name}_count {so_far}"


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    parts = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + ",".join(parts) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf"
    return f"{value:.0f}" if value == int(value) else f"{value:.6g}"


def process_tree() -> list[int]:
    """Return the ids of this process and its descendants. Without /proc, return only its own id."""
    tree, waiting = [], [os.getpid()]
    while waiting:
        pid = waiting.pop()
        tree.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting.extend(map(int, task.read_text().split()))
            except OSError:
                continue  # the process has ended in the meantime
    return tree


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process, or 0 if it cannot be read."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0


def _open_files() -> float:
    try:
        return float(len(os.listdir("/proc/self/fd")))  # noqa: PTH208 - only the names, without a Path for each
    except OSError:
        return math.nan
