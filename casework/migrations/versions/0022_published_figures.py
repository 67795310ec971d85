"""published figures: counts of a year, their cases, the editions that everybody may read

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _counts()
    _cases()
    _editions()
    op.create_index(
        "ix_security_event_looks",
        "security_event",
        ["recorded_at"],
        postgresql_where=sa.text("event = 'look'"),
    )
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0022.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _counts() -> None:
    op.create_table(
        "year_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("choices", postgresql.JSONB(), nullable=False),
        sa.Column("as_of", _INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name="fk_year_count_asked_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_year_count"),
        info={"scope": "plumbing"},
    )
    op.create_index(
        "ix_year_count_open",
        "year_count",
        ["id"],
        postgresql_where=sa.text("state in ('waiting', 'running')"),
    )
    op.create_index("ix_year_count_unit", "year_count", ["unit", "year", "id"])


def _cases() -> None:
    op.create_table(
        "year_case",
        sa.Column("count_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("priority", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(15), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["count_id"], ["year_count.id"], name="fk_year_case_count_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_year_case_case_id"),
        sa.PrimaryKeyConstraint("count_id", "case_id", name="pk_year_case"),
        info={"scope": "case_child"},
    )
    op.create_index(
        "ix_year_case_number",
        "year_case",
        ["count_id", "what", "priority", "outcome", "case_id"],
    )


def _editions() -> None:
    op.create_table(
        "published_figures",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.BigInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("published_at", _INSTANT, nullable=False),
        sa.Column("published_by_id", sa.BigInteger(), nullable=True),
        sa.Column("published_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_id"], ["year_count.id"], name="fk_published_figures_count_id"
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user_account.id"], name="fk_published_figures_published_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_published_figures"),
        sa.UniqueConstraint(
            "unit", "year", "edition", name="uq_published_figures_unit_year_edition"
        ),
        info={"scope": "directory"},
    )


def downgrade() -> None:
    op.drop_index("ix_security_event_looks", table_name="security_event")
    op.drop_table("published_figures")
    op.drop_table("year_case")
    op.drop_table("year_count")
