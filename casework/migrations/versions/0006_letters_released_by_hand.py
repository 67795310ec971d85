"""letters released by hand: the words that were mended, who worded them, who released the letter

Expand, then contract: a running older version must survive this migration.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("worded_by", "released_by"):
        op.add_column(
            "letter", sa.Column(name, sa.String(120), server_default="", nullable=False)
        )
    op.add_column(
        "letter", sa.Column("words_ct", sa.LargeBinary(), server_default="", nullable=False)
    )
    op.add_column("letter", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "letter",
        sa.Column(
            "proved",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
    )


def downgrade() -> None:
    for name in ("proved", "released_at", "words_ct", "released_by", "worded_by"):
        op.drop_column("letter", name)
