"""For machines that watch: is the process alive, can it work, how does it do.

No session, no name, no id. `/readyz` fails only for what stops the work: database, schema, keys.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from casework import migrations, now
from casework.config import KEY_NAMES
from casework.context import SYSTEM, Context
from casework.errors import Problem
from casework.queries import alarms, operation, stuck
from casework.web import edge, metrics
from casework.web.access import PUBLIC, entry

health = Blueprint("health", __name__)
SWEEP: Final = "sweep"
STOPPED_AFTER_SECONDS: Final = 90
_NEWEST: Final = migrations.newest()
_HEARD: Final = "casework.heard_of_a_sweep"


@health.get("/healthz")
@entry(PUBLIC)
def alive() -> Response:
    """200 while the process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@entry(PUBLIC)
def ready() -> tuple[Response, int]:
    """200 `ok` or `degraded` (timers stopped, or a nightly check is late), or 503 naming what is
    missing. Alarms that stand are counted; people mend them, no machine."""
    failed = [f"{name} key" for name in KEY_NAMES if name not in edge.settings().keys]
    facts: dict[str, Any] = {}
    try:
        if migrations.current(edge.database().engine) != _NEWEST:
            failed.append("migrations")
        else:
            facts = _facts()
    except (SQLAlchemyError, Problem):
        failed.append("database")
    if failed:
        return jsonify(status="unavailable", failed=failed), 503
    stopped = facts["sweep_age_seconds"] is None or (
        facts["sweep_age_seconds"] > STOPPED_AFTER_SECONDS
    )
    degraded = stopped or facts["checks_late"]
    return jsonify(status="degraded" if degraded else "ok", **facts), 200


@health.get("/metrics")
@entry(PUBLIC)
def figures() -> Response:
    """Figures for Prometheus, for this machine or with the token; 404 for anybody else."""
    if not metrics.may_read(edge.settings()):
        abort(404)
    facts = _facts()
    body = metrics.exposition(
        waiting=facts["outbox_waiting"],
        oldest_seconds=facts["outbox_oldest_seconds"],
        sweep_seconds=facts["sweep_age_seconds"],
        alarms=_alarms(),
        doubts=_doubts(),
    )
    return Response(body, content_type=metrics.content_type())


def timers_stopped() -> bool:
    """True when no sweep ended in the last 90 seconds: the banner on every staff page.

    A sweep that this process has heard of is good for its 90 seconds; only then it asks again.
    """
    wall = now.wall()
    heard: datetime | None = current_app.extensions.get(_HEARD)
    if heard is not None and _is_fresh(heard, wall):
        return False
    with edge.database().reading(_at(wall)) as cx:
        age = operation.heartbeat_age(cx, SWEEP, wall=wall)
    if age is None:
        return True
    swept = wall - timedelta(seconds=age)
    current_app.extensions[_HEARD] = swept
    return not _is_fresh(swept, wall)


def _is_fresh(swept: datetime, wall: datetime) -> bool:
    return (wall - swept).total_seconds() <= STOPPED_AFTER_SECONDS


def _facts() -> dict[str, Any]:
    with edge.database().reading(_at(edge.database().case_now())) as cx:
        age = operation.heartbeat_age(cx, SWEEP, wall=now.wall())
        waiting = operation.backlog(cx)
        late = alarms.late(cx, wall=now.wall())
        standing = sum(alarms.counts(cx).values())
    return {
        "sweep_age_seconds": None if age is None else round(age, 1),
        "outbox_waiting": waiting.waiting,
        "outbox_parked": waiting.parked,
        "outbox_oldest_seconds": round(waiting.oldest_seconds, 1),
        "alarms": standing,
        "checks_late": list(late),
    }


def _doubts() -> tuple[int, float]:
    """How many copies of letters may or may not have left, and for how long the oldest."""
    with edge.database().reading(_at(edge.database().case_now())) as cx:
        return stuck.doubts(cx)


def _alarms() -> dict[str, int]:
    with edge.database().reading(_at(edge.database().case_now())) as cx:
        return alarms.counts(cx)


def _at(instant: datetime) -> Context:
    return Context(
        now=instant,
        principal=SYSTEM,
        request_id=edge.request_id(),
        database=edge.database(),
    )
