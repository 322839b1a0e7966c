"""A delivery → text rows, each with the file and the row it came from. Nothing is interpreted here."""

from ehandel_lib.read.delivery import Delivery, Filer
from ehandel_lib.read.files import find_files
from ehandel_lib.read.kilde import read_delivery
from ehandel_lib.read.tables import Table, open_file, read_file

__all__ = ["Delivery", "Filer", "Table", "find_files", "open_file", "read_delivery", "read_file"]
