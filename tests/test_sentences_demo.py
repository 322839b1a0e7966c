"""What whole reports say: the rules of the language on every sentence of municipalities large and small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_delivery import run
from test_sentences import check_language, check_length

from ehandel_lib import reference
from ehandel_lib.run.report import chapters

#: Every tenth municipality: all regions and systems, and from 420 to 9,000 invoices.
KOMMUNER = [*reference.table("kommuner")["kommune_navn"][::10], "Læsø", "Ringkøbing-Skjern"]

#: A row of a table, or what was decided about a file, is no sentence.
INGEN_SAETNING = re.compile(r"\t|^- [\w.-]+\.(csv|zip|xlsx|parquet): |^[^.?!]*$")


@pytest.mark.langsom
@pytest.mark.parametrize("kommune", KOMMUNER)
def test_every_sentence_of_a_report_keeps_the_rules(
    kommune: str, demo_leverance: Path, capsys: pytest.CaptureFixture[str]
):
    for notebook in chapters():
        run(notebook, kommune=kommune, leverance=str(demo_leverance))
    told = [line for line in capsys.readouterr().out.splitlines() if not INGEN_SAETNING.search(line)]
    assert len(told) > 50
    for sentence in told:
        check_language(sentence)
        check_length(sentence)
