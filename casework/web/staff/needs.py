"""The standing needs of a case's member: how they stand, how they came about, how to change them.

Staff change them while the member is on the telephone; what holds from the next letter on stands on
the page, and why paper goes out all the same.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, url_for

from casework import bridge, policy
from casework.errors import Invalid
from casework.queries import case_file, standing_needs
from casework.queries.standing_needs import Needs
from casework.records import letter_ways, needs
from casework.services import standing_needs as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_page, words
from casework.web.staff.blueprint import CASEWORKERS, staff

FORMATS: Final = {
    "standard": "Usual print",
    "large_print": "Large print, 18 point",
    "braille": "Braille, and print",
    "audio": "Audio, and print",
    "data_cd": "A data disc, and print",
}
WAYS: Final = {
    "mail": "By mail",
    "email": "E-mail that points to the portal",
    "text": "Text message that points to the portal",
    "portal": "In the portal, and by mail",
}
NAMED: Final = {
    "language": "Language",
    "letter_format": "Format",
    "contact_preference": "How to be reached",
    "texts_ok": "Text messages",
    "email": "E-mail address",
    "phone": "Telephone",
    "address": "Address",
    "confidential": "Confidential communication",
    "representative": "Who speaks for the member",
    "household": "Household",
}


@staff.get("/cases/<ref>/needs")
@entry(*CASEWORKERS)
def member_needs(ref: str) -> Any:
    """How the plan writes to this member, with the history of changes."""
    return _page(ref)


@staff.post("/cases/<ref>/needs/reading")
@entry(*CASEWORKERS)
def change_member_reading(ref: str) -> Any:
    """Language, format, how to be reached."""
    return _change(ref, "reading", _reading)


@staff.post("/cases/<ref>/needs/address")
@entry(*CASEWORKERS)
def change_member_address(ref: str) -> Any:
    """Where mail goes."""
    return _change(ref, "address", _address)


@staff.post("/cases/<ref>/needs/confidential")
@entry(*CASEWORKERS)
def change_member_confidential(ref: str) -> Any:
    """Confidential communication: begun, changed or ended."""
    return _change(ref, "confidential", _confidential)


def _page(
    ref: str,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    which: str = "",
) -> Any:
    number = case_page.case_number(ref)
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, number)
        found = standing_needs.needs_of(cx, case.member_id)
        history = standing_needs.history_of(cx, case.member_id)
        line = bridge.contract_of(cx, case.contract_version_id).line
        may = policy.refusal(cx.principal, "", "change_needs") is None
        now = cx.now
    case_page.see(case, "needs")
    told = render_template(
        "staff/needs.html",
        case=case,
        needs=found,
        history=[
            (each, _said(each.need, each.was), _said(each.need, each.became)) for each in history
        ],
        typed=_shown(found) | dict(typed or {}),
        errors=errors or {},
        which=which,
        may=may,
        paper=letter_ways.paper_law(line, "adverse"),
        line=words.LINES.get(line, line),
        tongues=[(code, case_page.language_name(code)) for code in needs.LANGUAGES],
        formats=tuple(FORMATS.items()),
        ways=tuple(WAYS.items()),
        named=NAMED,
        roles=words.role,
        now=now,
        zone="America/New_York",
    )
    return (told, 422) if errors else told


def _change(
    ref: str, which: str, carry_out: Callable[[int, Mapping[str, str]], tuple[str, ...]]
) -> Any:
    number = case_page.case_number(ref)
    with edge.reading() as cx:
        member_id = case_file.case_by_ref(cx, number).member_id
    typed = {name: edge.form(name, limit=400) for name in _FIELDS[which]}
    try:
        changed = carry_out(member_id, typed)
    except Invalid as refused:
        return _page(number, typed=typed, errors=refused.fields, which=which)
    told = ", ".join(NAMED[name].lower() for name in changed)
    flash(
        f"Written down: {told}. It holds from the next letter on."
        if changed
        else "Nothing was changed.",
        "success" if changed else "info",
    )
    return redirect(url_for("staff.member_needs", ref=number))


def _reading(member_id: int, typed: Mapping[str, str]) -> tuple[str, ...]:
    form = commands.Reading(
        language=typed["language"],
        letter_format=_one_of(typed, "letter_format", FORMATS),
        contact_preference=_one_of(typed, "contact_preference", WAYS),
        texts_ok=typed["texts_ok"] == "yes",
        email=typed["email"],
        phone=typed["phone"],
    )
    return commands.change_reading(edge.cx(), member_id, form)


def _address(member_id: int, typed: Mapping[str, str]) -> tuple[str, ...]:
    lines = tuple(typed["address"].splitlines())
    form = commands.NewAddress(lines=lines, reason=typed["reason"])
    try:
        return commands.change_address(edge.cx(), member_id, form)
    except Invalid as refused:
        fields = {"address": next(iter(refused.fields.values()), refused.sentence)}
        raise Invalid(refused.sentence, fields=fields) from refused


def _confidential(member_id: int, typed: Mapping[str, str]) -> tuple[str, ...]:
    form = commands.Confidential(
        on=typed["on"] == "yes",
        lines=tuple(typed["safe_lines"].splitlines()),
        email=typed["safe_email"],
        phone=typed["safe_phone"],
        representatives=typed["representatives"] == "yes",
    )
    try:
        return commands.change_confidential(edge.cx(), member_id, form)
    except Invalid as refused:
        fields = {f"safe_{name}": fix for name, fix in refused.fields.items()}
        raise Invalid(refused.sentence, fields=fields) from refused


_FIELDS: Final = {
    "reading": ("language", "letter_format", "contact_preference", "texts_ok", "email", "phone"),
    "address": ("address", "reason"),
    "confidential": ("on", "safe_lines", "safe_email", "safe_phone", "representatives"),
}


def _shown(found: Needs) -> dict[str, str]:
    return {
        "language": found.language,
        "letter_format": found.letter_format,
        "contact_preference": found.contact_preference,
        "texts_ok": "yes" if found.texts_ok else "",
        "email": found.email,
        "phone": found.phone,
        "address": "\n".join(found.address),
        "reason": "",
        "on": "yes" if found.confidential_since else "",
        "safe_lines": "\n".join(found.safe_address),
        "safe_email": found.safe_email,
        "safe_phone": found.safe_phone,
        "representatives": "yes" if found.representatives else "",
    }


def _one_of(typed: Mapping[str, str], name: str, known: Mapping[str, str]) -> Any:
    if typed[name] not in known:
        raise Invalid("Choose one.", fields={name: "Choose one."})
    return typed[name]


def _said(need: str, value: Any) -> str:
    """One value of the history in words."""
    if need == "confidential":
        lines = ", ".join(value.get("address", ()))
        return f"on: {lines}" if value.get("on") else "off"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if need == "language":
        return case_page.language_name(str(value))
    return {**FORMATS, **WAYS}.get(str(value), str(value)) or "none"
