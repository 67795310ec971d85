"""who speaks for whom: forms signed online, guardians, the household

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _representatives()
    _appointments()
    op.add_column("way_in", sa.Column("appointment_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_way_in_appointment_id", "way_in", "appointment", ["appointment_id"], ["id"]
    )
    op.add_column(
        "account_member",
        sa.Column("while_hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("user_account", sa.Column("unproved_since", _INSTANT, nullable=True))
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0010.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _representatives() -> None:
    for name in ("gets_letters", "sees_private"):
        op.add_column(
            "representative",
            sa.Column(name, sa.Boolean(), server_default=sa.true(), nullable=False),
        )
    op.add_column(
        "representative",
        sa.Column("basis", sa.String(20), server_default="appointment", nullable=False),
    )
    for name, length in (
        ("email", 120),
        ("phone", 20),
        ("recorded_by", 120),
        ("ended_why", 200),
        ("ended_by", 120),
    ):
        op.add_column(
            "representative",
            sa.Column(name, sa.String(length), server_default="", nullable=False),
        )
    op.add_column("representative", sa.Column("document_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_representative_document_id", "representative", "document", ["document_id"], ["id"]
    )
    op.add_column("representative", sa.Column("signed_on", sa.Date(), nullable=True))
    for name in ("recorded_at", "ended_at", "renewal_asked_at"):
        op.add_column("representative", sa.Column(name, _INSTANT, nullable=True))


def _appointments() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("line", sa.String(15), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("relation", sa.String(40), nullable=False),
        sa.Column("address", postgresql.JSONB(), nullable=False),
        sa.Column("email", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("looks_only", sa.Boolean(), nullable=False),
        sa.Column("gets_letters", sa.Boolean(), nullable=False),
        sa.Column("sees_private", sa.Boolean(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("representative_id", sa.BigInteger(), nullable=True),
        sa.Column("pdf_sha256", sa.String(64), nullable=False),
        sa.Column("pdf_shows", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_appointment_member_id"),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["representative.id"], name="fk_appointment_representative_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
        sa.UniqueConstraint("number", name="uq_appointment_number"),
        info={"scope": "member", "owner": "member_id"},
    )
    op.create_index("ix_appointment_member", "appointment", ["member_id", "id"])
    op.create_table(
        "form_signature",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(10), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("session_ref", sa.String(20), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name="fk_form_signature_appointment_id"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_form_signature_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_form_signature"),
        sa.UniqueConstraint(
            "appointment_id", "party", name="uq_form_signature_appointment_id_party"
        ),
        info={"scope": "member", "owner": "member_id"},
    )
    op.create_index("ix_form_signature_member_id", "form_signature", ["member_id"])


def downgrade() -> None:
    for table in ("way_in", "account_member", "passkey"):
        op.execute(f"alter table {table} disable row level security")
    for table, names in (
        ("way_in", ("seen", "asked", "answered", "forgotten")),
        ("account_member", ("seen", "made", "ended", "forgotten")),
        ("passkey", ("own",)),
    ):
        for name in names:
            op.execute(f"drop policy {name} on {table}")
    op.execute(
        "alter policy seen on representative"
        " with check ((select app_reach()) in ('all', 'members', 'contracts'));"
        " alter policy seen on coverage_span with check ((select app_reach()) = 'all')"
    )
    op.drop_constraint("fk_way_in_appointment_id", "way_in")
    op.drop_column("way_in", "appointment_id")
    op.drop_column("account_member", "while_hidden")
    op.drop_column("user_account", "unproved_since")
    op.drop_table("form_signature")
    op.drop_table("appointment")
    _link_behind_as_it_was()
    op.execute("drop function app_user()")
    op.drop_constraint("fk_representative_document_id", "representative")
    for name in (
        *("gets_letters", "sees_private", "basis", "email", "phone", "recorded_by"),
        *("ended_why", "ended_by", "document_id", "signed_on", "recorded_at", "ended_at"),
        "renewal_asked_at",
    ):
        op.drop_column("representative", name)


def _link_behind_as_it_was() -> None:
    op.execute("drop function link_behind(bigint, bigint)")
    walls = Path(__file__).parent.with_name("walls_0009.sql").read_text()
    begun = walls[walls.index("create function link_behind") :]
    text = begun.partition("-- Staff see the forms")[0]
    text = text.format(app=context.config.attributes["application_role"])
    op.execute(sa.text(text.replace(":", r"\:")))
