"""The words of a review outside on the staff's pages."""

from typing import Any, Final

from casework.records import rotation

BODIES: Final = {
    "iro": "Independent review organization",
    "ire": "Independent review entity",
    "state_fair_hearing": "State fair hearing",
}
EXCHANGES: Final = {
    "folder": "by the exchange, which answers with a receipt",
    "portal": "by its portal: somebody uploads it and records the receipt",
    "hand": "by hand, when somebody asks for it",
}
STATES: Final = {
    "ready": ("bound, to be uploaded", "soon"),
    "intent": ("bound, on its way", "info"),
    "handed": ("handed over, not acknowledged yet", "soon"),
    "in_doubt": ("nobody knows whether it left", "late"),
    "refused": ("refused by the body", "late"),
    "sent": ("proven: the body has it", "good"),
    "stale": ("replaced: something came before it left", "neutral"),
}
WAYS: Final = {"folder": "exchange", "portal": "portal"}
HOW: Final = {"": "", "phone": "by telephone", "in_person": "in person", "video": "by video"}
KINDS: Final = {
    "organization": "A practice or the plan",
    "reviewer": "A person",
    "facility": "A facility",
    "drug_maker": "A maker of drugs or devices",
    "financial": "Money",
    "had_it": "It had the review",
}


def name_of(row: Any) -> str:
    """What a packet is called."""
    return "The packet" if row.number == 1 else f"Supplement {row.number - 1}"


def pages_of(row: Any) -> str:
    """The numbers of its pages."""
    return f"{row.first_page} to {row.first_page + row.pages - 1}"


def ended(why: str) -> str:
    """Why a turn ended, in words."""
    return rotation.ENDINGS.get(why, why)


def progress(row: Any) -> str:
    """How far a packet is that is being made."""
    if row.state == "failed":
        return f"It could not be made. {row.says}"
    if row.state == "being_made" and row.pages_total:
        return f"It is being bound: page {row.pages_done} of {row.pages_total}."
    return "It waits to be bound."
