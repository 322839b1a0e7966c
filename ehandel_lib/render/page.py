"""
The document as one self-contained page.

Our own template escapes every text; drawings stand inside the page as images with
their alt text; there is no script and nothing is fetched. It meets WCAG 2.1 AA in
structure and contrast, and prints.
"""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehandel_lib.render import layout
from ehandel_lib.render.printed import synlig
from ehandel_lib.render.unbroken import unbroken
from ehandel_lib.render.webfont import font_faces

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = Path(__file__).parent


def html(document: dict[str, Any]) -> bytes:
    """
    The report as an HTML page, UTF-8.

    Parameters
    ----------
    document : dict
        From `render.document`.

    See Also
    --------
    pdf : the same document for paper and archives.
    """
    from markupsafe import Markup

    view = layout.printed(document, synlig)
    css = font_faces() + (FOLDER / "rapport.css").read_text("utf-8")
    page = _template().render(**view, css=Markup(css))
    return unbroken(page).encode("utf-8")


def nummer(anker: str) -> str:
    """
    A question's number as the PDF prints it, from its anchor.

    Examples
    --------
    >>> nummer("kapitel-1-12")
    '1.12'
    """
    return ".".join(anker.split("-")[1:])


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
    environment.filters |= {"data_uri": data_uri, "nummer": nummer}
    return environment.get_template("rapport.html.j2")


def data_uri(svg: str) -> str:
    """
    A drawing as an address that holds it; as an image it can neither run scripts nor load anything.

    Examples
    --------
    >>> data_uri("<svg/>")
    'data:image/svg+xml;base64,PHN2Zy8+'
    """
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
