"""
A synthetic Denmark: what a delivery of all 98 municipalities could look like.

Nothing in it is real except the municipalities' names and the figures it is
aimed at: SKI's published e-handel rates for 2023. Invoices are drawn
(`invoices`, `lines`), said to be e-traded or not until the published rates come
out (`calibrate`), given order numbers (`orders`), soiled as real extracts are
(`dirt`) and written in the shapes that extracts have (`shapes`, `delivery`).
"""

from ehandel_lib.demo.country import AAR, FROE
from ehandel_lib.demo.delivery import write_demo

__all__ = ["AAR", "FROE", "write_demo"]
