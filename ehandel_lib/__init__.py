"""
Reproducible reports on e-procurement (e-handel) in Danish public bodies.

The modules are named in the order in which a number travels: `read` takes a
delivery of invoices as text, `clean` types it and keeps the ledger, `classify`
says what each post is, `rates` and `compare` count, `charts`, `sentences` and
`show` put the result in a notebook, `render` makes the executed notebooks into
PDF, HTML and a workbook, and `run` does all of it for a municipality.
"""

__version__ = "0.1.0"
