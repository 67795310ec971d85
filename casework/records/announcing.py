"""What an announcement may say: plain words, nothing of a member or a case, a page of ours to go
to; members are told in both languages, in words of the sixth grade.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from casework.context import Principal
from casework.errors import Invalid
from casework.records.queue_rules import DESK_ZONE, desk_day
from letters import reading

STAFF, OFFICES, MEMBERS = "staff", "offices", "members"
AUDIENCES: Final = (STAFF, OFFICES, MEMBERS)
# Where the pages of each audience begin, and the roles that belong to it.
ROOMS: Final = {STAFF: "/staff/", OFFICES: "/provider/", MEMBERS: "/member/"}
_OFFICES: Final = frozenset({"provider", "provider_admin"})
_MEMBERS: Final = frozenset({"member", "representative"})
SHORTEST, LONGEST = 10, 300
HIGHEST_GRADE: Final = 6
MOST_AHEAD: Final = timedelta(days=366)
MOST_OF_A_REASON: Final = 300
_PATH: Final = re.compile(r"/[A-Za-z0-9/_-]{1,118}")
_ADDRESS: Final = re.compile(r"https?:|www\.|//|@|\.(com|org|net|gov)\b", re.IGNORECASE)
_MARKUP: Final = re.compile(r"[<>{}]")
# A case, a member's number, a date of birth: whatever names somebody.
_SOMEBODY: Final = re.compile(
    r"\b[A-Z]{2,4}-\d{4}-\d{4,}|\b[A-Z]{0,3}\d{7,}\b|\b\d{3}-\d{2}-\d{4}\b"
)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is to be said to whom, from which day (None: at once) to which day, both included, at
    the desk; why; and whether each reader is asked to say that he read it."""

    audience: str
    text_en: str
    text_es: str = ""
    path: str = ""
    ask: bool = False
    from_on: date | None = None
    until_on: date | None = None
    reason: str


def audience_of(who: Principal) -> str:
    """The audience to which somebody belongs; empty for nobody's."""
    if who.kind != "user":
        return ""
    if who.roles & _MEMBERS:
        return MEMBERS
    return OFFICES if who.roles & _OFFICES else STAFF


def row_of(form: Notice, now: datetime) -> dict[str, Any]:
    """The columns of what is said. Raises Invalid with each field that cannot stand."""
    wrong = _wrong_words(form) | _wrong_end(form)
    begins = _begins(form, now, wrong)
    if form.until_on is None:
        wrong.setdefault("until_on", "Enter its last day.")
    if wrong:
        raise Invalid("The announcement cannot stand so.", fields=wrong)
    assert form.until_on is not None
    ends = datetime.combine(form.until_on + timedelta(days=1), time(), DESK_ZONE).astimezone(UTC)
    if not begins < ends <= begins + MOST_AHEAD:
        fields = {"until_on": "Enter a last day after the first, within a year."}
        raise Invalid("The announcement cannot stand so.", fields=fields)
    return {
        "audience": form.audience,
        "text_en": squeezed(form.text_en),
        "text_es": squeezed(form.text_es) if form.audience == MEMBERS else "",
        "path": form.path.strip(),
        "ask": form.ask,
        "reason": form.reason.strip(),
        "from_at": begins,
        "until_at": ends,
    }


def squeezed(text: str) -> str:
    """The text in one line, without blanks around it."""
    return " ".join(text.split())


def grade_of(text: str, language: str) -> float:
    """The school year that this text asks for."""
    return reading.measure(squeezed(text), language).grade


def _wrong_words(form: Notice) -> dict[str, str]:
    wrong = {}
    if form.audience not in AUDIENCES:
        wrong["audience"] = "Choose who is told."
    texts = [("text_en", form.text_en, "en")]
    if form.audience == MEMBERS:
        texts.append(("text_es", form.text_es, "es"))
    for name, text, language in texts:
        said = _wrong_text(squeezed(text))
        if not said and form.audience == MEMBERS and grade_of(text, language) > HIGHEST_GRADE:
            grade = grade_of(text, language)
            said = (
                f"Members read at grade {HIGHEST_GRADE} or below; this is grade {grade:g}."
                " Use shorter words and sentences."
            )
        if said:
            wrong[name] = said
    return wrong


def _wrong_text(text: str) -> str:
    if not SHORTEST <= len(text) <= LONGEST:
        return f"Say it in {SHORTEST} to {LONGEST} characters."
    if _MARKUP.search(text):
        return "Plain words only: no signs of markup."
    if _ADDRESS.search(text):
        return "No addresses in the text: name one of our pages below."
    if _SOMEBODY.search(text):
        return "It looks like the number of a case or a person: an announcement names nobody."
    return ""


def _wrong_end(form: Notice) -> dict[str, str]:
    wrong = {}
    path = form.path.strip()
    room = ROOMS.get(form.audience, "/")
    if path and not (_PATH.fullmatch(path) and "//" not in path and path.startswith(room)):
        wrong["path"] = f"A page of ours that this audience can open, such as {room}."
    if not form.reason.strip():
        wrong["reason"] = "Say why: an auditor reads it."
    elif len(form.reason) > MOST_OF_A_REASON:
        wrong["reason"] = f"Say it in {MOST_OF_A_REASON} characters."
    return wrong


def _begins(form: Notice, now: datetime, wrong: dict[str, str]) -> datetime:
    today = desk_day(now)
    if form.from_on is None or form.from_on == today:
        return now
    if not today < form.from_on <= today + MOST_AHEAD:
        wrong["from_on"] = "Enter a day from today on, within a year."
    return datetime.combine(form.from_on, time(), DESK_ZONE).astimezone(UTC)
