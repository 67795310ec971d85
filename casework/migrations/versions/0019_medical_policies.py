"""medical policies

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Policies in versions, the next one as a draft, and the marks on cases."""
    op.create_table(
        "medical_policy",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_said(),
        sa.Column("written_by_id", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.String(120), nullable=False),
        sa.Column("published_at", _INSTANT, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "written_by_id <> approved_by_id", name=op.f("ck_medical_policy_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name="fk_medical_policy_written_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name="fk_medical_policy_approved_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_medical_policy"),
        sa.UniqueConstraint("code", "version", name="uq_medical_policy_code_version"),
        info={"scope": "directory"},
    )
    op.create_index("ix_medical_policy_codes", "medical_policy", ["codes"], postgresql_using="gin")
    op.create_table(
        "policy_draft",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        *_said(),
        sa.Column("written_by_id", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name="fk_policy_draft_written_by_id"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_policy_draft"),
        info={"scope": "directory"},
    )
    _marks()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0019.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _said() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("title_es", sa.String(120), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("codes", postgresql.JSONB(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
    )


def _marks() -> None:
    op.create_table(
        "criterion_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("criterion", sa.String(20), nullable=False),
        sa.Column("mark", sa.String(10), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("note_ct", sa.LargeBinary(), nullable=False),
        sa.Column("changed_why_ct", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("by_role", sa.String(20), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_criterion_mark_case_id"),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["medical_policy.id"], name="fk_criterion_mark_policy_id"
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["case_document.id"], name="fk_criterion_mark_paper_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_criterion_mark_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_criterion_mark"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_criterion_mark_case", "criterion_mark", ["case_id", "id"])


def downgrade() -> None:
    op.drop_table("criterion_mark")
    op.drop_table("policy_draft")
    op.drop_table("medical_policy")
