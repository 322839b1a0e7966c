"""
From a municipality's name to a finished report.

`environment` makes the Python environment, `kernels` starts a fresh process for
a notebook, `depth` says which of its cells run, `execute` runs them in it, `stored`
takes out of the result what differs between two machines, and `report` does all of
it and writes the files. `progress` tells how far it is.
"""
