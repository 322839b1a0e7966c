"""
Frames become figures: one function per chart, one module per chapter.

Each takes the frame that the table and the sentence beside it are made of, and
gives a matplotlib `Figure` that nothing else holds on to.
"""

from ehandel_lib.charts.aftaler import fire_felter, prisforskelle
from ehandel_lib.charts.beloebsintervaller import andele, grupper, intervaller
from ehandel_lib.charts.e_handelssystemer import kommuner_pr_system, systemer
from ehandel_lib.charts.enheder import enheder_pr_slags, tragt
from ehandel_lib.charts.enhedsark import ark_blandt
from ehandel_lib.charts.faktura_og_omsaetning import afstemning, gab, koncentration
from ehandel_lib.charts.fremgang import fremgang
from ehandel_lib.charts.handlingsplan import plan_grupper, plan_intervaller
from ehandel_lib.charts.landet import regioner
from ehandel_lib.charts.over_tid import lang_linje, maaneder
from ehandel_lib.charts.overblik import indsats, pladser
from ehandel_lib.charts.udsnit import udsnit
from ehandel_lib.charts.varekategorier import blandt_kommuner, kategorier, mod_ski, udvikling

__all__ = [
    "afstemning",
    "andele",
    "ark_blandt",
    "blandt_kommuner",
    "enheder_pr_slags",
    "fire_felter",
    "fremgang",
    "gab",
    "grupper",
    "indsats",
    "intervaller",
    "kategorier",
    "kommuner_pr_system",
    "koncentration",
    "lang_linje",
    "maaneder",
    "mod_ski",
    "pladser",
    "plan_grupper",
    "plan_intervaller",
    "prisforskelle",
    "regioner",
    "systemer",
    "tragt",
    "udsnit",
    "udvikling",
]
