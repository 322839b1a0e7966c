"""
From a municipality's name to a finished report.

`environment` makes the Python environment. `settings` is how a notebook's process is set up, `kernels` starts
one as a Jupyter kernel, and `warm` forks one that has its imports done (`fork_server`, `rehearsal`, `forked`,
`inside`). `depth` says which cells of a notebook run, `execute` runs it in either, `side_by_side` several,
`stored` takes out of the result what differs between two machines, `writing` makes the files, and `report`
does all of it from the name on. `progress` tells how far it is, `output` keeps files whole, and `verify`
makes a finished report again.
"""

import sys

# nbformat brings jsonschema, which on import builds a grammar for international web addresses if this
# package is there: two seconds for a check that no notebook needs. None means "not there" to Python's import.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
