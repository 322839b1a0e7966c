"""
Reproducible reports on e-procurement (e-handel) in Danish public bodies.

The modules are named in the order in which a number travels: `read` takes a
delivery of invoices as text, `clean` types it and keeps the ledger, `classify`
says what each post is, `rates` and `compare` count, `charts`, `sentences` and
`show` put the result in a notebook, `render` makes the executed notebooks into
PDF, HTML and a workbook, and `run` does all of it for a municipality.

At the prompt one name is enough, and what is not asked for is not imported::

    import ehandel_lib as eh
    data = eh.hent("Vejle")
    eh.rates.per(data.poster, "varekategori")
    eh.figur.udsnit(eh.per_gruppe(data.poster, "leverandoer"))
    eh.udforsk("Vejle")
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: Name at the prompt → where it lives; a module stands alone.
_NAVNE = {
    "analyses": "analyses",
    "compare": "compare",
    "figur": "charts",
    "hent": "load:hent",
    "per_gruppe": "explore.grupper:per_gruppe",
    "rates": "rates",
    "schema": "schema",
    "sentences": "sentences",
    "text": "text",
    "udforsk": "explore.flade:udforsk",
    "udsnit": "explore.grupper:udsnit",
}


def __getattr__(name: str) -> Any:
    """A name at the prompt, when it is first asked for; with data come frames in Danish."""
    if name not in _NAVNE:
        raise AttributeError(f"module 'ehandel_lib' has no attribute {name!r}")
    module, _, inside = _NAVNE[name].partition(":")
    found = import_module(f"ehandel_lib.{module}")
    if not inside:
        return found
    import_module("ehandel_lib.explore.visning").paa_dansk()
    return getattr(found, inside)


def __dir__() -> list[str]:
    """What tab completion offers."""
    return sorted([*_NAVNE, "__version__"])
