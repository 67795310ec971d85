"""The office's own record of approvals: how it is counted, what a gold card needs, since when one
stands, and the requests that were counted. Nothing of another office.
"""

from flask import render_template

from casework.queries import office_people, own_gold_record
from casework.records.gold_cards import BAR
from casework.web import edge
from casework.web.access import entry
from casework.web.provider.blueprint import OFFICE, provider
from statemachines import engine


@provider.get("/record")
@entry(*OFFICE)
def gold_record() -> str:
    """Every record of the office."""
    with edge.reading() as cx:
        found = own_gold_record.own(cx)
    return render_template(
        "provider/gold_record.html",
        found=found,
        offices=len({each.organization_id for each in found}),
        bar=BAR,
    )


@provider.get("/record/<int:number>/<name>")
@entry(*OFFICE)
def gold_record_cases(number: int, name: str) -> str:
    """The requests behind one of them."""
    with edge.reading() as cx:
        found, rows = own_gold_record.counted(cx, number, name[:40])
        zone = office_people.zone_of(cx)
    return render_template(
        "provider/gold_record_cases.html",
        one=found,
        rows=rows,
        most=own_gold_record.MOST_CASES,
        bar=BAR,
        state_words=engine.words,
        now=edge.cx().now,
        zone=zone,
    )
