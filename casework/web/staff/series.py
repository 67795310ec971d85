"""The whole matter on one page: the request, its appeals, the reviews outside, what was complained
of about any of them; how each stands, every clock on one band, one history.

The same number of questions however many cases there are. Each look is written down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask import render_template, request

from casework import bridge, observations
from casework.context import Context
from casework.queries import case_file, colleagues, series_view
from casework.queries.series_view import DONE, LATE, NOTHING, OWED, Happened, Part, Standing
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_page, series_band, story, words
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.plans import clock_words
from casework.web.staff.series_band import Band, Span
from statemachines import engine

# The filters of the history: their words, and the events that each shows.
CHAPTERS: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "": ("Everything", frozenset()),
    "decisions": ("Decisions", story.DECISIONS),
    "messages": (
        "Messages",
        frozenset(
            {
                "contact_logged",
                "information_requested",
                "information_received",
                "information_added",
                "oral_notice_given",
                "note_added",
            }
        ),
    ),
    "clocks": (
        "Clocks",
        frozenset(
            {
                "mark_reached",
                "deadline_missed",
                "escalated",
                "extended",
                "expedite_requested",
                "expedite_granted",
                "expedite_refused",
                "receipt_corrected",
            }
        ),
    ),
    "letters": (
        "Letters",
        frozenset({"notice_sent", "letter_sent", "letter_mailed", "letter_returned"}),
    ),
    "papers": (
        "Papers",
        frozenset(
            {
                "document_added",
                "information_received",
                "consent_recorded",
                "new_evidence_shared",
                "paper_considered",
                "file_sent",
                "case_file_sent",
            }
        ),
    ),
}
# How each part of "done" is said.
PARTS: Final = {
    "decided": {
        DONE: ("decided", "good"),
        OWED: ("to be decided", "info"),
        LATE: ("to be decided, and late", "late"),
        NOTHING: ("ended without a decision", "neutral"),
    },
    "told": {
        DONE: ("told", "good"),
        OWED: ("to be told", "info"),
        LATE: ("to be told, and late", "late"),
        NOTHING: ("nothing to tell yet", "neutral"),
    },
    "carried_out": {
        DONE: ("carried out", "good"),
        OWED: ("to be carried out", "info"),
        LATE: ("to be carried out, and late", "late"),
        NOTHING: ("nothing to carry out", "neutral"),
    },
}


@dataclass(frozen=True)
class Member:
    """One case of the matter in words: its kind, its state, the three parts, and whether it is
    done."""

    row: Any
    kind: str
    state: str
    parts: tuple[tuple[str, str, datetime | None], ...]
    done: bool


@staff.get("/series/<ref>")
@entry(*CASEWORKERS)
def series(ref: str) -> str:
    """The matter of the case with this number."""
    number = case_page.case_number(ref)
    chapter = request.args.get("show", "")
    chapter = chapter if chapter in CHAPTERS else ""
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, number)
        cases = series_view.cases_of(cx, case)
        timed = series_view.clocks_of(cx, cases)
        stand = series_view.standings(cx, cases, timed)
        told = series_view.happened(
            cx,
            cases,
            events=CHAPTERS[chapter][1],
            before=_before(request.args.get("before", "")),
        )
        shown = render_template(
            "staff/series.html",
            case=case,
            here=number,
            members=[in_words(each) for each in stand],
            whole=all(each.done for each in stand),
            band=_band(cx, cases, timed),
            chapters={name: said for name, (said, _events) in CHAPTERS.items()},
            chapter=chapter,
            episodes=_episodes(cx, told),
            older=_place(told) if len(told) == series_view.PAGE else "",
            zone=bridge.zone_of(cx, case),
            now=cx.now,
            words=words,
        )
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what="series")
    return shown


def in_words(each: Standing) -> Member:
    """How one case of a matter stands, said."""
    parts: Mapping[str, Part] = {
        "decided": each.decided,
        "told": each.told,
        "carried_out": each.carried_out,
    }
    return Member(
        row=each.case,
        kind=words.kind(each.case.kind),
        state=engine.words(each.case.kind, each.case.state),
        parts=tuple((*PARTS[name][part.stands], part.at) for name, part in parts.items()),
        done=each.done,
    )


def _episodes(cx: Context, told: Sequence[Happened]) -> list[tuple[Happened, story.Episode]]:
    names = colleagues.names_of(cx, story.named_in([each.entry for each in told]))
    return [(each, story.episode(each.kind, each.entry, names)) for each in told]


def _band(cx: Context, cases: Sequence[Any], timed: Mapping[int, Sequence[Any]]) -> Band | None:
    return series_band.band(tuple(_spans(cx, cases, timed)), cx.now)


def _spans(cx: Context, cases: Sequence[Any], timed: Mapping[int, Sequence[Any]]) -> Iterable[Span]:
    for case in cases:
        for clock in timed.get(case.id, ()):
            yield Span(
                ref=case.ref,
                words=clock_words(clock.name),
                start=clock.anchor_at,
                due=clock.due_at,
                met=clock.satisfied_at,
                stands=_stands(clock, cx.now),
            )


def _stands(clock: Any, now: datetime) -> str:
    if clock.owner == "member":
        return "theirs"
    if clock.state == "met":
        return "met"
    if clock.ended or clock.state == "closed":
        return "over"
    return "late" if clock.due_at < now else "runs"


def _before(text: str) -> tuple[datetime, int, int] | None:
    """The place in the history from which to go on: instant, case, number, as the link carries."""
    parts = text.split("_")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 18 for part in parts):
        return None
    try:
        at = datetime.fromtimestamp(int(parts[0]) / 1_000_000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return at, int(parts[1]), int(parts[2])


def _place(told: Sequence[Happened]) -> str:
    at, case_id, seq = told[-1].place
    return f"{int(at.timestamp()) * 1_000_000 + at.microsecond}_{case_id}_{seq}"
