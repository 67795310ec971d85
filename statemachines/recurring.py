"""Edges that recur in several machines: waiting, fast track, more time, ending, correcting.

Each function takes the states of the machine that uses it and knows none of them.
"""

from statemachines.edges import Edge
from statemachines.guards import Guard
from statemachines.guards_deciding import a_person_acts, a_person_answers_for_it
from statemachines.guards_filing import (
    a_party_withdraws,
    a_reason_is_given,
    reason_and_evidence_are_given,
    the_receipt_is_known,
)
from statemachines.guards_timing import (
    MORE_TIME,
    OVERDUE,
    a_fast_track_exists,
    an_ask_waits,
    nobody_must_be_followed,
    something_came,
    the_ask_is_complete,
    the_asker_is_known,
    the_fast_track_is_justified,
    the_time_given_has_passed,
)

States = tuple[str, ...]


def waiting(
    working: States, *, back: str, asks: tuple[Guard, ...] = (the_ask_is_complete,)
) -> tuple[Edge, ...]:
    """Into `pended` from the working states and back to `back`: answered, lapsed, or given up.

    `resume` is there because waiting stops few clocks: a case must come back before its time.
    """
    return (
        Edge(
            "request_information",
            working,
            dest="pended",
            event="information_requested",
            label="Ask for information",
            guards=asks,
        ),
        Edge(
            "receive_information",
            ("pended",),
            dest=back,
            event="information_received",
            label="Record the answer",
            guards=(something_came,),
        ),
        Edge(
            "information_lapsed",
            ("pended",),
            dest=back,
            event="information_lapsed",
            label="Go on without the information",
            guards=(the_time_given_has_passed,),
        ),
        Edge(
            "resume",
            ("pended",),
            dest=back,
            event="resumed",
            label="Stop waiting",
            guards=(a_person_answers_for_it, a_reason_is_given),
        ),
    )


def fast_track(open_states: States) -> tuple[Edge, ...]:
    """Asking for, granting and refusing the fast track; each keeps the state (decision 16)."""
    return (
        Edge(
            "request_expedite",
            open_states,
            dest=None,
            event="expedite_requested",
            label="Ask for the fast track",
            guards=(a_fast_track_exists, the_asker_is_known),
        ),
        Edge(
            "grant_expedite",
            open_states,
            dest=None,
            event="expedite_granted",
            label="Grant the fast track",
            guards=(a_fast_track_exists, an_ask_waits, the_fast_track_is_justified),
        ),
        Edge(
            "refuse_expedite",
            open_states,
            dest=None,
            event="expedite_refused",
            label="Refuse the fast track",
            guards=(a_person_acts, an_ask_waits, nobody_must_be_followed, a_reason_is_given),
            adverse=True,
        ),
    )


def more_time(open_states: States, *also: Guard) -> Edge:
    """An extension, within the rule of the decision clock."""
    guards = (a_person_answers_for_it, *MORE_TIME, *also)
    return Edge(
        "extend", open_states, dest=None, event="extended", label="Extend the time", guards=guards
    )


def withdrawal(open_states: States) -> Edge:
    """The end that the filer chooses."""
    return Edge(
        "withdraw",
        open_states,
        dest="withdrawn",
        event="withdrawn",
        label="Withdraw",
        guards=(a_party_withdraws,),
    )


def overdue(states: States, *, cite: str) -> Edge:
    """The decision clock ran out: the law's consequence becomes an obligation, nothing closes."""
    return Edge(
        "deadline_missed",
        states,
        dest=None,
        event="deadline_missed",
        label="Record the missed deadline",
        guards=OVERDUE,
        cite=cite,
    )


def correction(every_state: States) -> Edge:
    """The true instant of receipt replaces the first one; clocks are computed again."""
    return Edge(
        "correct_receipt",
        every_state,
        dest=None,
        event="receipt_corrected",
        label="Correct the receipt",
        guards=(a_person_answers_for_it, the_receipt_is_known, reason_and_evidence_are_given),
    )
