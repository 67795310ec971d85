"""What the staff's first page and a case cost: the JSON and the HTML of both.

The floor of a list is the SQL of its rows; that of a case, its rows table by table and the look
that the law has us write down. Both run under the same walls as ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from psycopg import sql

from bench import floors
from bench.cases import submissions
from bench.floors import Copier
from bench.ground import Ground, Place, application
from bench.measure import Aim, Figure, Stopped, Timed, each, in_turns, timed
from bench.scales import Scales
from bench.statements import shown
from bench.visitors import application_of, quietly, signed_in, token
from bench.witness import Footprint, Witness
from casework.metadata import Base
from casework.services import review
from casework.services.intake import submit_prior_auth
from casework.web import assets

OPEN: Final = 10_000
MANY: Final = 100_000
ROUNDS: Final = 40
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
        looks = desk.looks()
        place.fill(OPEN)
        yield from desk.lists()
        for look in looks:
            yield desk.of_case(look)
        place.multiply(MANY // OPEN)
        yield desk.list_json(f"work list, {MANY:,} open, JSON", aim=AIM_LIST)
        desk.close()


@dataclass(frozen=True)
class Look:
    """One way to see the case, and what it leaves behind."""

    name: str
    ask: Callable[[], Any]
    footprint: Footprint


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
        self.links = 0

    def close(self) -> None:
        """Let go of the connections."""
        self.plain.close()
        self.witness.close()

    def looks(self) -> list[Look]:
        """The case through the API, and its page, with what each of them writes down."""
        floors.own_chain(self.plain)
        # The twin is open in the nurse's browser as well.
        self.browse(f"/staff/cases/{self.twin}")
        asked: dict[str, Callable[[], Any]] = {
            "case, JSON": lambda: self.read(f"/api/v1/cases/{self.ref}"),
            "case, page": lambda: self.browse(f"/staff/cases/{self.ref}"),
        }
        found = []
        for name, ask in asked.items():
            for _ in range(2):
                ask()
            found.append(Look(name, ask, self.witness.footprint(ask)))
        return found

    def of_case(self, look: Look) -> Figure:
        """One of these looks beside the rows of the case and the look that is written."""
        copier = Copier(look.footprint, self.place.settings.data_dir, links=self.links)
        twins = {self._number(self.ref): self._number(self.twin)}
        reads = self._rows_of_case()
        figure = self._figure(
            f"{look.name}, {OPEN:,} open",
            timed(look.ask),
            each(self._read_and_write(reads), lambda: copier.work(twins, {})),
            statements=(*(query for query, _ in reads), *shown(look.footprint)),
            aim=AIM_CASE,
        )
        self.links = copier.links
        return figure

    def lists(self) -> Iterator[Figure]:
        """The first page of the work list, both ways."""
        yield self.list_json(f"work list, {OPEN:,} open, JSON", aim=AIM_LIST)
        yield self._figure(
            f"work list, {OPEN:,} open, page",
            timed(lambda: self.browse("/staff/")),
            timed(self._plain_list),
            statements=(LIST,),
        )

    def list_json(self, name: str, *, aim: Aim | None) -> Figure:
        """The first page of the work list through the API."""
        told = [row["ref"] for row in self.read("/api/v1/worklist").json["items"]]
        plain = [row[1] for row in self._plain_list()]
        if told != plain[: len(told)] or len(plain) != len(told) + 1:
            raise Stopped("The plain SQL finds another work list than ours.")
        return self._figure(
            name,
            timed(lambda: self.read("/api/v1/worklist")),
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
        scales = Scales(self.witness, now_and_then=SEEN)
        taken = in_turns(
            scales.watched("ours", ours), scales.watched("floor", floor), rounds=ROUNDS, warm=3
        )
        counted = scales.require_equal(name)
        return Figure(
            name=name,
            unit="ms",
            n=taken.n,
            ours=taken.ours * 1000,
            floor=taken.floor * 1000,
            statements=statements,
            counted=counted,
            aim=aim,
        )

    def read(self, path: str) -> Any:
        """The answer of the API to the nurse."""
        return _ok(self.api.get(path, headers=self.headers))

    def browse(self, path: str) -> Any:
        """The page that the nurse's browser gets."""
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
        return int(self._one("select id from cases where ref = %s", ref)[0])

    def _one(self, query: LiteralString, value: Any) -> tuple[Any, ...]:
        row = self.witness.connection.execute(query, (value,)).fetchone()
        assert row is not None
        return tuple(row)

    def _rows_of_case(self) -> list[tuple[str, tuple[Any, ...]]]:
        """One statement for each table that has rows of this case, and for whom it is about."""
        case_id, member_id, contract_id = self._one(
            "select id, member_id, contract_id from cases where ref = %s", self.twin
        )
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


def _ok(response: Any) -> Any:
    if response.status_code != 200:
        raise Stopped(f"{response.request.path} answered {response.status_code}.")
    return response
