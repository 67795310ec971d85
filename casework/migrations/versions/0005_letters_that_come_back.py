"""letters that come back: returned mail, re-issue with a reason, an address known to be bad

Expand, then contract: a running older version must survive this migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("letter", sa.Column("reissue_of", sa.BigInteger(), nullable=True))
    op.create_foreign_key("fk_letter_reissue_of", "letter", "letter", ["reissue_of"], ["id"])
    op.create_index("ix_letter_reissue_of", "letter", ["reissue_of"])
    op.add_column(
        "letter", sa.Column("reissue_reason", sa.String(20), server_default="", nullable=False)
    )
    op.add_column("delivery", sa.Column("returned_at", _INSTANT, nullable=True))
    op.add_column(
        "delivery", sa.Column("return_reason", sa.String(20), server_default="", nullable=False)
    )
    op.create_index(
        "ix_delivery_doubt", "delivery", ["id"], postgresql_where=sa.text("state = 'in_doubt'")
    )
    op.add_column("member", sa.Column("address_bad_since", _INSTANT, nullable=True))
    op.add_column(
        "member", sa.Column("address_bad_why", sa.String(20), server_default="", nullable=False)
    )


def downgrade() -> None:
    for column in ("address_bad_why", "address_bad_since"):
        op.drop_column("member", column)
    op.drop_index("ix_delivery_doubt", table_name="delivery")
    for column in ("return_reason", "returned_at"):
        op.drop_column("delivery", column)
    op.drop_column("letter", "reissue_reason")
    op.drop_index("ix_letter_reissue_of", table_name="letter")
    op.drop_constraint("fk_letter_reissue_of", "letter", type_="foreignkey")
    op.drop_column("letter", "reissue_of")
