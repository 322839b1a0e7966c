"""
What a program takes: time, processor time, and the peak memory of all its processes together.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

#: Seconds between two looks at the memory.
TAKT = 0.05


@dataclass(frozen=True)
class Maaling:
    """Seconds on the clock, seconds of processor time, the peak of resident megabytes, and what was found."""

    tid: float
    cpu: float
    mb: float
    fundet: dict[str, Any]


def measured(
    command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None
) -> Maaling:
    """
    Run a program, and measure it with all processes that it starts; JSON on its last line is what it found.

    Memory is the sum of what is resident in each of them: what two of them share counts twice.

    Raises
    ------
    RuntimeError
        The program failed; the message holds the end of what it said.
    """
    started, before = time.perf_counter(), os.times()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **(environment or {})}, cwd=folder,
    ) as process:  # fmt: skip
        peak = _peak(process)
        out, err = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {err[-2000:]}")
    seconds, after = time.perf_counter() - started, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    last = (out.strip().splitlines() or [""])[-1]
    return Maaling(seconds, cpu, peak / 2**20, json.loads(last) if last.startswith("{") else {})


def after_each_other(parts: Sequence[Maaling]) -> Maaling:
    """What several programs took, one after the other."""
    return Maaling(
        sum(its.tid for its in parts), sum(its.cpu for its in parts), max(its.mb for its in parts), {}
    )


def _peak(process: subprocess.Popen[str]) -> int:
    """The most bytes that the program and its children hold at any look, until it ends."""
    peak, root = 0, psutil.Process(process.pid)
    while process.poll() is None:
        try:
            tree = [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            break
        peak = max(peak, sum(_resident(p) for p in tree))
        time.sleep(TAKT)
    return peak


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
