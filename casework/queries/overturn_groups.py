"""By what denials are grouped: reason code, criterion, reviewers, kind of service, business line.

Each is a statement that gives the denials of a fate with their group; a denial of two lines may
stand in two groups of one sort.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import and_, case, func, literal, or_, select

from casework.models import Determination, LineDecision, RequestLine

BY_LAW: Final = "by law: no answer in time"
NOT_SAID: Final = "not said"
# What a code is for: HCPCS Level II by its letter, CPT by the number of its section.
LETTERS: Final = (
    ("Drugs given by a clinician", "JQ"),
    ("Equipment and supplies", "AEK"),
    ("Braces and prostheses", "L"),
    ("Behavioral health", "H"),
    ("Care at home", "GST"),
)
SECTIONS: Final = (
    ("Surgery", "10004", "69990"),
    ("Imaging", "70010", "79999"),
    ("Laboratory and genetic tests", "80047", "89398"),
    ("Behavioral health", "90785", "90899"),
    ("Therapies", "97010", "97799"),
    ("Visits", "99202", "99499"),
    ("Other procedures", "90281", "99607"),
)
LABORATORY: Final = "Laboratory and genetic tests"
OTHER_SERVICE: Final = "Other services"


def _lines(fate: Any) -> Any:
    """The lines that the decision refused, whole or in part."""
    return (
        select(fate.c.id.label("denial"))
        .join(
            Determination,
            and_(Determination.case_id == fate.c.id, Determination.event_seq == fate.c.seq),
        )
        .join(LineDecision, LineDecision.determination_id == Determination.id)
        .where(LineDecision.result != "approved")
    )


def _reason(fate: Any) -> Any:
    said = func.coalesce(func.nullif(LineDecision.reason_code, ""), NOT_SAID)
    return _with_the_law(fate, _lines(fate).add_columns(said.label("key")))


def _criterion(fate: Any) -> Any:
    said = func.coalesce(
        func.nullif(Determination.criterion, ""),
        func.nullif(LineDecision.criterion, ""),
        NOT_SAID,
    )
    return _with_the_law(fate, _lines(fate).add_columns(said.label("key")))


def _reviewers(fate: Any) -> Any:
    role = case((fate.c.event == "deadline_missed", BY_LAW), else_=fate.c.role)
    return select(fate.c.id.label("denial"), role.label("key"))


def _service(fate: Any) -> Any:
    return (
        select(fate.c.id.label("denial"), kind_of(func.upper(RequestLine.code)).label("key"))
        .join(RequestLine, RequestLine.case_id == fate.c.id)
        .outerjoin(
            Determination,
            and_(Determination.case_id == fate.c.id, Determination.event_seq == fate.c.seq),
        )
        .outerjoin(
            LineDecision,
            and_(
                LineDecision.determination_id == Determination.id,
                LineDecision.number == RequestLine.number,
            ),
        )
        # Without a decision on the line (the law's denial) all that was asked was refused.
        .where(or_(LineDecision.result.is_(None), LineDecision.result != "approved"))
    )


def kind_of(code: Any) -> Any:
    """What kind of service a code is, in words, as an expression."""
    cpt = code.regexp_match("^[0-9]{5}$")
    lettered = code.regexp_match("^[A-V][0-9]{4}$")
    return case(
        *(
            (and_(lettered, func.left(code, 1).in_(tuple(letters))), name)
            for name, letters in LETTERS
        ),
        *((and_(cpt, code >= low, code <= high), name) for name, low, high in SECTIONS),
        (code.regexp_match("^[0-9]{4}U$"), LABORATORY),
        else_=OTHER_SERVICE,
    )


def _line(fate: Any) -> Any:
    return select(fate.c.id.label("denial"), fate.c.line.label("key"))


def _with_the_law(fate: Any, said: Any) -> Any:
    """The same, with what the law denied, and decisions of which no line is known."""
    without = select(
        fate.c.id.label("denial"),
        case((fate.c.event == "deadline_missed", BY_LAW), else_=literal(NOT_SAID)).label("key"),
    ).where(~fate.c.id.in_(select(said.subquery().c.denial)))
    both = said.union_all(without).subquery()
    return select(both.c.denial, both.c.key)


KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "reason": _reason,
    "criterion": _criterion,
    "reviewers": _reviewers,
    "service": _service,
    "line": _line,
}
