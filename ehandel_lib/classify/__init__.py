"""
What each line is: ordered through the system? on an agreement? which category? which amount band?

Every decision says which rule made it. The functions take any frame that
narwhals takes (pandas, Polars, DuckDB) and give the same kind back.
"""

from ehandel_lib.classify.category import aftaler, lovkrav, varekategori
from ehandel_lib.classify.order import PLADSHOLDERE, OrdrePraefiks, e_ordre, former, nummerform
from ehandel_lib.classify.posts import beloebsgruppe, beloebsinterval, poster, samlede

__all__ = [
    "PLADSHOLDERE",
    "OrdrePraefiks",
    "aftaler",
    "beloebsgruppe",
    "beloebsinterval",
    "e_ordre",
    "former",
    "lovkrav",
    "nummerform",
    "poster",
    "samlede",
    "varekategori",
]
