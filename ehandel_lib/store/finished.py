"""
Which stores are finished: a run prepares its delivery once and tells the notebooks' processes where it lies.

A notebook that is opened by hand is told nothing, and looks after whether the
delivery has changed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

#: The variable by which a run tells its notebooks: delivery → store, as JSON.
MILJOE_FAERDIGE = "EHANDEL_FAERDIGE"

_faerdige: dict[str, str] = {}


def remember(leverance: Path, store: Path) -> None:
    """This delivery is prepared, and lies here, for the notebooks that this process starts."""
    _faerdige[_key(leverance)] = str(store)


def here(leverance: Path) -> Path:
    """Where a delivery lies that this process has prepared."""
    return Path(_faerdige[_key(leverance)])


def environment() -> dict[str, str]:
    """The environment variable for a notebook's process, if there is anything to tell."""
    return {MILJOE_FAERDIGE: json.dumps(_faerdige, ensure_ascii=False)} if _faerdige else {}


def told(leverance: Path) -> Path | None:
    """The store that a run has told of, if this is one of its notebooks and the delivery its own."""
    stores: dict[str, str] = json.loads(os.environ.get(MILJOE_FAERDIGE, "{}"))
    found = stores.get(_key(leverance))
    return Path(found) if found and Path(found).is_dir() else None


def _key(leverance: Path) -> str:
    return str(leverance.resolve())
