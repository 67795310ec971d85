"""the reading desk: places that are marked in papers, tries to reach a physician

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _marks()
    _talks()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0018.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _marks() -> None:
    percent = [
        sa.Column(name, sa.Numeric(5, 2), nullable=False)
        for name in ("left", "top", "width", "height")
    ]
    op.create_table(
        "paper_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        *percent,
        sa.Column("tag", sa.String(20), nullable=False),
        sa.Column("quote_ct", sa.LargeBinary(), nullable=False),
        sa.Column("note_ct", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_paper_mark_case_id"),
        sa.ForeignKeyConstraint(["paper_id"], ["case_document.id"], name="fk_paper_mark_paper_id"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_paper_mark_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_mark"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_paper_mark_case", "paper_mark", ["case_id", "paper_id", "page"])


def _talks() -> None:
    op.add_column(
        "peer_to_peer",
        sa.Column("slots", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    op.add_column(
        "peer_to_peer", sa.Column("zone", sa.String(40), server_default="", nullable=False)
    )
    op.create_table(
        "talk_try",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("talk_id", sa.BigInteger(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_talk_try_case_id"),
        sa.ForeignKeyConstraint(["talk_id"], ["peer_to_peer.id"], name="fk_talk_try_talk_id"),
        sa.PrimaryKeyConstraint("id", name="pk_talk_try"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_talk_try_talk", "talk_try", ["talk_id", "id"])


def downgrade() -> None:
    op.drop_table("talk_try")
    op.drop_column("peer_to_peer", "zone")
    op.drop_column("peer_to_peer", "slots")
    op.drop_table("paper_mark")
