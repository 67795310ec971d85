"""Care that was cut goes on during an appeal: unasked where the law keeps it, else when asked."""

import json
from datetime import date, timedelta

import pytest

from casework.queries import pa_list
from casework.records.cuts import Reduction
from casework.records.determinations import Wanted, Words
from casework.services import appeals, authorizations
from casework.services.operations import move_time
from tests.builders import MONDAY, a_submission
from tests.services import stages, walk_appeals, walk_requests
from tests.services.composed import written
from tests.services.house import a_house

FEDERAL, QHP = "OH-MCD-2026", "OH-QHP"
CUT = date(2027, 4, 1)
AFTER = CUT + timedelta(days=1)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def a_cut(house, contract: str = QHP) -> str:
    """An approved request whose authorization ends on CUT."""
    ref = walk_requests.approved(house, contract)
    form = Reduction(
        effective_on=CUT,
        reason="The goal is reached.",
        criterion="MP-033, part 2",
        words=Words(
            provision="Your plan book, chapter 4.",
            standard="We compared the records with the policy.",
            perfect=(Wanted(what="New notes", why="They may show the need."),),
        ),
        attested=True,
    )
    authorizations.terminate(house.cx("physician"), ref, None, form)
    return ref


def filed(house, about: str, contract: str = QHP, *, who: str = "", now=MONDAY, **said):
    """The appeal of this cut, filed by the member or an office."""
    cx = house.cx(who, now) if who else house.member(contract, now)
    return appeals.file_appeal(cx, appeals.AppealFiling(about=about, reason="I need it.", **said))


def covered(house, about: str) -> bool:
    """Whether the care of this request counts as authorized on the day after the cut."""
    sight = stages.look(house, about)
    with house.town.database.reading(house.cx("system")) as cx:
        code = a_submission(house.town).lines[0].code
        found = pa_list.standing_authorizations(cx, sight.case.member_id, [code], on=AFTER)
    return found.get(code) in {each.number for each in sight.authorizations}


@pytest.mark.parametrize("who", ["", "Maple"])
def test_on_the_marketplace_cut_care_goes_on_whoever_appeals_and_nobody_asks(house, who) -> None:
    about = a_cut(house)
    assert not covered(house, about)
    opened = filed(house, about, who=who)
    appeal, request = stages.look(house, opened.ref), stages.look(house, about)
    assert opened.continuation == "continued"
    assert appeal.case.benefits_continued
    [event] = [each for each in appeal.events if each.event == "benefits_continued"]
    assert event.actor_kind == "system"
    assert "147.136(b)(3)(iii)" in json.loads(event.facts)["rests_on"]
    assert "continuation_requested" not in request.happened
    assert covered(house, about), "the authorization stands until the appeal is decided"
    if not who:
        stages.give(house, opened.ref)
        stages.decide(house, opened.ref, "uphold")
        assert not covered(house, about), "the review has ended, and with it the care"


def test_medicaid_waits_for_the_member_to_ask(house) -> None:
    about = a_cut(house, FEDERAL)
    opened = filed(house, about, FEDERAL)
    assert (opened.continuation, covered(house, about)) == ("", False)
    asked = filed(house, a_cut(house, FEDERAL), FEDERAL, continue_benefits=True)
    assert asked.continuation == "continued"
    assert covered(house, asked.about)


def test_what_was_cut_before_the_appeal_came_goes_on_only_when_asked_for(house) -> None:
    late = MONDAY + timedelta(days=31)
    assert late.date() == CUT
    unasked = filed(house, a_cut(house), now=late)
    assert unasked.continuation == ""
    asked = filed(house, a_cut(house), now=late, continue_benefits=True)
    assert asked.continuation == "continued"
    the_day_before = filed(house, a_cut(house), now=late - timedelta(days=1))
    assert the_day_before.continuation == "continued"


def test_care_that_was_never_approved_has_nothing_that_goes_on(house) -> None:
    opened = filed(house, stages.a_denial(house, QHP))
    assert opened.continuation == ""
    assert not stages.look(house, opened.ref).case.benefits_continued


def test_an_appeal_taken_back_ends_the_care_and_one_opened_again_brings_it_back(house) -> None:
    about = a_cut(house)
    opened = filed(house, about, who="Maple")
    assert covered(house, about)
    walk_appeals.STEPS["dismiss"](house, opened.ref)
    assert not covered(house, about)
    walk_appeals.STEPS["vacate_dismissal"](house, opened.ref)
    assert covered(house, about)


@pytest.mark.parametrize(
    ("language", "goes_on", "nothing_back"),
    [
        ("en", "your coverage goes on until we decide", "we will not ask you to pay it back"),
        ("es", "su cobertura sigue hasta que decidamos", "no le pediremos que pague el resto"),
    ],
)
def test_each_letter_says_that_the_care_goes_on_and_that_nothing_is_owed_back(
    house, language, goes_on, nothing_back
) -> None:
    about = a_cut(house)
    opened = filed(house, about)
    stages.give(house, opened.ref)
    stages.decide(house, opened.ref, "uphold")
    owed = [(about, "reduction"), (opened.ref, "appeal_received")]
    owed += [(opened.ref, "continuation_granted"), (opened.ref, "appeal_upheld")]
    texts = [written(house, ref, code, language=language) for ref, code in owed]
    assert goes_on in texts[0]
    assert goes_on in texts[1]
    for text in texts:
        assert nothing_back in text.lower()
        assert "may have to pay" not in text
        assert "posible que tenga que pagar" not in text
