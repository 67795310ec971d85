"""papers considered by a decider, and the organization chart with its dates

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TEXTS = {"reason": 200, "recorded_by": 120, "ended_reason": 200, "ended_by": 120}
_INSTANTS = ("recorded_at", "ended_at")


def upgrade() -> None:
    for name, length in _TEXTS.items():
        op.add_column(
            "reporting_line",
            sa.Column(name, sa.String(length), server_default="", nullable=False),
        )
    for name in _INSTANTS:
        op.add_column("reporting_line", sa.Column(name, _INSTANT, nullable=True))
    _absences()
    _considered_papers()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0013.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _absences() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_absence_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        info={"scope": "account"},
    )
    op.create_index("ix_absence_user", "absence", ["user_id", "starts_on"])


def _considered_papers() -> None:
    op.create_table(
        "considered_paper",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("user_name", sa.String(120), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_considered_paper_case_id"),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["case_document.id"], name="fk_considered_paper_paper_id"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_considered_paper_user_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_considered_paper"),
        sa.UniqueConstraint(
            "case_id",
            "paper_id",
            "user_id",
            name="uq_considered_paper_case_id_paper_id_user_id",
        ),
        info={"scope": "case_child"},
    )


def downgrade() -> None:
    for table in ("considered_paper", "absence"):
        op.drop_table(table)
    for name in (*_INSTANTS, *_TEXTS):
        op.drop_column("reporting_line", name)
