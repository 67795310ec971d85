"""closed doors: a restricted case that was opened is only read, when its opener showed who he is;
queues that are closed; escalations that come back

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("emergency_access", sa.Column("proved_at", _INSTANT, nullable=True))
    op.add_column("queue", sa.Column("closed_at", _INSTANT, nullable=True))
    _returns()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0031.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _returns() -> None:
    """When an escalation that somebody has comes back, and when it did."""
    op.add_column("escalation", sa.Column("returns_at", _INSTANT, nullable=True))
    op.add_column("escalation", sa.Column("returned_at", _INSTANT, nullable=True))
    op.create_index(
        "ix_escalation_returns",
        "escalation",
        ["returns_at"],
        postgresql_where=sa.text("returns_at is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_escalation_returns", "escalation")
    op.drop_column("escalation", "returned_at")
    op.drop_column("escalation", "returns_at")
    op.drop_column("queue", "closed_at")
    op.execute(sa.text("drop function open_in_queue(text)"))
    op.execute(sa.text("drop policy only_read on case_event"))
    op.execute(sa.text(_CHANGED.replace(":", r"\:")))
    op.execute(sa.text(_OPEN.replace(":", r"\:")))
    op.execute(sa.text("drop function app_only_read()"))
    op.execute(sa.text("drop function own_openings()"))
    op.execute(sa.text("drop function close_own_opening(bigint, timestamptz)"))
    op.drop_column("emergency_access", "proved_at")


# The function and the policy of 0027 again.
_OPEN = """
create or replace function app_emergencies() returns bigint[] language sql stable parallel safe
  security definer set search_path = public as $$
  select coalesce(array_agg(e.case_id), '{}')::bigint[] from emergency_access e
  where e.user_id = app_user() and e.closed_at is null and e.closes_at > now() $$
"""
_CHANGED = """
alter policy changed on cases using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[])
      and (not restricted or (select app_restricted())
           or id = any ((select app_emergencies())::bigint[])))
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[])
      and (not restricted or member_id <> all ((select app_narrow('hushed'))::bigint[]))
      and (member_id <> all ((select app_narrow('limited'))::bigint[])
           or series_id = any ((select app_narrow('series'))::bigint[])))
  or ((select app_reach()) = 'organizations' and exists (
        select 1 from case_party p
        where p.case_id = cases.id and p.organization_id = any ((select app_ids())::bigint[])))
)
"""
