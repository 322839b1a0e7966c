"""
All municipalities of a delivery together: the tables of the report on the whole country.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ehandel_lib import compare, rates, reference

#: Where a body that is no municipality lies.
UDEN_REGION = "Uden region"


def kommuner(landet: Any) -> pd.DataFrame:
    """
    Each municipality's two rates, with its name and region; small ones without numbers.

    Parameters
    ----------
    landet : frame
        Posts, or a cube, of all municipalities.

    Returns
    -------
    DataFrame
        `compare.per_kommune` with `kommune_navn` and `region`, in the order of the codes.
    """
    per_kommune = rates.skjul_smaa(compare.per_kommune(landet))
    known = {body.kode: body for body in reference.kommuner().values()}
    bodies = [known.get(code) for code in per_kommune["kommune_kode"]]
    names = [
        body.navn if body else code for body, code in zip(bodies, per_kommune["kommune_kode"], strict=True)
    ]
    regions = [body.region if body and body.region else UDEN_REGION for body in bodies]
    return per_kommune.assign(
        kommune_navn=pd.Series(names, index=per_kommune.index, dtype="str"),
        region=pd.Series(regions, index=per_kommune.index, dtype="str"),
    )


def spredning(landet: Any) -> pd.DataFrame:
    """
    How the municipalities' rates on turnover lie in each category under the law, the widest first.

    Returns
    -------
    DataFrame
        `varekategori` and the columns of `compare.spredning`, ordered by the distance between the quartiles.
    """
    covered = compare.per_kommune(landet.query("lovkrav"), "varekategori")
    spread = compare.spredning(rates.skjul_smaa(covered), by="varekategori")
    width = spread["oevre_kvartil"] - spread["nedre_kvartil"]
    order = spread.assign(_bredde=width).sort_values(["_bredde", "varekategori"], ascending=[False, True])
    return order.drop(columns="_bredde").reset_index(drop=True)
