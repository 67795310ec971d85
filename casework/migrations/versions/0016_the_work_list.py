"""the work list: indexes, the specialty of a case, saved views, when somebody last looked

Expand, then contract: a running older version must survive this migration.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_INSTANTS = ("held_at", "held_until", "returned_at")
_OPEN = (
    ("ix_cases_open_contract", ["contract_id", "next_due_at"], "open"),
    ("ix_cases_open_kind", ["kind", "state", "next_due_at"], "open"),
    ("ix_cases_open_queue", ["queue", "next_due_at"], "open"),
    ("ix_cases_open_specialty", ["specialty", "next_due_at"], "open"),
    ("ix_cases_open_fast", ["next_due_at"], "open and fast_track"),
    ("ix_cases_open_papers", ["new_papers_at"], "open and new_papers_at is not null"),
    ("ix_cases_open_held", ["held_until"], "open and held_until is not null"),
    ("ix_cases_open_returned", ["assignee_id"], "open and returned_at is not null"),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("specialty", sa.String(80), server_default="", nullable=False))
    op.add_column(
        "cases", sa.Column("held_state", sa.String(30), server_default="", nullable=False)
    )
    for name in _INSTANTS:
        op.add_column("cases", sa.Column(name, _INSTANT, nullable=True))
    for name, columns, where in _OPEN:
        op.create_index(name, "cases", columns, postgresql_where=sa.text(where))
    op.create_index("ix_determination_decider", "determination", ["decided_by_id", "decided_at"])
    op.create_index("ix_determination_decided", "determination", ["decided_at"])
    op.add_column("presence", sa.Column("looked_at", _INSTANT, nullable=True))
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_saved_view_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("user_id", "name", name="uq_saved_view_user_id_name"),
        info={"scope": "account"},
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_column("presence", "looked_at")
    op.drop_index("ix_determination_decided", "determination")
    op.drop_index("ix_determination_decider", "determination")
    for name, _columns, _where in reversed(_OPEN):
        op.drop_index(name, "cases")
    for name in (*_INSTANTS, "held_state", "specialty"):
        op.drop_column("cases", name)
