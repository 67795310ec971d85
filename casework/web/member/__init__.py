"""The pages of members and of those who speak for them, in English and Spanish."""

from casework.web.member import acts, case_page, filing, home, letters, profile, receipts
from casework.web.member.blueprint import member

__all__ = ["acts", "case_page", "filing", "home", "letters", "member", "profile", "receipts"]
