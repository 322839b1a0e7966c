"""
Nothing twice: what a chapter has said is not said again, and what has no answer of its own is not asked.

A delivery of a handful of invoices gives many questions the same answer, "too few". It
stands once, where it is first given; the questions that only repeat it go with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ehandel_lib.render.markdown import Block


def once(blocks: list[Block]) -> list[Block]:
    """
    The blocks of a chapter without repeated findings and list items, and without the headings left bare.

    A page of its own ("ark") is about somebody else, and may say the same. A heading that its
    author left bare stays.

    Examples
    --------
    >>> few = {"slags": "laesning", "tekst": "For få."}
    >>> asked = {"slags": "overskrift", "niveau": 2, "indhold": []}
    >>> once([few, asked, few]) == [few]
    True
    """
    told = list(_new(blocks))
    bare = {place for place, block in enumerate(told) if _only_repeats(block, told[place + 1 :])}
    return [block for place, block in enumerate(told) if place not in bare and block is not GENTAGET]


#: Where something stood that the chapter had said.
GENTAGET: Block = {"slags": "gentaget"}


def _new(blocks: list[Block]) -> Iterator[Block]:
    """The blocks, with a mark in place of what was said before."""
    said: set[str] = set()
    for block in blocks:
        if block.get("ark"):
            said = set()
        if block["slags"] == "laesning":
            yield GENTAGET if block["tekst"] in said else block
            said.add(block["tekst"])
        elif block["slags"] == "liste":
            items = [item for item in block["punkter"] if item not in said]
            said.update(items)
            yield block | {"punkter": items} if items else GENTAGET
        else:
            yield block


def _only_repeats(block: Block, rest: list[Block]) -> bool:
    """Is it a heading under which nothing stands but what was said before?"""
    if block["slags"] != "overskrift":
        return False
    end = (
        n
        for n, other in enumerate(rest)
        if other["slags"] == "overskrift" and other["niveau"] <= block["niveau"]
    )
    under = rest[: next(end, len(rest))]
    return GENTAGET in under and all(other is GENTAGET or other["slags"] == "ark" for other in under)
