"""who may sign in: requests for accounts, passkeys, the members of an account, forms with a scope

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "sign_in_attempt", sa.Column("kind", sa.String(20), server_default="", nullable=False)
    )
    op.add_column(
        "coverage_span", sa.Column("household", sa.String(20), server_default="", nullable=False)
    )
    op.add_column("representative", sa.Column("series_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "representative",
        sa.Column("looks_only", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _ways_in()
    _account_members()
    _passkeys()
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0009.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _ways_in() -> None:
    op.create_table(
        "way_in",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=False),
        sa.Column("mail", sa.String(20), nullable=False),
        sa.Column("email", sa.String(120), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("base", sa.String(200), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("representative_id", sa.BigInteger(), nullable=True),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_way_in_member_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_way_in_user_id"),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["representative.id"], name="fk_way_in_representative_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_way_in"),
        sa.UniqueConstraint("token_sha256", name="uq_way_in_token_sha256"),
        info={"scope": "account"},
    )
    op.create_index("ix_way_in_expires", "way_in", ["expires_at"])


def _account_members() -> None:
    op.create_table(
        "account_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(10), nullable=False),
        sa.Column("representative_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_account_member_user_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_account_member_member_id"),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representative.id"],
            name="fk_account_member_representative_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_member"),
        info={"scope": "account"},
    )
    op.create_index("ix_account_member_member", "account_member", ["member_id"])
    op.create_index(
        "uq_account_member_open",
        "account_member",
        ["user_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def _passkeys() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.JSONB(), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_passkey_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
        info={"scope": "account"},
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])


def downgrade() -> None:
    for table in ("passkey", "account_member", "way_in"):
        op.drop_table(table)
    op.execute("drop policy seen on cases; drop policy changed on cases")
    walls = Path(__file__).parent.with_name("walls_0001.sql").read_text()
    start = walls.index("create policy seen on cases")
    first = walls[start : walls.index("create policy opened on cases")]
    second = walls[walls.index("create policy changed on cases") :].partition(";\n")[0]
    third = walls[walls.index("create policy seen on representative") :].partition(" with check")[0]
    op.execute(
        sa.text(
            third.replace("create policy", "alter policy").replace("{{}}", "{}").replace(":", r"\:")
        )
    )
    for statement in (first, second):
        op.execute(sa.text(statement.replace("{{}}", "{}").replace(":", r"\:")))
    op.execute("drop function app_narrow(text); drop function link_behind(bigint, bigint)")
    op.drop_column("representative", "looks_only")
    op.drop_column("representative", "series_id")
    op.drop_column("coverage_span", "household")
    op.drop_column("sign_in_attempt", "kind")
