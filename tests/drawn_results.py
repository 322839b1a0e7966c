"""Results drawn as text: the frames that charts and sentences are made of, without counting anything."""

from __future__ import annotations

import pandas as pd
from drawn import drawn

from ehandel_lib import analyses, enheder, loven, registrering, schema
from ehandel_lib.compare import SystemProeve


def result(text: str) -> pd.DataFrame:
    """A frame from a drawing with `|` between the cells; `-` is a missing value, `ja` and `nej` are truth."""
    lines = [line.strip().strip("|") for line in text.strip().splitlines()]
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    raw = pd.DataFrame(rows, columns=header, dtype="str").replace("-", None)
    return raw.apply(_typed)


def _typed(column: pd.Series) -> pd.Series:
    known = schema.KOLONNER.get(str(column.name))
    kind = known.slags if known else "antal"
    if kind == "ja_nej":
        return column.map({"ja": True, "nej": False}).astype("boolean")
    if kind in ("tekst", "kode"):
        return column.astype("str")
    return pd.to_numeric(column).astype(schema.TYPES[kind])


KATEGORIER = result("""
    varekategori     | lovkrav | antal_fakturaer | fakturaer_e_handlet | grad_faktura | omsaetning_oere | omsaetning_e_handlet_oere | grad_omsaetning | aarsag               | farve             | ski_grad_omsaetning | ski_grad_faktura
    Kontorartikler   | ja      | 100             | 87                  | 0.87         | 200000000       | 176000000                 | 0.88            | -                    | grøn              | 0.88                | 0.87
    Storkøkkenudstyr | ja      | 100             | 73                  | 0.73         | 400000000       | 180000000                 | 0.45            | -                    | gul               | 0.45                | 0.73
    Sygeplejeartikler| nej     | 10              | 3                   | 0.30         | 1000000         | 300000                    | 0.30            | -                    | uden lovkrav      | -                   | -
    Telefoni         | ja      | 1234            | 86                  | 0.07         | 100000000       | 10000000                  | 0.10            | -                    | rød               | 0.12                | 0.07
    Høreapparater    | ja      | -               | -                   | -            | -               | -                         | -               | færre end 5 fakturaer| kan ikke beregnes | -                   | -
""")  # fmt: skip

#: `compare.udvikling`: a rise, a small one, a fall.
UDVIKLING = pd.DataFrame(
    [
        ("Tablets", 0.10, 0.30, 0.20, 40, 50),
        ("Bleer", 0.660, 0.664, 0.004, 300, 1234),
        ("Telefoni", 0.12, 0.07, -0.05, 9, 8),
    ],
    columns=["varekategori", "grad_foer", "grad", "aendring", "antal_fakturaer_foer", "antal_fakturaer"],
)

INGEN_KATEGORIER = KATEGORIER.head(0)
SKJULTE_KATEGORIER = KATEGORIER.tail(1)

BLANDT = result("""
    varekategori     | grad | placering | antal_kommuner | nedre_kvartil | median | oevre_kvartil | mindste | stoerste | gennemsnit
    Kontorartikler   | 0.88 | 2         | 98             | 0.50          | 0.60   | 0.70          | 0.10    | 0.95     | 0.61
    Storkøkkenudstyr | 0.45 | 50        | 98             | 0.30          | 0.45   | 0.60          | 0.00    | 0.90     | 0.44
    Telefoni         | 0.05 | 90        | 97             | 0.10          | 0.15   | 0.20          | 0.00    | 0.50     | 0.16
""")  # fmt: skip

ALENE = result("""
    varekategori   | grad | placering | antal_kommuner | nedre_kvartil | median | oevre_kvartil | mindste | stoerste | gennemsnit
    Kontorartikler | 0.88 | 1         | 1              | -             | -      | -             | -       | -        | -
""")  # fmt: skip

PLADSER = result("""
    koeb              | maalt_paa | grad | placering | antal_kommuner | nedre_kvartil | median | oevre_kvartil | placering_lignende | antal_lignende | median_lignende
    varer med lovkrav | omsætning | 0.25 | 44        | 98             | 0.12          | 0.15   | 0.18          | 13                 | 25             | 0.16
    varer med lovkrav | faktura   | 0.40 | 2         | 98             | 0.20          | 0.24   | 0.30          | 1                  | 25             | 0.22
""")  # fmt: skip

FREMGANG = result("""
    maalt_paa | aendring | placering | antal_kommuner | nedre_kvartil | median | oevre_kvartil | antal_steget | antal_lavere | antal_mindst
    faktura   | 0.054    | 38        | 98             | -0.01         | 0.031  | 0.08          | 71           | 60           | 2900
    omsætning | -0.020   | 91        | 97             | -0.01         | 0.004  | 0.03          | 50           | 6            | 2900
""")  # fmt: skip

STORE = result("""
    varekategori     | antal_fakturaer | omsaetning_oere | halvdelen_fakturaer | halvdelen_andel
    Storkøkkenudstyr | 20              | 220000000       | 2                   | 0.10
    Bleer            | -               | -               | -                   | -
""")  # fmt: skip

AFSTEMNING = result("""
    aftale_nummer | aftale_navn      | fakturadata_oere | indberettet_oere | difference_oere | difference_andel
    50.20         | Forbrugsartikler | 98000000         | 100000000        | -2000000        | -0.02
    50.90         | Fødevarer        | 60000000         | 50000000         | 10000000        | 0.20
    50.96         | Bleer            | -                | 30000000         | -               | -
    50.55         | -                | -5000000         | -                | -               | -
""")  # fmt: skip

GRUPPER = result("""
    beloebsgruppe          | antal_fakturaer | fakturaer_e_handlet | grad_faktura | grad_lav | grad_hoej | grad_omsaetning | aarsag | andel_fakturaer | andel_omsaetning
    Under 250 kr.          | 400             | 80                  | 0.20         | 0.164    | 0.242     | 0.22            | -      | 0.40            | 0.02
    250 til under 5.000 kr.| 500             | 225                 | 0.45         | 0.407    | 0.494     | 0.44            | -      | 0.50            | 0.30
    5.000 kr. eller mere   | 100             | 30                  | 0.30         | 0.219    | 0.396     | -               | -      | 0.10            | 0.68
""")  # fmt: skip

INTERVALLER = result("""
    beloebsinterval         | antal_fakturaer | fakturaer_e_handlet | grad_faktura | ski_grad | aarsag                | andel_fakturaer | omsaetning_oere | andel_omsaetning
    Negativt beløb          | 20              | 18                  | 0.90         | -        | -                     | 0.02            | -500000         | -0.05
    Præcis 0 kr.            | -               | -                   | -            | -        | færre end 5 fakturaer | -               | -               | -
    Over 0 til under 50 kr. | 100             | 10                  | 0.10         | 0.21     | -                     | 0.10            | 10000           | 0.01
    50 til under 100 kr.    | 100             | 20                  | 0.20         | 0.21     | -                     | 0.10            | 10000           | 0.01
    100 til under 250 kr.   | 100             | 25                  | 0.25         | 0.30     | -                     | 0.10            | 10000           | 0.01
    250 til under 500 kr.   | 100             | 30                  | 0.30         | 0.40     | -                     | 0.10            | 10000           | 0.01
    500 til under 1.000 kr. | 200             | 80                  | 0.40         | 0.42     | -                     | 0.20            | 10000           | 0.01
    1.000 til under 2.000 kr.| 100            | 41                  | 0.41         | 0.41     | -                     | 0.10            | 10000           | 0.01
    2.000 til under 3.000 kr.| 100            | 46                  | 0.46         | 0.46     | -                     | 0.10            | 10000           | 0.01
    3.000 til under 4.000 kr.| 50             | 30                  | 0.60         | 0.49     | -                     | 0.05            | 10000           | 0.01
    4.000 til under 5.000 kr.| 50             | 25                  | 0.50         | 0.47     | -                     | 0.05            | 10000           | 0.01
    5.000 kr. eller mere    | 80              | 24                  | 0.30         | 0.32     | -                     | 0.08            | 9000000         | 0.97
""")  # fmt: skip

SYSTEMER = result("""
    system_kode | system_navn        | antal_kommuner | gennemsnit | median | nedre_kvartil | oevre_kvartil | mindste | stoerste | ski_grad
    KVANTUM     | Kvantum            | 1              | 0.41       | 0.41   | 0.41          | 0.41          | 0.41    | 0.41     | 0.41
    UKENDT      | System kendes ikke | 1              | 0.21       | 0.21   | 0.21          | 0.21          | 0.21    | 0.21     | 0.21
    TELLIS      | Tellis             | 3              | 0.20       | 0.20   | 0.15          | 0.25          | 0.10    | 0.30     | 0.17
""")  # fmt: skip

KOMMUNER = result("""
    kommune_kode | kommune_navn | system_kode | system_navn        | grad_omsaetning
    101          | København    | KVANTUM     | Kvantum            | 0.41
    147          | Frederiksberg| UKENDT      | System kendes ikke | 0.21
    630          | Vejle        | TELLIS      | Tellis             | 0.20
    751          | Aarhus       | TELLIS      | Tellis             | 0.10
    573          | Varde        | TELLIS      | Tellis             | 0.30
    492          | Ærø          | TELLIS      | Tellis             | -
""")  # fmt: skip


def i_alt(antal: int, e_handlet: int, oere: int, e_handlet_oere: int) -> pd.DataFrame:
    """`rates.begge` without groups, counted by hand."""
    positive = oere > 0
    return pd.DataFrame(
        {
            "antal_fakturaer": [antal],
            "fakturaer_e_handlet": [e_handlet],
            "grad_faktura": [e_handlet / antal if antal else None],
            "omsaetning_oere": [oere],
            "omsaetning_e_handlet_oere": [e_handlet_oere],
            "grad_omsaetning": [e_handlet_oere / oere if positive else None],
            "aarsag": [None if positive else "negativt grundlag" if oere else "intet grundlag"],
        }
    )


#: `handlingsplan.potentiale`: one behind, one far behind that is large purchases, one with nobody to compare with.
PLAN = pd.DataFrame(
    {
        "nr": [1, 2, 3],
        "varekategori": ["Bleer", "AV-udstyr", "Legetøj"],
        "ski_trin": ["første", "næste", "ikke nævnt"],
        "antal_fakturaer": [1234, 100, 1],
        "fakturaer_e_handlet": [600, 40, 0],
        "uden_fakturaer": [634, 60, 1],
        "uden_oere": [400_000_00, 2_000_000_00, 99_00],
        "grad_faktura": [600 / 1234, 0.4, 0.0],
        "forskel": [None, 0.2, None],
        "median": [0.6, 0.5, None],
        "oevre_kvartil": [0.7, 0.6, None],
        "antal_kommuner": [24, 23, None],
        "til_median": [141, 10, None],
        "til_bedste": [264, 20, None],
        "raad": ["Gør noget.", "Gør noget andet.", "Spørg."],
    }
).astype(dict.fromkeys(["til_median", "til_bedste", "antal_kommuner", "uden_fakturaer"], "Int64"))  # fmt: skip

#: `tid_og_penge.potentiale`: one price and two hours, as in the reference table.
VAERDI = result("""
    tilfaelde | antal_fakturaer | sparet_lav_oere | sparet_hoej_oere | timer_lav | timer_hoej
    lav       | 139             | 861800          | 861800           | 24.62     | 34.47
    hoej      | 1230            | 7626000         | 7626000          | 217.89    | 305.04
""")

#: `plan.grupper` and `plan.intervaller` of two categories, one cell hidden, the largest number long.
CELLER = result("""
    varekategori | beloebsgruppe           | beloebsinterval         | antal_fakturaer | uden_fakturaer | grad_faktura | uden_oere | andel_uden | aarsag
    Bleer        | Under 250 kr.           | -                       | 15000           | 12345          | 0.177        | 4000000   | 0.9      | -
    Bleer        | 250 til under 5.000 kr. | -                       | -               | -              | -            | -         | -        | færre end 5 fakturaer
    Bleer        | 5.000 kr. eller mere    | -                       | -               | -              | -            | -         | -        | skjuler en mindre gruppe
    AV-udstyr    | Under 250 kr.           | -                       | 0               | 0              | -            | 0         | -        | intet grundlag
    AV-udstyr    | 250 til under 5.000 kr. | -                       | 80              | 50             | 0.375        | 5000000   | 0.06     | -
    AV-udstyr    | 5.000 kr. eller mere    | -                       | 20              | 10             | 0.5          | 9000000   | 0.04     | -
    Bleer        | Under 250 kr.           | 100 til under 250 kr.   | 15000           | 12345          | 0.177        | 4000000   | 0.9      | -
    AV-udstyr    | 250 til under 5.000 kr. | 4.000 til under 5.000 kr.| 80             | 50             | 0.375        | 5000000   | 0.06     | -
    AV-udstyr    | 5.000 kr. eller mere    | 5.000 kr. eller mere    | -               | -              | -            | -         | -        | færre end 5 fakturaer
""")  # fmt: skip

PLAN_GRUPPER = CELLER.head(6).drop(columns="beloebsinterval")
PLAN_INTERVALLER = CELLER.tail(3)

ZONER = PLAN_GRUPPER.iloc[[0, 4, 5]].drop(columns="varekategori")

#: `maal.status`: one far away, one reached, one that cannot be told.
MAAL = pd.DataFrame(
    {
        "varekategori": ["Bleer", "Møbler", "alle 14 kategorier"],
        "enhedstype": ["alle enheder", "skole", "kultur"],
        "maalt_paa": ["faktura", "omsætning", "faktura"],
        "maaldato": pd.to_datetime(["2025-12-31"] * 3),
        "grad": [0.5, 0.9, None],
        "maal_grad": [0.8, 0.6, 0.6],
        "afstand": pd.array([0.3, -0.3, None], "Float64"),
        "pr_maaned": [0.025, None, None],
        "maalstatus": ["for langsomt", "nået", "kan ikke siges"],
    }
)

GAB = analyses.gab(KATEGORIER)
INGEN = i_alt(0, 0, 0, 0)
UENS = SystemProeve(9.0, 0.01, 0.004, 0.30, 40, ("TELLIS", "TT"), ("KVANTUM", "UKENDT"), tydelig=True)
ENS = SystemProeve(1.8, 0.77, 0.78, 0.02, 83, ("TELLIS", "TT", "RK"), (), tydelig=False)
UDEN_PROEVE = SystemProeve(None, None, None, None, 1, ("TELLIS",), (), tydelig=False)

POSTER = drawn(
    "poster",
    """
    varekategori | lovkrav | e_handlet | har_ordrenummer | ordre_regel       | kategori_regel | paa_aftale | beloeb_oere
    Bleer        | ja      | ja        | ja              | præfiks           | aftale         | ja         | 30000
    Bleer        | ja      | nej       | ja              | andet ordrenummer | aftale         | ja         | 10000
    Ukendt       | nej     | nej       | nej             | intet ordrenummer | ukendt         | nej        | 60000
    """,
)

REGNSKAB = pd.DataFrame(
    {
        "kilde_fil": ["a.csv", "b.csv", "b.csv"],
        "kommune_kode": ["630", "630", None],
        "raekker_ind": [5, 3, 2],
        "raekker_tabel": [4, 2, 0],
        "raekker_dublet": [1, 0, 0],
        "raekker_afvist": [0, 1, 2],
        "oere_ind": [500, 300, 20],
        "oere_tabel": [400, 200, 0],
        "oere_dublet": [100, 0, 0],
        "oere_afvist": [0, 100, 20],
    }
)

RETTELSER = pd.DataFrame(
    {
        "kommune_kode": ["630", None, "630", "630", "630"],
        "kilde_fil": ["a.csv", "a.csv", "a.csv", "b.csv", "a.csv"],
        "kilde_raekke": pd.array([2, 3, None, None, 4], dtype="Int64"),
        "handling": ["afvist", "afvist", "bemærket", "bemærket", "maskeret"],
        "aarsag": [
            "dato mangler",
            "dato mangler",
            "værdier, der kan læses på to måder: 12; læst dag først",
            "værdier, der kan læses på to måder: 1.203; læst dag først",
            "ligner et CPR-nummer",
        ],
    }
)

#: Units of two kinds: one school far below and one far above the others.
PR_ENHED = result("""
    enhed_id | enhed_navn | enhedstype | antal_fakturaer | fakturaer_e_handlet | grad_faktura | grad_omsaetning | aarsag
    s1       | Nord       | skole      | 40              | 20                  | 0.50         | 0.30            | -
    s2       | Syd        | skole      | 40              | 21                  | 0.525        | 0.30            | -
    s3       | Vest       | skole      | 40              | 2                   | 0.05         | 0.02            | -
    s4       | Øst        | skole      | 1234            | 900                 | 0.729        | 0.60            | -
    d1       | Børnehus 1 | dagtilbud  | 10              | 2                   | 0.20         | -               | negativt grundlag
    d2       | Børnehus 2 | dagtilbud  | 20              | 4                   | 0.20         | 0.30            | -
    d3       | Børnehus 3 | dagtilbud  | 30              | 7                   | 0.233        | 0.40            | -
    d4       | Børnehus 4 | dagtilbud  | 10              | 3                   | 0.30         | 0.35            | -
    d5       | Børnehus 5 | dagtilbud  | -               | -                   | -            | -               | færre end 5 fakturaer
""")  # fmt: skip
ENHEDER = enheder.tragt(PR_ENHED)
SLAGS = enheder.slags(PR_ENHED)
BEVAEGELSER = result("""
    enhed_id | enhed_navn | enhedstype | grad_foer | grad | aendring | q    | tydelig
    s1       | Nord       | skole      | 0.10      | 0.50 | 0.40     | 0.01 | ja
    s2       | Syd        | skole      | 0.50      | 0.45 | -0.05    | 0.90 | nej
""")  # fmt: skip


def plain(sentence: str) -> str:
    """With ordinary spaces, for reading."""
    return sentence.replace("\xa0", " ")


STRAEKNINGER = pd.DataFrame(
    [
        (
            "99000007",
            "Grønt A/S",
            "2024-09-01",
            "2024-11-01",
            "plejecenter",
            5,
            84,
            12,
            35.6,
            24,
            False,
            0.001,
        ),
        (
            "99000008",
            "Papir & Co. A/S",
            "2024-12-01",
            "2025-01-01",
            "dagtilbud, skole",
            2,
            14,
            0,
            8.2,
            8,
            True,
            0.04,
        ),
    ],
    columns=list(registrering.straekninger(schema.typed(pd.DataFrame(), "poster"))),
).astype({"fra": "datetime64[ns]", "til": "datetime64[ns]"})
SKRIVEFEJL = pd.DataFrame(
    [("TEL-####", "et tegn mangler", 12, 0.02)], columns=["form", "fejl", "antal_fakturaer", "forventet"]
)

#: Three years of months: low before the law, high after it.
MAANEDER = pd.DataFrame(
    {
        "aar": pd.period_range("2023-01", "2025-12", freq="M").year,
        "maaned": pd.period_range("2023-01", "2025-12", freq="M").month,
        "antal_fakturaer": 100,
        "grad_faktura": [0.20, 0.22, 0.19] * 8 + [0.40, 0.42, 0.44] * 4,
        "delvis": False,
        "grad_rullende": [None] * 11 + [0.20 + 0.01 * i for i in range(25)],
    }
).astype({"aar": "Int64", "maaned": "Int64", "antal_fakturaer": "Int64", "grad_faktura": "Float64"})
BRUD = loven.brud(MAANEDER)
LOVENS_SPRING = result("""
    varekategori      | taeller_foer | naevner_foer | grad_foer | taeller | naevner | grad | spring | lav   | hoej | q     | tydelig
    Varer med lovkrav | 300          | 1000         | 0.30      | 400     | 1000    | 0.40 | 0.05   | -0.01 | 0.11 | -     | nej
    Andre varer       | 100          | 1000         | 0.10      | 110     | 1000    | 0.11 | 0.01   | -0.05 | 0.07 | -     | nej
    Telefoni          | 4            | 80           | 0.05      | 40      | 80      | 0.50 | 0.45   | 0.20  | 0.70 | 0.004 | ja
    AV-udstyr         | 20           | 100          | 0.20      | 21      | 100     | 0.21 | -0.02  | -0.10 | 0.06 | 0.6   | nej
""")  # fmt: skip
SAMME_MAANED = result("""
    maaned | grad_foer | grad | aendring | taeller_foer | naevner_foer | taeller | naevner
    1      | 0.10      | 0.20 | 0.10     | 10           | 100          | 20      | 100
    7      | 0.30      | 0.25 | -0.05    | 30           | 100          | 25      | 100
""")


#: `aftaler.fire_felter`: a full row, one with a hidden pair, a group too small, one without value.
FELTER = result("""
    varekategori     | antal_fakturaer | omsaetning_oere | aftale_e_andel | aftale_ikke_andel | uden_e_andel | uden_ikke_andel | skjult_andel | aarsag
    Kontorartikler   | 243             | 13518183        | 0.56           | 0.23              | 0.06         | 0.15            | -            | -
    AV-udstyr        | 46              | 14558905        | 0.03           | 0.76              | -            | -               | 0.21         | -
    Kaffe og te      | 66              | 2913028         | 0              | 0                 | 0.34         | 0.66            | -            | -
    Tablets          | -               | -               | -              | -                 | -            | -               | -            | færre end 5 fakturaer
    Møbler           | 9               | -5              | -              | -                 | -            | -               | -            | kreditnotaer overstiger køb
""")  # fmt: skip

#: `aftaler.koebsmaader`, in its order.
MAADER = result("""
    koebsmaade                           | antal_fakturaer | fakturaer_e_handlet | grad_faktura | omsaetning_oere | omsaetning_e_handlet_oere | grad_omsaetning | andel_omsaetning | aarsag
    På gældende aftale                   | 100             | 40                  | 0.4          | 6000000         | 1200000                   | 0.2             | 0.6              | -
    På en aftale uden for dens periode   | 10              | 2                   | 0.2          | 1000000         | 100000                    | 0.1             | 0.1              | -
    Uden aftale, hos en aftaleleverandør | 20              | 5                   | 0.25         | 1000000         | 100000                    | 0.1             | 0.1              | -
    Uden aftale, hos en anden leverandør | 30              | 3                   | 0.1          | 2000000         | 100000                    | 0.05            | 0.2              | -
""")  # fmt: skip

#: `alternativer.sammenlign`: dearer, a long name, cheaper, no price, nothing like it.
VARER = result("""
    varekategori   | varetekst                                      | antal_fakturaer | antal_linjer | omsaetning_oere | alternativ    | aftale_nummer | lighed | pris_uden_oere | pris_aftale_oere | prisforskel | linjer_pris | linjer_aftale | linjer_udeladt | besparelse_oere | aarsag
    Kontorartikler | Kuglepen blå, 20 stk.                          | 11              | 11           | 120000          | Kuglepen, blå | 50.55         | 100    | 11000          | 8460             | 0.3         | 11          | 83            | 0              | 27000           | -
    Kontorartikler | Kopipapir A4 80 g, 500 ark, hvidt og ubleget   | 9               | 9            | 90000           | Kopipapir A4  | 50.55         | 94     | 3500           | 2961             | 0.18        | 9           | 90            | 1              | 16000           | -
    Ukendt         | Plaster                                        | 8               | 9            | 90000           | Plaster       | 50.95         | 100    | 3600           | 3900             | -0.08       | 9           | 90            | 0              | -7000           | -
    Forbrugsartikler | Affaldsposer, karton                         | 7               | 9            | 90000           | Affaldsposer  | 50.20         | 88     | -              | -                | -           | 9           | 90            | 0              | -               | måleenhederne er forskellige
    Legetøj        | Modellervoks                                   | 6               | 9            | 90000           | -             | -             | -      | -              | -                | -           | 9           | -             | 0              | -               | ingen lignende vare på aftale
""")  # fmt: skip
