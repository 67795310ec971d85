"""primary care, coversheets

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("member", sa.Column("primary_care_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_member_primary_care_id", "member", "practitioner", ["primary_care_id"], ["id"]
    )
    op.create_table(
        "coversheet",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("way", sa.String(5), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", _INSTANT, nullable=True),
        sa.Column("came_at", _INSTANT, nullable=True),
        sa.Column("came_to", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_coversheet_case_id"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["information_request.id"], name="fk_coversheet_question_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coversheet"),
        sa.UniqueConstraint("number", name="uq_coversheet_number"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_coversheet_case", "coversheet", ["case_id", "id"])
    walls = Path(__file__).parent.with_name("walls_0008.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def downgrade() -> None:
    op.drop_table("coversheet")
    op.drop_constraint("fk_member_primary_care_id", "member", type_="foreignkey")
    op.drop_column("member", "primary_care_id")
