"""Who would read a message that leaves the plan, in words: the same on the page of a case and on a
page of its own. It sends nothing."""

from typing import Final

from casework.context import Context
from casework.queries.case_file import CaseFile
from casework.records.offices import offices_of
from casework.web.staff.form_plan import Options

CHOOSE: Final = "Choose who reads it."


def readers(cx: Context, file: CaseFile) -> Options:
    """The member with whoever speaks for the member, and the offices on this case where it has
    any: the value of each, and what it is called."""
    who = f"{file.member.given_name} {file.member.family_name}"
    member = ("member", f"{who}, the member, and whoever speaks for the member")
    offices = offices_of(cx, file.case.id)
    if not offices:
        return (member,)
    these = "the office" if len(offices) == 1 else "the offices"
    return (member, ("office", f"{', '.join(offices)}: {these} on this case"))
