"""handing out work: holds with their end, refusals, batches of assignments

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _holds()
    _refusals()
    _batches()
    walls = Path(__file__).parent.with_name("walls_0017.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def _holds() -> None:
    op.create_table(
        "case_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("from_at", _INSTANT, nullable=False),
        sa.Column("until_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("ended_why", sa.String(12), nullable=False),
        sa.CheckConstraint("until_at > from_at", name="ck_case_hold_ends_later"),
        _foreign("case_hold", "case_id", "cases"),
        _foreign("case_hold", "by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_case_hold"),
        info={"scope": "case_child"},
    )
    standing = sa.text("ended_at is null")
    op.create_index(
        "uq_case_hold_standing", "case_hold", ["case_id"], unique=True, postgresql_where=standing
    )
    op.create_index("ix_case_hold_until", "case_hold", ["until_at"], postgresql_where=standing)
    op.create_index("ix_case_hold_case", "case_hold", ["case_id", "id"])


def _refusals() -> None:
    op.create_table(
        "work_refusal",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("surfaced_at", _INSTANT, nullable=True),
        _foreign("work_refusal", "case_id", "cases"),
        _foreign("work_refusal", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_work_refusal"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_work_refusal_case", "work_refusal", ["case_id", "id"])
    op.create_index(
        "ix_work_refusal_waiting",
        "work_refusal",
        ["at"],
        postgresql_where=sa.text("answered_at is null and surfaced_at is null"),
    )


def _batches() -> None:
    op.create_table(
        "work_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("carried_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        _foreign("work_batch", "made_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_work_batch"),
        info={"scope": "plumbing"},
    )
    op.create_index(
        "ix_work_batch_open",
        "work_batch",
        ["id"],
        postgresql_where=sa.text("state in ('waiting', 'undoing')"),
    )
    op.create_table(
        "work_batch_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=True),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("said", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        _foreign("work_batch_row", "batch_id", "work_batch"),
        _foreign("work_batch_row", "case_id", "cases"),
        _foreign("work_batch_row", "from_id", "user_account"),
        _foreign("work_batch_row", "to_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_work_batch_row"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_work_batch_row_batch", "work_batch_row", ["batch_id", "id"])
    op.create_index("ix_work_batch_row_case", "work_batch_row", ["case_id"])


def downgrade() -> None:
    for table in ("work_batch_row", "work_batch", "work_refusal", "case_hold"):
        op.drop_table(table)
