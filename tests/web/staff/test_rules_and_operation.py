"""Two reading pages: the rules with their law, and what runs, waits or is stuck."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, update

from casework import now
from casework.models import Heartbeat, Letter, OutboxItem
from sla.cards import rule_rows
from tests.builders import MONDAY
from tests.web.staff.scene import DAY

READERS = (
    "intake", "nurse", "physician", "ag_specialist", "ag_clinician", "supervisor", "compliance",
    "admin",
)  # fmt: skip


def change(desk, statement):
    """Something breaks behind the back of the product."""
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()


@pytest.mark.parametrize("who", READERS)
def test_everybody_of_the_staff_reads_the_rules(desk, app, who) -> None:
    page = desk.sign_in(app, who).get("/staff/rules")
    assert f"{len(rule_rows())} of {len(rule_rows())} published versions" in page.text
    for row in rule_rows():
        assert " ".join(row["citation"].split()) in page.text


def test_a_contract_that_runs_looser_than_the_law_is_loud(desk, app) -> None:
    page = desk.sign_in(app, "compliance").get("/staff/rules")
    loud = [e for e in page.all("section") if "contract--looser" in e.get("class")]
    calm = [e for e in page.all("section") if e.get("class").split()[-1:] == ["contract"]]
    assert loud
    assert calm
    for section in loud:
        assert "run looser than the law." in section.text
        cites = [e for e in page.all("cite") if section in e.inside]
        assert cites, "with the law that it misses"
    for section in calm:
        assert "nowhere looser than the law" in section.text
    [alert] = [e for e in page.all("p") if e.get("class") == "usa-alert__text"]
    assert f"{len(loud)} contracts run looser than the law" in alert.text


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("layer=federal", lambda row: row["layer"] == "federal"),
        ("line=medicare", lambda row: "medicare" in row["lines"]),
        ("clock=effectuation", lambda row: row["clock"] == "effectuation"),
        ("layer=moon", lambda row: False),
        (
            "layer=federal&line=medicaid",
            lambda row: row["layer"] == "federal" and "medicaid" in row["lines"],
        ),
    ],
)
def test_filters_of_the_rules_count_what_they_show(desk, app, query, fits) -> None:
    page = desk.sign_in(app, "nurse").get(f"/staff/rules?{query}")
    wanted = [row for row in rule_rows() if fits(row)]
    assert f"{len(wanted)} of {len(rule_rows())} published versions" in page.text
    rules = [e for e in page.all("code") if e.within("th")]
    assert len(rules) == len(wanted)


def test_only_those_who_watch_see_the_operation(desk, app) -> None:
    for who in READERS:
        status = 200 if who in {"supervisor", "compliance", "admin"} else 403
        desk.sign_in(app, who).get("/staff/operations", status=status)


def test_a_loop_that_stands_still_is_told(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    desk.sweep()
    page = pages.get("/staff/operations")
    [sweep] = [e for e in page.all("section") if "Watches every deadline" in e.text]
    assert "running" in sweep.text
    long_ago = now.wall() - timedelta(minutes=7)
    change(desk, update(Heartbeat).where(Heartbeat.name == "sweep").values(at=long_ago))
    page = pages.get("/staff/operations")
    [sweep] = [e for e in page.all("section") if "Watches every deadline" in e.text]
    assert "stopped" in sweep.text or "not running" in sweep.text
    assert "tile--late" in sweep.get("class")


def test_a_refused_letter_stands_there_with_what_it_lacks(desk, app) -> None:
    ref = desk.open("refused", received_at=MONDAY - DAY)
    lacks = [
        {"code": "reason", "sentence": "The letter must show the reason.", "citation": "42 CFR 1"}
    ]
    change(desk, update(Letter).values(state="refused", missing=lacks))
    page = desk.sign_in(app, "supervisor").get("/staff/operations")
    assert ref in page.text
    assert "The letter must show the reason. 42 CFR 1" in page.text
    page = desk.sign_in(app, "admin").get("/staff/operations")
    assert ref not in page.text, "an administrator sees counts, no case"
    assert "Letters that cannot leave" in page.text


def test_parked_work_is_shown_with_its_last_error(desk, app) -> None:
    desk.open("parked")
    change(desk, update(OutboxItem).values(state="parked", attempts=9, error="press: no page"))
    page = desk.sign_in(app, "supervisor").get("/staff/operations")
    assert "Parked: it failed too often" in page.text
    assert "press: no page" in page.text
