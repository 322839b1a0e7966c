"""
E-invoices as they arrive: OIOUBL 2, OIOUBL 3 and Peppol BIS 3, in folders and zips.

`read_documents` makes one file's bytes into invoices and refusals; `archive`
streams any number of files through it; `rows` lays the invoices out as the
lines that other deliveries have.
"""

from ehandel_lib.read.ubl.model import Afvisning, Faktura, Linje
from ehandel_lib.read.ubl.parse import read_documents

__all__ = ["Afvisning", "Faktura", "Linje", "read_documents"]
