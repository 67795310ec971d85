"""Applies the events of a case to its record, in the order given. Each accepted event is filed and
moves the decision clock if it is one that does; a refused one leaves its sentence."""

from collections.abc import Callable, Sequence

from sla import extensions, track
from sla.events import ORAL_COUNTS_ON_FAST_TRACK
from sla.reckoning import decision_candidates
from sla.record import Record
from sla.refusals import not_open, refusal
from sla.rules import Sheet
from sla.values import Contract, Event, RefusedEvent, Subject

_TELLING = frozenset({"favorable", "adverse", "resolution"})


def walk(
    contract: Contract, subject: Subject, events: Sequence[Event | RefusedEvent], sheet: Sheet
) -> Record:
    """The record of a case after all its events. Indexes must ascend."""
    record = Record(contract, subject, sheet)
    for event in events:
        if isinstance(event, RefusedEvent):
            record.refused.append(event)
            continue
        reason = refusal(record, event)
        if event.type == "info_requested" and not record.withdrawn:
            _note_asked(record, event)
        if reason is None:
            _accept(record, event)
        else:
            record.refused.append(RefusedEvent(event.index, reason))
    return record


def _note_asked(record: Record, event: Event) -> None:
    # What is missing was said, even where the request is too late or too short to move the clock.
    if record.asked is None and not_open(record, event) is None:
        record.asked = event


def _accept(record: Record, event: Event) -> None:
    record.file(event)
    apply = _EFFECTS.get(event.type)
    if apply is not None:
        apply(record, event)


def _decided(record: Record, event: Event) -> None:
    if record.satisfied is not None:
        return
    subject = record.subject
    if subject.kind == "external_review":
        record.satisfied = event
        if event.oral and subject.priority == "expedited":
            record.oral = event
    elif event.oral and record.received is not None:
        fast = record.fast is not None and record.contract.line in ORAL_COUNTS_ON_FAST_TRACK
        if fast or subject.kind == "grievance":
            record.satisfied = event
        if fast:
            record.oral = event


def _notice_sent(record: Record, event: Event) -> None:
    if event.kind in _TELLING:
        tells = record.received is not None and record.subject.kind != "external_review"
        if tells and record.satisfied is None:
            record.satisfied = event
    elif event.kind == "dismissal":
        record.closings.append(event)
        if record.satisfied is None and record.frozen is None:
            record.frozen = decision_candidates(record) or None


def _info_received(record: Record, event: Event) -> None:
    track.answer(record)
    extensions.retoll(record)


def _notice_received(record: Record, event: Event) -> None:
    if event.of == "extension":
        extensions.retoll(record)


def _expired(record: Record, event: Event) -> None:
    record.expired = record.expired or event


def _withdrawn(record: Record, event: Event) -> None:
    record.withdrawn = True
    record.closings.append(event)


_EFFECTS: dict[str, Callable[[Record, Event], None]] = {
    "received": track.receive,
    "expedite_requested": track.request,
    "expedite_granted": track.grant,
    "expedite_refused": track.refuse,
    "extended": extensions.extend,
    "decided": _decided,
    "notice_sent": _notice_sent,
    "info_requested": track.ask,
    "info_received": _info_received,
    "info_complete": track.complete,
    "notice_received": _notice_received,
    "expired": _expired,
    "withdrawn": _withdrawn,
}
