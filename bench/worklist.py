"""The first page of the work list with 100,000 open cases: what it costs at the server, and in how
many questions.

The cases are told by the thousand and multiplied in SQL, then mixed: kinds, queues, people, dues,
holds and papers as a large plan has them. The floor is the SQL of the rows alone, under the same
walls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask.testing import FlaskClient
from sqlalchemy import event

from bench.ground import Ground, Place, application, superuser
from bench.measure import Aim, Figure, Stopped, in_turns, timed
from bench.pages import LIST, MANY, OPEN
from bench.visitors import application_of, quietly, signed_in
from casework.web import assets
from tests.builders import MONDAY

ROUNDS: Final = 30
MOST_QUESTIONS: Final = 12
AIM: Final = Aim(at_most=100)
# Who asks for which page; a nurse begins with her own cases, a supervisor with all.
ASKED: Final = (
    ("nurse", "/staff/", "my cases"),
    ("nurse", "/staff/?tab=unassigned", "unassigned"),
    ("supervisor", "/staff/", "all open"),
    ("supervisor", "/staff/?tab=all&kind=appeal&urgency=expedited", "all open, two filters"),
    ("supervisor", "/staff/?tab=hold", "on hold"),
)
_DEALT: Final = (
    """create temp table dealt as
      select id, row_number() over (order by md5(id::text)) as r from cases""",
    """update cases c set
      kind = case when r % 100 < 70 then 'prior_auth' when r % 100 < 88 then 'appeal'
        when r % 100 < 97 then 'grievance' else 'external_review' end,
      state = case when r % 100 < 30 then 'received' when r % 100 < 50 then 'in_review'
        when r % 100 < 62 then 'pended' when r % 100 < 70 then 'in_physician_review'
        when r % 100 < 78 then 'received' when r % 100 < 88 then 'in_review'
        when r % 100 < 92 then 'received' when r % 100 < 97 then 'in_investigation'
        when r % 100 < 99 then 'requested' else 'assigned' end,
      queue = case when r % 100 < 62 then 'review' when r % 100 < 70 then 'physician'
        when r % 100 < 80 then 'appeals' when r % 100 < 88 then 'appeal_review'
        when r % 100 < 97 then 'grievances' else 'external_review' end,
      fast_track = r % 11 = 0,
      specialty = (array['Radiology', 'Cardiology', 'Oncology', 'Psychiatry', 'Home health',
        'Orthopedic surgery', 'Pain medicine', 'Sleep medicine', 'Neurology', ''])[1 + r % 10],
      assignee_id = case when r % 3 = 0 then null when r % 400 = 1 then {nurse}
        when r % 400 = 2 then {nurse2} else {ag_specialist} end,
      next_due_at = '{monday}'::timestamptz + ((r * 7919) % 30000 - 900) * interval '1 minute',
      new_papers_at = case when r % 37 = 0 then '{monday}'::timestamptz - interval '1 hour' end,
      held_at = case when r % 67 = 0 then '{monday}'::timestamptz - interval '1 day' end,
      held_until = case when r % 67 = 0 then '{monday}'::timestamptz + interval '1 day' end,
      returned_at = case when r % 97 = 0 then '{monday}'::timestamptz - interval '1 day' end
    from dealt d where d.id = c.id""",
    "update cases set held_state = state where held_until is not null",
    """insert into queue (code, name, position) values ('review', 'Nurse review', 1),
      ('physician', 'Physicians', 2), ('appeals', 'Appeals', 3), ('grievances', 'Grievances', 5),
      ('appeal_review', 'Appeal reviewers', 4), ('external_review', 'External reviews', 6)
      on conflict do nothing""",
    """insert into reporting_line (user_id, manager_id, starts_on) values
      ({nurse}, {supervisor}, '2024-01-01'), ({nurse2}, {supervisor}, '2024-01-01')""",
    "vacuum analyze",
)


def figures(ground: Ground) -> Iterator[Figure]:
    """Each of these pages, with 100,000 open cases."""
    if assets.missing():
        assets.collect()
    with ground.place("worklist") as place, quietly():
        place.fill(OPEN)
        place.multiply(MANY // OPEN)
        deal(place)
        app = application_of(place)
        supervisor = place.town.principal("supervisor")
        plain = application(place.addresses, reach="contracts", ids=supervisor.ids)
        for who, path, name in ASKED:
            yield _figure(place, signed_in(app, place, who), plain, path, name)
        plain.close()


def deal(place: Place) -> None:
    """Mix the cases that are there, as a large plan has them: for reading only."""
    people = {**place.town.users, "monday": MONDAY.isoformat()}
    with superuser(place.addresses) as connection:
        connection.execute("set session_replication_role = replica")
        for statement in _DEALT:
            connection.execute(statement.format(**people).encode())


def _figure(place: Place, browser: FlaskClient, plain: Any, path: str, name: str) -> Figure:
    def page() -> None:
        answer = browser.get(path)
        if answer.status_code != 200:
            raise Stopped(f"{path} answered {answer.status_code}.")

    for _ in range(8):  # as on a server that has been up for a while: plans and pages are ready
        page()
    with _watched(place) as questions:
        page()
    if len(questions) > MOST_QUESTIONS:
        raise Stopped(f"{path} asks {len(questions)} questions, {MOST_QUESTIONS} at most.")
    taken = in_turns(
        timed(page),
        timed(lambda: plain.execute(LIST, (51,), prepare=True).fetchall()),
        rounds=ROUNDS,
        warm=3,
    )
    return Figure(
        name=f"work list page, {name}, {MANY:,} open",
        unit="ms",
        n=taken.n,
        ours=taken.ours * 1000,
        floor=taken.floor * 1000,
        statements=(LIST,),
        counted=f"{len(questions)} questions",
        aim=AIM,
    )


@contextmanager
def _watched(place: Place) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(place.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(place.database.engine, "before_cursor_execute", note)
