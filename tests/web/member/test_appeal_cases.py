"""Appeals unlike others: late, with care that goes on, by who speaks for the member."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import create_engine, insert, text

from casework.models import Representative
from casework.records.cuts import Reduction
from casework.records.determinations import LineRuling, Words
from casework.services import authorizations
from tests.builders import MONDAY
from tests.services import stages
from tests.web.member.appealing import appeals_of, denied, reason_of
from tests.web.member.scene import DAY, Scene, approved
from tests.web.member.walking import Walk, an_appeal


def test_a_late_appeal_is_told_with_its_window_and_taken(scene: Scene, site: Flask) -> None:
    ref = denied(scene, "OH-QHP")
    scene.post(ref)
    engine = create_engine(scene.settings.database_owner_url)
    pages = scene.sign_in(site, "OH-QHP")
    start = pages.get(f"/member/appeal/{ref}")
    assert "Last day to ask: Saturday, August 28, 2027." in start.text
    with engine.begin() as connection:
        now = connection.execute(text("select seconds from time_offset")).scalar_one()
        connection.execute(text(f"update time_offset set seconds = {now + 200 * 86400}"))
    try:
        page = pages.get(f"/member/cases/{ref}")
        assert "The last day to ask was Saturday, August 28, 2027." in page.text
        walk = an_appeal(pages, ref)
        assert walk.step == "late"
        assert "The last day to ask was Saturday, August 28, 2027." in walk.open("late").text
        walk.answer("late", "I was in the hospital.")
        check = walk.answer("papers")
        assert "We take it if there was a good reason." in check.text
        receipt = walk.send()
        assert "It came after the last day. We will look at your reason" in receipt.text
        [(case, appeal)] = appeals_of(scene, ref)
        assert appeal.late
        assert "Why it comes late: I was in the hospital." in reason_of(scene, case.ref)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"update time_offset set seconds = {now}"))
        engine.dispose()


def test_care_that_was_cut_can_be_kept(scene: Scene, site: Flask) -> None:
    ref = approved(scene.house, "OH-MCD")
    form = Reduction(
        reason="The scans show no change.",
        criterion="Imaging policy MP-021, part 2.",
        effective_on=(MONDAY + 20 * DAY).date(),
        attested=True,
    )
    authorizations.terminate(scene.house.cx("physician"), ref, None, form)
    scene.post(ref)
    pages = scene.sign_in(site)
    told = pages.get(f"/member/cases/{ref}").text
    assert "To keep the care while we look, ask by Sunday, March 21, 2027." in told
    walk = an_appeal(pages, ref)
    assert walk.step == "keep"
    assert "If we still say no in the end, you may have to pay for it." in walk.open("keep").text
    walk.answer("keep", "yes")
    walk.answer("papers")
    receipt = walk.send()
    assert "Your care goes on while we look." in receipt.text
    [(case, appeal)] = appeals_of(scene, ref)
    assert (case.benefits_continued, appeal.continuation) == (True, True)


def test_care_cut_by_a_marketplace_plan_goes_on_and_nobody_is_asked(
    scene: Scene, site: Flask
) -> None:
    ref = approved(scene.house, "OH-QHP")
    form = Reduction(
        reason="The scans show no change.",
        criterion="Imaging policy MP-021, part 2.",
        effective_on=(MONDAY + 40 * DAY).date(),
        words=Words(provision="Chapter 4.", standard="MP-021.", nothing_would_help=True),
        attested=True,
    )
    authorizations.terminate(scene.house.cx("physician"), ref, None, form)
    pages = scene.sign_in(site, "OH-QHP")
    told = pages.get(f"/member/cases/{ref}").text
    assert "your care goes on. You do not have to ask for that." in told
    walk = an_appeal(pages, ref)
    assert walk.step == "papers", "the law keeps the care: there is nothing to ask"
    walk.answer("papers")
    receipt = walk.send()
    for page in (receipt, pages.get(f"/member/cases/{ref}")):
        assert "Your care goes on while we look." in page.text
        assert "we will not ask you to pay it back." in page.text
    [(case, _appeal)] = appeals_of(scene, ref)
    own = pages.get(f"/member/cases/{case.ref}").text
    assert "Your care goes on while we look." in own
    assert "Keep the care while we look" not in own


def test_a_representative_is_asked_for_the_form(scene: Scene, site: Flask, son: int) -> None:
    ref = denied(scene, "OH-MA")
    pages = scene.sign_in_as(site, son)
    assert "For Lena Hart" in pages.get("/member/").text
    assert "For Lena Hart" in pages.get(f"/member/cases/{ref}").text
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    walk.answer("why", "My mother needs it.")
    walk.answer("danger", "no")
    assert walk.step == "form"
    walk.answer("form", "later")
    walk.answer("papers")
    receipt = walk.send()
    assert "We still need the signed form." in receipt.text
    [(case, appeal)] = appeals_of(scene, ref)
    assert (case.filed_by, appeal.filer_name, appeal.consent) == (
        "representative",
        "Sam Hart",
        "missing",
    )
    engine = create_engine(scene.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            insert(Representative).values(
                member_id=scene.member_id("OH-MA"),
                name="Sam Hart",
                relation="son",
                starts_on=datetime(2027, 1, 1, tzinfo=UTC).date(),
            )
        )
    engine.dispose()
    another = denied(scene, "OH-MA")
    walk = Walk(pages, f"/member/appeal/{another}")
    walk.begin()
    walk.answer("why")
    walk.answer("danger", "no")
    assert walk.step == "papers", "a form that is on file is not asked for"
    walk.answer("papers")
    assert "We still need the signed form." not in walk.send().text


def test_a_no_that_became_a_yes_is_told_as_the_yes_that_it_is(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    number = stages.decided(scene.house, "OH-MCD", "overturn", about=ref)
    stages.carry_out(scene.house, number)
    pages = scene.sign_in(site)
    page = pages.get(f"/member/cases/{ref}")
    for said in ("We changed it to yes", "It is done. You can plan the care.", "AUTH-2027-"):
        assert said in page.text, said
    assert "Ask us to look again" not in page.one("main").text
    assert "For Rosa Diaz" not in page.text, "who signs in for herself needs no name"
    card = pages.get("/member/").text.partition(ref)[0].rpartition("Request for care")[2]
    assert "We changed it to yes" in card


def test_a_no_of_which_a_part_became_a_yes_is_not_told_as_a_yes(scene: Scene, site: Flask) -> None:
    ref = stages.a_denial(scene.house, **stages.two_lines(scene.house))
    given = (LineRuling(number=1, result="approved"),)
    number = stages.a_reviewed_appeal(scene.house, about=ref)
    stages.decide(scene.house, number, "overturn_in_part", lines=given)
    stages.carry_out(scene.house, number)
    pages = scene.sign_in(site)
    page = pages.get(f"/member/cases/{ref}")
    card = pages.get("/member/").text.partition(ref)[0].rpartition("Request for care")[2]
    for told in (page.text, pages.get(f"/member/cases/{ref}/everything").text, card):
        assert "We changed a part to yes" in told
        assert "We changed it to yes" not in told
    assert "To the rest we still say no" in page.text


def test_an_answer_that_was_given_is_not_promised_again(scene: Scene, site: Flask) -> None:
    """Until its letter leaves the clock runs; the page has the answer all the same."""
    number = stages.decided(scene.house, "OH-MCD", "uphold", about=denied(scene))
    pages = scene.sign_in(site)
    page = pages.get(f"/member/cases/{number}")
    assert "We still say no" in page.text
    assert "You will have our answer by" not in page.text
    assert "Ask for an outside review" in page.text
