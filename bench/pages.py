"""What the staff's first page and a case cost: the JSON and the HTML of both.

The floor of a list is the SQL of its rows; that of a case, its rows table by table and the look that
the law has us write down. Both run under the same walls as ours.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql

from bench import floors
from bench.cases import submissions
from bench.floors import Copier
from bench.ground import Ground, Place, application
from bench.measure import Aim, Figure, Timed, each, in_turns, timed
from bench.witness import Scales, Witness
from casework import now
from casework.api import limits
from casework.app import create_app
from casework.metadata import Base
from casework.services import review, tokens
from casework.services.intake import submit_prior_auth
from casework.web import assets
from tests.pages import Pages

OPEN: Final = 10_000
MANY: Final = 100_000
ROUNDS: Final = 60
LIST: Final = (
    "select c.id, c.ref, c.kind, c.state, c.title, c.fast_track, c.next_due_at, c.next_clock,"
    " c.assignee_id, c.new_papers_at, c.version, c.contract_version_id, m.given_name,"
    " m.family_name, k.name, k.line, u.name from cases c join member m on m.id = c.member_id"
    " join contract k on k.id = c.contract_id left join user_account u on u.id = c.assignee_id"
    " where c.open order by c.next_due_at nulls last, c.id limit %s"
)
# A browser's session remembers once a minute that it was used.
SEEN: Final = frozenset({"web_session"})
AIM_LIST: Final = Aim(at_most=15)
AIM_CASE: Final = Aim(at_most=40)


def figures(ground: Ground) -> Iterator[Figure]:
    """A nurse's list with 10,000 open cases and one of her cases; then the list with 100,000."""
    if assets.missing():
        assets.collect()
    with ground.place("pages") as place, quietly():
        desk = Nurse(place)
        yield from desk.case()
        place.fill(OPEN)
        yield from desk.lists()
        place.multiply(MANY // OPEN)
        yield desk.list_json(f"work list, {MANY:,} open, JSON", aim=None)
        desk.close()


class Nurse:
    """A nurse with a token and a browser, and the plain connection of the floors."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.app = application_of(place)
        self.api = self.app.test_client()
        self.headers = {"Authorization": f"Bearer {token(place, 'nurse')}"}
        self.browser = signed_in(self.app, place, "nurse")
        nurse = place.town.principal("nurse")
        self.plain = application(place.addresses, reach="contracts", ids=nurse.ids)
        self.witness = Witness(place)
        # The floor reads and writes a case of its own, the twin of ours.
        self.ref, self.twin = self._two_cases()

    def close(self) -> None:
        """Let go of the connections."""
        self.plain.close()
        self.witness.close()

    def case(self) -> Iterator[Figure]:
        """The case through the API, and its page. Each look is written down, ours and theirs."""
        floors.own_chain(self.plain)
        pages = (
            ("case, JSON", lambda: self._get(f"/api/v1/cases/{self.ref}"), AIM_CASE),
            ("case, page", lambda: self._browse(f"/staff/cases/{self.ref}"), AIM_CASE),
        )
        self._browse(f"/staff/cases/{self.twin}")
        twins = {self._number(self.ref): self._number(self.twin)}
        links = 0
        for name, ours, aim in pages:
            for _ in range(2):
                ours()
            footprint = self.witness.footprint(ours)
            copier = Copier(footprint, self.place.settings.data_dir, links=links)
            reads = self._rows_of_case()
            scales = Scales(self.witness, now_and_then=SEEN)
            floor = each(self._read_and_write(reads), lambda: copier.work(twins, {}))
            yield self._figure(
                name,
                scales.watched("ours", timed(ours)),
                scales.watched("floor", floor),
                statements=(*(query for query, _ in reads), *floors.shown(footprint)),
                aim=aim,
            )
            scales.require_equal(name)
            links = copier.links

    def lists(self) -> Iterator[Figure]:
        """The first page of the work list, both ways."""
        yield self.list_json(f"work list, {OPEN:,} open, JSON", aim=AIM_LIST)
        yield self._figure(
            f"work list, {OPEN:,} open, page",
            timed(lambda: self._browse("/staff/")),
            timed(self._plain_list),
            statements=(LIST,),
        )

    def list_json(self, name: str, *, aim: Aim | None) -> Figure:
        """The first page of the work list through the API."""
        told = [row["ref"] for row in self._get("/api/v1/worklist").json["items"]]
        plain = [row[1] for row in self._plain_list()]
        if told != plain[: len(told)] or len(plain) != len(told) + 1:
            raise RuntimeError("The plain SQL finds another work list than ours.")
        return self._figure(
            name,
            timed(lambda: self._get("/api/v1/worklist")),
            timed(self._plain_list),
            statements=(LIST,),
            aim=aim,
        )

    def _figure(
        self,
        name: str,
        ours: Timed,
        floor: Timed,
        *,
        statements: tuple[str, ...],
        aim: Aim | None = None,
    ) -> Figure:
        taken = in_turns(ours, floor, rounds=ROUNDS, warm=3)
        return Figure(
            name=name,
            unit="ms",
            n=taken.n,
            ours=taken.ours * 1000,
            floor=taken.floor * 1000,
            statements=statements,
            aim=aim,
        )

    def _get(self, path: str) -> Any:
        return _ok(self.api.get(path, headers=self.headers))

    def _browse(self, path: str) -> Any:
        return _ok(self.browser.get(path))

    def _plain_list(self) -> Any:
        return self.plain.execute(LIST, (51,), prepare=True).fetchall()

    def _two_cases(self) -> list[str]:
        sent = submissions(self.place.town, self.place.members)
        refs = [submit_prior_auth(self.place.cx("Maple"), next(sent)).ref for _ in range(2)]
        for ref in refs:
            review.start_review(self.place.cx("nurse"), ref, None)
        return refs

    def _number(self, ref: str) -> int:
        found = self.witness.connection.execute("select id from cases where ref = %s", (ref,))
        return int(found.fetchone()[0])

    def _rows_of_case(self) -> list[tuple[str, tuple[Any, ...]]]:
        """One statement for each table that has rows of this case, and for whom it is about."""
        case_id, member_id, contract_id = self.witness.connection.execute(
            "select id, member_id, contract_id from cases where ref = %s", (self.twin,)
        ).fetchone()
        found = [
            ("select * from cases where id = %s", (case_id,)),
            ("select * from member where id = %s", (member_id,)),
            ("select * from contract where id = %s", (contract_id,)),
        ]
        for table in Base.metadata.sorted_tables:
            if table.info["scope"] != "case_child" or table.name == "presence":
                continue
            query = sql.SQL("select * from {} where case_id = %s").format(
                sql.Identifier(table.name)
            )
            if self.witness.connection.execute(query, (case_id,)).fetchone():
                found.append((query.as_string(self.plain).replace('"', ""), (case_id,)))
        return found

    def _read_and_write(self, reads: list[tuple[str, tuple[Any, ...]]]) -> Callable[[Any], None]:
        def both(work: Any) -> None:
            with self.plain.transaction():
                for query, values in reads:
                    self.plain.execute(query, values, prepare=True).fetchall()
            floors.write(self.plain, work)

        return both


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """The log line of each request is made and written as always, to nowhere."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        yield


def application_of(place: Place) -> Flask:
    """The application as it is served; more requests a minute than a person may send."""
    app = create_app(database=place.database)
    app.config[limits.SWITCH] = False
    return app


def token(place: Place, who: str) -> str:
    """A token of somebody of the staff, or of an office's program with every scope."""
    whose: dict[str, Any] = {"user_id": place.town.users.get(who)}
    if who in place.town.offices:
        whose = {"organization_id": place.town.offices[who], "scopes": tuple(tokens.SCOPES)}
    made = tokens.create_token(place.database.context(), f"bench {who}", wall=now.wall(), **whose)
    return made.token


def signed_in(app: Flask, place: Place, who: str) -> FlaskClient:
    """A browser in which this person has signed in."""
    pages = Pages(app.test_client())
    pages.get("/")
    pages.post("/demo-sign-in", {"person": str(place.town.users[who])})
    return pages.client


def _ok(response: Any) -> Any:
    if response.status_code != 200:
        raise RuntimeError(f"{response.request.path} answered {response.status_code}.")
    return response
