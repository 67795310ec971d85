"""Contracts on screen: what each says, the next version from form to check to history, and the
law beside every place that is looser."""

import json
import subprocess
from datetime import timedelta
from html import unescape

import pytest

from casework.services.contracts import publish_version
from tests.builders import MONDAY, STAFF
from tests.pages import Pages
from tests.web.staff.scene import Desk
from tests.worker.processes import CONSOLE, environment

DEMO = ("MA-2026", "OH-MA", "OH-MCD", "OH-MCD-2026", "OH-QHP")
LOOSE = {"OH-MA", "OH-MCD", "OH-QHP"}
WHY = "The State asks us to follow the federal limits."
FIRST = "2027-04-01"


def publish(desk: Desk, code: str, **said) -> int:
    """A version that somebody else publishes."""
    given = {
        "terms": {},
        "workflow": {},
        "reason": "Another administrator was quicker.",
        "effective_from": (MONDAY + timedelta(days=60)).date(),
        "knows_looser": True,
    }
    return publish_version(desk.cx("admin"), code, **given | said).version


def form_of(desk: Desk, app, code: str) -> Pages:
    """An administrator with the form open."""
    pages = desk.sign_in(app, "admin")
    pages.get(f"/staff/contracts/{code}/change")
    return pages


def sent(pages: Pages, code: str, status: int = 200, do: str = "check", **typed: str):
    return pages.post(
        f"/staff/contracts/{code}/change",
        {"effective_from": FIRST, "reason": WHY, "do": do, **typed},
        status=status,
    )


def again(pages: Pages, code: str, status: int, do: str, **typed: str):
    """Send the form of the page as it stands, by this button."""
    return pages.post(f"/staff/contracts/{code}/change", {"do": do, **typed}, status=status)


def newest(desk: Desk, app, code: str) -> int:
    page = desk.sign_in(app, "compliance").get(f"/staff/contracts/{code}")
    return max(
        int(e.text.removeprefix("Version ")) for e in page.all("strong") if "Version" in e.text
    )


def rows(page, caption: str) -> list[list[str]]:
    """The cells of a table as text."""
    [table] = [
        e
        for e in page.all("table")
        if any(c.text == caption for c in page.all("caption") if e in c.inside)
    ]
    lines = [e for e in page.all("tr") if table in e.inside]
    cells = [[c for c in page.all("th", "td") if line in c.inside] for line in lines]
    return [[" ".join(c.text.split()) for c in line] for line in cells[1:]]


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", STAFF)
def test_compliance_and_administrators_read_and_only_administrators_change(desk, app, who) -> None:
    pages = desk.sign_in(app, who)
    reads = who in {"compliance", "admin"}
    pages.get("/staff/contracts", status=200 if reads else 403)
    page = pages.get("/staff/contracts/OH-MCD", status=200 if reads else 403)
    assert ("Prepare the next version" in page.text) is (who == "admin")
    pages.get("/staff/contracts/OH-MCD/change", status=200 if who == "admin" else 403)


def test_a_contract_that_is_not_there_is_not_found(desk, app) -> None:
    for path in ("NOWHERE", "NOWHERE/change", "a%00", "🦊", "A" * 500):
        desk.sign_in(app, "admin").get(f"/staff/contracts/{path}", status=404)


def test_the_list_names_each_contract_with_its_layers_and_where_it_stands(desk, app) -> None:
    page = desk.sign_in(app, "compliance").get("/staff/contracts")
    found = {line[0].split()[-1]: line for line in rows(page, "Contracts")}
    assert set(found) == set(DEMO)
    for code, line in found.items():
        assert ("looser in" in line[1]) is (code in LOOSE)
    assert found["OH-MCD-2026"][4] == "Federal rulesWhat the plan itself publishesOhio law"
    assert "3 contracts run looser than the law" in page.text


def test_the_console_and_both_pages_list_the_same_looser_places(desk, app) -> None:
    told = subprocess.run(
        [CONSOLE, "rules", "check", "--json"],
        capture_output=True,
        text=True,
        env=environment(desk.settings),
        cwd=desk.settings.data_dir,
        timeout=60,
        check=True,
    )
    listed: dict[str, list[list[str]]] = {code: [] for code in DEMO}
    for one in json.loads(told.stdout)["looser"]:
        assert one["citation"]
        figures = [f"{one['ours']} {one['ours_rule']}".strip(), f"{one['law']} {one['law_rule']}"]
        listed[one["contract"]].append([one["what"], *figures, one["citation"]])
    assert {code for code, places in listed.items() if places} == LOOSE
    pages = desk.sign_in(app, "compliance")
    all_rules = pages.get("/staff/rules")
    for code, places in listed.items():
        page = pages.get(f"/staff/contracts/{code}")
        name = page.h1.removesuffix(code).strip()
        caption = f"Where {name} runs looser than the law"
        shown = {p: rows(p, caption) for p in (page, all_rules)} if places else {}
        for there in shown.values():
            assert [[unescape(cell) for cell in line] for line in there] == places
        if not places:
            assert "nowhere looser than the law" in page.text


# ── Changing ────────────────────────────────────────────────────────────────────────────────────


def test_the_form_is_filled_as_the_newest_version_says_and_changes_nothing_by_itself(
    desk, app
) -> None:
    pages = form_of(desk, app, "OH-MCD-2026")
    typed = pages.page.form("/staff/contracts/OH-MCD-2026/change")
    assert typed["layers-federal"] == typed["layers-state_oh"] == "yes"
    assert "layers-state_in" not in typed
    assert typed["policies-sfh_window_days"] == "120"
    assert "policies-tolling" not in typed, "no rule of Medicaid asks for it"
    page = sent(pages, "OH-MCD-2026", status=422)
    assert "there is nothing to publish" in page.text
    assert newest(desk, app, "OH-MCD-2026") == 1


def test_the_check_shows_what_changes_whose_time_moves_and_what_is_still_looser(desk, app) -> None:
    page = sent(
        form_of(desk, app, "OH-MCD"), "OH-MCD",
        **{"layers-federal": "yes", "policies-sfh_window_days": "90"},
    )  # fmt: skip
    changes = rows(page, "What changes against version 1")
    assert changes == [
        [
            "Layers",
            "What the plan itself publishes",
            "Federal rules; What the plan itself publishes",
        ],
        ["Days to ask for a State fair hearing", "120", "90"],
    ]
    examples = {line[0]: line[1:] for line in rows(page, "Due times of cases received then")}
    assert len(examples) == 6
    moved, before, after = examples["Request, standard"]
    assert moved == "7 days earlier"
    assert before.startswith("April 15, 2027, 11:59 pm Eastern Time 14 calendar days, OWN-PA-STD")
    assert after == (
        "April 8, 2027, 11:59 pm Eastern Time 7 calendar days, MCD-PA-STD 42 CFR 438.210(d)(1)"
    )
    loose = rows(page, "Where version 2 would run looser than the law")
    assert [
        "Time to file, appeal new",
        "90 calendar days from the date of the notice MCD-FILE-SFH",
        "120 calendar days from the date of the notice OH-MCD-FILE-SFH",
        "OAC 5101:6",
    ] in loose
    assert "No longer looser than the law" in page.text
    assert newest(desk, app, "OH-MCD") == 1, "looking at it publishes nothing"


def test_days_are_told_as_the_calendar_has_them(desk, app) -> None:
    pages = form_of(desk, app, "OH-MCD")
    page = sent(
        pages, "OH-MCD", effective_from="2027-12-30",
        **{"layers-federal": "yes", "layers-state_oh": "yes"},
    )  # fmt: skip
    examples = {line[0]: line[1] for line in rows(page, "Due times of cases received then")}
    assert examples["Grievance, standard"] == "60 days earlier", "over the change of the clocks"
    assert examples["Request, expedited"] == "1 day earlier"
    assert examples["Appeal, expedited"] == "the same"


def test_what_is_looser_is_published_only_by_who_says_that_he_knows(desk, app) -> None:
    pages = form_of(desk, app, "OH-QHP")
    sent(pages, "OH-QHP", **{"policies-immediately_hours": "12"})
    page = again(pages, "OH-QHP", 422, "publish")
    assert "Nothing was published" in page.text
    assert newest(desk, app, "OH-QHP") == 1
    again(pages, "OH-QHP", 302, "publish", knows_looser="yes")
    page = pages.follow()
    assert "Version 2 of Ohio Marketplace is published. It holds from April 1, 2027." in page.text
    [chapter] = [e.text for e in page.all("li") if "Version 2" in e.text and e.get("class")]
    for words in ("planned", STAFF["admin"][0], WHY, "Hours that “immediately” means", "24", "12"):
        assert words in chapter
    listed = pages.get("/staff/contracts")
    [line] = [line for line in rows(listed, "Contracts") if "OH-QHP" in line[0]]
    assert line[3].startswith("version 2 from April 1, 2027")


def test_a_double_click_publishes_once(desk, app) -> None:
    pages = form_of(desk, app, "MA-2026")
    page = sent(pages, "MA-2026", **{"work-reopen_days": "90"})
    typed = {**page.form("/staff/contracts/MA-2026/change"), "do": "publish"}
    for _ in range(2):
        answer = pages.client.post("/staff/contracts/MA-2026/change", data=typed)
        assert answer.status_code == 302
    assert newest(desk, app, "MA-2026") == 2


def test_going_back_to_the_form_keeps_everything(desk, app) -> None:
    pages = form_of(desk, app, "OH-MA")
    sent(pages, "OH-MA", **{"layers-federal": "yes", "ladder-quiet-begins": "21:30"})
    page = again(pages, "OH-MA", 200, "edit")
    typed = page.form("/staff/contracts/OH-MA/change")
    assert typed["reason"] == WHY
    assert typed["effective_from"] == FIRST
    assert typed["ladder-quiet-begins"] == "21:30"
    assert typed["layers-federal"] == "yes"


WRONG = [
    ({"reason": "short"}, "reason"),
    ({"effective_from": "2020-01-01"}, "effective_from"),
    ({"effective_from": "soon"}, "effective_from"),
    ({"time_zone": "Ohio"}, "time_zone"),
    ({"rating_period_start": ""}, "rating_period_start"),
    ({"policies-sfh_window_days": "60"}, "policies-sfh_window_days"),
    ({"policies-presumed_receipt_days": "many"}, "policies-presumed_receipt_days"),
    ({"policies-presumed_receipt_days": ""}, "policies-presumed_receipt_days"),
    ({"policies-state_holidays": "Christmas"}, "policies-state_holidays"),
    ({"work-vacate_days": "0"}, "work-vacate_days"),
    ({"ladder-quiet-begins": "25:00"}, "ladder-quiet-begins"),
    ({"ladder-quiet-ends": ""}, "ladder-quiet-ends"),
    ({"ladder-hand_on-hours-lead": "0"}, "ladder-hand_on-hours-lead"),
]


@pytest.mark.parametrize(("typed", "field"), WRONG, ids=str)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    desk, app, typed, field
) -> None:
    pages = form_of(desk, app, "OH-MCD-2026")
    page = sent(pages, "OH-MCD-2026", status=422, **{"layers-state_in": "yes", **typed})
    [link] = [e for e in page.all("a") if e.get("href") == f"#{field}"]
    assert link.text.endswith(".")
    kept = page.form("/staff/contracts/OH-MCD-2026/change")
    assert kept["layers-state_in"] == "yes"
    for name, text in typed.items():
        assert kept[name] == text
    assert newest(desk, app, "OH-MCD-2026") == 1


def test_no_layer_at_all_is_refused_at_the_layers(desk, app) -> None:
    pages = form_of(desk, app, "OH-MCD-2026")
    typed = pages.page.form("/staff/contracts/OH-MCD-2026/change")
    bare = {n: t for n, t in typed.items() if not n.startswith("layers-")}
    bare |= {"reason": WHY, "effective_from": FIRST, "do": "check"}
    answer = pages.client.post("/staff/contracts/OH-MCD-2026/change", data=bare)
    assert answer.status_code == 422
    assert "Adopt at least one layer" in answer.text


def test_a_version_that_was_published_meanwhile_refuses_and_keeps_what_was_changed(
    desk, app
) -> None:
    code = "OH-MA"
    pages = form_of(desk, app, code)
    sent(pages, code, **{"work-reopen_days": "77"})
    number = publish(desk, code, terms={"layers": ["federal", "owner"]})
    page = again(pages, code, 412, "publish", knows_looser="yes")
    assert f"Version {number} was published meanwhile by {STAFF['admin'][0]}" in page.text
    typed = page.form(f"/staff/contracts/{code}/change")
    assert (typed["work-reopen_days"], typed["reason"]) == ("77", WHY)
    assert typed["layers-federal"] == "yes", "what was not touched is as the newest version says"
    page = again(pages, code, 200, "check")
    assert f"Version {number}, planned from April 30, 2027, never comes into force" in page.text
    again(pages, code, 302, "publish", knows_looser="yes")
    assert newest(desk, app, code) == number + 1
    assert "never came into force" in pages.follow().text


def test_an_old_form_is_refused_before_the_check_too(desk, app) -> None:
    pages = form_of(desk, app, "OH-QHP")
    publish(desk, "OH-QHP", workflow={"reopen_days": 31})
    page = sent(pages, "OH-QHP", status=412, **{"work-vacate_days": "100"})
    typed = page.form("/staff/contracts/OH-QHP/change")
    assert (typed["work-reopen_days"], typed["work-vacate_days"]) == ("31", "100")
