"""The reference tables hold together, and a municipality is found by any of its names."""

from __future__ import annotations

import pytest
from stdnum.dk import cvr

from ehandel_lib import reference
from ehandel_lib.errors import UnknownNameError
from ehandel_lib.reference import Kommune


def test_there_are_98_municipalities_with_unique_codes_and_valid_cvr():
    table = reference.table("kommuner")
    assert len(table) == 98
    assert table["kommune_kode"].is_unique
    assert table["kommune_kode"].str.fullmatch(r"\d{3}").all()
    assert table["cvr"].is_unique
    assert table["cvr"].map(cvr.is_valid).all()
    assert "411" not in set(table["kommune_kode"])


def test_the_regions_have_their_numbers_of_municipalities():
    regions = reference.table("kommuner")["region"].value_counts().to_dict()
    assert regions == {
        "Hovedstaden": 29,
        "Syddanmark": 22,
        "Midtjylland": 19,
        "Sjælland": 17,
        "Nordjylland": 11,
    }


def test_the_systems_add_up_to_98_municipalities():
    assert reference.table("systemer")["ski_antal_kommuner"].astype(int).sum() == 98


@pytest.mark.parametrize(
    "name",
    [
        "kommuner",
        "varekategorier",
        "aftaler",
        "koder",
        "systemer",
        "handlingsraad",
        "tid_og_penge",
        "tiltag",
        "hvad_koster",
        "enhedstyper",
        "borgernaere",
    ],
)
def test_every_row_states_its_source_and_certainty(name):
    table = reference.table(name)
    assert table["kilde"].notna().all()
    assert table["sikkerhed"].notna().all()


def test_no_code_prefix_is_in_two_categories():
    assert not reference.table("koder").duplicated(["vare_kodesystem", "praefiks"]).any()


def test_the_categories_and_the_published_figures_agree():
    table = reference.table("varekategorier").dropna(subset=["ski_omsaetning_pct"]).set_index("varekategori")
    published = reference.ski("kategori_omsaetning")
    assert (table["ski_omsaetning_pct"].astype(float) / 100).to_dict() == published.to_dict()
    assert len(published) == 11


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Vejle", "630"),
        ("vejle kommune", "630"),
        (" VEJLE ", "630"),
        ("630", "630"),
        ("0630", "630"),
        ("630.0", "630"),
        ("Århus", "751"),
        ("Aarhus Kommune", "751"),
        ("Åbenrå", "580"),
        ("Høje Taastrup", "169"),
        ("Høje-Taastrup", "169"),
        ("Lyngby-Taarbæk", "173"),
        ("lyngby tårbæk", "173"),
        ("Ærø", "492"),
        ("Nordfyn", "480"),
        ("Vesthimmerland", "820"),
        ("Bornholms Regionskommune", "400"),
        ("Københavns Kommune", "101"),
        ("Morsø", "773"),
        ("Brønderslev-Dronninglund", "810"),
    ],
)
def test_a_municipality_is_found_by_any_of_its_names(name, code):
    assert reference.find_kommune(name).kode == code


def test_every_municipality_is_found_by_its_own_names_and_code():
    for body in reference.kommuner().values():
        for name in (body.kode, body.navn, body.officielt_navn):
            assert reference.find_kommune(name) == body


@pytest.mark.parametrize("name", ["Vejel", "x; rm -rf ~", "", "411", "$(reboot)", "a" * 10_000])
def test_an_unknown_name_is_one_danish_sentence(name):
    with pytest.raises(UnknownNameError) as error:
        reference.find_kommune(name)
    message = str(error.value)
    assert message.startswith("Der findes ingen kommune")
    assert len(message) < 200
    assert "\n" not in message


def test_a_delivery_can_name_a_body_of_its_own():
    own = Kommune("darlington", "Darlington", "Darlington Borough Council")
    assert reference.find_kommune("darlington", others=(own,)) == own
    assert reference.find_kommune("Darlington Borough Council", others=(own,)) == own


def test_a_bodys_own_code_may_begin_with_a_zero():
    region = reference.Kommune("007", "Region X", "Region X")
    assert reference.find_kommune("007", others=(region,)) is region
    assert reference.find_kommune("0630", others=(region,)).navn == "Vejle"
