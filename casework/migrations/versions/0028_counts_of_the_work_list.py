"""counts of the work list: what a queue or a specialty holds for a role is told by its index alone

Expand, then contract: a running older version must survive this migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NEW = (
    ("ix_cases_open_queue_step", ["queue", "next_due_at", "kind", "state"], "open"),
    ("ix_cases_open_specialty_step", ["specialty", "next_due_at", "kind", "state"], "open"),
    ("ix_cases_open_fast_step", ["assignee_id", "kind", "state"], "open and fast_track"),
)
_OLD = (
    ("ix_cases_open_queue", ["queue", "next_due_at"], "open"),
    ("ix_cases_open_specialty", ["specialty", "next_due_at"], "open"),
)


def upgrade() -> None:
    for name, columns, where in _NEW:
        op.create_index(name, "cases", columns, postgresql_where=sa.text(where))
    for name, _columns, _where in _OLD:
        op.drop_index(name, "cases")


def downgrade() -> None:
    for name, columns, where in _OLD:
        op.create_index(name, "cases", columns, postgresql_where=sa.text(where))
    for name, _columns, _where in _NEW:
        op.drop_index(name, "cases")
