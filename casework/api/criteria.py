"""Medical policies and the checklists of a case through the API: read them, mark criteria."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

from flask import make_response, request

from casework import observations, policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.versions import etag, if_match
from casework.errors import Invalid, NotFound
from casework.queries import case_file
from casework.records import checklists, medical_policies
from casework.records.checklists import Checklist
from casework.records.criteria_tree import Found
from casework.schemas import criteria as shapes
from casework.schemas.cases import DoneOut
from casework.schemas.forms import schema_of
from casework.services import criteria
from casework.services.criteria import Answers

blueprint = ApiBlueprint(
    "criteria", __name__, description="Medical policies, and what the records show by them."
)
READERS: Final = policy.STAFF


@blueprint.route("/medical-policies")
@blueprint.response(200, shapes.PolicyBriefOut(many=True))
@entry(public=True)
def get_policies() -> Any:
    """Every medical policy of the plan, by its code. Anybody may read them."""
    with edge.reading() as cx:
        found = medical_policies.every_edition(cx)
        today = cx.now.astimezone(UTC).date()
    answer = []
    for editions in found.values():
        holds = medical_policies.in_force(editions, today)
        shown = holds or editions[0]
        answer.append(
            {
                "code": shown.code,
                "title": shown.title,
                "version": holds.version if holds else None,
                "codes": shown.codes,
                "address": shown.address,
            }
        )
    return answer


@blueprint.route("/medical-policies/<code>")
@blueprint.response(200, shapes.PolicyVersionOut(many=True))
@entry(public=True)
def get_policy(code: str) -> Any:
    """Every published version of a medical policy, the newest first. Anybody may read them."""
    wanted = code.strip().upper()
    if not medical_policies.CODE.fullmatch(wanted):
        raise NotFound("There is no such medical policy.")
    with edge.reading() as cx:
        editions = medical_policies.editions_of(cx, wanted)
        today = cx.now.astimezone(UTC).date()
    if not editions:
        raise NotFound("There is no such medical policy.")
    return [
        {**vars(each), "standing": medical_policies.standing(each, editions, today)}
        for each in editions
    ]


@blueprint.route("/cases/<ref>/criteria")
@blueprint.response(200, shapes.ChecklistOut(many=True))
@entry(roles=READERS)
def get_criteria(ref: str) -> Any:
    """The checklists of a request: line by line the policy in force on its receipt, with what was
    marked and what the marks come to; the ETag is the case's."""
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, ref)
        found = checklists.of_case(cx, case)
        day = checklists.day_of_receipt(cx, case)
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what="criteria")
    told = [_told(each) | {"received_on": day} for each in found]
    response = make_response(shapes.ChecklistOut(many=True).dump(told))
    response.headers["ETag"] = etag(case.version)
    return response


@blueprint.route("/cases/<ref>/criteria/<int:line>", methods=["PUT"])
@blueprint.arguments(schema_of(Answers))
@blueprint.response(200, DoneOut)
@entry(roles=READERS, changes=True)
def put_criteria(form: Answers, ref: str, line: int) -> Any:
    """Mark criteria of a policy on one line; what is not named stays as it is, and the same marks
    again change nothing. If-Match is the version of the case that you read.

    403 policy, 404 no such line or policy, 409 decided, 412 marked by a colleague meanwhile, 422
    fields, such as a page that the paper does not have.
    """
    wrong = criteria.wrong_pages(edge.cx(), ref, form)
    if wrong:
        raise Invalid("Please correct the pages; nothing was kept.", fields=wrong)
    done = criteria.mark_criteria(edge.cx(), ref, if_match(request), line, form)
    response = make_response(DoneOut().dump(done))
    response.headers["ETag"] = etag(done.version)
    return response


def _told(checklist: Checklist) -> dict[str, Any]:
    found = checklist.found
    return {
        "line": checklist.line.number,
        "code": checklist.line.code,
        "policy": checklist.policy.code,
        "version": checklist.policy.version,
        "why_this_day": checklists.WHY_THIS_DAY,
        "state": found.state,
        "result": checklists.result_words(found),
        "groups": list(_groups(found)),
        "marks": [checklist.marks[each.id] for each in _marked(checklist)],
        "office": [checklist.office[each.id] for each in _said(checklist)],
        "open": [each.id for each in checklist.criteria if each.id not in checklist.marks],
    }


def _marked(checklist: Checklist) -> list[Any]:
    return [each for each in checklist.criteria if each.id in checklist.marks]


def _said(checklist: Checklist) -> list[Any]:
    return [each for each in checklist.criteria if each.id in checklist.office]


def _groups(found: Found) -> Iterator[dict[str, Any]]:
    if found.below:
        yield {
            "id": found.node.id,
            "state": found.state,
            "met": found.met,
            "least": getattr(found.node, "least", 1),
            "of": len(found.below),
            "words": found.words,
        }
    for each in found.below:
        yield from _groups(each)
