"""The pages of members and of those who speak for them, in English and Spanish."""

from casework.web.member import (
    acts,
    appointing,
    by_post,
    case_files,
    case_page,
    everything,
    evidence,
    filing,
    home,
    household,
    letter_forms,
    letters,
    matter,
    needs,
    profile,
    receipts,
    welcome,
)
from casework.web.member.blueprint import member

__all__ = [
    "acts",
    "appointing",
    "by_post",
    "case_files",
    "case_page",
    "everything",
    "evidence",
    "filing",
    "home",
    "household",
    "letter_forms",
    "letters",
    "matter",
    "member",
    "needs",
    "profile",
    "receipts",
    "welcome",
]
