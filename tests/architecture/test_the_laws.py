"""The laws that can be read off the code: the house keeps them, and a planted breach is found."""

import pytest

from tests.architecture import laws
from tests.architecture.reading_code import house, module

LAWS = (
    laws.commits,
    laws.writes_state,
    laws.reads_the_wall_clock,
    laws.keeps_in_the_broker,
    laws.calls_a_command,
    laws.goes_around_the_filter,
    laws.is_too_long,
    laws.has_no_opening,
)

OPENING = '"""What this is."""\n'
PLANTED = [
    (laws.commits, "casework/services/x.py", "def f(s):\n    s.commit()\n"),
    (laws.commits, "casework/web/x.py", "def f(cx):\n    cx.db.session.commit()\n"),
    (laws.commits, "casework/queries/x.py", "def f(e):\n    with e.begin():\n        pass\n"),
    (laws.commits, "casework/api/x.py", "def f(c, u):\n    c(u, autocommit=True)\n"),
    (laws.writes_state, "casework/services/x.py", "def f(case):\n    case.state = 'approved'\n"),
    (laws.writes_state, "casework/records/x.py", "def f():\n    return Case(state='denied')\n"),
    (
        laws.writes_state,
        "casework/web/x.py",
        "def f():\n    return update(Case).where(Case.id == 1).values(state='x')\n",
    ),
    (laws.reads_the_wall_clock, "sla/x.py", "def f():\n    return datetime.now(UTC)\n"),
    (laws.reads_the_wall_clock, "letters/x.py", "def f():\n    return date.today()\n"),
    (laws.reads_the_wall_clock, "casework/x.py", "def f():\n    return time.time()\n"),
    (laws.reads_the_wall_clock, "casework/x.py", "def f():\n    return select(func.now())\n"),
    (laws.reads_the_wall_clock, "casework/x.py", "def f():\n    return text('select now()')\n"),
    (laws.reads_the_wall_clock, "casework/models/x.py", "a = column(server_default=func.now())\n"),
    (laws.keeps_in_the_broker, "sla/timers.py", "def f(t):\n    t.apply_async(eta=1)\n"),
    (laws.keeps_in_the_broker, "casework/worker.py", "def f(t):\n    t.apply_async(countdown=9)\n"),
    (laws.keeps_in_the_broker, "sla/x.py", "@app.task(autoretry_for=(OSError,))\ndef f(): ...\n"),
    (laws.keeps_in_the_broker, "sla/x.py", "def f(self):\n    raise self.retry()\n"),
    (
        laws.calls_a_command,
        "casework/services/x.py",
        "@command\ndef a(cx): ...\n@command\ndef b(cx):\n    a(cx)\n",
    ),
    (
        laws.calls_a_command,
        "casework/services/x.py",
        "from casework.services import review\ndef b(cx):\n    review.start_review(cx)\n",
    ),
    (laws.goes_around_the_filter, "casework/queries/x.py", "t = Member.__table__\n"),
    (
        laws.goes_around_the_filter,
        "casework/queries/x.py",
        "from casework.metadata import table_of\n",
    ),
    (laws.goes_around_the_filter, "casework/web/x.py", "from sqlalchemy import text\n"),
    (laws.is_too_long, "casework/x.py", "def f(): ...\n" + "a = 1\n" * 320),
    (laws.is_too_long, "casework/x.py", "def f():\n" + "    a = 1\n" * 61),
    (laws.has_no_opening, "casework/utils.py", "a = 1\n"),
    (laws.has_no_opening, "casework/x.py", "def process_case(): ...\n"),
    (laws.has_no_opening, "casework/x.py", "def handle(): ...\n"),
    (laws.has_no_opening, "casework/x.py", "from . import db\n"),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps_the_law(law) -> None:
    faults = [fault for each in house() for fault in law(each)]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("law", "path", "code"),
    PLANTED,
    ids=[f"{law[0].__name__}-{n}" for n, law in enumerate(PLANTED)],
)
def test_a_planted_breach_is_found(law, path, code) -> None:
    assert list(law(module(path, OPENING + code)))


def test_every_law_is_tried_on_a_breach() -> None:
    assert {law for law, *_ in PLANTED} == set(LAWS)


def test_a_module_without_an_opening_is_found() -> None:
    assert list(laws.has_no_opening(module("casework/x.py", "a = 1\n")))


def test_each_exception_still_exists() -> None:
    """A list of exceptions that nobody needs any more is a hole."""
    paths = {each.path for each in house()}
    for listed in (*laws.COMMITS, *laws.BEGINS, *laws.AUTOCOMMIT):
        assert listed in paths, listed
    for listed in laws.CORE:
        assert any(path.startswith(listed) for path in paths), listed
