"""The one translator between rows and the three libraries: clocks, machines, letters.

Rows go in, frozen values come out (and back). It reads what it needs and writes nothing.
"""

from casework.bridge.clocks import (
    Row,
    Version,
    answer,
    answer_for,
    candidate_facts,
    contract_of,
    subject_of,
    version_of,
    zone_of,
)
from casework.bridge.more_time import history, of_extension, standing_answer
from casework.bridge.vocabulary import CLOCK_EVENTS, MEANING, NEUTRAL, OBSERVATIONS

__all__ = [
    "CLOCK_EVENTS",
    "MEANING",
    "NEUTRAL",
    "OBSERVATIONS",
    "Row",
    "Version",
    "answer",
    "answer_for",
    "candidate_facts",
    "contract_of",
    "history",
    "of_extension",
    "standing_answer",
    "subject_of",
    "version_of",
    "zone_of",
]
