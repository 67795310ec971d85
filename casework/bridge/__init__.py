"""The one translator between rows and the three libraries: clocks, machines, letters.

Rows go in, frozen values come out (and back). It reads what it needs and writes nothing.
"""

from casework.bridge.clocks import (
    BY_LAW,
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
from casework.bridge.office_matters import is_dispute, whose
from casework.bridge.versions import dated_versions, has_begun, in_force, version_at
from casework.bridge.vocabulary import (
    CLOCK_EVENTS,
    MEANING,
    NEUTRAL,
    OBSERVATIONS,
    RETURNS,
)

__all__ = [
    "BY_LAW",
    "CLOCK_EVENTS",
    "MEANING",
    "NEUTRAL",
    "OBSERVATIONS",
    "RETURNS",
    "Row",
    "Version",
    "answer",
    "answer_for",
    "candidate_facts",
    "contract_of",
    "dated_versions",
    "has_begun",
    "history",
    "in_force",
    "is_dispute",
    "of_extension",
    "standing_answer",
    "subject_of",
    "version_at",
    "version_of",
    "whose",
    "zone_of",
]
