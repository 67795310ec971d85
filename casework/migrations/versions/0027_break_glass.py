"""break glass: restricted cases that are opened with a reason; who set and lifted a restriction

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _restriction()
    _access()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0027.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _restriction() -> None:
    op.add_column(
        "restriction", sa.Column("set_by", sa.String(120), server_default="", nullable=False)
    )
    op.add_column("restriction", sa.Column("lifted_at", _INSTANT, nullable=True))
    op.add_column(
        "restriction", sa.Column("lifted_by", sa.String(120), server_default="", nullable=False)
    )


def _access() -> None:
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("reason_ct", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("closes_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("verdict", sa.String(10), server_default="", nullable=False),
        sa.Column("review_ct", sa.LargeBinary(), server_default="", nullable=False),
        sa.Column("reviewed_at", _INSTANT, nullable=True),
        sa.Column("reviewed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_by", sa.String(120), server_default="", nullable=False),
        sa.CheckConstraint(
            "closes_at <= since + interval '4 hours'",
            name=op.f("ck_emergency_access_lasts_four_hours"),
        ),
        sa.CheckConstraint(
            "reviewed_by_id is null or reviewed_by_id <> user_id",
            name=op.f("ck_emergency_access_reviewed_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_emergency_access_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_emergency_access_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"],
            ["user_account.id"],
            name=op.f("fk_emergency_access_reviewed_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
        info={"scope": "case_child"},
    )
    op.create_index("ix_emergency_access_user", "emergency_access", ["user_id", "closes_at"])
    op.create_index("ix_emergency_access_case", "emergency_access", ["case_id", "id"])
    op.create_index(
        "ix_emergency_access_open",
        "emergency_access",
        ["id"],
        postgresql_where=sa.text("verdict in ('', 'doubted')"),
    )


def downgrade() -> None:
    plain = "(not restricted or (select app_restricted()))"
    for policy in ("seen", "changed"):
        op.execute(sa.text(_POLICY.format(policy=policy, plain=plain).replace(":", r"\:")))
    op.execute(sa.text("drop policy raised on alarm"))
    op.drop_table("emergency_access")
    op.execute(sa.text("drop function app_emergencies()"))
    op.execute(sa.text("drop function emergency_may_open(bigint, text)"))
    op.drop_column("restriction", "lifted_by")
    op.drop_column("restriction", "lifted_at")
    op.drop_column("restriction", "set_by")


# The policies of 0009 again.
_POLICY = """
alter policy {policy} on cases using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[])
      and {plain})
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[])
      and (not restricted or member_id <> all ((select app_narrow('hushed'))::bigint[]))
      and (member_id <> all ((select app_narrow('limited'))::bigint[])
           or series_id = any ((select app_narrow('series'))::bigint[])))
  or ((select app_reach()) = 'organizations' and exists (
        select 1 from case_party p
        where p.case_id = cases.id and p.organization_id = any ((select app_ids())::bigint[])))
)
"""
