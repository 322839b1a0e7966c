"""
Frames become Danish sentences: the finding under each chart, and the words for who cannot see it.

One function per finding, one module per chapter. A sentence is computed from
the same frame as the chart above it, names its base, and says in words when
something is missing, too small or nothing at all.
"""

from ehandel_lib.sentences.beloebsintervaller import (
    FORBEHOLD_SKI,
    alt_andele,
    alt_grupper,
    alt_intervaller,
    andele,
    grupper,
    intervaller,
    mod_alle,
)
from ehandel_lib.sentences.e_handelssystemer import (
    alt_antal,
    alt_systemer,
    antal,
    egen,
    proeve,
    proevens_grundlag,
    systemer,
    top_bund,
)
from ehandel_lib.sentences.faktura_og_omsaetning import (
    afstemning,
    alt_afstemning,
    alt_gab,
    alt_koncentration,
    gab,
    koncentration,
    rester,
)
from ehandel_lib.sentences.fraser import KILDE, KILDE_SKI
from ehandel_lib.sentences.metode import (
    aarsager,
    graenser,
    kategoriregler,
    ordliste,
    ordreregler,
    regel_saetning,
    regnskab,
    rettelser,
    svagt_maal,
)
from ehandel_lib.sentences.overblik import alt_indsats, fund, indsats, noegletal, plads, samlet, udvikling
from ehandel_lib.sentences.varekategorier import (
    aftale,
    alt_blandt_kommuner,
    alt_kategorier,
    blandt_kommuner,
    forbehold,
    kategorier,
    mod_ski,
    niveauer,
)

__all__ = [
    "FORBEHOLD_SKI",
    "KILDE",
    "KILDE_SKI",
    "aarsager",
    "afstemning",
    "aftale",
    "alt_afstemning",
    "alt_andele",
    "alt_antal",
    "alt_blandt_kommuner",
    "alt_gab",
    "alt_grupper",
    "alt_indsats",
    "alt_intervaller",
    "alt_kategorier",
    "alt_koncentration",
    "alt_systemer",
    "andele",
    "antal",
    "blandt_kommuner",
    "egen",
    "forbehold",
    "fund",
    "gab",
    "graenser",
    "grupper",
    "indsats",
    "intervaller",
    "kategorier",
    "kategoriregler",
    "koncentration",
    "mod_alle",
    "mod_ski",
    "niveauer",
    "noegletal",
    "ordliste",
    "ordreregler",
    "plads",
    "proeve",
    "proevens_grundlag",
    "regel_saetning",
    "regnskab",
    "rester",
    "rettelser",
    "samlet",
    "svagt_maal",
    "systemer",
    "top_bund",
    "udvikling",
]
