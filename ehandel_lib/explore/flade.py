"""
The explorer: choose, look, open a bar, and keep what was found as a chapter.

It holds no definitions. What it shows is `explore.per_gruppe` of `explore.udsnit`, and what it
writes is a notebook that calls the same two.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from ehandel_lib import reference, sentences
from ehandel_lib.errors import EhandelError
from ehandel_lib.explore import grupper, kapitel
from ehandel_lib.explore.soejler import Soejler
from ehandel_lib.explore.visning import frame_html
from ehandel_lib.load import Data, find_leverance, hent
from ehandel_lib.read import read_delivery
from ehandel_lib.render.printed import synlig
from ehandel_lib.sentences.udsnit import antal_i_udsnit, overskrift

#: Where a bar leads to: the first of these that has not been chosen; after the last, single invoices.
VEJ = ("leverandoer", "enhed", "maaned")


def udforsk(kommune: str = "Vejle", aar: int | None = None, leverance: str | Path = "data/demo") -> Flade:
    """
    The explorer of one delivery, shown by a notebook as the last line of a cell.

    Parameters
    ----------
    kommune, aar, leverance : optional
        What to begin with, as `load.hent` takes it.

    Raises
    ------
    EhandelError
        As `load.hent`.
    """
    return Flade(hent(kommune, aar, leverance), leverance)


class Flade(w.VBox):
    """The explorer's surface; `data` is what it shows, `valg` the groups that were opened, in order."""

    def __init__(self, data: Data, leverance: str | Path = "data/demo") -> None:
        self.data, self.leverance = data, leverance
        self.valg: dict[str, str] = {}
        names = {b.navn: b.navn for b in _bodies(leverance)}
        self.kommune = w.Combobox(
            value=data.kommune.navn, options=sorted(names), ensure_option=True, description="Kommune",
            continuous_update=False,
        )  # fmt: skip
        self.aar = w.Dropdown(options=data.aar_alle, value=data.aar, description="År")
        self.maal = w.Dropdown(
            options=[("Omsætning", "omsaetning"), ("Faktura", "faktura")], description="Mål"
        )
        self.gruppe = w.Dropdown(
            options=[(name.capitalize(), key) for key, name in grupper.GRUPPER.items()], description="Gruppér"
        )
        self.sti, self.soejler = w.HBox(), Soejler()
        self.laesning, self.fakturaer, self.besked = w.HTML(), w.HTML(), w.HTML()
        self.navn = w.Text(placeholder="Kapitlets navn", description="Kapitel")
        self.gem = w.Button(description="Gem som kapitel", icon="save")
        self._listen()
        choices = w.HBox([self.kommune, self.aar, self.maal, self.gruppe], layout={"flex_flow": "row wrap"})
        below = w.HBox([self.navn, self.gem])
        super().__init__([choices, self.sti, self.soejler, self.laesning, self.fakturaer, below, self.besked])
        self._draw()

    def _listen(self) -> None:
        for place in (self.kommune, self.aar):
            place.observe(lambda _: self._said(self._fetch), "value")
        for choice in (self.maal, self.gruppe):
            choice.observe(lambda _: self._said(self._draw), "value")
        self.soejler.observe(lambda change: self._said(lambda: self.aabn(change["new"]["navn"])), "klik")
        self.gem.on_click(lambda _: self._said(self._save))

    def _said(self, action: Any) -> None:
        """Do it; what cannot be done is one sentence under the bars."""
        self.besked.value = ""
        try:
            action()
        except EhandelError as problem:
            self.besked.value = f"<p role='alert'>{escape(synlig(str(problem)))}</p>"

    def _fetch(self) -> None:
        """Another municipality or year; what was chosen there need not exist here."""
        self.data, self.valg = hent(self.kommune.value, self.aar.value, self.leverance), {}
        self._draw()

    def aabn(self, navn: str) -> None:
        """Open a bar: choose its group, and show what it is made of."""
        chosen = {**self.valg, self.gruppe.value: navn}
        grupper.udsnit(self.data.poster, **chosen)  # a group that is not there is told before it is chosen
        self.valg = chosen
        following = [name for name in VEJ if name not in self.valg]
        self._go(following[0] if following else self.gruppe.value)

    def tilbage(self, gruppe: str) -> None:
        """Undo a choice and all that were made after it."""
        names = list(self.valg)
        self.valg = {name: self.valg[name] for name in names[: names.index(gruppe)]}
        self._go(gruppe)

    def _go(self, gruppe: str) -> None:
        if self.gruppe.value == gruppe:
            self._draw()
        else:
            self.gruppe.value = gruppe  # draws

    def _draw(self) -> None:
        valuta = self.data.leverance.valuta
        posts = grupper.udsnit(self.data.poster, **self.valg)
        counted = grupper.per_gruppe(posts, self.gruppe.value, self.maal.value)
        self.soejler.vis(counted, self.maal.value, overskrift(self.gruppe.value, self.valg), valuta)
        base = f"{self.data.kommune.officielt_navn} {self.data.aar}: {antal_i_udsnit(posts, valuta)}."
        finding = sentences.udsnit(counted, self.maal.value)
        self.laesning.value = "".join(f"<p>{escape(synlig(line))}</p>" for line in (base, finding))
        self.fakturaer.value = _invoices(posts, valuta) if self.valg else ""
        self.sti.children = [self._step(name) for name in self.valg]

    def _step(self, gruppe: str) -> w.Button:
        words = synlig(f"✕ {grupper.GRUPPER[gruppe]}: {self.valg[gruppe]}")
        button = w.Button(description=words, tooltip="Fjern", layout={"width": "auto"})
        button.on_click(lambda _: self._said(lambda: self.tilbage(gruppe)))
        return button

    def _save(self) -> None:
        path = kapitel.gem(self.navn.value, self.gruppe.value, self.maal.value, self.valg)
        self.besked.value = f"<p>Gemt i {escape(path)}. Kapitlet er med, næste gang rapporten laves.</p>"


def _bodies(leverance: str | Path) -> list[reference.Kommune]:
    return [*reference.kommuner().values(), *read_delivery(find_leverance(leverance)).myndigheder]


def _invoices(posts: pd.DataFrame, valuta: str) -> str:
    """The largest single invoices, folded away."""
    found = grupper.fakturaer(posts)
    title = f"De {len(found)} største poster (fakturanummeret er afkortet)"
    return f"<details><summary>Vis enkelte fakturaer</summary>{frame_html(found, valuta, title)}</details>"
