"""kinds of request: after the fact, continuity of care, a newborn

Expand, then contract: a running older version must survive this migration.
"""

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
