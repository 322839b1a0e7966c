"""
Words that no line breaks: a browser divides "e-handel" after its hyphen, and a word is then two.

The finished page is gone through once, so that no place in a template can be forgotten. Text in it is
escaped by then: what is between tags holds neither "<" nor ">", and only letters and hyphens are touched.
"""

from __future__ import annotations

import re

#: A short first part with its hyphen ("e-handel", "it-tilbehør", "AV-udstyr"), as in rapport.typ, and a word
#: that is always divided at the wrong place. A very long word must be divided.
ORD = re.compile(r"(?<![\w-])(?:[^\W\d_]{1,3}-[a-zæøå]{2,24}|[Ss]torkøkkenudstyr)(?!-?\w)")

#: Tags, and elements whose text is no text of the page.
_MARKUP = re.compile(r"(<(?:style|script|title)\b.*?</(?:style|script|title)>|<[^>]*>)", re.DOTALL)


def unbroken(page: str) -> str:
    """
    The page with such words kept whole (the class is in rapport.css).

    Examples
    --------
    >>> unbroken('<p title="e-handel">Kun e-handel &amp; AV-udstyr</p>')
    '<p title="e-handel">Kun <span class="hel">e-handel</span> &amp; <span class="hel">AV-udstyr</span></p>'
    >>> unbroken("<title>E-handel</title>2024-2025, SKI-aftaler, for-og-imod")
    '<title>E-handel</title>2024-2025, <span class="hel">SKI-aftaler</span>, for-og-imod'
    """
    parts = _MARKUP.split(page)
    parts[::2] = [ORD.sub(r'<span class="hel">\g<0></span>', text) for text in parts[::2]]
    return "".join(parts)
