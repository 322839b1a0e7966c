"""How far two colours stand apart, as WCAG 2.1 reckons it."""

from __future__ import annotations

import matplotlib as mpl


def contrast(colour: object, ground: object = "white") -> float:
    """WCAG 2.1's contrast ratio of two colours."""
    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: object) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
