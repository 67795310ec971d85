"""announcements: what staff, offices and members are told, and who has seen it

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("text_en", sa.String(400), nullable=False),
        sa.Column("text_es", sa.String(400), server_default="", nullable=False),
        sa.Column("path", sa.String(120), server_default="", nullable=False),
        sa.Column("ask", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("from_at", _INSTANT, nullable=False),
        sa.Column("until_at", _INSTANT, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("written_by_id", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(120), server_default="", nullable=False),
        sa.Column("ended_why", sa.String(300), server_default="", nullable=False),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_announcement_order")),
        sa.CheckConstraint(
            "audience <> 'members' or text_es <> ''", name=op.f("ck_announcement_both_languages")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name=op.f("fk_announcement_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        info={"scope": "directory"},
    )
    op.create_index(
        "ix_announcement_open",
        "announcement",
        ["audience", "until_at"],
        unique=False,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "announcement_seen",
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announcement_seen_announcement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_announcement_seen_user_id")
        ),
        sa.PrimaryKeyConstraint("announcement_id", "user_id", name=op.f("pk_announcement_seen")),
        info={"scope": "account"},
    )
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0025.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def downgrade() -> None:
    op.drop_table("announcement_seen")
    op.drop_table("announcement")
    op.execute(sa.text("drop function announcement_stays()"))
