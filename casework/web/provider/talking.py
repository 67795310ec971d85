"""Choosing the time of a peer-to-peer talk: the offered times as the choices of the form."""

from dataclasses import replace
from typing import Any, Final

from casework import bridge
from casework.context import Context
from casework.errors import NotFound
from casework.records import talks
from casework.web import moments
from casework.web.provider.answering import Field

FIELD: Final = "slot"


def with_times(cx: Context, case: Any, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields with those offered times that are still ahead, in the zone of the offer. Raises
    NotFound where no talk is offered, or all its times have passed."""
    talk = talks.open_talk(cx, case.id)
    offered = talks.slots_of(talk) if talk is not None else ()
    zone = talk.zone if talk is not None and talk.zone else bridge.zone_of(cx, case)
    times = tuple(
        (str(number), moments.moment(at, zone), "")
        for number, at in enumerate(offered, start=1)
        if at > cx.now
    )
    if not times:
        raise NotFound("No time for a talk is offered on this case now.")
    return tuple(
        replace(each, shown=replace(each.shown, options=times)) if each.ask.name == FIELD else each
        for each in fields
    )
