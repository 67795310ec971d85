"""The whole matter as its member sees it: the request, what was asked to be looked at again, the
review outside, the complaint about it; how each stands, and one story of all."""

from itertools import groupby
from typing import Any

from flask import render_template

from casework import bridge, observations
from casework.queries import case_file, series_view
from casework.web import edge, matter_words
from casework.web.access import MEMBERS, entry
from casework.web.member import sight, story, words
from casework.web.member.blueprint import member


@member.get("/cases/<ref>/matter")
@entry(*MEMBERS)
def matter(ref: str) -> str:
    """The page of the matter of this case."""
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, ref)
        cases = series_view.cases_of(cx, case)
        stand = series_view.standings(cx, cases, series_view.clocks_of(cx, cases))
        told = series_view.happened(cx, cases, outside=True)
        zone = bridge.zone_of(cx, case)
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what="matter")
    return render_template(
        "member/matter.html",
        case=case,
        zone=zone,
        cases=[_case(each, zone) for each in stand],
        story=_story(told),
    )


def _case(each: series_view.Standing, zone: str) -> dict[str, Any]:
    row = each.case
    state, sign = words.standing(row.kind, row.state, reversed_=False)
    return {
        "ref": row.ref,
        "kind": words.KINDS[row.kind],
        "name": sight.name_of(row.title),
        "state": state,
        "sign": sign,
        "parts": matter_words.parts_of(each, lambda at: sight.date_of(at, zone)),
    }


def _story(told: tuple[series_view.Happened, ...]) -> list[tuple[str, Any, story.Line]]:
    """What the member is told, the newest first, each with the case on which it stands."""
    reader = edge.principal()
    return [
        (ref, words.KINDS[kind], line)
        for (ref, kind), group in groupby(told, key=lambda each: (each.ref, each.kind))
        for line in story.story(tuple(each.entry for each in group), reader)
    ]
