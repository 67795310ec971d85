"""Claims for reference: a file whole or nothing, the same file once, each office its own."""

import subprocess
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from casework.errors import Invalid, NotAllowed
from casework.models import ClaimReference
from casework.queries import claims as queries
from casework.records import claims_file
from casework.services.claims import import_claims
from tests.builders import Town, a_town
from tests.services.claims_here import a_claim, a_claim_row, take_in
from tests.worker.processes import CONSOLE, environment

HEAD = ",".join(claims_file.COLUMNS)


@pytest.fixture(scope="module")
def town(database, settings) -> Town:
    return a_town(database, settings)


def line(town: Town, **changes: str) -> str:
    """One row of a file as text."""
    plain = {
        "number": "CLM-7001",
        "contract": "OH-MCD",
        "member": town.members["OH-MCD"],
        "npi": town.npi["Maple"],
        "service_date": "2026-12-14",
        "received_date": "2026-12-20",
        "codes": "97110 J1745-JW",
        "billed": "1250.00",
        "paid": "0",
        "status": "denied",
        "denial_code": "197",
        "denial_words": '"No authorization, none on file"',
        "adjudicated_date": "2027-01-12",
        "authorization": "",
    }
    return ",".join({**plain, **changes}.values())


def seen(town: Town, who: str) -> set[str]:
    with town.database.reading(town.cx(who)) as cx:
        return {claim.number for claim in queries.own_claims(cx)}


def test_a_file_is_read_whole_and_money_stays_exact(town) -> None:
    [row] = claims_file.read(f"{HEAD}\n{line(town)}\n")
    assert (row.row, row.billed_cents, row.paid_cents) == (2, 125_000, 0)
    assert row.codes == ("97110", "J1745-JW")
    assert row.denial_words == "No authorization, none on file"
    assert row.service_on == date(2026, 12, 14)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"number": "7!"}, "row 2, number"),
        ({"npi": "12"}, "row 2, npi"),
        ({"service_date": "14/12/2026"}, "row 2, service_date"),
        ({"received_date": "2026-12-01"}, "row 2, received_date"),
        ({"billed": "1,250.00"}, "row 2, number"),
        ({"billed": "-5"}, "row 2, billed"),
        ({"paid": "5.00"}, "row 2, paid"),
        ({"paid": "5.005"}, "row 2, paid"),
        ({"status": "lost"}, "row 2, status"),
        ({"status": "pending"}, "row 2, adjudicated_date"),
        ({"denial_words": ""}, "row 2, denial_words"),
        ({"codes": ""}, "row 2, codes"),
        ({"member": ""}, "row 2, member"),
    ],
)
def test_each_fault_is_told_by_row_and_column(town, changes, place) -> None:
    with pytest.raises(Invalid) as refused:
        claims_file.read(f"{HEAD}\n{line(town, **changes)}\n{line(town, number='CLM-9')}\n")
    assert place in refused.value.fields
    assert refused.value.sentence.startswith("Nothing was imported")


def test_a_file_without_a_column_or_with_a_claim_twice_is_refused(town) -> None:
    with pytest.raises(Invalid) as refused:
        claims_file.read(f"{HEAD.replace(',npi', '')}\n")
    assert "row 1, npi" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        claims_file.read(f"{HEAD}\n{line(town)}\n{line(town)}\n")
    assert refused.value.fields == {"row 3, number": "It stands in row 2 already."}


def test_the_same_file_twice_changes_nothing_and_news_replace_what_was_told(town) -> None:
    rows = (a_claim_row(town, number="CLM-2001"), a_claim_row(town, number="CLM-2002", row=3))
    first, again = take_in(town, *rows), take_in(town, *rows)
    assert (first.new, first.changed, first.same) == (2, 0, 0)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    paid = a_claim_row(
        town, number="CLM-2001", status="paid", paid_cents=48_000, denial_words="", denial_code=""
    )
    assert take_in(town, paid, rows[1]).changed == 1
    with town.database.reading(town.cx("system")) as cx:
        assert queries.claim_numbered(cx, "clm-2001").paid_cents == 48_000


def test_one_unknown_member_keeps_the_whole_file_out(town) -> None:
    good = a_claim_row(town, number="CLM-3001")
    bad = a_claim_row(town, number="CLM-3002", row=3, member="NOBODY-1", npi="1999999999")
    with pytest.raises(Invalid) as refused:
        take_in(town, good, bad)
    assert set(refused.value.fields) == {"row 3, member", "row 3, npi"}
    assert "CLM-3001" not in seen(town, "system")


def test_an_office_sees_its_own_claims_staff_those_of_their_contracts_members_none(town) -> None:
    mine = a_claim(town, number="CLM-4001")
    theirs = a_claim(town, number="CLM-4002", office="Birch")
    assert mine in seen(town, "Maple")
    assert theirs not in seen(town, "Maple")
    assert {mine, theirs} <= seen(town, "ag_specialist")
    assert seen(town, "member of OH-MCD") == set()
    with town.database.reading(town.cx("Maple")) as cx:
        assert queries.claim_numbered(cx, theirs) is None
        everything = cx.db.execute(text("select count(*) from claim_reference")).scalar()
    with town.database.reading(town.cx("system")) as cx:
        assert everything < cx.db.execute(text("select count(*) from claim_reference")).scalar()


def test_nobody_but_the_import_writes_a_claim(town) -> None:
    number = a_claim(town, number="CLM-5001")
    with pytest.raises(NotAllowed):
        import_claims(town.cx("ag_specialist"), (a_claim_row(town, number="CLM-5002"),))
    for who in ("Maple", "ag_specialist"):
        with town.database.session(town.cx(who)) as session:
            row = session.execute(
                select(ClaimReference).where(ClaimReference.number == number)
            ).scalar_one()
            row.paid_cents = 1
            with pytest.raises(ProgrammingError, match="row-level security"):
                session.flush()


def test_the_console_takes_a_file_or_refuses_it_with_exit_code_2(town, settings, tmp_path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(f"{HEAD}\n{line(town, number='CLM-6001')}\n", encoding="utf-8")

    def run() -> subprocess.CompletedProcess:
        command = [CONSOLE, "claims", "import", str(file)]
        env = environment(settings)
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    done = run()
    assert (done.returncode, done.stdout) == (0, "1 new, 0 told anew, 0 as they were.\n"), done
    file.write_text(f"{HEAD}\n{line(town, number='CLM-6002', status='lost')}\n", encoding="utf-8")
    refused = run()
    assert refused.returncode == 2
    assert "row 2, status: Use one of pending, paid, partly_paid, denied." in refused.stderr
    assert "CLM-6002" not in seen(town, "system")
