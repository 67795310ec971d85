"""queue rules: which roles work a queue, rules that name queues, open cases moved by them

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("queue", sa.Column("step", sa.String(30), server_default="", nullable=False))
    op.add_column(
        "queue",
        sa.Column("roles", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    _queue_change()
    _queue_rule()
    _queue_move()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0024.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _queue_change() -> None:
    op.create_table(
        "queue_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("was", postgresql.JSONB(), nullable=False),
        sa.Column("now", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_queue_change_by_id")),
        sa.ForeignKeyConstraint(["code"], ["queue.code"], name=op.f("fk_queue_change_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_change")),
        info={"scope": "directory"},
    )
    op.create_index("ix_queue_change_code", "queue_change", ["code", "id"], unique=False)


def _queue_rule() -> None:
    op.create_table(
        "queue_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("queue", sa.String(30), nullable=False),
        sa.Column("ended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("effective_at", _INSTANT, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.CheckConstraint("effective_at >= made_at", name=op.f("ck_queue_rule_ahead")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_queue_rule_made_by_id")
        ),
        sa.ForeignKeyConstraint(["queue"], ["queue.code"], name=op.f("fk_queue_rule_queue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_rule")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_queue_rule_code_version")),
        info={"scope": "directory"},
    )


def _queue_move() -> None:
    op.create_table(
        "queue_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("step", sa.String(30), nullable=False),
        sa.Column("rule", sa.String(12), server_default="", nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("last_case_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("seen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("moved", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.String(120), server_default="", nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_role", sa.String(20), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_queue_move_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_move")),
        info={"scope": "plumbing"},
    )
    op.create_index(
        "ix_queue_move_waiting",
        "queue_move",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("queue_move")
    op.drop_table("queue_rule")
    op.drop_table("queue_change")
    op.execute(sa.text("drop function queue_stays()"))
    op.drop_column("queue", "roles")
    op.drop_column("queue", "step")
