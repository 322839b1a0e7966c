"""The smallest deliveries, and what the notebooks say about them, run in this process."""

from __future__ import annotations

from pathlib import Path

import nbformat

KILDE = """
[leverance]
navn = "Lille"
kommune = "Vejle"

[[filer]]
moenster = "fakturaer.csv"
tabel = "fakturaer"
[filer.kolonner]
"Dato" = "dato"
"Nr" = "faktura_nummer"
"Ordre" = "ordrenummer"
"Varekode" = "unspsc"
"Enhed" = "enhed_id"
"Beløb" = "beloeb"

[[e_ordre.praefikser]]
moenster = "EH######"
"""

SYSTEMER = """
[[filer]]
moenster = "systemer.csv"
tabel = "systemer"
[filer.kolonner]
"Kommune" = "kommune"
"System" = "system"
"""

#: The UNSPSC code of a category that the law covers.
KONTORARTIKLER = "44121700"


def line(n: int, beloeb: str, *, ordre: bool = False, kode: str = KONTORARTIKLER) -> str:
    """One invoice; each comes from a unit of its own."""
    number = f"EH{n:06d}" if ordre else ""
    return f"02-01-2024;{n};{number};{kode};E{n};{beloeb}"


def many(n: int, beloeb: str = "100,00") -> list[str]:
    """Invoices, every other one e-traded."""
    return [line(i, beloeb, ordre=i % 2 == 0) for i in range(n)]


def write(folder: Path, lines: list[str], **files: str) -> Path:
    """A delivery of these invoices, and other files by name, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table = "\n".join(["Dato;Nr;Ordre;Varekode;Enhed;Beløb", *lines, ""])
    for name, content in {"kilde.toml": KILDE, "fakturaer.csv": table, **files}.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def run(notebook: Path, **parameters: str) -> None:
    """A notebook's cells; what they show is printed."""
    scope: dict[str, object] = {}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, scope)
            scope |= parameters
