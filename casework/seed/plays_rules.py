"""What the demo's people did with rules: a list that changed with its notice, an approval rule that
went live, and one that waits for somebody to look at its what-if."""

from datetime import datetime, timedelta
from typing import Final

from casework.context import SYSTEM
from casework.records.approval_conditions import Conditions
from casework.records.pa_list_changes import Row
from casework.seed.living import Living, Play
from casework.seed.scene import DAY
from casework.services import approval_rules, approval_studies, pa_list
from casework.services.approval_rules import Proposal
from casework.services.pa_list import Change

_SCAN: Final = Row(
    code="70450",
    label="CT scan of the head",
    label_es="Tomografía de la cabeza",
    required=False,
    policy="MP-021",
)
_KNEE: Final = Row(
    code="20610",
    label="Injection into a large joint",
    label_es="Inyección en una articulación grande",
    required=True,
    policy="MP-030",
)
_GENE: Final = Row(
    code="81432",
    label="Gene test for breast and ovarian cancer",
    label_es="Prueba genética de cáncer de seno y de ovario",
    required=True,
    policy="MP-055",
)


def the_list_changes(living: Living, now: datetime) -> None:
    """Half a year ago a scan came off; in five weeks an injection comes on; a gene test came on at
    once, for a reason that is told."""
    admin = "admin"
    for contract in sorted(living.town.contracts):
        living.at(now - 180 * DAY)
        pa_list.publish(
            living.of(admin),
            Change(
                contract=contract,
                rows=(_SCAN,),
                effective_from=(now - 150 * DAY).date(),
                reason="Almost every request was approved: 97 of 100 in a year.",
            ),
        )
        living.at(now - 40 * DAY)
        pa_list.publish(
            living.of(admin),
            Change(
                contract=contract,
                rows=(_GENE,),
                effective_from=(now - 35 * DAY).date(),
                reason="A new test without a policy until now.",
                emergency="A laboratory billed for tests that nobody had ordered.",
            ),
        )
        living.at(now - 3 * DAY)
        pa_list.publish(
            living.of(admin),
            Change(
                contract=contract,
                rows=(_KNEE,),
                effective_from=(now + 35 * DAY).date(),
                reason="Repeated injections within weeks: the policy committee of this month.",
            ),
        )


def a_rule_goes_live(living: Living, now: datetime) -> None:
    """Short therapy in an office is approved by rule since two weeks; a wide rule for scans waits,
    and its what-if shows why it ought not to go live."""
    living.at(now - 16 * DAY)
    therapy = Conditions(
        codes=("97110", "97140", "97530", "92507"), most_units=24, places=("11",), most_days=90
    )
    made = approval_rules.propose_version(
        living.of("physician"),
        Proposal(
            name="Short therapy in an office",
            conditions=therapy,
            effective_from=(now - 14 * DAY).date(),
            reason="Whoever is refused ten more visits comes back with a relapse.",
        ),
    )
    _answered(living, made.version_id)
    living.at(now - 15 * DAY)
    approval_rules.release_version(
        living.of("compliance"),
        made.version_id,
        reason="The what-if shows few refusals, and most of them were overturned.",
        knows_denied=True,
    )
    living.at(now - 2 * DAY)
    waiting = approval_rules.propose_version(
        living.of("supervisor"),
        Proposal(
            name="Scans with one unit",
            conditions=Conditions(
                codes=("70*", "71*", "72*", "73*", "74*", "77*", "78*"), most_units=1
            ),
            effective_from=(now + timedelta(days=7)).date(),
            reason="Scans are a third of what waits for a nurse.",
        ),
    )
    _answered(living, waiting.version_id)
    living.at(now)


def _answered(living: Living, version_id: int) -> None:
    """The what-if of this version, worked out as a worker would."""
    question = approval_studies.Question(version_id=version_id)
    approval_studies.ask_study(living.of("supervisor"), question)
    while approval_studies.answer_slice(living.cx(SYSTEM)):
        pass


PLAYS: Final[tuple[Play, ...]] = (the_list_changes, a_rule_goes_live)
