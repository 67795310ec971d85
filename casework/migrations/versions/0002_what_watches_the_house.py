"""what watches the house: escalations handed on and answered, alarms, checks, studies of rules

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _escalations()
    _alarms()
    _checks()
    _studies()
    _letters()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0002.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _escalations() -> None:
    op.add_column(
        "escalation", sa.Column("rung", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("escalation", sa.Column("hand_on_at", _INSTANT, nullable=True))
    op.add_column(
        "escalation", sa.Column("answer", sa.String(300), server_default="", nullable=False)
    )
    op.create_index(
        "ix_escalation_hand_on",
        "escalation",
        ["hand_on_at"],
        postgresql_where=sa.text("acknowledged_at is null and hand_on_at is not null"),
    )
    op.add_column("escalation", sa.Column("ended_at", _INSTANT, nullable=True))
    op.create_index(
        "ix_escalation_standing",
        "escalation",
        ["due_at", "id"],
        postgresql_where=sa.text("ended_at is null"),
    )
    for column in ("by_day", "ended"):
        op.add_column(
            "clock", sa.Column(column, sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def _alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("says", sa.String(300), nullable=False),
        sa.Column("owner_role", sa.String(20), nullable=False),
        sa.Column("raised_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_alarm_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
        info={"scope": "case_child", "nullable_case": True},
    )
    op.create_index("ix_alarm_case_id", "alarm", ["case_id"])
    is_open = sa.text("ended_at is null")
    op.create_index("ix_alarm_open", "alarm", ["code", "id"], postgresql_where=is_open)
    op.create_index(
        "uq_alarm_open",
        "alarm",
        ["code", sa.text("coalesce(case_id, 0)"), "key"],
        unique=True,
        postgresql_where=is_open,
    )


def _checks() -> None:
    op.create_table(
        "check_round",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("looked", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_round"),
        info={"scope": "plumbing"},
    )
    op.create_index("ix_check_round_name", "check_round", ["name", "id"])
    op.create_index(
        "uq_check_round_open",
        "check_round",
        ["name"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def _studies() -> None:
    op.create_table(
        "rule_study",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name="fk_rule_study_asked_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rule_study"),
        info={"scope": "plumbing"},
    )
    op.create_index(
        "ix_rule_study_open",
        "rule_study",
        ["id"],
        postgresql_where=sa.text("state in ('waiting', 'running')"),
    )


def _letters() -> None:
    op.add_column(
        "pa_rule", sa.Column("label_es", sa.String(200), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("pa_rule", "label_es")
    app = context.config.attributes["application_role"]
    for name in ("history_stays_whole", "history_stays"):
        op.execute(f"drop trigger {name} on contract_version")
    op.execute(f"grant update, delete, truncate on contract_version to {app}")
    op.drop_table("rule_study")
    op.drop_table("check_round")
    op.drop_table("alarm")
    for column in ("ended", "by_day"):
        op.drop_column("clock", column)
    op.drop_index("ix_escalation_standing", table_name="escalation")
    op.drop_index("ix_escalation_hand_on", table_name="escalation")
    for column in ("ended_at", "answer", "hand_on_at", "rung"):
        op.drop_column("escalation", column)
