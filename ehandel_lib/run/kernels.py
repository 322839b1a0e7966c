"""
A fresh Python process for each notebook.

The process talks to us through socket files in a private folder, so that two
runs side by side never fight for a port, and it always is the Python that runs
the program, with the same settings on every machine. When the notebook is done
the process is stopped at once and the folder removed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from ehandel_lib.run.settings import environment
from ehandel_lib.store import finished

#: A socket's path holds 104 bytes on macOS, 108 on Linux; "/kernel-ipc-5" and a final zero follow the folder.
LONGEST_FOLDER = 104 - len("/kernel-ipc-5") - 1


def can_use_socket_files() -> bool:
    """Are there Unix sockets, and is the temporary folder's path short enough for them?"""
    longest_name = Path(tempfile.gettempdir(), "ehandel-12345678")
    return sys.platform != "win32" and len(os.fsencode(longest_name)) <= LONGEST_FOLDER


class FreshKernelManager(AsyncKernelManager):
    """Starts `sys.executable` as a kernel in a private folder, whichever kernels are installed."""

    def __init__(self, **kwargs: Any) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ehandel-"))
        kwargs.setdefault("transport", "ipc" if can_use_socket_files() else "tcp")
        super().__init__(connection_file=str(self.folder / "kernel.json"), **kwargs)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Our own Python, whatever a kernel named python3 may be on this machine."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Start the process, with our settings."""
        kwargs["env"] = environment(self.folder) | finished.environment()
        _running.add(self)
        await super().start_kernel(**kwargs)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            _running.discard(self)
            shutil.rmtree(self.folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources

    def kill(self) -> None:
        """End the process now, from any thread; whoever waits for it is told that it died."""
        process = getattr(self.provisioner, "process", None)
        if process is None or process.poll() is not None:
            return
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


class _Running:
    """The kernels that are alive, for whoever must end them; threads add and remove."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._managers: list[FreshKernelManager] = []

    def add(self, manager: FreshKernelManager) -> None:
        with self._lock:
            self._managers.append(manager)

    def discard(self, manager: FreshKernelManager) -> None:
        with self._lock:
            self._managers = [other for other in self._managers if other is not manager]

    def all(self) -> list[FreshKernelManager]:
        with self._lock:
            return list(self._managers)


_running = _Running()


def kill_all() -> None:
    """End every kernel that this program has started and that still runs."""
    for manager in _running.all():
        manager.kill()
