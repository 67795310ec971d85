"""packets for bodies outside, with the proof that they arrived; the turns of review organizations

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "review_organization",
        sa.Column("exchange", sa.String(10), server_default="portal", nullable=False),
    )
    for name, size in (("hearing_zone", 40), ("hearing_how", 10), ("interpreter", 20)):
        op.add_column(
            "external_review",
            sa.Column(name, sa.String(size), server_default="", nullable=False),
        )
    op.add_column("external_review", sa.Column("packet_due_at", _INSTANT, nullable=True))
    _packets()
    _turns()
    walls = Path(__file__).parent.with_name("walls_0015.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def _packets() -> None:
    op.create_table(
        "packet_sent",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("addressee", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("external_key", sa.String(80), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("intended_at", _INSTANT, nullable=False),
        sa.Column("handed_at", _INSTANT, nullable=True),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.Column("proof", sa.String(200), nullable=False),
        sa.Column("proved_by", sa.String(120), nullable=False),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.Column("chased_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_packet_sent_case_id"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["case_file_request.id"], name="fk_packet_sent_request_id"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["review_organization.id"],
            name="fk_packet_sent_organization_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_packet_sent"),
        sa.UniqueConstraint("external_key", name="uq_packet_sent_external_key"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_packet_sent_case", "packet_sent", ["case_id", "id"])
    op.create_index("ix_packet_sent_request_id", "packet_sent", ["request_id"])
    op.create_index(
        "ix_packet_sent_unproved",
        "packet_sent",
        ["handed_at"],
        postgresql_where=sa.text("state in ('handed', 'in_doubt') and chased_at is null"),
    )


def _turns() -> None:
    op.create_table(
        "review_turn",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("panel", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by_state", sa.Boolean(), nullable=False),
        sa.Column("passed", postgresql.JSONB(), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("ended_why", sa.String(20), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_review_turn_case_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["review_organization.id"],
            name="fk_review_turn_organization_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_turn"),
        info={"scope": "case_child"},
    )
    op.create_index("ix_review_turn_case", "review_turn", ["case_id", "id"])
    op.create_index("ix_review_turn_panel", "review_turn", ["panel", "id"])
    op.create_table(
        "review_rotation",
        sa.Column("panel", sa.String(20), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("last_turn", sa.BigInteger(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("given_back", sa.Integer(), nullable=False),
        sa.Column("last_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["review_organization.id"],
            name="fk_review_rotation_organization_id",
        ),
        sa.PrimaryKeyConstraint("panel", "organization_id", name="pk_review_rotation"),
        info={"scope": "directory"},
    )


def downgrade() -> None:
    op.drop_table("review_rotation")
    op.drop_table("review_turn")
    op.drop_table("packet_sent")
    for name in ("packet_due_at", "interpreter", "hearing_how", "hearing_zone"):
        op.drop_column("external_review", name)
    op.drop_column("review_organization", "exchange")
