"""
One at a time prepares a delivery; the next one waits, and finds it done.

The lock is the operating system's own: it goes with the process, however that
ends. Where the file system has none, two may do the same work, and harm nothing:
all that is written is written beside and renamed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Windows' lock gives up after a while; then it is asked again.
PAUSE = 0.5


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the lock of this file; tells whether the file system has one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        yield _lock(file.fileno())


def _lock(file: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file, 0, os.SEEK_SET)
        while True:
            with suppress(OSError):
                msvcrt.locking(file, msvcrt.LK_LOCK, 1)
                return True
            time.sleep(PAUSE)
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        return False
    return True
