"""Before a decision its real letters are seen beside their checklists; nothing of it is kept."""

from html import unescape

import pytest

from casework.services import desk as desk_work
from casework.services import rehearsals
from tests.web.staff.scene import REASON
from tests.web.staff.steps import WORDS, at, case_of, decisions_of, value_of

GAP = {"words-provision": "", "words-perfect-0-what": "", "words-perfect-0-why": ""}


@pytest.fixture
def physician(desk, app):
    return desk.sign_in(app, "physician")


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """Ten a minute is a limit for people; tests are quicker."""
    monkeypatch.setattr(rehearsals, "A_MINUTE", 500)


def look(pages, desk, name, trigger, data, *, status=200):
    """Open the form of the step, fill it in and ask for its letters."""
    pages.get(at(desk, name, trigger))
    return again(pages, desk, name, trigger, data, status=status)


def again(pages, desk, name, trigger, data, *, status=200):
    """Press the button beside the one that decides, on the form as it stands."""
    filled = {**pages.page.form(at(desk, name, trigger)), **data}
    answer = pages.client.post(f"{at(desk, name, trigger)}/letters", data=filled)
    return pages._read(answer, status)


def frames(page):
    """The pages of the letters that the page shows in frames."""
    return [unescape(each.get("srcdoc")) for each in page.all("iframe") if each.get("srcdoc")]


def test_steps_that_call_for_letters_offer_a_look_and_others_do_not(physician, desk) -> None:
    desk.with_physician("offers")
    offers = f"{at(desk, 'offers', 'deny')}/letters#letters-to-come"
    for trigger, calls in (
        ("deny", True),
        ("request_information", True),
        ("return_to_nurse", False),
    ):
        page = physician.get(at(desk, "offers", trigger))
        found = [each.get("formaction") for each in page.all("button") if each.get("formaction")]
        assert bool(found) is calls, trigger
        assert not calls or found == [offers.replace("/deny/", f"/{trigger}/")]


def test_a_denial_is_seen_with_its_gaps_and_nothing_of_it_is_kept(physician, desk) -> None:
    desk.with_physician("gaps", "OH-QHP")
    before = case_of(desk, "gaps").version
    page = look(physician, desk, "gaps", "deny", WORDS | GAP)
    assert "2 of" in page.text
    assert "are missing" in page.text
    assert "The letter must show the plan provision that the decision rests on" in page.text
    assert "unverified" not in page.text
    [member, provider] = frames(page)
    assert REASON in member
    assert 'gap"' in member
    assert "[Missing: Plan provision]" in member
    assert "Maple Clinic" in provider
    assert "letter-page.css" in member
    assert value_of(page, "lines-0-reason") == REASON
    assert value_of(page, "words-rationale") == WORDS["words-rationale"]
    assert "checked" in next(e for e in page.all("input") if e.get("name") == "attested").attrs
    assert (case_of(desk, "gaps").version, decisions_of(desk, "gaps")) == (before, [])


def test_mended_it_says_so_and_the_same_form_decides(physician, desk) -> None:
    desk.with_physician("mended", "OH-QHP")
    look(physician, desk, "mended", "deny", WORDS | GAP)
    page = again(physician, desk, "mended", "deny", WORDS)
    assert "are missing" not in page.text
    assert "are there" in page.text
    physician.post(at(desk, "mended", "deny"))
    assert case_of(desk, "mended").state == "denied"
    assert len(decisions_of(desk, "mended")) == 1


def test_each_typed_text_is_graded_and_its_hard_words_are_named(physician, desk) -> None:
    desk.with_physician("graded", "OH-QHP")
    hard = (
        "The contraindicated neuroimaging examination demonstrates insufficient documentation of"
        " conservative therapeutic management within the aforementioned evaluation period."
    )
    page = look(
        physician,
        desk,
        "graded",
        "deny",
        WORDS | {"lines-0-reason": hard, "words-standard": "Please send it within 10 days."},
    )
    note = next(e for e in page.elements if e.get("id") == "lines-0-reason-note")
    assert "Reads at school year" in note.text
    assert "Better:" in note.text
    date = next(e for e in page.elements if e.get("id") == "words-standard-note")
    assert "Must be mended:" in date.text


def test_what_is_refused_shows_no_letter_and_keeps_what_was_typed(physician, desk, app) -> None:
    ref = desk.with_physician("refused")
    page = look(physician, desk, "refused", "deny", WORDS | {"criterion": "x" * 500}, status=422)
    assert not frames(page)
    assert value_of(page, "words-rationale") == WORDS["words-rationale"]
    physician.get(at(desk, "refused", "deny"))
    form = desk_work.Handing(user_id=desk.town.users["physician2"], reason="")
    desk_work.assign(desk.cx("supervisor"), ref, None, form)
    page = again(physician, desk, "refused", "deny", WORDS, status=412)
    assert "The case moved on while you worked" in page.text
    assert value_of(page, "words-rationale") == WORDS["words-rationale"]


def test_whoever_may_not_decide_sees_no_letter_either(desk, app) -> None:
    desk.with_physician("not hers")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(at(desk, "not hers", "request_information"))
    form = nurse.page.form(at(desk, "not hers", "request_information"))
    answer = nurse.client.post(
        f"{at(desk, 'not hers', 'deny')}/letters", data={**form, **WORDS, "lines-0-number": "1"}
    )
    page = nurse._read(answer, 409)
    assert not frames(page)


def test_the_eleventh_look_in_a_minute_waits_and_keeps_what_was_typed(
    desk, app, monkeypatch
) -> None:
    desk.with_physician("eager")
    monkeypatch.setattr(rehearsals, "A_MINUTE", 1)
    second = desk.sign_in(app, "physician2")
    look(second, desk, "eager", "deny", WORDS)
    page = again(second, desk, "eager", "deny", WORDS, status=429)
    assert 0 < int(second.response.headers["Retry-After"]) <= 61
    assert value_of(page, "words-rationale") == WORDS["words-rationale"]


def test_an_approval_shows_a_number_that_nobody_was_given(desk, app) -> None:
    desk.in_review("approval")
    nurse = desk.sign_in(app, "nurse")
    page = look(nurse, desk, "approval", "approve", {})
    assert "AUTH-2027-000000-" in frames(page)[0]
    assert "the number of an authorization is given when you decide" in page.text
