"""What it costs to take a request in: one client, and four at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench import floors
from bench.cases import submissions
from bench.clients import CLIENTS, Act, crowd, rates
from bench.floors import Copier
from bench.ground import Ground, Place, application
from bench.measure import Aim, Figure, each, in_turns
from bench.scales import Scales
from bench.statements import shown
from bench.witness import Witness
from casework.config import Settings
from casework.context import Context, Principal
from casework.embedded import Addresses
from casework.ground import database_for
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY

ONE_CLIENT = 100
A_ROUND = 200


@dataclass(frozen=True)
class Submitting:
    """The job of a client that submits for an office."""

    settings: Settings
    addresses: Addresses
    office: Principal

    def start(self) -> Mapping[str, Act]:
        """Ours takes a Submission, the floor the work that a Copier made."""
        cx = Context(now=MONDAY, principal=self.office, database=database_for(self.settings))
        connection = application(self.addresses, reach="all")
        return {
            "ours": lambda sent: submit_prior_auth(cx, sent),
            "floor": lambda work: floors.write(connection, work),
        }


def figures(ground: Ground) -> Iterator[Figure]:
    """Milliseconds of one submission, and submissions a second with four clients."""
    with ground.place("submissions") as place:
        yield from _measured(place, Witness(place))


def _measured(place: Place, witness: Witness) -> Iterator[Figure]:
    job = Submitting(place.settings, place.addresses, place.town.principal("Maple"))
    sent = submissions(place.town, place.members)
    acts = job.start()
    for _ in range(5):
        acts["ours"](next(sent))
    footprint = witness.footprint(lambda: acts["ours"](next(sent)))
    copier = Copier(footprint, place.settings.data_dir)
    scales = Scales(witness)
    statements = shown(footprint)

    one = in_turns(
        scales.watched("ours", each(acts["ours"], sent.__next__)),
        scales.watched("floor", each(acts["floor"], copier.anew)),
        rounds=ONE_CLIENT,
    )
    counted = scales.require_equal("submit")
    yield Figure(
        name="submit a request, one client",
        unit="ms",
        n=one.n,
        ours=one.ours * 1000,
        floor=one.floor * 1000,
        statements=statements,
        counted=counted,
    )

    with crowd(job) as clients:
        four = rates(
            clients,
            scales,
            ours=lambda: [next(sent) for _ in range(A_ROUND)],
            floor=lambda: [copier.anew() for _ in range(A_ROUND)],
        )
    counted = scales.require_equal("submit, four clients")
    yield Figure(
        name=f"submit a request, {CLIENTS} clients",
        unit="requests/s",
        n=four.n,
        ours=four.ours,
        floor=four.floor,
        statements=statements,
        counted=counted,
        aim=Aim(at_least=300),
    )
