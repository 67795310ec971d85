"""How a case looks to its member: its name, how it stands, when an answer is due, what is next."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext

from casework.queries.member_home import OwnCase
from casework.records import categories
from casework.records.appeal_facts import ADVERSE
from casework.web import moments
from casework.web.member import service_names, words
from casework.web.member.complaint_words import CATEGORIES
from statemachines import engine

_END_OF_DAY: Final = time(23, 59, 59)
_SAID_WITH: Final = ("Appeal: ", "Grievance: ", "External review: ")
UNKNOWN: Final = lazy_gettext("Care that your doctor asked for")


@dataclass(frozen=True)
class Expected:
    """When the answer is to be there, in words; `late` once that is past."""

    words: str
    at: datetime
    late: bool


@dataclass(frozen=True)
class Name:
    """The name of what a case is about; `english` when it is written in English on any page."""

    words: str
    english: bool


@dataclass(frozen=True)
class Card:
    """One case on the first page. `can_appeal`: the decision can be disputed, until `last_day`;
    `can_go_outside`: the appeal was, and now a review outside can be asked for."""

    ref: str
    kind: str
    name: Name
    state: str
    sign: str
    expected: Expected | None
    next: str
    member: str
    can_appeal: bool
    can_go_outside: bool
    last_day: str
    past: bool
    dispute: str
    went_outside: bool
    given: bool

    @property
    def waits_for_the_member(self) -> bool:
        """Whether there is a next step that the member alone can take, and its time runs."""
        return (self.can_appeal or self.can_go_outside) and not self.past


def card(case: OwnCase, *, now: datetime) -> Card:
    """The card of this case as it stands at `now`."""
    reversed_ = case.holds and (case.kind, case.state) == ("prior_auth", "denied")
    state, sign = words.standing(case.kind, case.state, reversed_=reversed_, in_part=case.in_part)
    against = case.kind == "prior_auth" and case.state in {"denied", "partially_approved"}
    return Card(
        ref=case.ref,
        kind=str(words.KINDS[case.kind]),
        name=name_of(case.title),
        state=state,
        sign=sign,
        expected=expected(case.due_at, now=now, zone=case.zone, stands=(case.kind, case.state)),
        next=_next(case, reversed_=reversed_),
        member=case.member,
        can_appeal=against and not reversed_ and case.dispute is None,
        can_go_outside=_leads_outside(case),
        last_day=day_of(case.last_day, case.zone) if case.last_day else "",
        past=case.last_day is not None and now > case.last_day,
        dispute=case.dispute.ref if case.dispute else "",
        went_outside=case.dispute is not None and case.dispute.kind == "external_review",
        given=reversed_,
    )


def _next(case: OwnCase, *, reversed_: bool) -> str:
    """What happens next; of an appeal that gave a part, that the rest is still refused."""
    if reversed_ and case.in_part:
        return words.in_part()
    if reversed_:
        return words.what_next("appeal", "effectuated")
    if (case.kind, case.state, case.outcome) == ("appeal", "effectuated", "partial"):
        return words.in_part()
    return words.what_next(case.kind, case.state)


def _leads_outside(case: OwnCase) -> bool:
    """After a no to the appeal; in Medicare the plan sends it on by itself. The page of the case
    offers it too where the plan was late, and the filing command decides."""
    no = case.kind == "appeal" and case.outcome in ADVERSE
    return no and case.line != "medicare" and case.dispute is None


def bare(title: str) -> str:
    """The title without the kind of case that it begins with."""
    for said_with in _SAID_WITH:
        title = title.removeprefix(said_with)
    return title


def name_of(title: str) -> Name:
    """What a case is about. Services are named by the plan's list, the kinds of complaints by words
    of ours; what has no Spanish there is told in English, and marked so."""
    title = bare(title)
    found = next((each for each in categories.all_categories() if each.label == title), None)
    if found is not None and found.code in CATEGORIES:
        return Name(str(CATEGORIES[found.code]), english=False)
    if title and (said := service_names.told(title)):
        return Name(said, english=False)
    return Name(title, english=True) if title else Name(str(UNKNOWN), english=False)


def expected(
    due_at: datetime | None, *, now: datetime, zone: str, stands: tuple[str, str]
) -> Expected | None:
    """By when the answer is to be there, while it is owed; `stands` is the kind and the state.

    Until its letter leaves, an answer that was given is still owed: of that only being late is
    told, since the answer stands on the page.
    """
    if due_at is None:
        return None
    kind, state = stands
    late = now > due_at
    if not late and state in engine.decided_states(kind):
        return None
    when = when_of(due_at, zone)
    if late:
        said = gettext(
            "You should have had our answer by %(when)s. We are late, and we are sorry.", when=when
        )
    else:
        said = gettext("You will have our answer by %(when)s.", when=when)
    return Expected(str(said), due_at, late)


def when_of(at: datetime, zone: str) -> str:
    """An instant as people say it: the day alone where it is the end of a day."""
    local = at.astimezone(ZoneInfo(zone))
    if local.time().replace(microsecond=0) == _END_OF_DAY:
        return moments.day(local.date(), weekday=True)
    return moments.moment(at, zone)


def day_of(at: datetime, zone: str) -> str:
    """The calendar date of an instant where the plan counts its days, in words."""
    return moments.day(local_day(at, zone), weekday=True)


def date_of(at: datetime, zone: str) -> str:
    """The same without the day of the week: for lists."""
    return moments.day(local_day(at, zone))


def local_day(at: datetime, zone: str) -> date:
    """The same as a date."""
    return at.astimezone(ZoneInfo(zone)).date()
