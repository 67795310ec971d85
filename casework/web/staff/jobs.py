"""The work that the house does by itself, as the Operation page shows it, and trying parked work
again with a note."""

from dataclasses import dataclass
from typing import Any, Final

from flask import flash, redirect, url_for

from casework import policy
from casework.context import SYSTEM, Context
from casework.errors import Problem
from casework.queries import jobs as questions
from casework.services import job_retries
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.blueprint import staff

# What each kind of work is, and what helps where it is stuck.
WORK: Final = {
    "letter": ("Letters to print", "Dead letters below"),
    "print": ("Copies for the print vendor", "Post room"),
    "fax": ("Faxes", "Dead letters below"),
    "pointer": ("E-mail and text messages", "Dead letters below"),
    "notice": ("Notices to staff", "Dead letters below"),
    "case_file": ("Case files to bind", "The task on the case"),
    "packet": ("Packets for bodies outside", "The review on its case"),
    "edition": ("Letters in large print", "Dead letters below"),
    "coversheet": ("Coversheets", "Dead letters below"),
    "form": ("Signed forms to print", "Dead letters below"),
    "way_in": ("E-mails about accounts", "Dead letters below"),
    "auto_review": ("Requests to look at by rule", "Dead letters below"),
    "marks": ("Steps of ladders that are due", "Failed steps below"),
    "obligations": ("Tasks of people; stuck: past their day", "The supervisor's list"),
    "letters": ("Letters owed; stuck: refused or failed", "Refused letters below"),
    "copies": ("Copies that are leaving; stuck: in doubt", "Doubtful deliveries below"),
    "packets": ("Packets that are leaving; stuck: in doubt", "The review on its case"),
    "studies": ("Studies of rules", "Look whether the worker runs"),
    "alarms": ("Alarms that stand", "Alarms below"),
}
MOST_OF_A_NOTE: Final = 300


@dataclass(frozen=True)
class Jobs:
    """What the page shows of the work."""

    heaps: tuple[questions.Heap, ...]
    dead: tuple[questions.Dead, ...]
    retried: Any
    ran: dict[str, int]
    may: bool
    errors: dict[str, str]
    typed: str
    work: Any = None


def shown(house: Context, errors: dict[str, str] | None = None) -> Jobs:
    """The work of the whole house; `house` asks as the system."""
    may = policy.refusal(edge.principal(), "", job_retries.ACTION) is None
    return Jobs(
        heaps=questions.heaps(house),
        dead=questions.dead(house),
        retried=questions.retried(house),
        ran=questions.ran_today(house),
        may=may,
        errors=errors or {},
        typed=edge.form("note", limit=MOST_OF_A_NOTE) if errors else "",
        work=WORK,
    )


@staff.post("/operations/parked/<int:number>/retry")
@entry("admin", "supervisor")
def retry_job(number: int) -> Any:
    """Let parked work be tried again; the house looks first whether it may have left."""
    try:
        asked = job_retries.ask_retry(
            edge.cx(), number, note=edge.form("note", limit=MOST_OF_A_NOTE)
        )
        told = job_retries.carry_out_retry(edge.cx().but(principal=SYSTEM), asked)
    except Problem as problem:
        flash(" ".join(problem.fields.values()) or problem.sentence, "error")
    else:
        flash(f"Work {number}: {told}", "success")
    return redirect(url_for("staff.operations") + "#dead")
