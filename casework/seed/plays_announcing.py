"""How the demo's house sorts its work and tells people things: a queue for scans with its rule, one
rule that begins next week, and what staff, offices and members are told."""

from datetime import datetime, timedelta
from typing import Final

from casework.ledger.queue_rules import Conditions
from casework.records.announcing import Notice
from casework.records.queue_rules import RuleForm, written
from casework.seed.living import Living, Play
from casework.seed.scene import DAY
from casework.services import announcements, queue_rules, queues
from casework.services.queues import QueueForm


def the_queues_are_sorted(living: Living, now: datetime) -> None:
    """Scans got a queue of their own nine days ago, and the open ones were moved; what is in pain
    medicine and on the fast track goes to its own from next week on."""
    living.at(now - 9 * DAY)
    scans = queues.add_queue(
        living.of("supervisor"),
        QueueForm(
            name="Imaging review",
            step="review",
            roles=("nurse",),
            place=2,
            reason="Two nurses read scans twice as fast as all others.",
        ),
    )
    _publish(
        living,
        RuleForm(
            name="Scans",
            place=10,
            queue=scans,
            conditions=Conditions(specialties=("Radiology",)),
            reason="Two nurses read scans twice as fast as all others.",
        ),
        move=True,
    )
    while queue_rules.carry_move(living.database.context()):
        pass
    living.at(now - DAY)
    rapid = queues.add_queue(
        living.of("admin"),
        QueueForm(
            name="Rapid review",
            step="review",
            roles=("nurse",),
            place=1,
            reason="The fast track has 72 hours: it waits for nobody's turn.",
        ),
    )
    _publish(
        living,
        RuleForm(
            name="Fast track of pain medicine",
            place=5,
            queue=rapid,
            conditions=Conditions(urgencies=("expedited",), specialties=("Pain medicine",)),
            effective_on=(now + timedelta(days=6)).date(),
            reason="A trial of one month with the loudest complaints.",
        ),
        move=False,
    )
    living.at(now)


def people_are_told(living: Living, now: datetime) -> None:
    """One thing to each audience."""
    living.at(now - DAY)
    last = (now + 20 * DAY).date()
    said = (
        Notice(
            audience="staff",
            text_en="Scans have a queue of their own now, Imaging review. Whoever has a case keeps"
            " it. The PA list shows what changes next month.",
            path="/staff/pa-list",
            ask=True,
            until_on=last,
            reason="Nurses asked why scans left their list.",
        ),
        Notice(
            audience="offices",
            text_en="From next month on repeated injections into a large joint need a request. The"
            " list tells you the day for each plan.",
            until_on=last,
            reason="Thirty days before the list changes.",
        ),
        Notice(
            audience="members",
            text_en="Our phones are closed on the holiday. You can still send us papers here. The"
            " nurse line is open day and night.",
            text_es="Los teléfonos no abren el día de fiesta. Puede enviar sus papeles aquí. La"
            " línea de enfermería está abierta día y noche.",
            until_on=last,
            reason="The holiday of this month.",
        ),
    )
    for each in said:
        announcements.announce(living.of("supervisor"), each)
    living.at(now)


def _publish(living: Living, form: RuleForm, *, move: bool) -> None:
    cx = living.of("supervisor")
    with living.database.reading(cx) as inside:
        edition = written(inside).edition
    queue_rules.publish_rule(cx, form, seen=edition, move=move)


PLAYS: Final[tuple[Play, ...]] = (the_queues_are_sorted, people_are_told)
