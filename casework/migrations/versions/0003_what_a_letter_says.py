"""what a letter says

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "letter", sa.Column("facts_sha256", sa.String(64), server_default="", nullable=False)
    )
    op.create_table(
        "letter_edition",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_letter_edition_case_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_letter_edition_letter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letter_edition"),
        sa.UniqueConstraint("letter_id", "form", name="uq_letter_edition_letter_id_form"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_letter_edition_case_id", "letter_edition", ["case_id"])
    walls = Path(__file__).parent.with_name("walls_0003.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def downgrade() -> None:
    op.drop_table("letter_edition")
    op.drop_column("letter", "facts_sha256")
