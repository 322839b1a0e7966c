"""
Many reports in one go: only those that have to be made, two at a time, and no failure stops another.

Each municipality is an order, carried out by a process forked for it. One that fails is tried
once more on ordinary kernels; then its cause stays with it and the others go on. Three of
those that were made are made again on ordinary kernels and compared byte for byte.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ehandel_lib import text
from ehandel_lib.errors import EhandelError, ParameterError, ReportError
from ehandel_lib.parquet import UKENDT
from ehandel_lib.read import Delivery
from ehandel_lib.reference import Kommune, find_kommune, kommuner
from ehandel_lib.run import batch_result, cold, noegle, output
from ehandel_lib.run.batch_result import FEJLET, LAVET, SPRUNGET_OVER, Resultat
from ehandel_lib.run.depth import KORT
from ehandel_lib.run.forked import DiedError
from ehandel_lib.run.report import ordered, with_year
from ehandel_lib.run.side_by_side import AT_A_TIME, LISTEN_SECONDS
from ehandel_lib.run.warm import Server
from ehandel_lib.run.writing import Order, write_warm
from ehandel_lib.store import ulaeselige

#: So many reports of a batch are made a second time and compared.
STIKPROEVE = 3

#: Called with each result as it comes.
OnResult = Callable[[Resultat], None]


@dataclass(frozen=True)
class Batch:
    """What a batch is about: a delivery, a folder for the reports, and how they are made."""

    delivery: Delivery
    ud: Path
    aar: int | None = None
    dybde: str = KORT
    frisk: bool = False


def chosen(delivery: Delivery, store: Path, navne: Sequence[str], region: str | None) -> list[Kommune]:
    """
    The bodies that reports are asked for.

    Parameters
    ----------
    delivery : Delivery
    store : Path
        The prepared delivery.
    navne : sequence of str
        Names or codes; by default all that have posts.
    region : str or None
        Only those of this region.

    Raises
    ------
    UnknownNameError
        There is no such municipality.
    ParameterError
        There is no such region, or nobody is left.
    """
    if navne:
        found = [find_kommune(navn, others=delivery.myndigheder) for navn in navne]
    else:
        known = kommuner() | {body.kode: body for body in delivery.myndigheder}
        stopped = ulaeselige.read(store)  # these have no posts, and a cause to tell
        codes = sorted({*stopped, *(path.stem for path in (store / "poster").glob("*.parquet"))})
        found = [known[code] for code in codes if code != UKENDT and code in known]
    regions = sorted({body.region for body in kommuner().values()})
    if region and region.casefold() not in [name.casefold() for name in regions]:
        raise ParameterError(f'Der er ingen region "{region}"; der er {", ".join(regions)}.')
    found = [body for body in found if not region or body.region.casefold() == region.casefold()]
    if not found:
        raise ParameterError("Der er ingen kommuner at lave rapporter for i leverancen.")
    return list({body.kode: body for body in found}.values())


def make_all(
    batch: Batch, bodies: Sequence[Kommune], server: Server | None, on_result: OnResult
) -> list[Resultat]:
    """
    Make the reports that have to be made, and check some of them.

    Parameters
    ----------
    batch : Batch
    bodies : sequence of Kommune
        From `chosen`.
    server : warm.Server or None
        Where processes are forked from; None makes all on ordinary kernels.
    on_result : callable
        Told each result, and again where a check turns it into a failure.

    Returns
    -------
    list of Resultat
        In the order of `bodies`. A report that another way of making it does not agree with has failed.
    """
    orders: dict[str, Order] = {}
    results: dict[str, Resultat] = {}

    def make(body: Kommune) -> Resultat:
        try:
            orders[body.kode] = _order(batch, body)
            return _made(body, batch, orders[body.kode], server)
        except EhandelError as problem:
            if cold.stopped():
                raise
            return _failed(body, batch, problem)

    def check(body: Kommune) -> Resultat:
        return _checked(body, batch, orders[body.kode], results[body.kode])

    for result in _two_at_a_time(make, bodies, server):
        results[result.kommune_kode] = result
        on_result(result)
    for result in _two_at_a_time(check, _to_check(batch, bodies, results, orders), server):
        if results[result.kommune_kode] != result:
            results[result.kommune_kode] = result
            on_result(result)
    return [results[body.kode] for body in bodies]


def _two_at_a_time(
    work: Callable[[Kommune], Resultat], bodies: Sequence[Kommune], server: Server | None
) -> Iterator[Resultat]:
    """The results as they come. Ctrl-C, or an error of our own, ends the processes that are at work."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        waiting = {pool.submit(work, body) for body in bodies}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=LISTEN_SECONDS, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            cold.stop()
            if server:
                server.close()  # the threads wait for its processes, and the pool for the threads
            raise


def _order(batch: Batch, body: Kommune) -> Order:
    """What to make, with the year; the delivery is prepared."""
    order = ordered(body, batch.aar, batch.delivery, batch.ud, batch.dybde)
    return with_year(order, body, batch.aar, processer=1)


def _made(body: Kommune, batch: Batch, order: Order, server: Server | None) -> Resultat:
    """The report, unless it is there; on ordinary kernels where the warm way failed or there is none."""
    why = noegle.reason(order.target, order.kilder)
    if why is None:
        return _result(body, batch, SPRUNGET_OVER, "intet ændret")
    if server is not None:
        try:
            server.call(write_warm, order)
            return _result(body, batch, LAVET, why)
        except Exception:
            why += "; lykkedes i andet forsøg"
    cold.make(order, batch.ud)
    return _result(body, batch, LAVET, why)


def _failed(body: Kommune, batch: Batch, problem: EhandelError) -> Resultat:
    """The cause stays with the municipality, also where the process was killed before it could write it."""
    folder = _folder(body, batch)
    if isinstance(problem, DiedError) or not (folder / output.FAILURE).is_dir():
        with suppress(ReportError):
            output.keep_failure(folder, str(problem), {})
    return _result(body, batch, FEJLET, " ".join(str(problem).split()))


def _result(body: Kommune, batch: Batch, status: str, why: str) -> Resultat:
    folder = _folder(body, batch)
    name = folder.name if folder.is_dir() else ""
    figures = batch_result.figures(folder)
    return Resultat(body.kode, body.navn, body.region, status, why, name, **figures)


def _folder(body: Kommune, batch: Batch) -> Path:
    return batch.ud.absolute() / output.folder_name(body.navn, body.kode)


def _to_check(
    batch: Batch, bodies: Sequence[Kommune], results: Mapping[str, Resultat], orders: Mapping[str, Order]
) -> list[Kommune]:
    """Three of those that were made; all that are there where that is asked for."""
    wanted = {LAVET, SPRUNGET_OVER} if batch.frisk else {LAVET}
    there = [body for body in bodies if results[body.kode].status in wanted]
    picked = {body.kode for body in there}
    if not batch.frisk:
        picked = set(drawn({body.kode: orders[body.kode].kilder for body in there}))
    return [body for body in there if body.kode in picked]


def _checked(body: Kommune, batch: Batch, order: Order, result: Resultat) -> Resultat:
    """The same result, or a failure where ordinary kernels make other bytes."""
    with tempfile.TemporaryDirectory(prefix="ehandel-") as folder:
        try:
            cold.make(order, Path(folder))
            other = differing(order.target, Path(folder, order.target.name))
        except EhandelError as problem:
            return _result(body, batch, FEJLET, f"Kontrollen på almindelige kerner fejlede: {problem}")
    if not other:
        return result
    (order.target / noegle.FILNAVN).unlink(missing_ok=True)  # the next batch makes it again
    what = (
        f"Kontrollen på almindelige kerner gav andre bytes i {text.opremsning(other)}; meld det som en fejl."
    )
    return _result(body, batch, FEJLET, what)


def differing(folder: Path, again: Path) -> list[str]:
    """The files that are not the same in both folders."""
    first, second = (
        {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
        for place in (folder, again)
    )
    return [
        name
        for name in sorted(second)
        if name not in first or first[name].read_bytes() != second[name].read_bytes()
    ]


def drawn(keys: Mapping[str, Mapping[str, str]]) -> list[str]:
    """
    The reports made a second time: drawn by what they were made from, so that a batch draws the same.

    Examples
    --------
    >>> drawn({"630": {"data": "a"}, "101": {"data": "b"}})
    ['101', '630']
    """
    seed = hashlib.sha256(repr(sorted((code, sorted(key.items())) for code, key in keys.items())).encode())
    codes = sorted(keys)
    return sorted(random.Random(seed.digest()).sample(codes, min(STIKPROEVE, len(codes))))
