"""Returned mail: the keys of a pile of envelopes, scanned or typed into one field, and what waits.

Each key is recorded by itself; one that is wrong stops no other. The command judges.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from casework import policy
from casework.errors import Problem
from casework.queries import returned
from casework.queries.worklist import DESK_ZONE
from casework.records.addresses import RETURNS
from casework.records.returned_mail import CameBack
from casework.services import returned_mail
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import story, words
from casework.web.staff.blueprint import staff
from sla.calendars import local_day, zone

MAIL_DESK: Final = frozenset({"intake", "nurse", "ag_specialist", "supervisor"})
MOST_KEYS: Final = 100
LONGEST: Final = 12_000


@dataclass(frozen=True)
class Outcome:
    """What became of one key: recorded on which case, or why not."""

    key: str
    ref: str = ""
    sentence: str = ""


@staff.get("/returned-mail")
@entry(*MAIL_DESK)
def returned_mail_page() -> Response:
    """The field for the keys, and the letters that came back and still want something."""
    return _page({}, {}, ())


@staff.post("/returned-mail")
@entry(*MAIL_DESK)
def scan_returned_mail() -> Response:
    """Record every key that was scanned; what was typed stays where something is wrong."""
    typed = {name: request.form.get(name, "")[:LONGEST] for name in ("envelopes", "reason", "on")}
    keys = list(dict.fromkeys(line.strip() for line in typed["envelopes"].split() if line.strip()))
    errors = _errors(keys, typed)
    if errors:
        return _page(typed, errors, ())
    back = CameBack(
        reason=typed["reason"], on=date.fromisoformat(typed["on"]), seen="the scan at the mail desk"
    )
    outcomes = tuple(_record(key, back) for key in keys)
    left = [each.key for each in outcomes if not each.ref]
    return _page({**typed, "envelopes": "\n".join(left)}, {}, outcomes)


def _errors(keys: list[str], typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not keys:
        errors["envelopes"] = "Scan or type at least one key."
    elif len(keys) > MOST_KEYS:
        errors["envelopes"] = f"At most {MOST_KEYS} keys at a time: scan the rest afterwards."
    if typed["reason"] not in RETURNS:
        errors["reason"] = "Choose what the post says."
    try:
        date.fromisoformat(typed["on"])
    except ValueError:
        errors["on"] = "Enter the day as it stands on the stamp."
    return errors


def _record(key: str, back: CameBack) -> Outcome:
    try:
        done = returned_mail.came_back(edge.cx(), key, back)
    except Problem as problem:
        return Outcome(key, sentence=problem.sentence)
    return Outcome(key, ref=done.ref)


def _page(typed: dict[str, str], errors: dict[str, str], outcomes: tuple[Outcome, ...]) -> Response:
    with edge.reading() as cx:
        waiting = returned.unsettled(cx)
        now = cx.now
        may_send = policy.refusal(cx.principal, "", "reissue_letter") is None
    today = local_day(now, zone(DESK_ZONE))
    page = render_template(
        "staff/returned_mail.html",
        scanned={"on": today.isoformat(), **{k: v for k, v in typed.items() if v}},
        errors=errors,
        outcomes=outcomes,
        waiting=waiting,
        may_send=may_send,
        reasons=[(code, words.value(code)) for code in RETURNS],
        now=now,
        zone=DESK_ZONE,
        words=words,
        letter_title=story.letter_title,
    )
    return make_response(page, 422 if errors else 200)
