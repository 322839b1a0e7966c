"""
Any number of e-invoices, one after the other.

Files, folders and zips are read in order and let go again: a million invoices
take no more memory than a thousand. With two cores the files are parsed in
bundles by separate processes; what comes out, and in which order, is the same.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, TypeVar

from ehandel_lib.errors import UnreadableFileError
from ehandel_lib.read.ubl.model import Afvisning, Faktura
from ehandel_lib.read.ubl.parse import MAX_BYTES, read_documents
from ehandel_lib.read.ubl.zipped import Member, RefusedMember, members, unpack

#: Files per bundle: enough to make the hand-over between processes cheap, few enough to stay small.
BUNDT = 250

#: Bundles under way per process, so that a slow consumer is not drowned in results.
I_GANG = 3

_ZIP = b"PK\x03\x04"
_ZIP_NAVNE = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")

#: What a Mac and Windows put into archives on their own; no one delivered it.
_SYSTEMFILER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

Document = tuple[str, Faktura | Afvisning]
#: Where a file is within the one on disk: all of it, a member of a zip, or nowhere, for this reason.
Place = Member | Afvisning | None
#: A file to read: the name it goes by, the file on disk, and its place in that.
Source = tuple[str, Path, Place]

T = TypeVar("T")


def read_archive(paths: Iterable[Path], *, base: Path | None = None, kerner: int = 1) -> Iterator[Document]:
    """
    All documents in files, folders and zips, as `(file, document)`.

    Parameters
    ----------
    paths : iterable of Path
        XML files, zips of XML files, and folders that hold both at any depth.
    base : Path, optional
        The folder that file names are given relative to; by default each path's own folder. A file in a zip
        is called ``archive.zip/name.xml``.
    kerner : int
        How many processes parse. The order is that of the paths and the zips in any case; folders are sorted.

    Yields
    ------
    (str, Faktura or Afvisning)
        At least one per file: a file that cannot be read is refused with its reason, and so is a zip.
    """
    return chain.from_iterable(in_bundles(paths, read_bundle, base=base, kerner=kerner))


def in_bundles(
    paths: Iterable[Path], work: Callable[[list[Source]], T], *, base: Path | None = None, kerner: int = 1
) -> Iterator[T]:
    """
    What `work` makes of the files, a bundle at a time, in the order of the files.

    Parameters
    ----------
    paths, base, kerner
        As for `read_archive`.
    work : callable
        Given up to `BUNDT` files, such as `read_bundle` takes; done in the processes that parse.
    """
    bundles = _bundles(chain.from_iterable(_sources(path, base) for path in paths))
    return map(work, bundles) if kerner <= 1 else _in_processes(bundles, work, kerner)


def _sources(path: Path, base: Path | None) -> Iterator[Source]:
    """The files behind one path, each still unread; a zip that cannot be opened is a refusal."""
    base = path.parent if base is None else base
    if path.is_dir():
        for inner in _walk(path):
            yield from _sources(inner, base)
        return
    name = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name
    if path.suffix.lower() != ".zip":
        yield name, path, None
        return
    try:
        for member in members(path):
            if not member.navn.startswith(_SYSTEMFILER[:1]) and not member.navn.endswith(_SYSTEMFILER[1:]):
                yield f"{name}/{member.navn}", path, member
    except UnreadableFileError as error:
        yield name, path, Afvisning(str(error))


def _walk(folder: Path) -> Iterator[Path]:
    """The XML files and zips below a folder, sorted, without following links."""
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file(follow_symlinks=False) and entry.name.lower().endswith((".xml", ".zip")):
            yield Path(entry.path)


def _bundles(sources: Iterator[Source]) -> Iterator[list[Source]]:
    while bundle := list(islice(sources, BUNDT)):
        yield bundle


def _in_processes(
    bundles: Iterator[list[Source]], work: Callable[[list[Source]], T], processes: int
) -> Iterator[T]:
    """Bundles parsed by several processes, handed on in order, only a few ahead of the consumer."""
    # forking would copy whatever threads the caller has running
    context = multiprocessing.get_context("spawn")
    waiting: deque[Future[T]] = deque()
    # what a process has imported stays; the collector need not walk through it again and again
    with ProcessPoolExecutor(processes, mp_context=context, initializer=gc.freeze) as pool:
        for bundle in bundles:
            waiting.append(pool.submit(work, bundle))
            if len(waiting) >= I_GANG * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_bundle(bundle: list[Source]) -> list[Document]:
    """The documents of some files, as `(file, document)`."""
    documents: list[Document] = []
    for path, sources in groupby(bundle, key=itemgetter(1)):
        # what an error leaves unread is refused below
        those = iter(list(sources))
        try:
            with path.open("rb") as file:
                for name, _, place in those:
                    documents += [(name, document) for document in _read(file, name, place)]
        except OSError:
            documents += [(name, Afvisning("Filen kan ikke åbnes eller læses.")) for name, *_ in those]
    return documents


def _read(file: BinaryIO, name: str, place: Place) -> tuple[Faktura | Afvisning, ...]:
    """The documents of one file, which is the open file itself or has a place in it."""
    if isinstance(place, Afvisning):
        return (place,)
    try:
        raw = file.read(MAX_BYTES + 1) if place is None else unpack(file, place)
    except RefusedMember as reason:
        return (Afvisning(str(reason)),)
    if raw.startswith(_ZIP) or name.lower().endswith(_ZIP_NAVNE):
        return (Afvisning("Filen er et arkiv inde i et arkiv; pak det ud og læg filerne i leverancen."),)
    if not name.lower().endswith(".xml"):
        return (Afvisning("Filen er ikke XML og læses ikke."),)
    return read_documents(raw)
