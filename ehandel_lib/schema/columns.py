"""
Each column once: its name, kind, Danish label and meaning, and what it may hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from ehandel_lib.schema.words import (
    BELOEBSGRUPPER,
    BELOEBSINTERVALLER,
    DOKUMENTTYPER,
    HANDLINGER,
    KATEGORI_REGLER,
    KODESYSTEMER,
    MAALT_PAA,
    ORDRE_REGLER,
)


@dataclass(frozen=True)
class Kolonne:
    """One column: its name, kind (a key of `TYPES`), Danish label and meaning, and what it may hold."""

    navn: str
    slags: str
    etiket: str
    betydning: str
    tilladt: tuple[str, ...] = ()


def _columns(*columns: Kolonne) -> dict[str, Kolonne]:
    return {column.navn: column for column in columns}


K = Kolonne

KOLONNER = _columns(
    K("kommune_kode", "kode", "Kommunekode", "Trecifret kommunekode, eller den kode leverancen selv giver en anden myndighed."),
    K("kommune_navn", "tekst", "Kommune", "Kommunens navn uden ordet kommune."),
    K("region", "tekst", "Region", "Den region, kommunen ligger i."),
    K("aar", "antal", "År", "Kalenderåret i `dato`."),
    K("dato", "dato", "Dato", "Den dato, som leverancens datobasis peger på (fakturadato, bogføringsdato …)."),
    K("kvartal", "antal", "Kvartal", "Kvartal 1-4."),
    K("maaned", "antal", "Måned", "Måneden i `dato`, 1-12."),
    K("faktura_id", "kode", "Faktura-id", "Nøgle for fakturaen: kommune, leverandør og fakturanummer; uden fakturanummer fil og rækkenummer."),
    K("faktura_nummer", "kode", "Fakturanummer", "Leverandørens nummer, som det stod."),
    K("linje_nummer", "kode", "Linjenummer", "Linjens nummer på fakturaen, hvis leverancen har et."),
    K("dokumenttype", "tekst", "Dokumenttype", "Faktura eller kreditnota. En kreditnotas beløb er negative.", DOKUMENTTYPER),
    K("leverandoer_cvr", "kode", "Leverandørens CVR", "Otte cifre, der består modulus 11."),
    K("leverandoer_navn", "tekst", "Leverandør", "Leverandørens navn, som det stod."),
    K("enhed_id", "kode", "Enheds-id", "Enhedens EAN/GLN-nummer (13 cifre) eller leverancens egen kode."),
    K("enhed_navn", "tekst", "Enhed", "Enhedens navn."),
    K("enhedstype", "tekst", "Enhedstype", "Enhedens slags: skole, dagtilbud, plejecenter og så videre."),
    K("system_kode", "kode", "E-handelssystem", "Koden på det e-handelssystem, kommunen bruger; UKENDT, hvor det ikke er oplyst."),
    K("system_navn", "tekst", "E-handelssystem", "Systemets navn."),
    K("ordrenummer", "kode", "Ordrenummer", "Fakturaens ordrereference uden omgivende blanktegn; CPR-lignende værdier er maskeret."),
    K("e_handlet_angivet", "ja_nej", "E-handlet ifølge leverancen", "Leverancens egen ja/nej-kolonne, hvis den har en."),
    K("e_handlet", "ja_nej", "E-handlet", "Er ordren afsendt gennem e-handelssystemet? Afgjort af leverancens regel."),
    K("har_ordrenummer", "ja_nej", "Har ordrenummer", "Svagere mål: står der et ordrenummer, som ikke er en pladsholder?"),
    K("ordre_regel", "tekst", "Ordreregel", "Den regel, der afgjorde `e_handlet`.", ORDRE_REGLER),
    K("aftale_nummer", "kode", "Aftale", "Rammeaftalens nummer, fx 50.55."),
    K("delaftale_nummer", "kode", "Delaftale", "Delaftalens nummer."),
    K("aftale_navn", "tekst", "Aftalens navn", "Rammeaftalens navn."),
    K("aftale_start", "dato", "Aftalens start", "Den første dag, aftalen gælder."),
    K("aftale_slut", "dato", "Aftalens udløb", "Den sidste dag, aftalen gælder."),
    K("paa_aftale", "ja_nej", "På aftale", "Er posten købt på en aftale?"),
    K("vare_kodesystem", "tekst", "Kodesystem", "Varekodens system.", KODESYSTEMER),
    K("vare_kode", "kode", "Varekode", "UNSPSC- eller CPV-kode."),
    K("varetekst", "tekst", "Varetekst", "Linjens tekst; CPR-lignende værdier er maskeret."),
    K("varekategori", "tekst", "Varekategori", "En af lovkravets 14 kategorier, en anden aftalekategori eller Ukendt."),
    K("lovkrav", "ja_nej", "Omfattet af lovkrav", "Er kategorien en af de 14, der skal e-handles siden 1. januar 2025?"),
    K("kategori_regel", "tekst", "Kategoriregel", "Den regel, der afgjorde `varekategori`.", KATEGORI_REGLER),
    K("konto", "kode", "Konto", "Kontostreng eller artskonto."),
    K("maengde", "tal", "Mængde", "Antal enheder på linjen."),
    K("maaleenhed", "tekst", "Måleenhed", "Enheden, som mængden er talt i."),
    K("enhedspris_oere", "oere", "Enhedspris", "Pris pr. måleenhed uden moms."),
    K("beloeb_oere", "oere", "Beløb", "Beløb uden moms; kreditnotaer er negative."),
    K("faktura_beloeb_oere", "oere", "Fakturabeløb", "Hele fakturaens beløb uden moms."),
    K("beloebsinterval", "tekst", "Beløbsinterval", "Fakturabeløbets interval.", tuple(BELOEBSINTERVALLER)),
    K("beloebsgruppe", "tekst", "Beløbsgruppe", "Fakturabeløbets gruppe: små, mellemstore og store fakturaer.", tuple(BELOEBSGRUPPER)),
    K("antal_linjer", "antal", "Linjer", "Antal linjer i posten."),
    K("kilde_fil", "tekst", "Fil", "Den fil i leverancen, som rækken kom fra."),
    K("kilde_raekke", "antal", "Række", "Rækkens nummer i filen, som et regneark tæller den (overskriften er også en række)."),
    # what was done to rows
    K("kolonne", "tekst", "Kolonne", "Den kolonne i filen, som fejlen står i."),
    K("vaerdi", "tekst", "Værdi", "Den værdi, der stod; CPR-lignende værdier er maskeret."),
    K("aarsag", "tekst", "Årsag", "Hvorfor."),
    K("handling", "tekst", "Handling", "Hvad der blev gjort ved rækken.", HANDLINGER),
    # the ledger
    K("raekker_ind", "antal", "Rækker ind", "Rækker i filen."),
    K("raekker_tabel", "antal", "Rækker i tabellen", "Rækker, der indgår i analysen."),
    K("raekker_dublet", "antal", "Dubletter", "Rækker, der var kendte dubletter."),
    K("raekker_afvist", "antal", "Afvist", "Rækker, der blev afvist med en årsag."),
    K("oere_ind", "oere", "Beløb ind", "Summen af de beløb i filen, der kunne læses; en sumlinje tæller 0."),
    K("oere_tabel", "oere", "Beløb i tabellen", "Summen af de beløb, der indgår i analysen."),
    K("oere_dublet", "oere", "Beløb i dubletter", "Summen af de kendte dubletters beløb."),
    K("oere_afvist", "oere", "Afvist beløb", "Summen af de afviste rækkers beløb, hvor de kunne læses."),
    # results
    K("gruppe", "tekst", "Gruppe", "Den gruppe, som tallene gælder."),
    K("antal", "antal", "Antal", "Antal i gruppen."),
    K("antal_poster", "antal", "Poster", "Antal fakturaposter i gruppen."),
    K("antal_fakturaer", "antal", "Fakturaer", "Antal fakturaer i gruppen."),
    K("fakturaer_e_handlet", "antal", "E-handlede fakturaer", "Antal fakturaer i gruppen, der er e-handlet."),
    K("omsaetning_oere", "oere", "Omsætning", "Gruppens omsætning uden moms."),
    K("omsaetning_e_handlet_oere", "oere", "E-handlet omsætning", "Den del af gruppens omsætning, der er e-handlet."),
    K("taeller", "antal", "Tæller", "Det, der er e-handlet: fakturaer eller øre."),
    K("naevner", "antal", "Nævner", "Grundlaget: fakturaer eller øre."),
    K("grad", "andel", "E-handelsgrad", "Tæller over nævner, mellem 0 og 1; mangler med en årsag."),
    K("grad_omsaetning", "andel", "E-handelsgrad på omsætning", "E-handlet omsætning over omsætning."),
    K("grad_faktura", "andel", "E-handelsgrad på faktura", "E-handlede fakturaer over fakturaer."),
    K("grad_lav", "andel", "Nedre grænse", "Nedre grænse i Wilsons 95 %-interval for graden på faktura."),
    K("grad_hoej", "andel", "Øvre grænse", "Øvre grænse i Wilsons 95 %-interval for graden på faktura."),
    K("farve", "tekst", "Niveau", "Over 55 %: grøn; 20-55 %: gul; under 20 %: rød. Kun kategorier med lovkrav.", ("grøn", "gul", "rød", "uden lovkrav", "kan ikke beregnes")),
    K("forskel", "point", "Forskel", "Grad på faktura minus grad på omsætning."),
    K("andel_fakturaer", "andel", "Andel af fakturaer", "Gruppens andel af alle fakturaer."),
    K("andel_omsaetning", "andel", "Andel af omsætning", "Gruppens andel af omsætningen."),
    K("halvdelen_fakturaer", "antal", "Fakturaer med halvdelen", "Det mindste antal fakturaer, der tilsammen bærer halvdelen af beløbet."),
    K("ski_grad_omsaetning", "andel", "SKI 2023, omsætning", "E-handelsgrad på omsætning i SKI's rapport."),
    K("ski_grad_faktura", "andel", "SKI 2023, faktura", "E-handelsgrad på faktura i SKI's rapport."),
    K("ski_grad", "andel", "SKI 2023", "Den tilsvarende grad i SKI's rapport."),
    K("nedre_kvartil", "andel", "Nedre kvartil", "En fjerdedel af kommunerne ligger lavere."),
    K("median", "andel", "Median", "Halvdelen af kommunerne ligger lavere."),
    K("oevre_kvartil", "andel", "Øvre kvartil", "En fjerdedel af kommunerne ligger højere."),
    K("gennemsnit", "andel", "Gennemsnit", "Gennemsnit af kommunernes grader (hver kommune tæller lige meget)."),
    K("mindste", "andel", "Laveste", "Laveste grad."),
    K("stoerste", "andel", "Højeste", "Højeste grad."),
    K("antal_kommuner", "antal", "Kommuner", "Antal kommuner med en beregnet grad."),
    K("placering", "antal", "Placering", "Plads blandt kommunerne; 1 er højest."),
    # the targets
    K("maal_grad", "andel", "Mål", "Den e-handelsgrad, der skal nås."),
    K("maalt_paa", "tekst", "Målt på", "Om målet gælder fakturaer eller omsætning.", MAALT_PAA),
    K("maaldato", "dato", "Måldato", "Den dag, målet skal være nået."),
    K("afstand", "point", "Mangler", "Mål minus grad; negativ, når målet er nået."),
    K("maaneder", "antal", "Måneder", "Hele måneder til måldatoen."),
    K("pr_maaned", "andel", "Point om måneden", "Så meget skal graden stige hver måned for at nå målet til tiden."),
    K("fakturaer_pr_maaned", "tal", "Flere fakturaer om måneden", "Så mange flere fakturaer skal e-handles om måneden, når målet er nået."),
    K("maalstatus", "tekst", "Status", "Om målet er nået, eller om årets udvikling når det til tiden.", ("nået", "på vej", "for langsomt", "går tilbage", "kan ikke siges")),
    # the plan
    K("nr", "antal", "Nr.", "Plads i planen; 1 er først."),
    K("uden_fakturaer", "antal", "Fakturaer uden e-handel", "Antal fakturaer i gruppen, der ikke er e-handlet."),
    K("uden_oere", "oere", "Omsætning uden e-handel", "Den del af gruppens omsætning, der ikke er e-handlet."),
    K("andel_uden", "andel", "Andel af alle uden e-handel", "Gruppens andel af de fakturaer uden e-handel, der kan vises."),
    K("ski_trin", "tekst", "SKI's skridt", "Er kategorien SKI's første eller næste skridt, eller intet af dem?", ("første", "næste", "intet")),
    K("ski_raekkefoelge", "antal", "SKI's rækkefølge", "Kategoriens plads blandt SKI's næste skridt."),
    K("raad", "tekst", "Råd", "Hvad der kan gøres."),
    K("til_median", "antal", "Op til medianen", "Så mange flere fakturaer skal e-handles for at nå de sammenlignelige kommuners median."),
    K("til_bedste", "antal", "Op til bedste fjerdedel", "Så mange flere fakturaer skal e-handles for at nå de sammenlignelige kommuners øvre kvartil."),
    K("til_bedste_oere", "oere", "Omsætning op til bedste fjerdedel", "Så meget mere omsætning skal e-handles for at nå den øvre kvartil."),
    K("tilfaelde", "tekst", "Hvis", "Hvad der er antaget."),
    K("sparet_oere", "oere", "Sparet behandling", "Hvad behandlingen af fakturaerne ville koste mindre."),
    K("timer", "tal", "Timer", "Det samme i timer."),
    K("antal_ordrer", "antal", "Ordrer", "Antal ordrer; en e-ordres fakturaer er én ordre."),
    K("smaa_ordrer", "antal", "Små ordrer", "Ordrer under grænsen for små ordrer."),
    K("kan_samles", "antal", "Kunne samles", "Små ordrer, som samme enhed kunne have lagt sammen med en anden hos samme leverandør i samme uge."),
    K("fakturadata_oere", "oere", "Ifølge fakturaer", "Omsætning på aftalen ifølge fakturaerne."),
    K("indberettet_oere", "oere", "Ifølge leverandører", "Omsætning på aftalen, som leverandørerne har indberettet."),
    K("difference_oere", "oere", "Difference", "Fakturaer minus indberetning."),
    K("difference_andel", "andel", "Difference i pct.", "Difference over indberetning; kan være negativ."),
    # units beside their kind
    K("antal_enheder", "antal", "Enheder", "Antal enheder, der kan sammenlignes."),
    K("slags_grad", "andel", "Slagsens grad", "E-handlede fakturaer over fakturaer for alle kommunens enheder af slagsen."),
    K("slags_median", "andel", "Slagsens median", "Graden på faktura for den midterste enhed af slagsen."),
    K("nedre_graense", "andel", "Nedre 95 %-grænse", "Under den ligger ved tilfælde en enhed ud af 40 med dette antal fakturaer."),
    K("oevre_graense", "andel", "Øvre 95 %-grænse", "Over den ligger ved tilfælde en enhed ud af 40 med dette antal fakturaer."),
    K("nedre_alarm", "andel", "Nedre 99,8 %-grænse", "Under den ligger ved tilfælde en enhed ud af 1.000 med dette antal fakturaer."),
    K("oevre_alarm", "andel", "Øvre 99,8 %-grænse", "Over den ligger ved tilfælde en enhed ud af 1.000 med dette antal fakturaer."),
    K("mod_slags", "tekst", "Mod sin slags", "Hvor enheden ligger blandt kommunens enheder af samme slags.", ("tydeligt under", "under", "inden for tilfældet", "over", "tydeligt over")),
    K("antal_under", "antal", "Under grænsen", "Enheder under den nedre 95 %-grænse."),
    K("antal_over", "antal", "Over grænsen", "Enheder over den øvre 95 %-grænse."),
    K("spredningsforhold", "tal", "Spredning mod tilfælde", "Enhedernes spredning over den, som tilfældet alene giver; omkring 1, hvor enhederne er ens."),
    K("p", "tal", "p", "Hvor ofte tilfældet alene ville give mindst så stor en forskel."),
    K("flere_e_handlede", "antal", "Flere e-handlede", "Så mange flere fakturaer ville være e-handlet ved slagsens median."),
    K("grad_foer", "andel", "Året før", "E-handelsgraden året før."),
    K("aendring", "point", "Ændring", "Graden minus graden året før; kan være negativ."),
    K("taeller_foer", "antal", "Tæller, året før", "Det, der var e-handlet året før: fakturaer eller øre."),
    K("naevner_foer", "antal", "Nævner, året før", "Grundlaget året før: fakturaer eller øre."),
    K("q", "tal", "q", "p rettet for antallet af prøver (Benjamini og Hochberg)."),
    K("tydelig", "ja_nej", "Tydelig", "Er forskellen større, end tilfældet giver?"),
    # over time, and e-handel that may not be registered
    K("delvis", "ja_nej", "Ufuldstændig", "Er det den første eller sidste måned, og dækker fakturaerne ikke hele måneden?"),
    K("grad_rullende", "andel", "De seneste 12 måneder", "E-handelsgrad på faktura i de 12 måneder, der slutter med denne."),
    K("spring", "point", "Spring", "Så meget højere begynder linjen efter loven, end linjen før den ender."),
    K("lav", "point", "Mindst", "Nedre grænse i springets 95 %-interval."),
    K("hoej", "point", "Højst", "Øvre grænse i springets 95 %-interval."),
    K("periode", "tekst", "Periode", "De måneder, hvor e-ordrerne mangler."),
    K("enhedstyper", "tekst", "Slags enheder", "De slags enheder, der mangler e-ordrer i perioden."),
    K("forventet", "tal", "Ventet", "Så mange ville der være efter vanen, eller ved tilfælde."),
    K("mangler", "antal", "Mulig manglende", "Ventede e-ordrer minus de registrerede, i hele tal."),
    K("til_slut", "ja_nej", "Stadig", "Varer det til den sidste måned i leverancen?"),
    K("form", "tekst", "Systemets form", "E-ordrenes form: # er et ciffer, @ et bogstav."),
    K("fejl", "tekst", "Forskel", "Hvad der skiller ordrenummeret fra systemets form."),
    # agreements, and what is bought outside them
    K("gaeldende", "ja_nej", "På gældende aftale", "Købt på en aftale, der gjaldt på datoen."),
    K("koebsmaade", "tekst", "Købsmåde", "Om købet er på en gældende aftale, på en aftale uden for dens periode eller uden aftale, og hos hvem."),
    K("aftale_e_andel", "andel", "Aftale, e-handlet", "Andel af omsætningen, der er på gældende aftale og e-handlet."),
    K("aftale_ikke_andel", "andel", "Aftale, ikke e-handlet", "Andel af omsætningen, der er på gældende aftale og ikke e-handlet."),
    K("uden_e_andel", "andel", "Uden aftale, e-handlet", "Andel af omsætningen, der er uden for gældende aftaler og e-handlet."),
    K("uden_ikke_andel", "andel", "Uden aftale, ikke e-handlet", "Andel af omsætningen, der er uden for gældende aftaler og ikke e-handlet."),
    K("skjult_andel", "andel", "Skjult", "Andel af omsætningen i de dele, der ikke vises, fordi de har få fakturaer."),
    *(
        K(f"{felt}_{maal}", slags, f"{etiket}: {vis}", f"{vis} i den del af gruppen.")
        for felt, etiket in {"aftale_e": "Aftale, e-handlet", "aftale_ikke": "Aftale, ikke e-handlet", "uden_e": "Uden aftale, e-handlet", "uden_ikke": "Uden aftale, ikke e-handlet"}.items()
        for maal, slags, vis in (("fakturaer", "antal", "Fakturaer"), ("oere", "oere", "Omsætning"))
    ),
    K("alternativ", "tekst", "Lignende vare på aftale", "Den vare på en aftale i samme varegruppe, hvis tekst ligner mest; kun et forslag."),
    K("lighed", "tal", "Lighed", "Hvor meget de to varetekster ligner hinanden, fra 0 til 100."),
    K("pris_uden_oere", "oere", "Pris uden for aftale", "Medianprisen for én enhed uden for aftalerne, vægtet med mængden."),
    K("pris_aftale_oere", "oere", "Pris på aftale", "Medianprisen for den samme mængde af den lignende vare på aftalen, vægtet med mængden."),
    K("prisforskel", "andel", "Prisforskel", "Prisen uden for aftale over prisen på aftale, minus 1; negativ, hvor aftalen er dyrere."),
    K("linjer_pris", "antal", "Linjer bag prisen", "Linjer uden for aftalerne, som prisen er regnet af."),
    K("linjer_aftale", "antal", "Linjer på aftale", "Linjer på aftalen, som prisen er regnet af."),
    K("linjer_udeladt", "antal", "Udeladte linjer", "Linjer, hvis pris ligger så langt fra de andres, at måleenheden må være en anden."),
    K("hvad", "tekst", "Hvad det kunne betale", "Noget, som en slags enheder bruger."),
    K("pris_oere", "oere", "Pris", "Hvad én koster; en antagelse, som leverancen kan ændre."),
    K("kilde", "tekst", "Kilde", "Hvor oplysningen kommer fra."),
    K("antal_raad_til", "antal", "Antal", "Hele antal, som beløbet rækker til."),
    K("besparelse_oere", "oere", "Betalt over aftalens pris", "Mængden gange forskellen mellem de to medianpriser; negativ, hvor aftalen er dyrere."),
)  # fmt: skip
