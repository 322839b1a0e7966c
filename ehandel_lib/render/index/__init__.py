"""
The front page of many reports: every municipality in one table that can be searched and sorted.

It is made from the records of a batch alone. Without a script it is a plain table; the script, which is
ours and stands in the page, only hides and moves rows. Nothing is fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ehandel_lib import text
from ehandel_lib.render.page import FOLDER as STYLE
from ehandel_lib.render.page import data_uri
from ehandel_lib.render.printed import synlig
from ehandel_lib.render.unbroken import unbroken
from ehandel_lib.render.webfont import font_faces

if TYPE_CHECKING:
    from jinja2 import Template

    from ehandel_lib.run.batch_result import Grad, Resultat

FOLDER = Path(__file__).parent

FILNAVN = "index.html"

#: The files of a report, and what their links are called.
FILER = {"rapport.pdf": "PDF", "rapport.html": "side", "tabeller.xlsx": "Excel"}


def html(results: Sequence[Resultat], svg: str = "", alt: str = "", fund: str = "") -> bytes:
    """
    The front page, to lie in the reports' folder.

    Parameters
    ----------
    results : sequence of Resultat
        One record a municipality.
    svg, alt, fund : str, optional
        The chart of their spread, the same in words, and its finding.

    Returns
    -------
    bytes
        The page as UTF-8.
    """
    from markupsafe import Markup

    rows = sorted((_row(result) for result in results), key=lambda row: row["noegle"])
    script = (FOLDER / "index.js").read_text("utf-8")
    css = (
        font_faces() + (STYLE / "rapport.css").read_text("utf-8") + (FOLDER / "index.css").read_text("utf-8")
    )
    fingerprint = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = _template().render(
        raekker=rows,
        fejlet=[row for row in rows if row["fejl"]],
        aar=sorted({result.aar for result in results if result.aar}),
        antal=text.tael(len(rows), "kommune", "kommuner"),
        billede=data_uri(svg) if svg else "",
        alt=alt,
        fund=fund,
        css=Markup(css),
        script=Markup(script),
        fingeraftryk=fingerprint,
    )
    return unbroken(page).encode("utf-8")


def _row(result: Resultat) -> dict[str, Any]:
    """A municipality as the page shows it: each number in words, and what its column is sorted by."""
    change = result.omsaetning.aendring if result.omsaetning else None
    place = f"{result.plads} af {result.af}" if result.plads else text.MANGLER
    failed = result.status == "fejlet"
    return {
        "navn": synlig(result.kommune_navn),
        "noegle": _order(result.kommune_navn),
        "region": synlig(result.region),
        "omsaetning": _rate(result.omsaetning),
        "faktura": _rate(result.faktura),
        "aendring": {"tekst": _change(change), "sorter": _key(change)},
        "plads": {"tekst": place, "sorter": _key(result.plads)},
        "filer": _links(result.mappe) if result.mappe and result.omsaetning else [],
        "tilstand": synlig(result.tilstand),
        "aarsag": synlig(result.aarsag),
        "fejl": failed,
        "log": f"{quote(result.mappe)}/fejl/besked.txt" if failed and result.mappe else "",
    }


def _key(number: float | None) -> str:
    return "" if number is None else f"{number:.6f}"


def _links(folder: str) -> list[dict[str, str]]:
    return [{"sti": f"{quote(folder)}/{name}", "navn": label} for name, label in FILER.items()]


def _rate(rate: Grad | None) -> dict[str, Any]:
    """A rate as a bar's width, as words, and as what it is sorted by."""
    if rate is None or rate.grad is None:
        return {"bredde": None, "tekst": text.MANGLER, "sorter": ""}
    return {"bredde": f"{100 * rate.grad:.1f}", "tekst": text.pct(rate.grad), "sorter": _key(rate.grad)}


def _change(change: float | None) -> str:
    """
    Percentage points with a sign.

    Examples
    --------
    >>> _change(0.0214), _change(-0.05), _change(0.0001), _change(None)
    ('+2,1', '−5,0', '0,0', '–')
    """
    if change is None:
        return text.MANGLER
    words = text.procenttal(abs(change), 1)
    return words if words == "0,0" else ("+" if change > 0 else "−") + words


#: Danish order: æ, ø and å stand last, and aa is sorted as å where it is one (Aarhus, Aabenraa).
_SIDST = str.maketrans({"æ": "{", "ø": "|", "å": "}"})


def _order(name: str) -> str:
    """
    A name's place in Danish alphabetical order.

    Examples
    --------
    >>> sorted(["Ærø", "Aarhus", "Vejle", "Odense", "Albertslund"], key=_order)
    ['Albertslund', 'Odense', 'Vejle', 'Ærø', 'Aarhus']
    """
    return name.lower().replace("aa", "å").translate(_SIDST)


@cache
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html.j2")
