"""The pages of members and of those who speak for them, in English and Spanish."""

from casework.web.member import (
    acts,
    by_post,
    case_files,
    case_page,
    filing,
    home,
    household,
    letter_forms,
    letters,
    needs,
    profile,
    receipts,
    welcome,
)
from casework.web.member.blueprint import member

__all__ = [
    "acts",
    "by_post",
    "case_files",
    "case_page",
    "filing",
    "home",
    "household",
    "letter_forms",
    "letters",
    "member",
    "needs",
    "profile",
    "receipts",
    "welcome",
]
