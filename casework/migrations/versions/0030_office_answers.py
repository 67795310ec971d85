"""office answers: what an office says to the questions of a medical policy

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TABLE = "office_answer"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("criterion", sa.String(20), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("note_ct", sa.LargeBinary(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{_TABLE}_{column}")
            for column, other in (
                ("case_id", "cases"),
                ("policy_id", "medical_policy"),
                ("organization_id", "organization"),
                ("by_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_office_answer_case", _TABLE, ["case_id", "id"])
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0030.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def downgrade() -> None:
    op.drop_table(_TABLE)
