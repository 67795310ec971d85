"""administration: changes of accounts, tasks of the house, work tried again

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _account_change()
    _house_task()
    _job_retry()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0023.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _account_change() -> None:
    op.create_table(
        "account_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("was", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("second_needed", sa.Boolean(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(120), server_default="", nullable=False),
        sa.Column("decided_why", sa.String(300), server_default="", nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("outcome", sa.String(300), server_default="", nullable=False),
        sa.CheckConstraint(
            "not second_needed or state not in ('planned', 'done')"
            " or (decided_by_id is not null and decided_by_id <> asked_by_id"
            " and decided_by_id <> user_id)",
            name=op.f("ck_account_change_four_eyes"),
        ),
        sa.CheckConstraint("asked_by_id <> user_id", name=op.f("ck_account_change_own")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_account_change_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_account_change_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_change_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_change")),
        info={"scope": "account"},
    )
    op.create_index(
        "ix_account_change_open",
        "account_change",
        ["effective_on", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting', 'planned')"),
    )
    op.create_index("ix_account_change_user", "account_change", ["user_id", "id"], unique=False)


def _house_task() -> None:
    op.create_table(
        "house_task",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_role", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("done_by", sa.String(120), server_default="", nullable=False),
        sa.Column("done_why", sa.String(300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_house_task_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_task")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_house_task_kind_key")),
        info={"scope": "account"},
    )
    op.create_index(
        "ix_house_task_open",
        "house_task",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )


def _job_retry() -> None:
    op.create_table(
        "job_retry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(300), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(300), server_default="", nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_job_retry_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_retry")),
        info={"scope": "plumbing"},
    )
    op.create_index("ix_job_retry_item", "job_retry", ["item_id", "id"], unique=False)
    op.create_index(
        "uq_job_retry_asked",
        "job_retry",
        ["item_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )


def downgrade() -> None:
    op.execute(sa.text("drop policy invited on way_in"))
    op.drop_table("job_retry")
    op.drop_table("house_task")
    op.drop_table("account_change")
    op.execute(sa.text("drop function account_change_stays()"))
