"""The facts of a letter are kept with it; its large print is made of them, once, by the worker."""

import io
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select, update

from casework import letter_facts, now
from casework.context import SYSTEM
from casework.errors import NotAllowed, NotFound, StateRefused
from casework.models import Letter, LetterEdition, OutboxItem
from casework.services import letter_editions
from casework.services.operations import move_time
from casework.storage import Storage, Stored
from casework.worker import Worker
from letters import compose, extract, outputs, pdf_text
from tests.builders import MONDAY, a_town
from tests.web.staff.scene import Desk


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


@pytest.fixture(scope="module")
def sent(town, settings, worker):
    """Every letter of two denials and what came before them."""
    desk = Desk(town, settings)
    desk.denied("first")
    desk.denied("second", "OH-QHP")
    worker.relay()
    return of_all(town.database)


def of_all(database):
    with database.session(database.context(SYSTEM)) as session:
        rows = session.execute(select(Letter).order_by(Letter.id)).scalars().all()
        session.expunge_all()
    return [row for row in rows if row.state == "sent"]


def editions(database):
    with database.session(database.context(SYSTEM)) as session:
        return [
            (row.letter_id, row.state, row.sha256)
            for row in session.execute(select(LetterEdition)).scalars()
        ]


def test_the_facts_of_each_letter_give_the_text_that_was_sent(sent, settings, worker):
    assert len(sent) >= 6
    assert {letter.recipient for letter in sent} >= {"member", "provider"}
    for letter in sent:
        context = letter_facts.kept(settings, letter.facts_sha256)
        assert context.case.ref
        assert context.issued_on == letter.printed_on
        stored = Storage(settings).get(letter.sha256)
        again = worker.press.print(outputs.in_print(context))
        assert pdf_text.read(again) == pdf_text.read(stored)
        told = extract.from_html(compose.html(context))
        assert letter_facts.same(settings, letter.sha256, told)
        other = replace(context, member=replace(context.member, name="Somebody Else"))
        told = extract.from_html(compose.html(other))
        assert not letter_facts.same(settings, letter.sha256, told)


def test_large_print_is_asked_for_and_made_once_of_the_same_facts(town, sent, settings, worker):
    letter = next(each for each in sent if each.code == "denial" and each.recipient == "member")
    nurse = town.cx("nurse")
    assert [letter_editions.ask_large_print(nurse, letter.id) for _ in range(2)] == ["asked"] * 2
    assert worker.relay() == 1
    [(letter_id, state, sha256)] = editions(town.database)
    assert (letter_id, state) == (letter.id, "made")
    assert letter_editions.ask_large_print(nurse, letter.id) == "made"
    assert worker.relay() == 0
    small, large = (Storage(settings).get(each) for each in (letter.sha256, sha256))
    assert extract.differences(extract.from_pdf(small), extract.from_pdf(large)) == ()
    with pikepdf.open(io.BytesIO(large)) as document:
        sizes = [
            float(each.operands[1]) * 0.75
            for page in document.pages
            for each in pikepdf.parse_content_stream(page)
            if str(each.operator) == "Tf"
        ]
    assert min(sizes) >= 18
    assert [each.sha256 for each in of_all(town.database)] == [each.sha256 for each in sent]


def test_whoever_dies_while_it_is_made_costs_nothing(town, sent, worker):
    letter = next(each for each in sent if each.recipient == "provider")
    letter_editions.ask_large_print(town.cx("Maple"), letter.id)
    taken = letter_editions.claim_edition(town.database.context(), now.wall())
    assert worker.relay() == 0
    with town.database.session(town.database.context(SYSTEM)) as session:
        over = update(OutboxItem).where(OutboxItem.topic == "edition")
        session.execute(over.values(lease_until=now.wall() - timedelta(minutes=5)))
        session.commit()
    assert worker.relay() == 1
    [made] = [row for row in editions(town.database) if row[0] == letter.id]
    assert made[1] == "made"
    late = Stored("0" * 64, 1)
    assert not letter_editions.deposit_edition(town.database.context(), taken, late, pages=1)
    assert made in editions(town.database)


def test_an_edition_that_would_say_something_else_is_never_kept(town, sent, settings, worker):
    first, second = [each for each in sent if each.recipient == "member"][-2:]
    _set(town, first.id, facts_sha256=second.facts_sha256)
    letter_editions.ask_large_print(town.cx("nurse"), first.id)
    worker.relay()
    [row] = [row for row in editions(town.database) if row[0] == first.id]
    assert row[1:] == ("asked", "")
    _set(town, first.id, facts_sha256=first.facts_sha256)


def _set(town, letter_id, **values):
    with town.database.session(town.database.context(SYSTEM)) as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(**values))
        session.commit()


def test_another_persons_copy_and_a_letter_without_facts_are_refused(town, sent):
    members = next(each for each in sent if each.recipient == "member")
    with pytest.raises(NotFound):
        letter_editions.ask_large_print(town.cx("Maple"), members.id)
    with pytest.raises(NotAllowed):
        letter_editions.ask_large_print(town.database.context(), members.id)
    with pytest.raises(NotFound):
        letter_editions.ask_large_print(town.cx("nurse"), 10**9)
    _set(town, members.id, facts_sha256="")
    with pytest.raises(StateRefused, match="before its facts were kept"):
        letter_editions.ask_large_print(town.cx("nurse"), members.id)
    with pytest.raises(NotFound, match="were not kept"):
        letter_facts.kept(town.database.settings, "")
    _set(town, members.id, facts_sha256=members.facts_sha256)
