"""how a letter leaves

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _batches()
    _deliveries()
    _members()
    _needs()
    for name, size, default in (("fax", 20, ""), ("letters_by", 10, "portal")):
        op.add_column(
            "organization",
            sa.Column(name, sa.String(size), server_default=default, nullable=False),
        )
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0004.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _batches() -> None:
    op.create_table(
        "print_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=True),
        sa.Column("acknowledged_at", _INSTANT, nullable=True),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_print_batch_contract_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_print_batch"),
        sa.UniqueConstraint("name", name="uq_print_batch_name"),
        info={"scope": "plumbing"},
    )
    op.create_index("ix_print_batch_contract_id", "print_batch", ["contract_id"])
    op.create_index(
        "ix_print_batch_open",
        "print_batch",
        ["id"],
        postgresql_where=sa.text("state <> 'mailed'"),
    )


def _deliveries() -> None:
    op.add_column("delivery", sa.Column("batch_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_delivery_batch_id", "delivery", "print_batch", ["batch_id"], ["id"]
    )
    op.create_index("ix_delivery_batch_id", "delivery", ["batch_id"])
    for name, size in (("format", 12), ("address_sha256", 64), ("mail_proof", 80)):
        op.add_column(
            "delivery", sa.Column(name, sa.String(size), server_default="", nullable=False)
        )
    for name in ("mailed_at", "chased_at"):
        op.add_column("delivery", sa.Column(name, _INSTANT, nullable=True))
    op.create_index(
        "ix_delivery_unproved",
        "delivery",
        ["confirmed_at"],
        postgresql_where=sa.text(
            "batch_id is not null and mailed_at is null and chased_at is null"
        ),
    )


def _members() -> None:
    op.add_column(
        "member", sa.Column("texts_ok", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("member", sa.Column("confidential_since", _INSTANT, nullable=True))
    for name, default in (("safe_address", "[]"), ("safe_contact", "{}")):
        op.add_column(
            "member",
            sa.Column(name, postgresql.JSONB(), server_default=default, nullable=False),
        )


def _needs() -> None:
    op.create_table(
        "standing_need",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("need", sa.String(20), nullable=False),
        sa.Column("was", postgresql.JSONB(), nullable=False),
        sa.Column("became", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("by_role", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_standing_need_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_standing_need"),
        info={"scope": "member", "owner": "member_id"},
    )
    op.create_index("ix_standing_need_member", "standing_need", ["member_id", "id"])


def downgrade() -> None:
    op.drop_table("standing_need")
    op.execute("alter policy seen on member with check ((select app_reach()) = 'all')")
    for name in ("safe_contact", "safe_address", "confidential_since", "texts_ok"):
        op.drop_column("member", name)
    for name in ("letters_by", "fax"):
        op.drop_column("organization", name)
    op.drop_index("ix_delivery_unproved", table_name="delivery")
    op.drop_index("ix_delivery_batch_id", table_name="delivery")
    for name in ("chased_at", "mailed_at", "mail_proof", "address_sha256", "format", "batch_id"):
        op.drop_column("delivery", name)
    op.drop_table("print_batch")
