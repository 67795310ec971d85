"""The plan's medical policies for everybody, free and without sign-in: what care is judged by, in
English and Spanish, every version that was ever published."""

from datetime import UTC, date

from flask import render_template, request

from casework.context import Context
from casework.errors import NotFound
from casework.records import medical_policies
from casework.web import edge
from casework.web.access import PUBLIC, entry
from casework.web.public.blueprint import public


@public.get("/medical-policies")
@entry(PUBLIC)
def policies() -> str:
    """Every policy by its code, as it is in force today."""
    with edge.reading() as cx:
        found = medical_policies.every_edition(cx)
        today = _today(cx)
    held = [medical_policies.in_force(each, today) for each in found.values()]
    return render_template("public/policies.html", held=[each for each in held if each])


@public.get("/medical-policies/<code>")
@entry(PUBLIC)
def policy(code: str) -> str:
    """One policy: the version in force, or the one that a letter names."""
    wanted = code.strip().upper()
    with edge.reading() as cx:
        known = medical_policies.CODE.fullmatch(wanted)
        editions = medical_policies.editions_of(cx, wanted) if known else ()
        today = _today(cx)
    asked = request.args.get("version", "")
    shown = next((each for each in editions if str(each.version) == asked), None)
    shown = shown or medical_policies.in_force(editions, today) or next(iter(editions), None)
    if shown is None:
        raise NotFound("There is no such medical policy.")
    return render_template("public/policy.html", policy=shown, tree=shown.tree, editions=editions)


def _today(cx: Context) -> date:
    return cx.now.astimezone(UTC).date()
