"""What `kilde.toml` may say, and how its mistakes are told."""

import os
from pathlib import Path

import pytest

from ehandel_lib.classify import OrdrePraefiks
from ehandel_lib.errors import DeliveryError, EhandelError, UnreadableFileError
from ehandel_lib.read import find_files, read_delivery

WHOLE = """
[leverance]
navn = "Vejle 2023"
syntetisk = true
kommune = "Vejle Kommune"
datobasis = "bogføringsdato"
system = "tellis"
ignorer_filer = ["læsmig.txt"]

[[filer]]
moenster = "*.csv"
tabel = "fakturaer"
beloeb = "med moms"
momssats = 12.5
ignorer = ["Farve"]
[filer.kolonner]
"Dato" = "dato"
"Beløb  inkl.\\n moms" = "beloeb"

[e_ordre]
pladsholdere = ["intet", 7]
[[e_ordre.praefikser]]
moenster = "TEL-#######"
system = "TELLIS"
kommuner = ["Vejle", 751]

[aftaler]
"50.40" = "Computere og it-tilbehør"

[dokumenttyper]
ZK = "kreditnota"
"""

LEAST = """
[leverance]
kommune = "Vejle"
[[filer]]
moenster = "*.csv"
tabel = "fakturaer"
[filer.kolonner]
Dato = "dato"
Belob = "beloeb"
"""


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "kilde.toml").write_text(text, encoding=encoding)
    return folder


def message(folder: Path, text: str) -> str:
    with pytest.raises(DeliveryError) as error:
        read_delivery(write(folder, text))
    return str(error.value)


def test_a_whole_description_becomes_a_delivery(tmp_path):
    delivery = read_delivery(write(tmp_path, WHOLE))
    assert (delivery.navn, delivery.syntetisk, delivery.valuta) == ("Vejle 2023", True, "DKK")
    assert delivery.kommune.kode == "630"
    assert delivery.system == "TELLIS"
    assert delivery.praefikser == (OrdrePraefiks("TEL-#######", "TELLIS", ("630", "751")),)
    assert delivery.pladsholdere == ("intet", "7")
    assert delivery.aftaler == {"50.40": "Computere og it-tilbehør"}
    assert delivery.dokumenttyper == {"zk": "kreditnota"}
    (files,) = delivery.filer
    assert files.momssats == 12.5
    assert files.overskrift("beloeb") == "Beløb inkl. moms"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_description_saved_by_notepad_is_read(tmp_path, encoding):
    text = LEAST.replace("Belob", '"Beløb"')
    assert read_delivery(write(tmp_path, text, encoding)).filer[0].overskrift("beloeb") == "Beløb"


def test_the_file_itself_may_be_named_instead_of_its_folder(tmp_path):
    assert read_delivery(write(tmp_path, LEAST) / "kilde.toml").kommune.navn == "Vejle"


def test_all_mistakes_are_told_at_once_with_the_nearest_match(tmp_path):
    text = """
        [leverence]
        [leverance]
        kommune = "Vejel"
        syntetisk = "ja"
        [[filer]]
        moenstr = "*.csv"
        tabel = "faktura"
        [[filer]]
        moenster = "*.csv"
        tabel = "fakturaer"
        beloeb = "ekskl. moms"
        [filer.kolonner]
        Dato = "datoen"
    """
    told = message(tmp_path, text)
    assert told.startswith(f"{tmp_path.name}/kilde.toml kan ikke bruges:")
    for part in (
        "leverence kendes ikke. Mente du leverance?",
        'Der findes ingen kommune "Vejel". Mente du Vejle eller Vejen?',
        "syntetisk = 'ja' skal være true eller false",
        "moenstr kendes ikke. Mente du moenster?",
        'tabel = "faktura" kendes ikke. Mente du fakturaer?',
        'beloeb = "ekskl. moms" skal være "uden moms" eller "med moms".',
        "feltet kendes ikke. Mente du dato?",
        "ingen kolonne er beloeb",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ('kommune = "Vejle"', "ingen kolonne er kommune"),
        ('Dato = "dato"', 'skriv ellers dato_fra_filnavn = "åååå-mm"'),
        ("[[filer]]", "er ikke gyldig TOML: se linje"),
        ('tabel = "fakturaer"', "tabel mangler"),
    ],
)
def test_what_is_missing_is_named(tmp_path, change, part):
    broken = "[[filer" if change == "[[filer]]" else ""
    assert part in message(tmp_path, LEAST.replace(change, broken))


@pytest.mark.parametrize(
    ("extra", "part"),
    [
        ('[e_ordre]\npladsholdere = "NA"', "skal være en liste i kantede parenteser"),
        ("[e_ordre]\npladsholdere = [[1]]", "skal være en liste af tekster"),
        ("[[e_ordre.praefikser]]\nsystem = 'TT'", "moenster mangler"),
        ("[[e_ordre.praefikser]]\nmoenster = 'A'\nkommuner = ['Vejel']", "Mente du Vejle"),
        ("[aftaler]\n'50.55' = 7", "skal have en varekategori"),
        ("[dokumenttyper]\nX = 'faktur'", "Mente du faktura?"),
        ("e_ordre = 7\n", "skal være et afsnit"),
    ],
)
def test_sections_beside_the_files_are_checked_too(tmp_path, extra, part):
    text = extra + LEAST if extra.startswith("e_ordre =") else LEAST + extra
    assert part in message(tmp_path, text)


def test_a_body_outside_the_98_names_itself(tmp_path):
    text = LEAST.replace('kommune = "Vejle"', '[leverance.myndighed]\nkode = "DAR"\nnavn = "Darlington"')
    delivery = read_delivery(write(tmp_path, text))
    assert (delivery.kommune.kode, delivery.kommune.officielt_navn) == ("DAR", "Darlington")
    assert "skal bestå af bogstaver og cifre" in message(tmp_path, text.replace("DAR", "../x"))


def test_a_missing_folder_or_description_says_what_to_do(tmp_path):
    (tmp_path / "vejle").mkdir()
    with pytest.raises(DeliveryError, match="Mente du vejle"):
        read_delivery(tmp_path / "vejel")
    with pytest.raises(DeliveryError, match="ehandel ny-kilde"):
        read_delivery(tmp_path / "vejle")


def test_every_file_of_the_folder_must_be_spoken_for_once(tmp_path):
    for name in ("a.csv", "b.txt", ".DS_Store", "~$a.csv", "under/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    write(tmp_path, LEAST + '[[filer]]\nmoenster = "a*"\ntabel = "enheder"\nkolonner = {x = "enhed_id"}\n'
          '[[filer]]\nmoenster = "z*"\ntabel = "enheder"\nkolonner = {x = "enhed_id"}\n')  # fmt: skip
    with pytest.raises(DeliveryError) as error:
        find_files(read_delivery(tmp_path))
    told = str(error.value).split("\n")[1:]
    assert told == [
        '  a.csv passer på flere moenster: "*.csv" og "a*"',
        "  b.txt er ikke nævnt (skriv den under [[filer]] eller i ignorer_filer)",
        '  ingen fil passer på "z*"',
    ]


@pytest.mark.parametrize(
    "target", ["væk.csv", "løkke.csv", "."], ids=["to nothing", "to itself", "to a folder"]
)
def test_a_link_whose_rows_would_be_lost_is_told_of(tmp_path, target):
    write(tmp_path, LEAST)
    (tmp_path / "link.csv").symlink_to(tmp_path / target)
    with pytest.raises(UnreadableFileError, match=r"link\.csv er en genvej til en mappe eller til noget"):
        find_files(read_delivery(tmp_path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["a.csv", "kilde.toml", "mappe"])
def test_what_may_not_be_read_is_told_of(tmp_path, name):
    write(tmp_path, LEAST)
    (tmp_path / "a.csv").write_text("Dato;Belob\n", encoding="utf-8")
    (tmp_path / "mappe").mkdir()
    (tmp_path / name).chmod(0)
    try:
        with pytest.raises(EhandelError, match=f"{name} må ikke læses af den bruger"):
            find_files(read_delivery(tmp_path))
    finally:
        (tmp_path / name).chmod(0o700)


@pytest.mark.parametrize("rate", ["nan", "inf", "-1", "100.5"])
def test_a_rate_of_vat_is_a_number_from_0_to_100(tmp_path, rate):
    text = f'[[filer]]\nmoenster = "*.csv"\ntabel = "enheder"\nmomssats = {rate}\n'
    (tmp_path / "kilde.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeliveryError, match=f"momssats = {rate} skal være et tal fra 0 til 100"):
        read_delivery(tmp_path)
