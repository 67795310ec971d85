"""What stands around every page: who is signed in, where he may go, and what he must be told.

Pages that come later add a line to NAV; a line whose page does not exist yet is not shown.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext

from casework.context import Principal
from casework.services.saved_views import KEYS
from casework.web import (
    access,
    belonging,
    edge,
    health,
    moments,
    navigation,
    redirects,
    sessions,
    words,
)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation: the page, its word, its icon, who sees it, and the group it is
    folded into for people who have many (none: it always stands in the bar)."""

    endpoint: str
    label: Any
    icon: str
    roles: frozenset[str]
    group: str = ""


NAV: Final = (
    Link("staff.home", lazy_gettext("My work"), "home", access.STAFF),
    Link("staff.intake", lazy_gettext("Intake"), "phone", frozenset({"intake", "ag_specialist"})),
    Link(
        "staff.returned_mail_page",
        lazy_gettext("Returned mail"),
        "mail",
        frozenset({"intake", "supervisor"}),
        navigation.FOLLOW_UP,
    ),
    Link(
        "staff.escalations_page",
        lazy_gettext("Escalations"),
        "notifications_active",
        access.STAFF - {"admin"},
    ),
    Link("staff.load_page", lazy_gettext("Load"), "groups", frozenset({"supervisor"})),
    Link(
        "staff.corrective_actions",
        lazy_gettext("Corrective actions"),
        "flag",
        frozenset({"ag_specialist", "ag_clinician", "supervisor", "compliance"}),
        navigation.FOLLOW_UP,
    ),
    Link(
        "staff.figures_page",
        lazy_gettext("Figures"),
        "insights",
        frozenset({"supervisor", "compliance"}),
        navigation.REPORTS,
    ),
    Link(
        "staff.forecast",
        lazy_gettext("Forecast"),
        "schedule",
        frozenset({"supervisor", "compliance"}),
        navigation.REPORTS,
    ),
    Link(
        "staff.overturns_page",
        lazy_gettext("Overturned denials"),
        "assessment",
        frozenset({"supervisor", "compliance", "admin"}),
        navigation.REPORTS,
    ),
    Link(
        "staff.public_figures_page",
        lazy_gettext("Public figures"),
        "public",
        frozenset({"supervisor", "compliance", "admin"}),
        navigation.REPORTS,
    ),
    Link(
        "staff.universes_page",
        lazy_gettext("Audit universes"),
        "insights",
        frozenset({"compliance"}),
        navigation.REPORTS,
    ),
    Link(
        "staff.looks_page",
        lazy_gettext("Who looked"),
        "visibility",
        frozenset({"compliance"}),
    ),
    Link(
        "staff.letters_waiting",
        lazy_gettext("Letters to release"),
        "verified",
        frozenset({"supervisor", "compliance"}),
    ),
    Link(
        "staff.review_turns_page",
        lazy_gettext("Outside reviewers"),
        "autorenew",
        frozenset({"ag_specialist", "supervisor", "compliance"}),
        navigation.FOLLOW_UP,
    ),
    Link("staff.rules", lazy_gettext("Rules"), "topic", access.STAFF, navigation.POLICIES),
    Link(
        "staff.medical_policies",
        lazy_gettext("Medical policies"),
        "medical_services",
        frozenset({"nurse", "physician", "ag_clinician", "supervisor", "compliance", "admin"}),
        navigation.POLICIES,
    ),
    Link(
        "staff.approval_rules",
        lazy_gettext("Automatic approval"),
        "verified",
        access.STAFF,
        navigation.POLICIES,
    ),
    Link("staff.pa_list", lazy_gettext("PA list"), "list", access.STAFF, navigation.POLICIES),
    Link(
        "staff.letter_catalogue",
        lazy_gettext("Letters"),
        "mail_outline",
        frozenset({"supervisor", "compliance", "admin"}),
        navigation.POLICIES,
    ),
    Link(
        "staff.contracts",
        lazy_gettext("Contracts"),
        "file_present",
        frozenset({"compliance", "admin"}),
        navigation.POLICIES,
    ),
    Link(
        "staff.operations",
        lazy_gettext("Operation"),
        "settings",
        frozenset({"supervisor", "compliance", "admin"}),
        navigation.ADMINISTRATION,
    ),
    Link(
        "staff.people",
        lazy_gettext("People"),
        "person",
        frozenset({"compliance", "admin"}),
        navigation.ADMINISTRATION,
    ),
    Link(
        "staff.organization",
        lazy_gettext("Organization"),
        "people",
        frozenset({"compliance", "admin"}),
        navigation.ADMINISTRATION,
    ),
    Link(
        "staff.queues",
        lazy_gettext("Queues"),
        "filter_list",
        frozenset({"supervisor", "compliance", "admin"}),
        navigation.ADMINISTRATION,
    ),
    Link(
        "staff.announcements",
        lazy_gettext("Announcements"),
        "announcement",
        frozenset({"supervisor", "compliance", "admin"}),
        navigation.ADMINISTRATION,
    ),
    Link(
        "staff.sign_in_help",
        lazy_gettext("Sign-in help"),
        "support",
        frozenset({"intake", "ag_specialist", "supervisor", "admin"}),
        navigation.ADMINISTRATION,
    ),
    Link("provider.home", lazy_gettext("Home"), "home", access.OFFICES),
    Link("provider.new_request", lazy_gettext("New request"), "add", access.OFFICES),
    Link("provider.search_page", lazy_gettext("Find a case"), "search", access.OFFICES),
    Link("provider.doors", lazy_gettext("Appeal or dispute"), "forum", access.OFFICES),
    Link("provider.own_claims", lazy_gettext("Claims"), "topic", access.OFFICES),
    Link("provider.all_letters", lazy_gettext("Letters"), "mail_outline", access.OFFICES),
    Link("provider.gold_record", lazy_gettext("Our record"), "verified", access.OFFICES),
    Link("provider.office", lazy_gettext("My office"), "settings", frozenset({"provider_admin"})),
    Link("lookup.pa_required", lazy_gettext("Is it required?"), "help_outline", access.OFFICES),
    Link("member.home", lazy_gettext("Home"), "home", access.MEMBERS),
    Link("member.letters", lazy_gettext("My letters"), "mail", access.MEMBERS),
    Link("member.appeal", lazy_gettext("Ask us to look again"), "autorenew", access.MEMBERS),
    Link("member.complaint", lazy_gettext("Make a complaint"), "campaign", access.MEMBERS),
    Link("member.profile", lazy_gettext("How we reach you"), "person", access.MEMBERS),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the base template asks about the person and the page."""

    who: Principal
    staff: bool
    member: bool
    home: str
    links: tuple[navigation.Shown | navigation.Folded, ...]
    timers_stopped: bool
    idle_seconds: int
    demo: bool
    keys_off: bool


def install(app: Flask) -> None:
    """Give templates `frame()` and the words for times."""
    app.jinja_env.globals.update(
        frame=frame,
        day_in_words=moments.day,
        moment_in_words=moments.moment,
        near_in_words=moments.near,
        time_left=moments.time_left,
        roles_in_words=words.roles,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def frame() -> Frame:
    """The frame of this page, made once."""
    if "frame" not in g or g.frame[0] != edge.bare():
        g.frame = (edge.bare(), _make())
    found: Frame = g.frame[1]
    return found


def _make() -> Frame:
    who = edge.principal()
    staff = bool(who.roles & access.STAFF)
    signed_in = who.kind == "user"
    return Frame(
        who=who,
        staff=staff,
        member=bool(who.roles & access.MEMBERS),
        home=redirects.home_of(who),
        links=navigation.arranged(_links(who), who.roles),
        timers_stopped=staff and health.timers_stopped(),
        idle_seconds=_idle_seconds() if signed_in else 0,
        demo=edge.settings().demo,
        keys_off=staff and edge.user_preference(KEYS) == "off",
    )


def _links(who: Principal) -> list[navigation.Shown]:
    """Each entry that exists and is for this person."""
    shown = []
    for link in NAV:
        if link.endpoint in current_app.view_functions and who.roles & link.roles:
            address = url_for(link.endpoint)
            itself, also = request.endpoint == link.endpoint, belonging.ALSO.get(link.endpoint, ())
            here = navigation.place(address, request.path, itself=itself, also=also)
            shown.append(navigation.Shown(address, link.label, link.icon, here, link.group))
    return shown


def _idle_seconds() -> int:
    account = edge.user()
    kind = account.kind if account is not None else None
    return int(sessions.idle_limit(edge.settings(), kind).total_seconds())
