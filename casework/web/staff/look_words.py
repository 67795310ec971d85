"""What somebody read when he looked at a record, in words. The codes are those of the log."""

from collections.abc import Iterable
from typing import Final

from casework.web.staff import words

READ: Final = {
    "case": "the case",
    "case_file": "the case file",
    "categories": "categories of the issue",
    "criteria": "the criteria",
    "do": "the form of a step",
    "document": "papers",
    "documents": "papers",
    "explained": "the case explained",
    "filed": "what was entered",
    "hearing": "the hearing",
    "letter": "letters",
    "letters-to-come": "letters to come",
    "lines": "the lines",
    "matter": "the whole matter",
    "needs": "how we write to the member",
    "openings": "openings of restricted cases",
    "outside": "what an outside reviewer has",
    "papers": "a search in the papers",
    "search": "a search",
    "series": "the whole matter",
    "speakers": "who speaks for the member",
    "tab": "a work list",
    "universe": "an audit universe",
    "who-looked": "this log",
}


def read_in_words(codes: Iterable[str]) -> str:
    """These codes in words, each once, by name."""
    return ", ".join(sorted({READ.get(code) or words.plain(code).lower() for code in codes}))
