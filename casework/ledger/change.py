"""What can be recorded: an edge of a machine or an observation, with what it says for the clocks.

Values only. `Head` is the locked case as it stood when it was taken; nothing here reads a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from casework.chain import Link
from casework.context import Principal
from statemachines.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A case that this transaction has locked, or is about to open (`event_seq` 0)."""

    id: int
    ref: str
    kind: str
    state: str
    version: int
    event_seq: int
    link: Link
    key_sealed: bytes
    contract_id: int
    contract_version_id: int
    member_id: int
    priority: str
    fast_track: bool
    timing: str
    service: str
    pa_required: bool
    about: str
    course_ends_at: datetime | None
    benefits_continued: bool
    filed_by: str
    channel: str
    received_at: datetime
    open: bool
    restricted: bool
    assignee_id: int | None
    queue: str
    next_due_at: datetime | None
    next_clock: str
    outcome: str
    title: str
    series_id: int
    parent_id: int | None
    new_papers_at: datetime | None = None
    specialty: str = ""
    held_at: datetime | None = None
    held_until: datetime | None = None
    held_state: str = ""
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case to be opened: all that is not derived. Its first event is `receive` or `request`."""

    kind: str
    contract_id: int
    contract_version_id: int
    member_id: int
    received_at: datetime
    channel: str
    filed_by: str
    priority: str = "standard"
    timing: str = "pre_service"
    service: str = "medical"
    specialty: str = ""
    pa_required: bool = True
    about: str = "other"
    course_ends_at: datetime | None = None
    benefits_continued: bool = False
    restricted: bool = False
    queue: str = ""
    title: str = ""
    assignee_id: int | None = None
    parent_id: int | None = None
    series_id: int | None = None
    parties: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The clock facts of one event: plain, chained, named as the clock engine names them."""

    by: str = ""
    outcome: str = ""
    notice_kind: str = ""
    days: int | None = None
    ground: str = ""
    printed_on: date | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that happens to one case.

    Either `trigger` (an edge, asked of policy and machine) or `observation` (from the closed list).
    `sets` are columns of the case that this very event explains; `text` is free text, sealed.
    """

    case: Head | NewCase
    trigger: str = ""
    observation: str = ""
    facts: Facts = field(default_factory=Facts)
    occurred_at: datetime | None = None
    said: Said = field(default_factory=Said)
    text: Mapping[str, Any] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    actor: Principal | None = None
    moves_version: bool | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the case as it now stands, and the event that says so."""

    case: Head
    seq: int
    event: str
    from_state: str
    to_state: str
