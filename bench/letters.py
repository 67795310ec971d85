"""What a letter costs: the renderer alone, and the whole way from owed to confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bench import floors
from bench.bare_printer import STATEMENT, BarePrinter
from bench.cases import submissions
from bench.floors import Copier, Work
from bench.ground import Ground, Place, application
from bench.measure import Aim, Figure, in_turns, timed
from bench.scales import Scales
from bench.statements import shown
from bench.witness import Witness
from casework.services.intake import submit_prior_auth
from casework.worker import FONTS, Worker
from letters.press import Press
from letters.printjob import PrintRequest
from tests.web.staff.scene import Desk

ROUNDS: Final = 12
CHAINS: Final = 8
# One request is acknowledged to the member and to the office.
COPIES: Final = 2


@dataclass
class Listening:
    """A press that remembers what it was asked to print."""

    press: Press
    asked: list[PrintRequest] = field(default_factory=list)

    def print(self, request: PrintRequest) -> bytes:
        """As the press does."""
        self.asked.append(request)
        return self.press.print(request)

    def close(self) -> None:
        """As the press does."""
        self.press.close()


def figures(ground: Ground) -> Iterator[Figure]:
    """One notice of action through the press; one acknowledgement all the way."""
    bare = BarePrinter(FONTS)
    try:
        with ground.place("letters") as place:
            worker = Worker(place.database)
            try:
                yield _printed(place, worker, bare)
                yield _sent(place, worker, bare)
            finally:
                worker.close()
    finally:
        bare.close()


def _printed(place: Place, worker: Worker, bare: BarePrinter) -> Figure:
    """The member's notice of a denial, the longest letter of a request."""
    Desk(place.town, place.settings).denied("denied")
    listening = _listen(worker)
    worker.relay()
    notice = max(listening.asked, key=lambda request: len(request.html))
    pages = bare.print(notice.html)[1]
    taken = in_turns(
        timed(lambda: listening.press.print(notice)),
        lambda: bare.print(notice.html)[0],
        rounds=ROUNDS,
    )
    return Figure(
        name=f"print a notice of action ({pages} pages) through the press",
        unit="ms",
        n=taken.n,
        ours=taken.ours * 1000,
        floor=taken.floor * 1000,
        statements=(STATEMENT,),
        aim=Aim(of="ratio", at_most=1.25),
    )


def _sent(place: Place, worker: Worker, bare: BarePrinter) -> Figure:
    """Claim, compose, render, prove, deposit, hand over, confirm: per letter."""
    warm = 1
    sent = submissions(place.town, place.members)
    office = place.cx("Maple")
    for _ in range(2 * (CHAINS + warm) + 1):
        submit_prior_auth(office, next(sent))
    witness = Witness(place)
    listening = _listen(worker)
    footprint = witness.footprint(lambda: _both(worker))
    pages = [request.html for request in listening.asked]
    # Ours takes the oldest letters, the floor those of the youngest cases.
    youngest = witness.connection.execute(
        "select case_id from letter where state = 'due' group by 1 order by 1 desc"
    ).fetchall()
    copier = Copier(_with_case(footprint, witness), place.settings.data_dir)
    works = _works(witness, copier, [case_id for (case_id,) in youngest[: CHAINS + warm]])
    connection = application(place.addresses, reach="all")

    def floor() -> float:
        work = next(works)
        rendered = sum(bare.print(html)[0] for html in pages)
        return rendered + timed(lambda: floors.write(connection, work))()

    scales = Scales(witness)
    taken = in_turns(
        scales.watched("ours", timed(lambda: _both(worker))),
        scales.watched("floor", floor),
        rounds=CHAINS,
        warm=warm,
    )
    scales.require_equal("letter")
    witness.close()
    return Figure(
        name="send an acknowledgement: claim, print, prove, deposit, confirm",
        unit="ms",
        n=taken.n * COPIES,
        ours=taken.ours * 1000 / COPIES,
        floor=taken.floor * 1000 / COPIES,
        statements=(f"{COPIES} × {STATEMENT}", *shown(copier.footprint)),
    )


def _listen(worker: Worker) -> Any:
    listening: Any = Listening(getattr(worker.press, "press", worker.press))
    worker.press = listening
    return listening


def _both(worker: Worker) -> None:
    for _ in range(COPIES):
        if not worker.produce_one():
            raise RuntimeError("No letter was owed.")


def _with_case(footprint: Any, witness: Witness) -> Any:
    """The case of the letters, though its own row may not have moved."""
    [case] = {row["case_id"] for each in footprint.rows for row in each.rows if "case_id" in row}
    return replace(footprint, cases=(case,))


def _works(witness: Witness, copier: Copier, cases: list[int]) -> Iterator[Work]:
    siblings = witness.siblings(copier.moving, cases)
    [first] = copier.footprint.cases
    for case in cases:
        yield copier.again({first: case}, siblings)
