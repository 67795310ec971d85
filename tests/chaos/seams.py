"""A post room that dies at each of its seams: what it had claimed is left as a kill leaves it.

In the process of the test, so that every seam is hit in every run; the real kills come afterwards.
"""

from collections.abc import Callable
from typing import Any

from casework import carriers, now
from casework.carriers import printing
from casework.db import Database
from casework.services import correspondence, pointers, print_batches
from casework.services.correspondence import Printed
from casework.storage import Storage
from casework.worker import Worker

WHERE = (
    "claimed and not printed",
    "stored and not deposited",
    "deposited and not confirmed",
    "about to send a message",
    "message sent and not counted",
    "a batch claimed and not written",
    "a batch written and not counted",
)


def die_everywhere(database: Database) -> tuple[str, ...]:
    """Leave one piece of work behind at every seam; answers where. There must be enough of it."""
    worker = Worker(database)
    try:
        return (
            *(_letter(worker, where) for where in WHERE[:3]),
            *(_pointer(worker, where) for where in WHERE[3:5]),
            *(_batch(worker, where) for where in WHERE[5:]),
        )
    finally:
        worker.close()


def _letter(worker: Worker, where: str) -> str:
    job = correspondence.claim_letter(worker.database.context(), now.wall())
    assert job is not None
    if where == WHERE[0]:
        return where
    stored = Storage(worker.database.settings).put(worker._print(job))
    if where == WHERE[2]:
        made = Printed(stored.sha256, stored.size, pages=1, title="A letter", version="1")
        correspondence.deposit_letter(worker.database.context(), job, made)
    return where


def _pointer(worker: Worker, where: str) -> str:
    database = worker.database
    pointer = _with_letters(worker, lambda: pointers.claim_pointer(database.context(), now.wall()))
    if where == WHERE[4]:
        carriers.send_pointer(
            database.settings, pointer.external_key, pointer.address, language=pointer.language
        )
    return where


def _batch(worker: Worker, where: str) -> str:
    database = worker.database
    batches = _with_letters(
        worker, lambda: print_batches.claim_batches(database.context(), now.wall())
    )
    for batch in batches if where == WHERE[6] else ():
        printing.hand_over(
            database.settings.print_dir,
            batch.name,
            contract=batch.contract,
            sheets=batch.sheets,
            read=Storage(database.settings).get,
            at=database.case_now(),
        )
    return where


def _with_letters(worker: Worker, wanted: Callable[[], Any]) -> Any:
    """What a finished letter makes necessary, after as many letters as that takes."""
    while not (found := wanted()):
        assert worker.produce_one(), "there is not enough work to die at every seam"
    return found
