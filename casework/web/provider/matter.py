"""The whole matter as an office sees it: every case of it within reach, how each stands, one
story."""

from itertools import groupby
from typing import Any

from flask import render_template

from casework import bridge, observations
from casework.queries import case_file, office_matter, series_view
from casework.web import edge, matter_words, moments
from casework.web.access import entry
from casework.web.provider import saying, words
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.story import Episode, story_of


@provider.get("/cases/<ref>/matter")
@entry(*OFFICE)
def matter(ref: str) -> str:
    """The page of the matter of this case."""
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, ref)
        cases = series_view.cases_of(cx, case)
        stand = series_view.standings(cx, cases, series_view.clocks_of(cx, cases))
        told = series_view.happened(cx, cases, outside=True)
        letters = office_matter.letters_of(cx, cases)
        zone = bridge.zone_of(cx, case)
        name = cx.principal.name
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what="matter")
    return render_template(
        "provider/matter.html",
        case=case,
        zone=zone,
        words=words,
        cases=[_case(each, zone) for each in stand],
        story=_story(told, letters, name),
    )


def _case(each: series_view.Standing, zone: str) -> dict[str, Any]:
    row = each.case
    return {
        "row": row,
        "status": saying.state_of(row.kind, row.state),
        "parts": matter_words.parts_of(each, lambda at: moments.moment(at, zone)),
    }


def _story(
    told: tuple[series_view.Happened, ...], letters: tuple[Any, ...], own_name: str
) -> list[tuple[str, Episode]]:
    """What the office is told, the newest first, each with the case on which it stands."""
    return [
        (ref, one)
        for ref, group in groupby(told, key=lambda each: each.ref)
        for one in story_of([each.entry for each in group], letters, own_name=own_name)
    ]
