"""
Where findings stand: the answer under its question, the figure under the answer.

A notebook computes first and concludes after, so its finding follows the figure. A
reader wants it the other way round: question, answer, what shows it, and then what
else there is to say.
"""

from __future__ import annotations

import re
from itertools import groupby

from ehandel_lib.render.markdown import Block

#: What shows something.
VISNING = ("figur", "tabel", "noegletal")

#: A sentence ends here, unless the word before the stop is one that is always written with it.
_SLUT = re.compile(r"(?<=[.?!])\s+(?=[A-ZÆØÅ0-9»])")
_FORKORTET = re.compile(
    r"(?:^|[\s(])(?:[A-ZÆØÅ]|nr|ca|st|skt|sct|dr|hr|fr|kl|jf|inkl|ekskl)\.$", re.IGNORECASE
)


def answered(blocks: list[Block]) -> list[Block]:
    """
    The blocks with each finding in its place and its first sentence apart.

    Parameters
    ----------
    blocks : list of dict
        In the notebook's order; each finding ("laesning") with its ``tekst``.

    Returns
    -------
    list of dict
        Findings in a row are one, with ``form`` and ``tekster``, a list of ``{"fed", "rest"}``: what stands
        out, and the rest. "boks" is what a chapter opens with. Elsewhere the first text is the "svar", before
        the figure or table that it followed, and further ones are "mere", in their place.
    """
    made: list[Block] = []
    opening = True
    for is_finding, run in groupby(blocks, key=lambda block: bool(block["slags"] == "laesning")):
        if not is_finding:
            made += run
            opening = opening and not any(block["slags"] == "overskrift" for block in made)
            continue
        first, *more = [block["tekst"] for block in run]
        if opening:
            made.append(_finding("boks", [_parted(first), *_plain(more)]))
            continue
        place = len(made) - (made[-1]["slags"] in VISNING)
        made.insert(place, _finding("svar", [_parted(first)]))
        if more:
            made.append(_finding("mere", _plain(more)))
    return made


def _finding(form: str, texts: list[dict[str, str]]) -> Block:
    return {"slags": "laesning", "form": form, "tekster": texts}


def _plain(texts: list[str]) -> list[dict[str, str]]:
    return [{"fed": "", "rest": text} for text in texts]


def _parted(text: str) -> dict[str, str]:
    """
    A finding's first sentence, and the others.

    Examples
    --------
    >>> _parted("Graden er 12 pct. Vejle er nr. 3 af 98.")
    {'fed': 'Graden er 12 pct.', 'rest': 'Vejle er nr. 3 af 98.'}
    >>> _parted("Skolerne i St. Heddinge e-handler mest.")["rest"]
    ''
    """
    for end in _SLUT.finditer(text):
        if not _FORKORTET.search(text[: end.start()]):
            return {"fed": text[: end.start()], "rest": text[end.end() :]}
    return {"fed": text, "rest": ""}
