"""
The code book as text: README's table of columns, made from the data dictionary.

`python -m ehandel_lib.codebook` writes it into README between two marks, and a
test keeps the two in agreement.
"""

from __future__ import annotations

from ehandel_lib import schema
from ehandel_lib.reference import PROJECT

README = PROJECT / "README.md"
BEGIN, END = "<!-- kodebog: begin -->", "<!-- kodebog: end -->"


def markdown(*tables: str) -> str:
    """
    The columns of these tables as Markdown, one table each.

    Examples
    --------
    >>> markdown("systemer").splitlines()[0]
    '**systemer**: En kommune og dens e-handelssystem.'
    """
    return "\n\n".join(_table(name) for name in tables)


def _table(name: str) -> str:
    head = [
        f"**{name}**: {schema.RAEKKER[name]}",
        "",
        "| kolonne | etiket | slags | betydning |",
        "|---|---|---|---|",
    ]
    rows = [f"| `{c.navn}` | {c.etiket} | {c.slags} | {c.betydning} |" for c in schema.kolonner(name)]
    return "\n".join(head + rows)


def refreshed(readme: str) -> str:
    """README's text with the code book between its marks brought up to date."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{markdown('poster')}\n\n{END}{after}"


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
