"""
JupyterLab as an analyst meets it: the notebooks open, the right Python, nothing asked and nothing fetched.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ehandel_lib.reference import PROJECT

#: JupyterLab would ask the network for a newer version of itself. The folder beside this
#: file turns off its offer of news.
STILLE = "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"
OPSAETNING = Path(__file__).with_name("jupyter")

#: The filter that takes the outputs out of a notebook on its way into git; `.gitattributes` names it.
FILTER = "filter.nbstripout"

#: What JupyterLab writes into a notebook that differs from machine to machine.
MASKINENS = (
    "metadata.language_info.codemirror_mode metadata.language_info.file_extension "
    "metadata.language_info.mimetype metadata.language_info.nbconvert_exporter "
    "metadata.language_info.pygments_lexer metadata.language_info.version metadata.widgets"
)

SPOERGSMAAL = (
    "Resultater i notebooks kan rumme indkøbsdata og skal ikke i git. "
    "Må jeg sætte git op i denne mappe, så de bliver siet fra, når du gemmer dem i git?"
)


def start(*, browser: bool = True, port: int | None = None) -> int:
    """
    Run JupyterLab until the user stops it.

    Parameters
    ----------
    browser : bool
        Open a browser on it?
    port : int, optional
        By default the first free one from 8888 on.

    Returns
    -------
    int
        JupyterLab's exit code.
    """
    options = [STILLE, "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={PROJECT / 'notebooks'}"]
    options += ["--LabApp.default_url=/lab/tree/START.ipynb"]
    options += [] if browser else ["--no-browser"]
    options += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port else []
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container there is no other user
        options.append("--allow-root")
    paths = [str(OPSAETNING), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    settings = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
    return subprocess.call([sys.executable, "-m", "jupyterlab", *options], cwd=PROJECT, env=settings)


def keep_git_clean(ask: Callable[[str], bool]) -> None:
    """
    Let git leave outputs out of notebooks, if the user agrees; asked once, and only where it can be answered.

    Parameters
    ----------
    ask : callable
        Asks the user a question that is answered with yes or no.
    """
    decided = _git("--get", f"{FILTER}.clean") is not None
    if decided or not (PROJECT / ".git").exists() or not sys.stdin.isatty():
        return
    if ask(SPOERGSMAAL):
        clean = f'"{sys.executable}" -m nbstripout --extra-keys "{MASKINENS}"'
        _git(f"{FILTER}.clean", clean)
        _git(f"{FILTER}.smudge", "cat")
    else:
        _git(f"{FILTER}.clean", "cat")  # remembered as a no


def _git(*arguments: str) -> str | None:
    """What `git config` of this clone answers; None where it does not know."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(PROJECT), "config", "--local", *arguments], capture_output=True, text=True
        )
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
