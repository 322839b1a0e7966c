"""
A straight line through some months' rates, and how sure its height on a day is.

A month is often like the one before it: what was bought in March is followed up in April. Then
twelve months hold less than twelve independent ones, and an interval that counts them as such is too
narrow. How alike they are is estimated and the interval widened by it; never is it made narrower.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

#: The most alike that neighbouring months are taken to be: above it a year is hardly one observation.
LIGHED_HOEJST = 0.9


class Linje(NamedTuple):
    """
    A line fitted by weighted least squares: its height on the day, its slope, and what its error is made of.

    `rest` are the weighted residuals; `hat` gives the height and the slope from the weighted rates, `tilbage`
    what is left of them; `afstand` is the number of months between each two.
    """

    ved_dagen: float
    haeldning: float
    rest: np.ndarray
    hat: np.ndarray
    tilbage: np.ndarray
    afstand: np.ndarray

    @property
    def frihed(self) -> int:
        """Degrees of freedom, were the months independent."""
        return len(self.rest) - 2

    def nabolighed(self) -> float:
        """How much residuals of neighbouring months go together; of a line that is right through all, 0."""
        together = self.rest @ (self.afstand == 1) @ self.rest / 2
        return float(together / (self.rest @ self.rest)) if self.rest @ self.rest > 1e-18 else 0.0

    def ventet_nabolighed(self, lighed: float) -> float:
        """The same as it is expected where the months are so alike: the fitted line hides some of it."""
        left = self.tilbage @ lighed**self.afstand
        return float(np.trace(self.tilbage @ (self.afstand == 1) @ left) / 2 / np.trace(left))

    def varians(self, lighed: float) -> tuple[float, float]:
        """The variance of the height on the day, and its degrees of freedom (Satterthwaite)."""
        alike = lighed**self.afstand
        left = self.tilbage @ alike
        spread = self.rest @ self.rest / np.trace(left)
        return float((self.hat @ alike @ self.hat.T)[0, 0] * spread), float(
            np.trace(left) ** 2 / np.trace(left @ left)
        )


def linje(t: np.ndarray, rate: np.ndarray, n: np.ndarray) -> Linje:
    """The line through the rates at the times (in years), each weighing `n`."""
    weighted = np.column_stack([np.ones(len(t)), t]) * np.sqrt(n)[:, None]
    hat = np.linalg.inv(weighted.T @ weighted) @ weighted.T
    left = np.eye(len(t)) - weighted @ hat
    height, slope = hat @ (rate * np.sqrt(n))
    apart = np.rint(np.abs(t[:, None] - t[None, :]) * 12)
    return Linje(float(height), float(slope), left @ (rate * np.sqrt(n)), hat, left, apart)


def lighed(lines: Sequence[Linje]) -> float:
    """
    How alike neighbouring months are about their lines: the correlation, from 0 to `LIGHED_HOEJST`.

    Notes
    -----
    By moments, with the bias taken out that comes of fitting the lines (Worsley et al. 2002, NeuroImage 15,
    1-15): the correlation is the one that would show as what is seen.
    """

    def more_than_seen(alike: float) -> float:
        return sum(one.frihed * (one.ventet_nabolighed(alike) - one.nabolighed()) for one in lines)

    if more_than_seen(0.0) >= 0:
        return 0.0
    if more_than_seen(LIGHED_HOEJST) <= 0:
        return LIGHED_HOEJST
    return float(optimize.brentq(more_than_seen, 0.0, LIGHED_HOEJST, xtol=1e-6))


def spring(before: Linje, after: Linje) -> tuple[float, float, float]:
    """
    How much higher the second line stands on the day, half of its 95 % interval, and p.

    Each line has its own spread (Welch 1947, Biometrika 34, 28-35), and both the same likeness of neighbours.
    """
    jump = after.ved_dagen - before.ved_dagen
    alike = lighed([before, after])
    parts = [one.varians(alike) for one in (before, after)]
    variance = sum(part for part, _ in parts)
    if variance <= 0:
        return jump, 0.0, float(abs(jump) < 1e-9)
    freedom = variance**2 / sum(part**2 / own for part, own in parts)
    p = 2 * stats.t.sf(abs(jump) / np.sqrt(variance), freedom)
    return jump, float(stats.t.ppf(0.975, freedom) * np.sqrt(variance)), float(p)
