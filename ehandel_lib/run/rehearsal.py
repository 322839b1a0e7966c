"""
What the first use of a library costs, paid once for all the processes that are forked afterwards.

Fonts are read, tables of the Danish language loaded, templates compiled and modules imported
that libraries bring in late. Nothing is read of anybody's data, and no thread is started: Polars and
Typst keep theirs, so of these only the modules are fetched.
"""

from __future__ import annotations

import datetime as dt
import gc
from contextlib import suppress
from importlib import import_module

#: Imported by a library when it is first used.
LATE = (
    "IPython.core.application",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.magics",
    "matplotlib.backends.backend_svg",
    "mistune",
    "narwhals._interchange.dataframe",
    "narwhals._pandas_like.group_by",
    "narwhals._pandas_like.namespace",
    "narwhals._pandas_like.selectors",
    "narwhals._polars.dataframe",
    "narwhals._polars.group_by",
    "narwhals._polars.namespace",
    "narwhals.group_by",
    "pandas.core.methods.to_dict",
    "pikepdf",
    "typst",
    "xlsxwriter",
)


def rehearse() -> None:
    """Use each library once. What fails here fails again where it is used, and is told there."""
    for name in LATE:
        with suppress(Exception):
            import_module(name)
    for use in (_text, _chart, _page, _workbook):
        with suppress(Exception):
            use()
    gc.collect()
    gc.freeze()  # what is here stays: no collection in a fork goes through it, and copies its memory


def _text() -> None:
    from ehandel_lib import text

    text.dato(dt.date(2024, 1, 1))
    text.kroner(100)
    text.pct(0.5)


def _chart() -> None:
    from ehandel_lib.charts import style
    from ehandel_lib.render.drawing import svg

    svg(style.styled(style.empty)("Øvelse"))


def _page() -> None:
    from ehandel_lib.render import page, webfont

    webfont.font_faces()
    page._template()


def _workbook() -> None:
    import io

    import xlsxwriter

    with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as book:
        book.add_worksheet("Øvelse").write_string(0, 0, "Øvelse")
