"""The one door for change: take a case, ask whether a step is permitted, record what happened."""

from casework.ledger.change import Change, Head, NewCase, Recorded, Said
from casework.ledger.door import permit, record, refused
from casework.ledger.heads import (
    OPENED,
    READS_ONLY,
    reads_only,
    take,
    take_all,
    take_free,
    unchanged,
)
from casework.ledger.openness import weigh

__all__ = [
    "OPENED",
    "READS_ONLY",
    "Change",
    "Head",
    "NewCase",
    "Recorded",
    "Said",
    "permit",
    "reads_only",
    "record",
    "refused",
    "take",
    "take_all",
    "take_free",
    "unchanged",
    "weigh",
]
