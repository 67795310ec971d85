"""One case through the API: read it, act on it, add papers, read letters and history.

Every edge of the machine is `POST /cases/{ref}/actions/{trigger}`; its body is the form of the
command. A look at a member's record is written down before it is answered.
"""

import re
from typing import Any, Final

from flask import Response, make_response, request
from marshmallow import ValidationError

from casework import observations, policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.bodies import field_invalid, json_body
from casework.api.problems import invalid
from casework.api.versions import etag, if_match
from casework.context import Context
from casework.errors import Invalid
from casework.queries import case_file, escalations, letters, office_said, papers, timeline
from casework.queries.choices import choices
from casework.queries.clocks import explained_case
from casework.queries.next_step import next_step
from casework.records import occasions
from casework.schemas import cases as shapes
from casework.schemas.forms import schema_of
from casework.services.actions import ACTIONS, action
from casework.storage import Storage

blueprint = ApiBlueprint("cases", __name__, description="One case: read it and act on it.")

PEOPLE: Final = policy.ROLES - {"admin", "system"}
OUTSIDE: Final = policy.OFFICE | policy.MEMBERS
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)


@blueprint.route("/cases/<ref>")
@blueprint.response(200, shapes.CaseOut)
@entry(scope="cases:read", roles=PEOPLE)
def get_case(ref: str) -> Any:
    """One case, with what can be done now and why not the rest."""
    return read_case(ref)


@blueprint.route("/cases/<ref>/actions/<trigger>", methods=["POST"])
@blueprint.response(200, shapes.DoneOut)
@entry(scope="cases:act", roles=PEOPLE, changes=True, body=12_000_000)
def act(ref: str, trigger: str) -> Any:
    """Take one step of the machine. The body is the form of that step; If-Match the version seen.

    404 unknown trigger or case, 403 policy, 409 law or state, 412 stale, 422 fields.
    """
    seen = if_match(request)
    with edge.reading() as cx:
        kind = case_file.case_by_ref(cx, ref).kind
    step = action(kind, trigger)
    done = step.carry_out(edge.cx(), ref, seen, _form(step.form))
    response = make_response(shapes.DoneOut().dump(done))
    response.headers["ETag"] = etag(done.version)
    return response


@blueprint.route("/cases/<ref>/events")
@blueprint.arguments(shapes.BeforeIn, location="query")
@blueprint.response(200, shapes.EventOut(many=True))
@entry(scope="cases:read", roles=PEOPLE)
def get_events(asked: dict[str, Any], ref: str) -> Any:
    """What happened, newest first; outsiders do not see internal notes."""
    before = _whole(asked["before"], "before")
    with _looking(ref, "events") as (cx, case):
        limit = _whole(asked["limit"], "limit") or 100
        return list(timeline.timeline(cx, case, before=before, limit=limit, outside=_outside(cx)))


@blueprint.route("/cases/<ref>/clocks")
@blueprint.response(200, shapes.ClockOut(many=True))
@entry(scope="cases:read", roles=PEOPLE)
def get_clocks(ref: str) -> Any:
    """Every clock, with the arithmetic and its citations, whom it called, what is owed by it."""
    with _looking(ref, "clocks") as (cx, case):
        called, owed = escalations.hanging_on(cx, case.id)
        return [
            clock.as_dict()
            | {"escalations": called.get(clock.name, ()), "obligations": owed.get(clock.name, ())}
            for clock in explained_case(cx, case)
        ]


@blueprint.route("/cases/<ref>/letters")
@blueprint.response(200, shapes.LetterOut(many=True))
@entry(scope="cases:read", roles=PEOPLE)
def get_letters(ref: str) -> Any:
    """The letters of a case that are yours to see."""
    with _looking(ref, "letters") as (cx, _case):
        return letters.with_deliveries(
            cx, [row for row in letters.letters_of(cx, ref) if _addressed(cx, row)]
        )


@blueprint.route("/cases/<ref>/documents")
@blueprint.response(200, shapes.PaperOut(many=True))
@entry(scope="cases:read", roles=PEOPLE)
def get_documents(ref: str) -> Any:
    """The papers of a case."""
    with _looking(ref, "documents") as (cx, case):
        return list(papers.papers_of(cx, case.id))


@blueprint.route("/cases/<ref>/series")
@blueprint.response(200, shapes.BriefOut(many=True))
@entry(scope="cases:read", roles=PEOPLE)
def get_series(ref: str) -> Any:
    """The request, its appeals and reviews: every case of the same matter within your reach."""
    with _looking(ref, "series") as (cx, case):
        return list(case_file.series_of(cx, case))


@blueprint.route("/letters/<int:letter_id>")
@blueprint.response(200, content_type="application/pdf")
@entry(scope="cases:read", roles=PEOPLE)
def get_letter(letter_id: int) -> Response:
    """The exact bytes that were sent."""
    with edge.reading() as cx:
        row = letters.letter_by_id(cx, letter_id, recipients=_recipients(cx))
        member_id, sha256, code = row.Letter.member_id, row.Letter.sha256, row.Letter.code
    if not sha256:
        raise Invalid("This letter was not printed yet.", fields={"id": "Ask again later."})
    observations.look(edge.cx(), member_id=member_id, what=f"letter:{letter_id}")
    return _download(sha256, f"{row.ref}-{code}.pdf", "application/pdf")


@blueprint.route("/documents/<int:paper_id>")
@blueprint.response(200, content_type="application/octet-stream")
@entry(scope="cases:read", roles=PEOPLE)
def get_document(paper_id: int) -> Response:
    """The bytes of a paper, as they came."""
    with edge.reading() as cx:
        row = papers.paper_by_id(cx, paper_id)
    observations.look(
        edge.cx(), case_id=row.case_id, member_id=row.member_id, what=f"document:{paper_id}"
    )
    return _download(row.sha256, row.name, row.media_type)


def read_case(ref: str) -> Any:
    """The answer of GET for a case of any kind, with its ETag."""
    with edge.reading() as cx:
        file = case_file.case_file(cx, ref)
        offered = choices(cx, file.case, by_hand=ACTIONS[file.case.kind])
        said = [one for each in office_said.statements(cx, file) for one in each.answers]
    observations.look(edge.cx(), case_id=file.case.id, member_id=file.member.id, what="case")
    response = make_response(shapes.CaseOut().dump(_whole_case(file, offered, said)))
    response.headers["ETag"] = etag(file.case.version)
    return response


def _occasion(file: case_file.CaseFile) -> dict[str, Any] | None:
    said = occasions.of(file.detail) if file.case.kind == "prior_auth" else None
    if said is None:
        return None
    until = occasions.transition(said, file.line)
    more = {"transition_ends_on": until.ends_on, "rests_on": until.rests_on} if until else {}
    return vars(said) | {"transition_ends_on": None, "rests_on": ""} | more


def _whole_case(file: case_file.CaseFile, offered: Any, said: list[Any]) -> dict[str, Any]:
    case = file.case
    plain = {
        name: getattr(case, name)
        for name in (
            "ref",
            "kind",
            "state",
            "version",
            "title",
            "priority",
            "timing",
            "service",
            "channel",
            "filed_by",
            "received_at",
            "next_due_at",
            "next_clock",
            "outcome",
        )
    }
    return {
        **plain,
        "contract": file.contract.code,
        "line": file.line,
        "expedited": case.fast_track,
        "member_id": file.member.number,
        "about": file.about.ref if file.about else None,
        "occasion": _occasion(file),
        "next": next_step(case.kind, case.state),
        "lines": file.lines,
        "diagnoses": file.diagnoses,
        "authorizations": file.authorizations,
        "clocks": file.clocks,
        "escalations": file.escalations,
        "obligations": file.obligations,
        "choices": offered,
        "missing": getattr(file.detail, "missing", []),
        "criteria_answers": said,
    }


class _looking:
    """The case on a read-only session, with the look written down before anything is told."""

    def __init__(self, ref: str, what: str) -> None:
        self.ref, self.what = ref, what

    def __enter__(self) -> tuple[Context, Any]:
        self._reading = edge.reading()
        cx = self._reading.__enter__()
        try:
            case = case_file.case_by_ref(cx, self.ref)
            observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what=self.what)
        except BaseException as error:
            self._reading.__exit__(type(error), error, error.__traceback__)
            raise
        return cx, case

    def __exit__(self, *exc: Any) -> None:
        self._reading.__exit__(*exc)


def _form(form: type | None) -> Any:
    """The body as the form of the command; a step that asks nothing takes no body or `{}`."""
    body = json_body() if request.get_data(cache=True) else {}
    if form is None:
        if body not in ({}, None):
            raise field_invalid("body", "This step asks nothing: send no body.")
        return None
    try:
        return schema_of(form)().load(body)
    except ValidationError as error:
        raise invalid(error) from None


def _outside(cx: Context) -> bool:
    return bool(cx.principal.roles & OUTSIDE)


def _recipients(cx: Context) -> tuple[str, ...]:
    """Whose letters this principal may read; staff read all of them."""
    if cx.principal.roles & policy.MEMBERS:
        return ("member", "representative")
    return ("provider",) if cx.principal.roles & policy.OFFICE else ()


def _addressed(cx: Context, row: Any) -> bool:
    mine = _recipients(cx)
    return not mine or row.recipient in mine


def _whole(text: str, name: str) -> int | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise field_invalid(name, "Send a whole number.")
    return int(text)


def _download(sha256: str, name: str, media_type: str) -> Response:
    response = make_response(Storage(edge.database().settings).get(sha256))
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80] or "document"
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
