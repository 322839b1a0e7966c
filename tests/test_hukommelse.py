"""One setting says how much memory may be used; what comes out does not hang on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ehandel_lib import hukommelse, store
from ehandel_lib.errors import ParameterError

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize(
    ("text", "size"),
    [("", 10**9), ("2GB", 2 * 10**9), ("1500 mb", 1500 * 10**6), ("1,5GB", 1500 * 10**6)],
)
def test_the_limit_is_read_from_the_environment(monkeypatch, text, size):
    monkeypatch.setenv(hukommelse.MILJOE, text)
    assert hukommelse.graense() == size


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("meget", 'EHANDEL_HUKOMMELSE="meget" er ingen størrelse; skriv fx 2GB'),
        ("2", "er ingen størrelse"),
        ("-1GB", "er ingen størrelse"),
        ("100MB", "EHANDEL_HUKOMMELSE=100MB er for lidt; programmet skal have mindst 500MB"),
    ],
)
def test_a_limit_that_is_none_is_refused_in_a_sentence(monkeypatch, text, sentence):
    monkeypatch.setenv(hukommelse.MILJOE, text)
    with pytest.raises(ParameterError, match=sentence):
        hukommelse.graense()


@pytest.mark.parametrize("text", ["500MB", "64GB"])
def test_more_memory_is_more_rows_at_a_time(monkeypatch, text):
    usual = hukommelse.raekker(), hukommelse.linjer()
    monkeypatch.setenv(hukommelse.MILJOE, text)
    more = text == "64GB"
    assert (hukommelse.raekker() > usual[0], hukommelse.linjer() > usual[1]) == (more, more)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        import raw_data

        folder = tmp_path_factory.mktemp("maaling") / "rå"
        raw_data.write_delivery(folder, 6_000)
        sys.modules.pop("raw_data")
        return folder


def prepared(folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> dict[str, bytes]:
    """Every table of the store that is made within a limit, as it lies on disk."""
    monkeypatch.setenv(hukommelse.MILJOE, limit)
    monkeypatch.setenv(store.MILJOE, str(place / limit))
    made = store.prepare(folder)
    paths = sorted(made.rglob("*.parquet"))
    return {path.relative_to(made).as_posix(): path.read_bytes() for path in paths}


def test_a_tiny_limit_and_a_large_one_give_the_same_bytes(delivery, tmp_path, monkeypatch):
    # rows that take so much that 500 MB hold a hundred of them, a part of Copenhagen's
    monkeypatch.setattr(hukommelse, "PR_RAEKKE", 2 * 10**6)
    monkeypatch.setattr(hukommelse, "PR_LINJE", 2 * 10**6)
    tiny = prepared(delivery, tmp_path, monkeypatch, "500MB")
    large = prepared(delivery, tmp_path, monkeypatch, "64GB")
    assert tiny.keys() == large.keys()
    assert [name for name in tiny if tiny[name] != large[name]] == []
