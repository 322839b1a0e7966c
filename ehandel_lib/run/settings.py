"""
The settings of a process that notebooks run in: the same on every machine.

They are given as environment variables, to a kernel and to the process that warm
ones are forked from alike.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from ehandel_lib.run.environment import ROOT as PROJECT

#: Two notebooks run side by side on two cores: each library keeps to one thread.
THREADS = "1"


def environment(folder: Path) -> dict[str, str]:
    """
    The environment variables of a notebook's process: the user's, but for what would change the result.

    Parameters
    ----------
    folder : Path
        A folder for IPython's own files, so that the user's start-up scripts are not run.
    """
    fixed = {
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MATPLOTLIBRC": str(_matplotlib_defaults()),
        "IPYTHONDIR": str(folder),
        "OMP_NUM_THREADS": THREADS,
        "OPENBLAS_NUM_THREADS": THREADS,
        "POLARS_MAX_THREADS": THREADS,
        # Arrow's and Polars' allocators would keep a thread each, which a process to fork from must not have.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "_RJEM_MALLOC_CONF": "background_thread:false",
    }
    dropped = {"PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONINSPECT"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | fixed


def _matplotlib_defaults() -> Path:
    """The settings file that comes with matplotlib; the user's own must not change a chart."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "mpl-data" / "matplotlibrc"
