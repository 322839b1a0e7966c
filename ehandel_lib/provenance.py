"""
What a report is made of: which data, which parameters, which program.

With this, anybody can make the report again and see that it is the same. It
holds fingerprints instead of clock times, and names instead of the paths of
one machine.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ehandel_lib
from ehandel_lib.reference import PROJECT

if TYPE_CHECKING:
    from ehandel_lib.load import Kildefil

#: What stands where git cannot say (a downloaded copy without its history).
UNKNOWN = "ukendt"


def sha256(content: bytes) -> str:
    """
    The fingerprint of some bytes.

    Examples
    --------
    >>> sha256(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


def commit(root: Path = PROJECT) -> str:
    """The git commit of the program, with "+ændringer" if files of it were changed since; or "ukendt"."""
    top, head = _git(root, "rev-parse", "--show-toplevel"), _git(root, "rev-parse", "HEAD")
    if not head or not top or Path(top).resolve() != root.resolve():
        return UNKNOWN
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", "ehandel_lib", "notebooks")
    return f"{head}+ændringer" if changed else head


def _git(root: Path, *arguments: str) -> str:
    """What git answers, or nothing where there is no git or no repository."""
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def packages() -> dict[str, str]:
    """
    The packages that the program asks for, with the versions that are installed.

    Examples
    --------
    >>> "pandas" in packages()
    True
    """
    asked = [line for line in metadata.requires("ehandel") or [] if "extra ==" not in line]
    names = sorted({re.split(r"[^\w.-]", line)[0].lower() for line in asked})
    return {name: metadata.version(name) for name in names}


@cache
def software() -> dict[str, Any]:
    """The program: its version, its commit, Python and the packages, and the fingerprint of the lock file."""
    lock = PROJECT / "requirements.lock"
    return {
        "ehandel": ehandel_lib.__version__,
        "commit": commit(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "pakker": packages(),
        "requirements.lock": sha256(lock.read_bytes()) if lock.exists() else UNKNOWN,
    }


def provenance(
    *, files: Iterable[Kildefil], parameters: Mapping[str, Any], notebooks: Iterable[Path]
) -> bytes:
    """
    The content of `proveniens.json`.

    Parameters
    ----------
    files : iterable of Kildefil
        The delivery's files: name, sha256, bytes and what was decided in order to read each.
    parameters : mapping
        The report's parameters.
    notebooks : iterable of Path
        The notebooks that were run.
    """
    content = {
        "parametre": dict(parameters),
        "datafiler": [file._asdict() for file in files],
        "notebooks": {path.name: sha256(path.read_bytes()) for path in notebooks},
        "program": software(),
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
