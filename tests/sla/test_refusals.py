"""Each reason for which an event has no effect, and that it then has none."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import asked, case, decided, event, extended, notice, received, reduction

GO = received("2026-06-01T10:00")
LATER = "2026-06-02T10:00"
MCD, MA, QHP = "medicaid", "medicare", "marketplace"
EXP: dict[str, Any] = {"priority": "expedited"}
URGENT = received("2026-06-01T10:00", complete=False)
TOLD = notice("adverse", "2026-06-02T09:00")
GONE = notice("dismissal", "2026-06-02T09:00")

Row = tuple[str, str, list[Any], list[int], dict[str, Any]]

# 1: outside the vocabulary, or no time
VOCABULARY: list[Row] = [
    ("no object", MCD, [GO, 7, None, "received", []], [1, 2, 3, 4], {}),
    ("no type", MCD, [GO, {"at": LATER}], [1], {}),
    ("a type that is no text", MCD, [GO, {"type": ["received"], "at": LATER}], [1], {}),
    ("no at", MCD, [GO, {"type": "info_received"}], [1], {}),
    ("null is absent", MCD, [GO, event("info_received", None)], [1], {}),
    ("a date is no instant", MCD, [event("received", "2026-06-01")], [0], {}),
    ("a day that does not exist", MCD, [event("received", "2026-02-30T10:00")], [0], {}),
    ("a number is no instant", MCD, [{"type": "received", "at": 20260601}], [0], {}),
    ("a space is no ISO 8601", MCD, [event("received", "2026-06-01 10:00")], [0], {}),
    ("nor before an offset", MCD, [event("received", "2026-06-01T10:00:00 -04:00")], [0], {}),
    ("an hour that does not exist", MCD, [event("received", "2026-06-01T25:00")], [0], {}),
    ("a wall time in the spring gap", MA, [event("received", "2026-03-08T02:00")], [0], {}),
    ("the second before the year 1", MA, [event("received", "0001-01-01T00:00+14:00")], [0], {}),
    ("by is nobody", MCD, [received(LATER, by="robot")], [0], {}),
    ("complete is no flag", MCD, [received(LATER, complete="yes")], [0], {}),
    ("complete null is complete", MCD, [received(LATER, complete=None)], [], {}),
    ("by is missing", MA, [GO, event("expedite_requested", LATER)], [1], {}),
    ("an outcome of another kind", MCD, [GO, decided("overturned", LATER)], [1], {}),
    ("an outcome of an appeal", MCD, [GO, decided("approved", LATER)], [1], {"kind": "appeal"}),
    ("no outcome", MCD, [GO, event("decided", LATER)], [1], {}),
    ("oral is no flag", MCD, [GO, decided("denied", LATER, oral=1)], [1], {}),
    ("grievances are resolved", MCD, [GO, decided("upheld", LATER)], [1], {"kind": "grievance"}),
    ("a letter of no kind", MCD, [GO, event("notice_sent", LATER)], [1], {}),
    ("a kind that is none", MCD, [GO, notice("reminder", LATER)], [1], {}),
    ("a printed date that is none", MCD, [notice("adverse", LATER, date="2 June")], [0], {}),
    ("a printed instant", MCD, [notice("adverse", LATER, date="2026-06-02T10:00")], [0], {}),
    ("a reduction without its date", MCD, [notice("reduction", LATER)], [0], {}),
    ("a reduction on no ground", MCD, [reduction(LATER, "2026-06-20", ground="cost")], [0], {}),
    ("a ground on a denial is no field", MCD, [notice("adverse", LATER, ground="cost")], [], {}),
    ("a proof of what", MCD, [event("notice_received", LATER, of="dismissal")], [0], {}),
    ("half a day", MCD, [GO, extended(1.5, LATER)], [1], {}),
    ("days as text", MCD, [GO, extended("14", LATER)], [1], {}),
    ("days as a flag", MCD, [GO, extended(True, LATER)], [1], {}),
    ("no days", MCD, [GO, extended(None, LATER)], [1], {}),
    ("no ground", MCD, [GO, extended(3, LATER, ground=None)], [1], {}),
    ("an extension letter in the gap", MCD,
     [GO, extended(3, LATER, notice_sent_at="2026-03-08T02:30")], [1], {}),
    ("hours as text", QHP, [GO, event("info_requested", LATER, time_given_hours="48")], [1], {}),
    ("no outcome of a preliminary review", QHP,
     [event("preliminary_completed", LATER, outcome="maybe")], [0], {"kind": "external_review"}),
    ("ordered by nobody known", MCD, [event("effectuation_ordered", LATER, by="judge")], [0], {}),
]  # fmt: skip

FOLLOWING: list[Row] = [
    # 2
    ("after a withdrawal nothing counts", QHP,
     [GO, event("withdrawn", LATER), TOLD, GONE, event("withdrawn", LATER),
      event("notice_received", LATER)], [2, 3, 4, 5], {}),
    # 3
    ("a second receipt", MCD, [GO, GO], [1], {}),
    ("a refused receipt is no first one", MCD, [event("received", "yesterday"), GO], [0], {}),
    ("no rating period", MCD, [GO], [0], {"rating": None}),
    ("no rating period, but a drug", MCD, [GO], [], {"rating": None, "service": "outpatient_drug"}),
    ("no rating period, but payment", MCD, [GO], [], {"rating": None, "timing": "post_service"}),
    ("no rating period, but expedited", MCD, [GO], [], {"rating": None} | EXP),
    ("no rating period, but an appeal", MCD, [GO], [], {"rating": None, "kind": "appeal"}),
    ("no rating period, not federal", MCD, [GO], [], {"rating": None, "layers": sc.OWNER}),
    ("no end of the course", QHP, [GO], [0], {"timing": "concurrent"} | EXP),
    ("no end of the course, standard", QHP, [GO], [], {"timing": "concurrent"}),
    ("no end of the course, an appeal", QHP, [GO], [],
     {"timing": "concurrent", "kind": "appeal"} | EXP),
    ("no end of the course, Medicare", MA, [GO], [], {"timing": "concurrent"} | EXP),
    # 4
    ("nothing received", MA,
     [event("info_requested", LATER), event("info_complete", LATER), asked("physician", LATER),
      event("expedite_granted", LATER), event("expedite_refused", LATER), extended(3, LATER),
      event("expired", "2027-01-01T00:00")], [0, 1, 2, 3, 4, 5, 6], {}),
    ("already told", MA,
     [GO, TOLD, event("info_requested", LATER), event("info_complete", LATER),
      asked("physician", LATER), extended(3, LATER), event("expired", "2027-01-01T00:00")],
     [2, 3, 4, 5, 6], {}),
    ("already told, though there is no clock", QHP, [GO, TOLD, event("info_complete", LATER)], [2],
     {"layers": ()}),
    ("dismissed", MA, [GO, GONE, event("info_complete", LATER), asked("physician", LATER)], [2, 3],
     {"kind": "appeal"}),
    ("a letter before receipt told nothing", MA, [TOLD, GO, asked("physician", LATER)], [], {}),
    ("the IRO has decided", QHP, [GO, decided("upheld", LATER), event("info_complete", LATER)], [2],
     {"kind": "external_review"}),
    ("a letter is no decision of the IRO", QHP, [GO, TOLD, event("info_complete", LATER)], [],
     {"kind": "external_review"}),
    # 5
    ("asked 24 hours and a second after", QHP,
     [URGENT, event("info_requested", "2026-06-02T10:00:01", time_given_hours=48)], [1], EXP),
    ("asked 24 hours after", QHP, [URGENT, event("info_requested", LATER, time_given_hours=48)], [],
     EXP),
    ("47 hours given", QHP, [URGENT, event("info_requested", LATER, time_given_hours=47)], [1],
     EXP),
    ("asked of a standard claim", QHP, [URGENT, event("info_requested", LATER)], [], {}),
    ("asked in the last day of a course", QHP, [URGENT, event("info_requested", LATER)], [],
     EXP | {"timing": "concurrent", "course_ends_at": "2026-06-09T10:00"}),
    ("asked of an appeal", QHP, [URGENT, event("info_requested", LATER)], [],
     EXP | {"kind": "appeal"}),
    # 6
    ("a grievance has no fast track", MCD,
     [GO, asked("physician", LATER), event("expedite_granted", LATER)], [1, 2],
     {"kind": "grievance"}),
    ("an external review has none", QHP, [GO, asked("physician", LATER)], [1],
     {"kind": "external_review"}),
    ("payment has none", MA, [GO, asked("physician", LATER), event("expedite_refused", LATER)],
     [1, 2], {"timing": "post_service"} | EXP),
    # 7
    ("nothing waits", MA, [GO, event("expedite_granted", LATER), event("expedite_refused", LATER)],
     [1, 2], {}),
    ("filed by a provider on Medicaid", MCD,
     [received(LATER, by="provider"), event("expedite_refused", LATER)], [1], EXP),
    ("filed by a provider on Medicare waits", MA,
     [received(LATER, by="provider"), event("expedite_refused", LATER)], [], EXP),
    ("granted, so nothing waits", MA,
     [GO, event("expedite_granted", LATER), event("expedite_refused", LATER)], [2], EXP),
    ("refused twice", MA, [GO, event("expedite_refused", LATER), event("expedite_refused", LATER)],
     [2], EXP),
    ("the standard clock cannot be computed", MCD, [GO, event("expedite_refused", LATER)], [1],
     EXP | {"rating": None}),
    # 8
    ("the reviewer's time is not the plan's", MA, [GO, extended(3, LATER)], [1],
     {"kind": "external_review"}),
    ("no days at all", MCD, [GO, extended(0, LATER), extended(-3, LATER)], [1, 2], {}),
    ("one day too many", MCD, [GO, extended(15, LATER)], [1], {}),
    # 9
    ("decided twice", MCD, [GO, decided("denied", LATER), decided("approved", LATER)], [2], {}),
    ("decided before receipt counts as once", MCD, [decided("denied", LATER), GO,
     decided("denied", LATER)], [2], {}),
    # 10
    ("a provider may ask elsewhere", QHP, [event("continuation_requested", LATER, by="provider")],
     [], {}),
    ("a provider may not on Medicaid", MCD, [event("continuation_requested", LATER, by="provider")],
     [0], {}),
    # 11
    ("bodies of other lines", MCD, [event("effectuation_ordered", LATER, by="ire"),
     event("effectuation_ordered", LATER, by="iro"), event("effectuation_ordered", LATER, by="alj"),
     event("effectuation_ordered", LATER, by="fair_hearing")], [0, 1, 2], {}),
    ("the IRE does not decide for the Marketplace", QHP,
     [event("effectuation_ordered", LATER, by="ire")], [0], {}),
    # 12
    ("not later than the due", MCD,
     [GO, event("expired", "2026-06-08T23:59:59"), event("expired", "2026-06-09T00:00")], [1], {}),
    ("no decision clock", MCD, [GO, event("expired", "2027-01-01T00:00")], [1],
     {"timing": "post_service"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "events", "expected", "more"),
    [row[1:] for row in [*VOCABULARY, *FOLLOWING]],
    ids=[row[0] for row in [*VOCABULARY, *FOLLOWING]],
)
def test_an_event_is_refused_exactly_when_the_schema_says(
    line: str, events: list[Any], expected: list[int], more: dict[str, Any]
) -> None:
    answer = sc.solved(line, *events, **more)
    assert sc.refused(answer) == expected
    assert all(each.reason.endswith(".") and len(each.reason) > 15 for each in answer.refused)


def _asks(history: list[Any]) -> bool:
    # a refused request for information still says what is missing
    return any(isinstance(one, dict) and one.get("type") == "info_requested" for one in history)


REFUSED = [row for row in [*VOCABULARY, *FOLLOWING] if row[3] and not _asks(row[2])]


@pytest.mark.parametrize(
    ("line", "events", "expected", "more"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_a_refused_event_moves_nothing(
    line: str, events: list[Any], expected: list[int], more: dict[str, Any]
) -> None:
    kept = [each for index, each in enumerate(events) if index not in expected]

    def clocks(history: list[Any]) -> list[tuple[str, str, str]]:
        answer = sc.solved(line, *history, **more)
        return [(c.name, c.due.isoformat(), c.state) for c in answer.clocks]

    assert clocks(events) == clocks(kept)


def test_a_time_outside_the_calendar_never_breaks_an_answer() -> None:
    for at in ("9999-12-31T12:00:00Z", "9999-12-30T00:00", "0002-01-01T00:00Z"):
        for line in (MCD, MA, QHP):
            for kind in ("prior_auth", "appeal", "grievance", "external_review"):
                answer = sc.solved(
                    line,
                    received(at),
                    event("incident", at[:10]),
                    event("reviewer_received", at),
                    event("appealed", at),
                    notice("adverse", at, date="9999-12-31"),
                    notice("reduction", at, effective_date="9999-12-31"),
                    notice("dismissal", at, date="0001-01-01"),
                    kind=kind,
                    layers=("owner", "federal", "state:in", "state:oh"),
                    policies={"presumed_receipt_days": 10**12, "immediately_hours": 10**15},
                )
                assert all(clock.due for clock in answer.clocks)


def test_huge_figures_of_an_event_never_break_an_answer() -> None:
    answer = sc.solved(
        QHP,
        URGENT,
        event("info_requested", "2026-06-01T12:00", time_given_hours=10**30),
        **EXP,
    )
    assert sc.refused(answer) == []
    assert sc.clock(answer).due.year == 9999
    tolled = extended(
        15,
        LATER,
        by="plan",
        ground="missing_information",
        time_given_days=10**30,
    )
    assert sc.clock(sc.solved(QHP, GO, tolled)).due.year == 9999


def test_indexes_of_typed_events_must_ascend() -> None:
    from sla.clocks import compute
    from sla.reading import read_contract, read_subject
    from sla.reading_events import read_events

    plain = case(MCD, GO, TOLD)
    contract = read_contract(plain["contract"])
    subject = read_subject(plain["subject"], contract)
    first, second = read_events(plain["events"], contract, subject)
    with pytest.raises(ValueError, match="ascend"):
        compute(contract, subject, [second, first])
    with pytest.raises(ValueError, match="ascend"):
        compute(contract, subject, [first, first])
