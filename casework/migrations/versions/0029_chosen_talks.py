"""chosen talks: when the office chose one of the times that were offered

Expand, then contract: a running older version must survive this migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("peer_to_peer", sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("peer_to_peer", "chosen_at")
