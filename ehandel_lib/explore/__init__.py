"""
Exploring: an analyst's own questions to the same posts and the same definitions as the report.

`udsnit` chooses posts, `per_gruppe` counts them; the explorer in `notebooks/udforsk.ipynb` (`flade`) is made
of these two, and what is found there becomes a chapter (`kapitel`) that calls them again.
"""

from ehandel_lib.explore.grupper import GRUPPER, MAAL, fakturaer, muligt_udsnit, navne, per_gruppe, udsnit

__all__ = ["GRUPPER", "MAAL", "fakturaer", "muligt_udsnit", "navne", "per_gruppe", "udsnit"]
