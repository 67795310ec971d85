"""Finding a diagnosis code by words: a page of its own, and suggestions while one types."""

from typing import Any

from flask import render_template, request

from casework.queries import diagnosis_codes
from casework.web import edge
from casework.web.access import entry
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.saying import clean


@provider.get("/diagnosis-codes")
@entry(*OFFICE)
def find_diagnosis() -> Any:
    """Codes that fit what was typed; as a part of a page for the form that asks for it."""
    typed = clean(request.args.get("search", ""), most=80)
    with edge.reading() as cx:
        found = diagnosis_codes.matching(cx, typed)
    part = bool(request.headers.get("HX-Request"))
    template = "provider/parts/diagnoses.html" if part else "provider/diagnoses.html"
    return render_template(template, search=typed, found=found)
