"""
pandera, kept from loading PySpark's pandas where PySpark is installed: that takes seconds, and warns.
"""

from __future__ import annotations

import sys

_ABSENT = "pyspark.pandas" not in sys.modules
if _ABSENT:
    sys.modules["pyspark.pandas"] = None  # type: ignore[assignment]  # Python's own mark of what cannot be loaded

import pandera.pandas as pa  # noqa: E402

if _ABSENT:
    del sys.modules["pyspark.pandas"]

__all__ = ["pa"]
