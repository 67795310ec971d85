"""claim references that nobody edits, and consents with what they cover

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_CHECK = "ck_appeal_names_something"


def upgrade() -> None:
    _claims()
    _consents()
    _drafts()
    op.alter_column("appeal", "about_case_id", existing_type=sa.BigInteger(), nullable=True)
    app = context.config.attributes["application_role"]
    walls = Path(__file__).parent.with_name("walls_0011.sql").read_text().format(app=app)
    op.execute(sa.text(walls.replace(":", r"\:")))


def _claims() -> None:
    op.create_table(
        "claim_reference",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("member_number", sa.String(20), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("codes", postgresql.JSONB(), nullable=False),
        sa.Column("billed_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("denial_code", sa.String(20), nullable=False),
        sa.Column("denial_words", sa.String(400), nullable=False),
        sa.Column("adjudicated_on", sa.Date(), nullable=True),
        sa.Column("authorization", sa.String(24), nullable=False),
        sa.Column("told_at", _INSTANT, nullable=False),
        *_to("claim_reference", contract_id="contract", member_id="member"),
        *_to("claim_reference", organization_id="organization"),
        sa.PrimaryKeyConstraint("id", name="pk_claim_reference"),
        sa.UniqueConstraint("contract_id", "number", name="uq_claim_reference_contract_id_number"),
        info={"scope": "member", "owner": "member_id"},
    )
    for name, columns in (
        ("ix_claim_reference_organization", ["organization_id", "id"]),
        ("ix_claim_reference_number", ["number"]),
        ("ix_claim_reference_authorization", ["authorization"]),
        ("ix_claim_reference_member_id", ["member_id"]),
    ):
        op.create_index(name, "claim_reference", columns)


def _consents() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("member_number", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("practitioner_npi", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("authorization", sa.String(24), nullable=False),
        sa.Column("claim", sa.String(40), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("service_on", sa.Date(), nullable=True),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("missing", postgresql.JSONB(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("paper_name", sa.String(200), nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        *_to("consent", member_id="member", contract_id="contract", case_id="cases"),
        *_to("consent", organization_id="organization", document_id="document"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        info={"scope": "member", "owner": "member_id"},
    )
    op.create_index("ix_consent_organization", "consent", ["organization_id", "id"])
    op.create_index("ix_consent_case", "consent", ["case_id"])
    op.create_index("ix_consent_member_id", "consent", ["member_id"])


def _drafts() -> None:
    op.create_table(
        "office_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(120), nullable=False),
        sa.Column("door", sa.String(12), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_ct", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        *_to("office_draft", organization_id="organization", user_id="user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_office_draft"),
        info={"scope": "member"},
    )
    op.create_index("ix_office_draft_organization", "office_draft", ["organization_id", "id"])


def _to(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")
        for column, other in columns.items()
    ]


def downgrade() -> None:
    op.execute("drop policy of_an_office on cases")
    op.drop_constraint(_CHECK, "appeal")
    op.alter_column("appeal", "about_case_id", existing_type=sa.BigInteger(), nullable=False)
    for table in ("office_draft", "consent", "claim_reference"):
        op.drop_table(table)
