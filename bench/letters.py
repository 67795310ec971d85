"""What a letter costs: the renderer alone, and the whole way from owed to confirmed.

Every letter ends with a page that says in fifteen languages that help is free. The letter of two
pages is the shortest one without that page; the others are printed as they leave.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bench import chromium_printer, floors
from bench.bare_printer import STATEMENT, BarePrinter
from bench.cases import submissions
from bench.chromium_printer import ChromiumPrinter
from bench.floors import Copier, Work
from bench.ground import Ground, Place, application
from bench.measure import Aim, Figure, Stopped, in_turns, timed
from bench.scales import Scales
from bench.statements import shown
from bench.witness import Witness
from casework.services.intake import submit_prior_auth
from casework.worker import FONTS, Worker
from letters.press import Press
from letters.printjob import PrintRequest
from tests.web.staff.scene import Desk

ROUNDS: Final = 20
CHAINS: Final = 8
LANGUAGES: Final = re.compile(r'<section class="languages".*?</section>', re.DOTALL)
AIM: Final = Aim(of="ratio", at_most=1.25)
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
    """A letter of two pages and a notice of action through the press; an acknowledgement all the
    way."""
    bare = BarePrinter(FONTS)
    other = ChromiumPrinter(FONTS)
    try:
        with ground.place("letters") as place:
            worker = Worker(place.database)
            try:
                listening = _listen(worker)
                Desk(place.town, place.settings).denied("denied")
                worker.relay()
                to_people = [each for each in listening.asked if LANGUAGES.search(each.html)]
                by_length = sorted(to_people, key=lambda request: len(request.html))
                yield _printed("a letter", _without_languages(by_length[0]), listening, bare)
                yield _printed("a notice of action", by_length[-1], listening, bare)
                yield _against_chromium(by_length[-1], listening, other)
                yield _sent(place, worker, bare)
            finally:
                worker.close()
    finally:
        other.close()
        bare.close()


def _without_languages(request: PrintRequest) -> PrintRequest:
    html, found = LANGUAGES.subn("", request.html)
    if found != 1:
        raise Stopped("The letter has no page of languages to be left out.")
    return replace(request, html=html)


def _printed(what: str, request: PrintRequest, listening: Listening, bare: BarePrinter) -> Figure:
    pages = bare.print(request.html)[1]
    taken = in_turns(
        timed(lambda: listening.press.print(request)),
        lambda: bare.print(request.html)[0],
        rounds=ROUNDS,
    )
    return Figure(
        name=f"print {what} of {pages} pages through the press, one core, over bare WeasyPrint",
        unit="letters/s",
        n=taken.n,
        ours=1 / taken.ours,
        floor=1 / taken.floor,
        statements=(STATEMENT,),
        aim=AIM,
    )


def _against_chromium(
    request: PrintRequest, listening: Listening, other: ChromiumPrinter
) -> Figure:
    """The same letter, the same styles and fonts: what a browser would need for it."""
    taken = in_turns(
        timed(lambda: listening.press.print(request)),
        lambda: other.print(request.html),
        rounds=ROUNDS,
    )
    return Figure(
        name="print that notice of action, over Chromium's print-to-PDF",
        unit="letters/s",
        n=taken.n,
        ours=1 / taken.ours,
        floor=1 / taken.floor,
        statements=(chromium_printer.STATEMENT,),
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
    counted = scales.require_equal("letter")
    witness.close()
    return Figure(
        name="send an acknowledgement: claim, print, prove, deposit, confirm",
        unit="ms",
        n=taken.n * COPIES,
        ours=taken.ours * 1000 / COPIES,
        floor=taken.floor * 1000 / COPIES,
        statements=(f"{COPIES} × {STATEMENT}", *shown(copier.footprint)),
        counted=counted,
    )


def _listen(worker: Worker) -> Any:
    listening: Any = Listening(getattr(worker.press, "press", worker.press))
    worker.press = listening
    return listening


def _both(worker: Worker) -> None:
    for _ in range(COPIES):
        if not worker.produce_one():
            raise Stopped("No letter was owed.")


def _with_case(footprint: Any, witness: Witness) -> Any:
    """The case of the letters, though its own row may not have moved."""
    [case] = {row["case_id"] for each in footprint.rows for row in each.rows if "case_id" in row}
    return replace(footprint, cases=(case,))


def _works(witness: Witness, copier: Copier, cases: list[int]) -> Iterator[Work]:
    siblings = witness.siblings(copier.moving, cases)
    [first] = copier.footprint.cases
    for case in cases:
        yield copier.again({first: case}, siblings)
