"""case files

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _requests()
    _withheld()
    walls = Path(__file__).parent.with_name("walls_0007.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def _requests() -> None:
    op.create_table(
        "case_file_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("asked_for", sa.String(15), nullable=False),
        sa.Column("channel", sa.String(15), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("cause_seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(15), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("due_lines", postgresql.JSONB(), nullable=False),
        sa.Column("extended_at", _INSTANT, nullable=True),
        sa.Column("pages_done", sa.Integer(), nullable=False),
        sa.Column("pages_total", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(300), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("contents", postgresql.JSONB(), nullable=False),
        sa.Column("withheld", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=True),
        sa.Column("cleared_by", sa.String(120), nullable=False),
        sa.Column("cleared_at", _INSTANT, nullable=True),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_file_request_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_file_request"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_case_file_request_case", "case_file_request", ["case_id", "id"])


def _withheld() -> None:
    percent = sa.Numeric(6, 2)
    op.create_table(
        "withheld_part",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("left", percent, nullable=False),
        sa.Column("top", percent, nullable=False),
        sa.Column("width", percent, nullable=False),
        sa.Column("height", percent, nullable=False),
        sa.Column("ground", sa.String(30), nullable=False),
        sa.Column("reason_ct", sa.LargeBinary(), nullable=False),
        sa.Column("marked_at", _INSTANT, nullable=False),
        sa.Column("marked_by", sa.String(120), nullable=False),
        sa.Column("marked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", _INSTANT, nullable=True),
        sa.Column("removed_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_withheld_part_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_withheld_part"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_withheld_part_case", "withheld_part", ["case_id", "item"])


def downgrade() -> None:
    op.drop_table("withheld_part")
    op.drop_table("case_file_request")
