"""How an office reads what the layers below name by code or say in English.

A sentence without a translation keeps its language, and the page says which one that is (WCAG
3.1.2). It knows no case.
"""

import json
import unicodedata
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask_babel import get_locale, gettext, lazy_gettext
from markupsafe import Markup, escape

from casework import policy
from casework.queries import timeline
from casework.queries.next_step import NextStep
from casework.web import language, moments
from casework.web.provider import words

_KEPT: Final = frozenset("\n\t")


def said(sentence: str) -> Markup:
    """A sentence from below in the language of the page, or marked as English."""
    told = gettext(sentence) if sentence else ""
    if language.current() == "en" or told != sentence or not sentence:
        return escape(told)
    return Markup('<span lang="en">{}</span>').format(sentence)


def state_of(kind: str, state: str, *, authorized: bool = False) -> words.Words:
    """How a case stands, and the sign beside it; `authorized` when an authorization holds now."""
    if authorized and (kind, state) == ("prior_auth", "denied"):
        return words.REVERSED
    return words.STATES.get((kind, state), (state.replace("_", " ").capitalize(), "neutral"))


def event_in_words(entry: timeline.Entry) -> Any:
    """What happened, as the office is told."""
    known = words.EVENTS.get(entry.event)
    if known is None:
        return said(timeline.words_of(entry.event))
    if entry.event == "contact_logged":
        return _contact(entry) or known
    if entry.event == "extended" and entry.days:
        return gettext("The time to decide was extended by %(count)s days", count=entry.days)
    return known


def _contact(entry: timeline.Entry) -> Any:
    """A message, by who wrote it to whom; empty for a call or a visit."""
    purpose = json.loads(entry.facts or "{}").get("purpose", "")
    if purpose in words.WROTE:
        return words.WROTE[purpose]
    outside = entry.actor_role in policy.OFFICE | policy.MEMBERS
    return words.WROTE["message"] if outside else ""


def who_acts(step: NextStep, *, asked: str = "") -> Any:
    """Who has the case now; `asked` is of whom information was wanted, where it was."""
    who = "member" if step.who == "provider" and asked in {"member", "representative"} else step.who
    return words.WHO.get(who, words.WHO["nobody"])


def actor_in_words(entry: timeline.Entry, *, own_name: str) -> Any:
    """Who did it: people of offices by name, people of the plan by what they do."""
    if entry.actor_kind in {"system", "client"}:
        return lazy_gettext("automatically") if entry.actor_kind == "system" else entry.actor
    if entry.actor_role in {"provider", "provider_admin"}:
        return (
            gettext("%(name)s (you)", name=entry.actor) if entry.actor == own_name else entry.actor
        )
    if entry.actor_role in {"member", "representative"}:
        return words.WHO["member"]
    return words.WHO.get(entry.actor_role, lazy_gettext("the plan"))


def exact(instant: datetime, zone: str) -> str:
    """An instant to the second: "March 4, 2026, 4:10:07 pm Eastern Time"."""
    local = instant.astimezone(ZoneInfo(zone))
    clock = format_time(local, format="h:mm:ss a", locale=get_locale() or "en")
    plain = (
        clock.replace("\u202f", " ").replace("\xa0", " ").replace("AM", "am").replace("PM", "pm")
    )
    return str(
        gettext(
            "%(day)s, %(clock)s %(zone)s",
            day=moments.day(local.date()),
            clock=plain,
            zone=moments.zone_in_words(instant, zone),
        )
    )


def clean(text: str, *, most: int, lines: bool = False) -> str:
    """What was typed or pasted, without the invisible characters that records are full of; one
    line unless `lines`. What is longer than `most` is cut one character after it, so that it is
    noticed."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    if not lines:
        plain = " ".join(plain.split())
    kept = "".join(c for c in plain if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cs"})
    return kept.strip()[: most + 1]
