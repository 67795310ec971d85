"""corrective actions and findings of grievances

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_EMPTY = sa.text("''::bytea")
_DENIED = "event in ('denied', 'partially_approved', 'deadline_missed')"


def upgrade() -> None:
    _issues()
    _actions()
    _reviews()
    op.add_column(
        "grievance", sa.Column("disputes", sa.String(5), server_default="", nullable=False)
    )
    op.add_column(
        "contact",
        sa.Column(
            "verified", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column("contact", sa.Column("spoken", sa.String(20), server_default="", nullable=False))
    op.add_column(
        "contact", sa.Column("interpreter", sa.String(60), server_default="", nullable=False)
    )
    op.create_index(
        "ix_case_event_adverse", "case_event", ["occurred_at"], postgresql_where=sa.text(_DENIED)
    )
    walls = Path(__file__).parent.with_name("walls_0012.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def _issues() -> None:
    op.create_table(
        "grievance_issue",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("words_ct", sa.LargeBinary(), nullable=False),
        sa.Column("finding", sa.String(20), nullable=False),
        sa.Column("reasons_ct", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("found_at", _INSTANT, nullable=True),
        sa.Column("found_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_grievance_issue_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grievance_issue"),
        sa.UniqueConstraint("case_id", "number", name="uq_grievance_issue_case_id_number"),
        info={"scope": "case_child"},
    )


def _actions() -> None:
    op.create_table(
        "corrective_action",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=True),
        sa.Column("what_ct", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(120), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("done_by", sa.String(120), nullable=False),
        sa.Column("proof_ct", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_corrective_action_case_id"),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name="fk_corrective_action_owner_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrective_action"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_corrective_action_case", "corrective_action", ["case_id", "id"])
    op.create_index(
        "ix_corrective_action_open",
        "corrective_action",
        ["due_at", "id"],
        postgresql_where=sa.text("done_at is null"),
    )


def _reviews() -> None:
    op.create_table(
        "quality_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("clinician_id", sa.BigInteger(), nullable=False),
        sa.Column("referred_at", _INSTANT, nullable=False),
        sa.Column("referred_by", sa.String(120), nullable=False),
        sa.Column("question_ct", sa.LargeBinary(), nullable=False),
        sa.Column("finding_ct", sa.LargeBinary(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("provider_npi", sa.String(10), nullable=False),
        sa.Column("provider_name", sa.String(120), nullable=False),
        sa.Column("found_at", _INSTANT, nullable=True),
        sa.Column("found_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_quality_review_case_id"),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["user_account.id"], name="fk_quality_review_clinician_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quality_review"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_quality_review_case", "quality_review", ["case_id", "id"])
    op.create_index("ix_quality_review_provider", "quality_review", ["provider_npi", "found_at"])


def downgrade() -> None:
    op.drop_index("ix_case_event_adverse", "case_event")
    for column in ("interpreter", "spoken", "verified"):
        op.drop_column("contact", column)
    op.drop_column("grievance", "disputes")
    for table in ("quality_review", "corrective_action", "grievance_issue"):
        op.drop_table(table)
