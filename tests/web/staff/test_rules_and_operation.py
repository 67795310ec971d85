"""Two reading pages: the rules with their law, and what runs, waits or is stuck."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, update

from casework import now
from casework.models import Heartbeat, Letter, OutboxItem
from casework.queries.rule_cases import open_counts
from sla.cards import cards, needs_sign_off, rule_rows
from sla.saying import sentence
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
    for card in cards():
        rule = card.on(MONDAY.date())
        assert page.text.count(sentence(rule)) >= len(rule.line), rule.name
        assert " ".join(rule.citation.split()) in page.text


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
        ("layer=federal", lambda rule: rule.layer == "federal"),
        ("line=medicare", lambda rule: "medicare" in rule.line),
        ("clock=effectuation", lambda rule: rule.clock == "effectuation"),
        ("layer=moon", lambda rule: False),
        (
            "layer=federal&line=medicaid",
            lambda rule: rule.layer == "federal" and "medicaid" in rule.line,
        ),
        ("open=1", needs_sign_off),
        ("q=438.210(d)(1)", lambda rule: "438.210(d)(1)" in rule.citation),
        ("q=OH-MCD-PA-STD", lambda rule: rule.id == "OH-MCD-PA-STD"),
        ("q=acknowledge+grievance", lambda rule: rule.clock == "acknowledgement"),
        ("q=%3Cscript%3E", lambda rule: False),
    ],
)
def test_filters_of_the_rules_show_what_they_count(desk, app, query, fits) -> None:
    page = desk.sign_in(app, "nurse").get(f"/staff/rules?{query}")
    wanted = [card for card in cards() if fits(card.on(MONDAY.date()))]
    versions = sum(len(card.versions) for card in wanted)
    assert f"{versions} of {len(rule_rows())} published versions" in page.text
    for value in query.split("&"):
        assert value.partition("=")[2] == "" or page.one("h1").text == "Rules"
    articles = page.all("article")
    line = "medicare" if "line=medicare" in query else "medicaid" if "medicaid" in query else ""
    lines = [1 if line else len(card.newest.line) for card in wanted]
    found = [e for e in articles if not line or _line_of(e) == f"line-{line}"]
    assert len(found) == sum(lines)
    if not line:
        assert len(articles) == len(found)


def _line_of(element) -> str:
    return next(
        e.get("aria-labelledby") for e in element.inside if "policy" in e.get("class").split()
    )


def test_what_was_searched_for_stays_on_the_page(desk, app) -> None:
    page = desk.sign_in(app, "nurse").get("/staff/rules?layer=owner&q=%22%3E<b>x&open=1")
    assert {e.get("name"): e.get("value") for e in page.all("input")}["q"] == '"><b>x'
    chosen = [e for e in page.all("option") if "selected" in e.attrs]
    assert [e.get("value") for e in chosen] == ["owner", "1"]
    assert "No rule fits." in page.text


def test_a_rule_has_a_page_with_every_version_and_the_cases_that_it_binds(desk, app) -> None:
    ref = desk.open("bound")
    for who, sees in (("nurse", True), ("compliance", True), ("admin", False)):
        page = desk.sign_in(app, who).get("/staff/rules/owner/OWN-PA-STD")
        assert page.one("h1").text.startswith("OWN-PA-STD")
        assert ("Decide a standard request and tell the result within 14 calendar days of receipt."
                in page.text)  # fmt: skip
        assert (ref in page.text) == sees
        counted = [e.text for e in page.all("td") if "open case" in e.text]
        assert any(not text.startswith("no ") for text in counted), "figures for everybody"
    page = desk.sign_in(app, "nurse").get("/staff/rules/federal/mcd-pa-std")
    rows = [e.text for e in page.all("tr") if "November 21, 2026" in e.text]
    assert len(rows) == 2
    assert "E02" in page.text
    desk.sign_in(app, "nurse").get("/staff/rules/federal/NO-SUCH", status=404)
    desk.sign_in(app, "nurse").get("/staff/rules/owner/MCD-PA-STD", status=404)


def test_an_administrator_counts_the_whole_house_and_a_nurse_her_reach(desk, app) -> None:
    desk.open("counted")
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        [count] = [n for (_, rule, _), n in open_counts(cx).items() if rule == "OWN-PA-STD"][:1]
    assert count
    page = desk.sign_in(app, "admin").get("/staff/rules?q=OWN-PA-STD&line=medicaid")
    figures = [e.text for e in page.all("dd") if "open case" in e.text]
    assert figures[0] in (f"{count} open cases", "one open case")


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
