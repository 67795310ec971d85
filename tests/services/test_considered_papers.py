"""Every paper that came since the denial is read by the one who decides, or nothing is decided."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from casework.errors import NotAllowed, NotFound, StateRefused
from casework.models import Case, CaseDocument, CaseEvent, ConsideredPaper, Determination
from casework.records import considered
from casework.services import appeal_review, considering, papers
from casework.services.operations import move_time
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF
from tests.services import stages
from tests.services.house import a_house

DAY = timedelta(days=1)
LINES = ("OH-MCD", "OH-QHP", "OH-MA")


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def a_paper(name: str, content: bytes = PDF) -> PaperAsSent:
    return PaperAsSent(name=name, media_type="application/pdf", content=content)


def other(word: str) -> bytes:
    """Another document: the same page with a word behind its end."""
    return PDF + f"\n% {word}\n".encode()


def with_paper(
    house, contract: str = "OH-MCD", name: str = "Letter of Dr Maple.pdf", **more
) -> str:
    """An appeal in review, to which the specialist added a paper that came by mail."""
    ref = stages.a_reviewed_appeal(house, contract, **more)
    add(house, ref, name)
    return ref


def add(house, ref: str, name: str, who: str = "ag_specialist", now=MONDAY) -> None:
    form = papers.Upload(papers=(a_paper(name, other(f"{ref} {name}")),))
    papers.add_document(house.cx(who, now), ref, None, form)


def paper_of(house, ref: str, name: str) -> int:
    with house.town.database.reading(house.cx("system")) as cx:
        return cx.db.execute(
            select(CaseDocument.id)
            .join(Case, Case.id == CaseDocument.case_id)
            .where(Case.ref == ref, CaseDocument.name == name)
        ).scalar_one()


def read(house, ref: str, name: str, who: str = "ag_clinician", on: str = "", now=MONDAY):
    number = paper_of(house, on or ref, name)
    return considering.consider_paper(house.cx(who, now), ref, number, 3)


def rows(house, table, ref: str) -> list:
    with house.town.database.reading(house.cx("system")) as cx:
        case_id = select(Case.id).where(Case.ref == ref).scalar_subquery()
        return list(cx.db.execute(select(table).where(table.case_id == case_id)).scalars())


@pytest.mark.parametrize("how", ["uphold", "overturn"])
@pytest.mark.parametrize("contract", LINES)
def test_a_decision_with_an_unread_new_paper_is_refused_and_names_it(house, contract, how) -> None:
    ref = with_paper(house, contract)
    with pytest.raises(StateRefused, match=r"“Letter of Dr Maple\.pdf”") as refused:
        stages.decide(house, ref, how)
    cites = {
        "OH-MCD": "42 CFR 438.406(b)(2)(iii)",
        "OH-QHP": "29 CFR 2560.503-1(h)(2)(iv)",
        "OH-MA": "42 CFR 422.586",
    }
    assert refused.value.citation == cites[contract]
    assert stages.look(house, ref).case.state == "in_review"
    read(house, ref, "Letter of Dr Maple.pdf")
    assert stages.decide(house, ref, how).state in ("upheld", "overturned", "forwarded")


def test_what_was_read_stands_in_the_history_and_with_the_decision(house) -> None:
    ref = with_paper(house)
    done = read(house, ref, "Letter of Dr Maple.pdf")
    [row] = rows(house, ConsideredPaper, ref)
    assert (row.user_id, row.pages, row.at) == (house.user("ag_clinician"), 3, MONDAY)
    event = [each for each in rows(house, CaseEvent, ref) if each.event == "paper_considered"]
    assert [each.seq for each in event] == [row.event_seq]
    assert done.version == stages.look(house, ref).case.version
    stages.decide(house, ref, "overturn")
    [decision] = rows(house, Determination, ref)
    [kept] = decision.frozen["considered"]
    assert kept["pages"] == 3
    assert "Maple" not in str(decision.frozen)


def test_a_tick_moves_no_version_so_that_no_form_becomes_stale(house) -> None:
    ref = with_paper(house)
    before = stages.look(house, ref).case.version
    read(house, ref, "Letter of Dr Maple.pdf")
    assert stages.look(house, ref).case.version == before
    stages.decide(house, ref, "overturn")


def test_nobody_reads_for_another(house) -> None:
    ref = with_paper(house)
    read(house, ref, "Letter of Dr Maple.pdf", who="guardian")
    with pytest.raises(StateRefused, match="Not read yet"):
        stages.decide(house, ref, "overturn", who="ag_clinician")
    assert stages.decide(house, ref, "overturn", who="guardian").state == "overturned"


def test_a_second_tick_changes_nothing(house) -> None:
    ref = with_paper(house)
    read(house, ref, "Letter of Dr Maple.pdf")
    read(house, ref, "Letter of Dr Maple.pdf")
    assert len(rows(house, ConsideredPaper, ref)) == 1
    assert stages.look(house, ref).happened.count("paper_considered") == 1


def test_a_paper_that_comes_after_the_tick_must_be_read_too(house) -> None:
    ref = with_paper(house)
    read(house, ref, "Letter of Dr Maple.pdf")
    add(house, ref, "Second letter.pdf")
    with pytest.raises(StateRefused) as refused:
        stages.decide(house, ref, "uphold")
    assert "Second letter.pdf" in refused.value.sentence
    assert "Maple" not in refused.value.sentence


def test_what_came_to_the_request_after_its_denial_is_new(house) -> None:
    about = stages.a_denial(house)
    later = MONDAY + DAY
    ref = stages.an_appeal(house, about=about, now=later)
    stages.give(house, ref, now=later)
    add(house, about, "Late report.pdf", who="nurse", now=later)
    with pytest.raises(StateRefused, match=r"Late report\.pdf"):
        stages.decide(house, ref, "overturn", now=later)
    read(house, ref, "Late report.pdf", on=about, now=later)
    assert stages.decide(house, ref, "overturn", now=later).state == "overturned"


def test_what_the_first_decision_had_may_be_read_and_need_not(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    with house.town.database.reading(house.cx("ag_clinician")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        every = considered.papers_of(cx, case, since=considered.denied_at(cx, case))
    assert every
    assert not [paper for paper in every if paper.new]
    considering.consider_paper(house.cx("ag_clinician"), ref, every[0].id, None)
    assert stages.decide(house, ref, "overturn").state == "overturned"


def test_evidence_that_is_shared_is_read_by_the_reviewer(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    form = appeal_review.Evidence(
        evidence=("A study",),
        answer_by=MONDAY + DAY,
        papers=(a_paper("study.pdf", other(ref)),),
    )
    appeal_review.share_new_evidence(house.cx("ag_specialist"), ref, None, form)
    with pytest.raises(StateRefused, match=r"study\.pdf"):
        stages.decide(house, ref, "overturn")


@pytest.mark.parametrize("who", ["ag_specialist", "nurse", "supervisor", "compliance"])
def test_only_a_clinician_says_that_it_was_read(house, who) -> None:
    ref = with_paper(house)
    with pytest.raises(NotAllowed) as refused:
        read(house, ref, "Letter of Dr Maple.pdf", who=who)
    assert refused.value.source == "appeal-papers-read"


def test_a_paper_of_another_matter_is_not_there(house) -> None:
    ref, elsewhere = with_paper(house), with_paper(house)
    with pytest.raises(NotFound):
        read(house, ref, "Letter of Dr Maple.pdf", on=elsewhere)


def test_after_the_decision_nothing_is_read_into_it(house) -> None:
    ref = with_paper(house)
    read(house, ref, "Letter of Dr Maple.pdf")
    stages.decide(house, ref, "overturn")
    with pytest.raises(StateRefused, match="decided or ended"):
        read(house, ref, "Letter of Dr Maple.pdf", who="guardian")


def test_a_denial_has_no_such_papers(house) -> None:
    about = stages.a_denial(house)
    with pytest.raises((NotFound, NotAllowed)):
        considering.consider_paper(house.cx("ag_clinician"), about, 1, None)


def test_nobody_can_take_back_what_was_read(house, settings) -> None:
    ref = with_paper(house)
    read(house, ref, "Letter of Dr Maple.pdf")
    engine = create_engine(settings.database_url)
    for statement in ("delete from considered_paper", "update considered_paper set pages = 1"):
        with engine.connect() as app, pytest.raises(ProgrammingError, match="permission denied"):
            app.execute(text(statement))
    engine.dispose()
