"""
The tables: which columns each has, in order, and what a row of it is.
"""

from __future__ import annotations

#: table → its columns. A name with "!" may not be empty.
TABELLER = {
    "linjer": (
        "kommune_kode! aar! dato! faktura_id! faktura_nummer linje_nummer dokumenttype! leverandoer_cvr "
        "leverandoer_navn enhed_id enhed_navn enhedstype ordrenummer e_handlet_angivet system_kode aftale_nummer "
        "delaftale_nummer vare_kodesystem vare_kode varetekst konto maengde maaleenhed enhedspris_oere "
        "beloeb_oere! kilde_fil! kilde_raekke!"
    ),
    "poster": (
        "kommune_kode! aar! dato! faktura_id! dokumenttype! leverandoer_cvr leverandoer_navn enhed_id enhed_navn "
        "enhedstype system_kode! ordrenummer har_ordrenummer! e_handlet! ordre_regel! aftale_nummer "
        "delaftale_nummer paa_aftale! varekategori! lovkrav! kategori_regel! konto beloeb_oere! "
        "faktura_beloeb_oere! beloebsinterval! antal_linjer! kilde_fil! kilde_raekke!"
    ),
    "kube": (
        "kommune_kode! aar! maaned! system_kode! varekategori! lovkrav! paa_aftale! beloebsinterval! enhedstype "
        "e_handlet! faktura_id! antal_poster! antal_fakturaer! beloeb_oere!"
    ),
    "landet": (
        "kommune_kode! aar! system_kode! varekategori! lovkrav! paa_aftale! beloebsinterval! e_handlet! "
        "faktura_id! antal_poster! antal_fakturaer! beloeb_oere!"
    ),
    "omsaetning": (
        "kommune_kode! aar! kvartal aftale_nummer! delaftale_nummer leverandoer_cvr leverandoer_navn "
        "beloeb_oere! kilde_fil! kilde_raekke!"
    ),
    "systemer": "kommune_kode! system_kode!",
    "enheder": "kommune_kode! enhed_id! enhed_navn enhedstype",
    "maal": "kommune_kode! varekategori enhedstype maal_grad! maalt_paa! maaldato!",
    "aftaler": "aftale_nummer! delaftale_nummer aftale_start aftale_slut",
    "hvad_koster": "enhedstype hvad! pris_oere! kilde!",
    "rettelser": "kommune_kode kilde_fil! kilde_raekke kolonne vaerdi aarsag! handling!",
    "regnskab": (
        "kilde_fil! kommune_kode raekker_ind! raekker_tabel! raekker_dublet! raekker_afvist! "
        "oere_ind! oere_tabel! oere_dublet! oere_afvist!"
    ),
}

#: What a row of each table is.
RAEKKER = {
    "linjer": "En fakturalinje, som den stod i leverancen.",
    "poster": (
        "En fakturapost: den del af én faktura, der hører til én varekategori (og dermed én aftale og én ordre)."
    ),
    "kube": (
        "Ens fakturaer (samme kommune og samme sæt af celler) i én celle; `faktura_id` navngiver dem i fællesskab, og "
        "`antal_fakturaer` siger, hvor mange de er."
    ),
    "landet": "Som en kube, uden måned og enhedstype: alle kommuners fakturaer i et år.",
    "omsaetning": "Et beløb, som en leverandør har indberettet på en aftale for et kvartal.",
    "systemer": "En kommune og dens e-handelssystem.",
    "enheder": "En enhed i kommunen.",
    "maal": "Et mål, som kommunen har sat for sin e-handelsgrad.",
    "aftaler": "En aftale og hvornår den gælder, som leverancen selv har oplyst det.",
    "hvad_koster": "Noget, en besparelse kunne betale, for en slags enheder eller for alle.",
    "rettelser": "En række i leverancen, der ikke gik uændret ind i tabellen, og hvad der skete med den.",
    "regnskab": "En fil i leverancen og én kommunes rækker i den.",
}
