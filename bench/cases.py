"""What the measurements are made on: submissions as doors decode them, and told open requests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from casework.ledger import NewCase, Said
from casework.ledger.histories import Book
from casework.metadata import table_of
from casework.models import (
    Case,
    CaseEvent,
    CaseParty,
    Clock,
    ClockMark,
    Diagnosis,
    PriorAuth,
    RequestLine,
)
from casework.submission import MemberAsSent, PaperAsSent, Submission
from statemachines.facts import Facts
from tests.builders import MONDAY, PDF, Town, a_submission

TITLE = "MRI of the brain"


def submissions(
    town: Town, members: tuple[tuple[str, int, str], ...], contract: str = "OH-MCD"
) -> Iterator[Submission]:
    """Complete standard requests, each for another member and with a paper of its own."""
    plain = a_submission(town, contract)
    for number, _id, code in members:
        if code != contract:
            continue
        paper = PaperAsSent(
            name="notes.pdf",
            media_type="application/pdf",
            content=PDF + f"% notes about {number}\n".encode() * 400,
        )
        yield replace(plain, member=MemberAsSent(numbers=(number,)), papers=(paper,))


def tellers(
    town: Town,
    members: tuple[tuple[str, int, str], ...],
    count: int,
    *,
    contract: str = "",
    span: timedelta = timedelta(days=5),
    until: datetime = MONDAY,
    in_review: bool = True,
) -> list[Callable[[Book], None]]:
    """The authors of so many open requests, received one after the other over `span` until `until`.

    `contract` keeps to one contract; `in_review` has the nurse take up every third of them.
    """
    here = [each for each in members if not contract or each[2] == contract]
    step = span / count
    return [
        _teller(
            town,
            here[index % len(here)],
            until - span + index * step,
            in_review=in_review and index % 3 == 0,
        )
        for index in range(count)
    ]


def multiplying(times: int) -> Iterator[str]:
    """SQL that makes of every case `times` cases, with the rows of its history and its clocks.

    They are for reading only: their chains are those of the first ones.
    """
    yield "set session_replication_role = replica"
    for model in (Case, CaseParty, CaseEvent, Clock, ClockMark, PriorAuth, RequestLine, Diagnosis):
        table = table_of(model)
        own = None if model is Case else table.autoincrement_column
        names = [column.name for column in table.columns if column is not own]
        moved = {"case_id", "series_id"} | ({"id"} if model is Case else set())
        values = [f"{name} + k * 10000000" if name in moved else name for name in names]
        if model is Case:
            values[names.index("ref")] = "ref || '-' || k"
        columns = ", ".join(f'"{name}"' for name in names)
        taken = ", ".join(value if " " in value else f'"{value}"' for value in values)
        yield (
            f"insert into {table.name} ({columns}) select {taken}"
            f" from {table.name}, generate_series(1, {times - 1}) as k"
        )


def _teller(
    town: Town, member: tuple[str, int, str], at: datetime, *, in_review: bool
) -> Callable[[Book], None]:
    _number, member_id, code = member
    contract_id, version_id = town.contracts[code]

    def tell(book: Book) -> None:
        office = town.principal("Maple")
        scribe = book.open(
            NewCase(
                kind="prior_auth",
                contract_id=contract_id,
                contract_version_id=version_id,
                member_id=member_id,
                received_at=at,
                channel="portal",
                filed_by="provider",
                queue="review",
                title=TITLE,
                parties=(
                    (town.offices["Birch"], "servicing"),
                    (town.offices["Maple"], "filing"),
                    (town.offices["Maple"], "requesting"),
                ),
            ),
            at=at,
        )
        scribe.step(
            "receive",
            at=at,
            by=office,
            occurred_at=at,
            facts=_RECEIVED,
            said=Said(by="provider", more={"complete": True}),
        )
        if in_review:
            nurse = town.principal("nurse")
            reviewing = Facts(actor_id=f"user:{nurse.id}", actor_is_system=False)
            scribe.step(
                "start_review", at=at, by=nurse, facts=reviewing, sets={"assignee_id": nurse.id}
            )
        _add_request(scribe, town)

    return tell


_RECEIVED = Facts(
    actor_id="user:1",
    actor_is_system=False,
    receipt_known=True,
    member_identified=True,
    requester_identified=True,
    line_count=1,
)


def _add_request(scribe: Any, town: Town) -> None:
    asked_by = {"npi": town.npi["Dr. Maple"], "name": "Dr. Maple Example"}
    scribe.add(PriorAuth, requester=asked_by)
    scribe.add(
        RequestLine,
        number=1,
        system="procedure",
        code="70551",
        label=TITLE,
        units=Decimal(1),
        from_date=MONDAY.date() + timedelta(days=30),
        to_date=MONDAY.date() + timedelta(days=120),
        place="11",
        diagnosis_numbers=[1],
    )
    scribe.add(Diagnosis, number=1, code="G89.4")
