"""cases that were joined or parted, and who stands in a party's place

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _links()
    _substitutes()
    op.add_column("member", sa.Column("died_on", sa.Date(), nullable=True))
    walls = Path(__file__).parent.with_name("walls_0014.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def _links() -> None:
    op.create_table(
        "case_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.String(10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_link_case_id"),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name="fk_case_link_other_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_link"),
        sa.UniqueConstraint("case_id", "seq", name="uq_case_link_case_id_seq"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_case_link_other", "case_link", ["other_id"])


def _substitutes() -> None:
    op.create_table(
        "substitute",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("capacity", sa.String(10), nullable=False),
        sa.Column("address", postgresql.JSONB(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_substitute_case_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_substitute_organization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_substitute"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_substitute_case", "substitute", ["case_id", "id"])


def downgrade() -> None:
    op.drop_table("substitute")
    op.drop_table("case_link")
    op.drop_column("member", "died_on")
    op.execute("alter table cases drop constraint ck_cases_state")
    walls = Path(__file__).parent.with_name("walls_0001.sql").read_text()
    start = walls.index("alter table cases add constraint ck_cases_state")
    first = walls[start:].partition(";\n")[0]
    op.execute(sa.text(first.replace(":", r"\:")))
