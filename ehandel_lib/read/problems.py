"""
What is wrong with a description, gathered so that the analyst sees it all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ehandel_lib import reference
from ehandel_lib.errors import DeliveryError, UnknownNameError, suggestion
from ehandel_lib.reference import Kommune

#: What the value of a key may be, as Python knows it.
Slags = type | tuple[type, ...]

_NAVN: dict[Slags, str] = {
    str: "en tekst i anførselstegn",
    bool: "true eller false",
    list: "en liste i kantede parenteser",
    dict: "et afsnit",
    (int, float): "et tal",
}


class Problems(list[str]):
    """The problems of one description, gathered so that the analyst sees them all at once."""

    def raise_if_any(self, heading: str) -> None:
        if self:
            raise DeliveryError("\n  ".join([f"{heading}:", *self]))

    def take(self, section: Mapping[str, Any], where: str, known: Mapping[str, Slags]) -> dict:
        """The known keys of a section that have the right type; the others become problems."""
        for key in section:
            if key not in known:
                self.append(f"[{where}] {key} kendes ikke.{suggestion(key, known)}")
        good = {key: section[key] for key in known if key in section}
        for key, value in list(good.items()):
            # bool is an int to Python, but not to an analyst
            if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
                self.append(f"[{where}] {key} = {value!r} skal være {_NAVN[known[key]]}")
                del good[key]
        return good

    def choice(self, section: Mapping[str, Any], where: str, key: str, choices: tuple[str, ...]) -> str:
        """The value of a key that has a few choices; the first of them where it is not given."""
        value: str = section.get(key, choices[0])
        if value not in choices:
            known = [choice for choice in choices if choice]
            shown = " eller ".join(f'"{choice}"' for choice in known)
            self.append(f'[{where}] {key} = "{value}" skal være {shown}.{suggestion(value, known)}')
        return value

    def texts(self, section: Mapping[str, Any], where: str, key: str) -> tuple[str, ...]:
        """A list of texts; numbers in it are read as texts."""
        values = section.get(key, [])
        if any(isinstance(value, (dict, list)) for value in values):
            self.append(f"[{where}] {key} skal være en liste af tekster")
            return ()
        return tuple(str(value) for value in values)

    def kommune(self, section: Mapping[str, Any], where: str, others: tuple[Kommune, ...]) -> Kommune | None:
        """The municipality of a key `kommune`, if it is there."""
        try:
            return reference.find_kommune(section["kommune"], others=others) if "kommune" in section else None
        except UnknownNameError as error:
            self.append(f"[{where}] {error}")
            return None
