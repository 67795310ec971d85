"""What a change of state costs: a nurse takes a new request into review, alone and four at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bench import floors
from bench.clients import CLIENTS, Act, crowd, rates
from bench.floors import Copier, Work
from bench.ground import Ground, Place, application
from bench.measure import Aim, Figure, each, in_turns
from bench.scales import Scales
from bench.statements import shown
from bench.witness import Witness
from casework.config import Settings
from casework.context import Context, Principal
from casework.embedded import Addresses
from casework.ground import database_for
from casework.services import review
from tests.builders import MONDAY

POOL = 2_200
ONE_CLIENT = 100
A_ROUND = 200


@dataclass(frozen=True)
class Reviewing:
    """The job of a client that takes requests into review."""

    settings: Settings
    addresses: Addresses
    nurse: Principal

    def start(self) -> Mapping[str, Act]:
        """Ours takes the number of a case, the floor the work that a Copier made."""
        cx = Context(now=MONDAY, principal=self.nurse, database=database_for(self.settings))
        connection = application(self.addresses, reach="all")
        return {
            "ours": lambda ref: review.start_review(cx, ref, None),
            "floor": lambda work: floors.write(connection, work),
        }


@dataclass
class Pool:
    """New requests that all stand alike; each is used once."""

    place: Place
    witness: Witness
    cases: Iterator[tuple[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.place.fill(POOL, contract="OH-MCD", in_review=False)
        rows = self.witness.connection.execute("select id, ref from cases order by id")
        self.cases = iter(rows.fetchall())

    def ref(self) -> str:
        """The number of the next one."""
        return next(self.cases)[1]

    def works(self, copier: Copier, count: int) -> list[Work]:
        """The floor's work on so many of them."""
        ids = [next(self.cases)[0] for _ in range(count)]
        siblings = self.witness.siblings(copier.moving, ids)
        [first] = copier.footprint.cases
        return [copier.again({first: case}, siblings) for case in ids]


def figures(ground: Ground) -> Iterator[Figure]:
    """Milliseconds of one change of state, and changes a second with four clients."""
    with ground.place("changes") as place:
        witness = Witness(place)
        yield from _measured(place, witness, Pool(place, witness))
        witness.close()


def _measured(place: Place, witness: Witness, pool: Pool) -> Iterator[Figure]:
    job = Reviewing(place.settings, place.addresses, place.town.principal("nurse"))
    acts = job.start()
    for _ in range(5):
        acts["ours"](pool.ref())
    footprint = witness.footprint(lambda: acts["ours"](pool.ref()))
    copier = Copier(footprint, place.settings.data_dir)
    scales = Scales(witness)
    one = in_turns(
        scales.watched("ours", each(acts["ours"], pool.ref)),
        scales.watched("floor", each(acts["floor"], lambda: pool.works(copier, 1)[0])),
        rounds=ONE_CLIENT,
    )
    counted = scales.require_equal("change of state")
    yield Figure(
        name="take a request into review, one client",
        unit="ms",
        n=one.n,
        ours=one.ours * 1000,
        floor=one.floor * 1000,
        statements=shown(footprint),
        counted=counted,
    )
    with crowd(job) as clients:
        four = rates(
            clients,
            scales,
            ours=lambda: [pool.ref() for _ in range(A_ROUND)],
            floor=lambda: pool.works(copier, A_ROUND),
        )
    counted = scales.require_equal("change of state, four clients")
    yield Figure(
        name=f"take a request into review, {CLIENTS} clients",
        unit="changes/s",
        n=four.n,
        ours=four.ours,
        floor=four.floor,
        statements=shown(footprint),
        counted=counted,
        aim=Aim(at_least=300),
    )
