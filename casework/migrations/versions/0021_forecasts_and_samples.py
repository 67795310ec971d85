"""forecasts and samples

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_cases_received", "cases", ["received_at", "id"])
    op.create_index(
        "ix_case_event_decided",
        "case_event",
        ["occurred_at", "case_id"],
        postgresql_where=sa.text(
            "event in ('approved', 'partially_approved', 'denied', 'deemed_approved', 'upheld',"
            " 'overturned', 'partially_overturned', 'resolved')"
        ),
    )
    _studies()
    _forecasts()
    _samples()
    walls = Path(__file__).parent.with_name("walls_0021.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def _studies() -> None:
    op.create_table(
        "staffing_study",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name="fk_staffing_study_asked_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staffing_study"),
        info={"scope": "plumbing"},
    )
    op.create_index(
        "ix_staffing_study_open",
        "staffing_study",
        ["id"],
        postgresql_where=sa.text("state in ('waiting', 'running')"),
    )


def _forecasts() -> None:
    op.create_table(
        "forecast",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("how", postgresql.JSONB(), nullable=False),
        sa.Column("checked", postgresql.JSONB(), nullable=False),
        sa.Column("check_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_forecast"),
        sa.UniqueConstraint("day", name="uq_forecast_day"),
        info={"scope": "plumbing"},
    )
    op.create_index(
        "ix_forecast_check",
        "forecast",
        ["check_at"],
        postgresql_where=sa.text("check_at is not null"),
    )
    op.create_index(
        "ix_forecast_wanted", "forecast", ["id"], postgresql_where=sa.text("made_at is null")
    )
    op.create_table(
        "forecast_case",
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("clock", sa.String(30), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("queue", sa.String(30), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("likely", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_forecast_case_case_id"),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecast.id"], name="fk_forecast_case_forecast_id"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name="fk_forecast_case_owner_id"
        ),
        sa.PrimaryKeyConstraint("forecast_id", "case_id", name="pk_forecast_case"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_forecast_case_owner", "forecast_case", ["forecast_id", "owner_id"])
    op.create_index("ix_forecast_case_queue", "forecast_case", ["forecast_id", "queue"])


def _samples() -> None:
    op.create_table(
        "quality_sample",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(40), nullable=False),
        sa.Column("most_each", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("drawn_at", _INSTANT, nullable=False),
        sa.Column("drawn_by_id", sa.BigInteger(), nullable=True),
        sa.Column("drawn_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"], ["user_account.id"], name="fk_quality_sample_drawn_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quality_sample"),
        info={"scope": "plumbing"},
    )
    op.create_index("ix_quality_sample_month", "quality_sample", ["month", "id"])
    op.create_table(
        "sampled_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(30), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("right_decision", sa.String(5), nullable=False),
        sa.Column("right_reason", sa.String(5), nullable=False),
        sa.Column("letter_right", sa.String(5), nullable=False),
        sa.Column("on_time", sa.String(5), nullable=False),
        sa.Column("note_ct", sa.LargeBinary(), nullable=False),
        sa.Column("looked_at", _INSTANT, nullable=True),
        sa.Column("looked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("looked_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sampled_case_case_id"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name="fk_sampled_case_decided_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["user_account.id"], name="fk_sampled_case_looked_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["quality_sample.id"], name="fk_sampled_case_sample_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sampled_case"),
        sa.UniqueConstraint("case_id", "event_seq", name="uq_sampled_case_case_id_event_seq"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_sampled_case_month", "sampled_case", ["month", "decided_by_id"])
    op.create_index("ix_sampled_case_sample", "sampled_case", ["sample_id", "id"])


def downgrade() -> None:
    for name in ("sampled_case", "quality_sample", "forecast_case", "forecast", "staffing_study"):
        op.drop_table(name)
    op.drop_index("ix_case_event_decided", "case_event")
    op.drop_index("ix_cases_received", "cases")
