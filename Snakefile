# The reports of many municipalities, on one machine or many: the unit of work is one call of the program.
#
#   snakemake --cores 2 --config kommuner="Vejle Ærø" data=data/demo ud=reports
#
# Without kommuner it makes one for every municipality in the delivery. A cluster's profile (Slurm, Kubernetes) is
# given with --profile; docs/klynge.md says how. Snakemake itself is no part of the project's environment:
# pip install --require-hashes --requirement requirements-snakemake.lock

import sys
from pathlib import Path

from ehandel_lib import store
from ehandel_lib.read import read_delivery
from ehandel_lib.run import batch
from ehandel_lib.run.output import folder_name

DATA = config.get("data", "data/demo")
UD = config.get("ud", "reports")
LEVERANCE = read_delivery(store.find_leverance(DATA))
KLAR = store.prepare(DATA)
KODER = {
    folder_name(body.navn, body.kode): body.kode
    for body in batch.chosen(LEVERANCE, KLAR, str(config.get("kommuner", "")).split(), config.get("region"))
}
KILDER = [str(path) for mappe in ("ehandel_lib", "notebooks") for path in Path(mappe).rglob("*") if path.suffix in {".py", ".ipynb", ".typ", ".css", ".j2"}]


rule alle:
    input:
        expand(UD + "/{kommune}/rapport.pdf", kommune=KODER),


rule rapport:
    input:
        KILDER,
        "requirements.lock",
        lambda wanted: str(KLAR / "poster" / f"{KODER[wanted.kommune]}.parquet"),
    output:
        UD + "/{kommune}/rapport.pdf",
        UD + "/{kommune}/rapport.html",
        UD + "/{kommune}/tabeller.xlsx",
    params:
        kode=lambda wanted: KODER[wanted.kommune],
    shell:
        "{sys.executable:q} -m ehandel_lib.cli rapport {params.kode} --data {DATA:q} --ud {UD:q}"
