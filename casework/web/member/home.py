"""A member's first page: what is new, what is to do, and every request, appeal and complaint."""

from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from casework import observations
from casework.queries import announcements, drafts, member_home, member_letters
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import doors, gathering, service_names, sight, welcome
from casework.web.member.blueprint import member, place

PAGE: Final = 15
_GOING_ON: Final = {"open": True, "over": False}


@member.get("/")
@entry(*MEMBERS)
def home() -> Any:
    """How everything stands, what can be disputed first; what was begun; letters not opened yet."""
    if welcome.is_due():
        return redirect(url_for("member.welcome_tell"))
    before = place()
    with edge.reading() as cx:
        people = member_home.known_members(cx)
        show = _show(people)
        cases = member_home.own_list(
            cx, before=before, limit=PAGE, member_id=show.member_id, going_on=show.going_on
        )
        begun = drafts.unsent(cx) if before is None else ()
        new_letters = member_letters.unopened(cx)
        told_to_all = announcements.to_see(cx)
    for each in people:
        observations.look(edge.cx(), member_id=each.id, what="home")
    service_names.learn([sight.bare(case.title) for case in cases])
    cards = [sight.card(case, now=cx.now) for case in cases]
    return render_template(
        "member/home.html",
        # What the member can still do stands first; the rest stays newest first.
        cards=sorted(cards, key=lambda card: not card.waits_for_the_member),
        several=len(people) > 1 or "representative" in edge.principal().roles,
        begun=[doors.shown_draft(each) for each in begun if gathering.is_worth_showing(each)],
        new_letters=new_letters,
        told_to_all=told_to_all,
        first=before is None and not show.said,
        ways=_ways(show),
        whom=_whom(show, people),
        filtered=bool(show.said),
        after=url_for("member.home", before=cases[-1].id, **show.said)
        if len(cases) == PAGE
        else "",
    )


@dataclass(frozen=True)
class Show:
    """What the list is narrowed to, as the address says it: `said`. A person of the account stands
    there by place, never by number or name."""

    said: dict[str, Any]
    member_id: int | None
    going_on: bool | None


def _show(people: tuple[member_home.Known, ...]) -> Show:
    how, place_of = request.args.get("show", ""), request.args.get("person", "")
    said: dict[str, Any] = {"show": how} if how in _GOING_ON else {}
    at = int(place_of) if place_of.isdecimal() and len(place_of) < 3 else 0
    if 1 <= at <= len(people) and len(people) > 1:
        said["person"] = str(at)
        return Show(said, people[at - 1].id, _GOING_ON.get(how))
    return Show(said, None, _GOING_ON.get(how))


def _ways(show: Show) -> list[tuple[str, str, bool]]:
    """The choices of what to see: words, address, whether it is the one that is shown."""
    words = (
        ("", gettext("All")),
        ("open", gettext("Still open")),
        ("over", gettext("Answered or closed")),
    )
    now = show.said.get("show", "")
    rest = {name: value for name, value in show.said.items() if name != "show"}
    return [
        (str(said), url_for("member.home", show=how or None, **rest), how == now)
        for how, said in words
    ]


def _whom(show: Show, people: tuple[member_home.Known, ...]) -> list[tuple[str, str, bool]]:
    """The same for the people of the account; none where there is one."""
    if len(people) < 2:
        return []
    now = show.said.get("person", "")
    rest = {name: value for name, value in show.said.items() if name != "person"}
    everybody = (str(gettext("Everybody")), url_for("member.home", **rest), not now)
    return [everybody] + [
        (each.name, url_for("member.home", person=at, **rest), str(at) == now)
        for at, each in enumerate(people, start=1)
    ]
