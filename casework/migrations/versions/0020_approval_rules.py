"""approval rules as data, gold cards, changes of the list; the wall against automatic denial

Expand, then contract: a running older version must survive this migration.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_EMPTY = sa.text("'{}'")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _told(name: str, size: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), server_default="", nullable=False)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    _list_changes()
    _rules()
    _studies()
    _gold_cards()
    walls = Path(__file__).parent.with_name("walls_0020.sql").read_text()
    op.execute(sa.text(walls.replace(":", r"\:")))


def _list_changes() -> None:
    op.create_table(
        "pa_list_change",
        _id(),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        _told("emergency", 400),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        _told("recorded_by", 120),
        _of("pa_list_change", "contract_id", "contract"),
        _of("pa_list_change", "recorded_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_pa_list_change"),
        info={"scope": "directory"},
    )
    op.create_index(
        "ix_pa_list_change_contract", "pa_list_change", ["contract_id", "effective_from"]
    )
    for name in ("change_id", "ended_by_id"):
        op.add_column("pa_rule", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(f"fk_pa_rule_{name}", "pa_rule", "pa_list_change", [name], ["id"])


def _rules() -> None:
    op.create_table(
        "approval_rule",
        _id(),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("stopped_at", _INSTANT, nullable=True),
        sa.Column("stopped_by_id", sa.BigInteger(), nullable=True),
        _told("stopped_by", 120),
        _told("stopped_why", 400),
        _of("approval_rule", "stopped_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_approval_rule"),
        sa.UniqueConstraint("code", name="uq_approval_rule_code"),
        info={"scope": "directory"},
    )
    op.create_table(
        "approval_rule_version",
        _id(),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("proposed_at", _INSTANT, nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.String(120), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        _told("decided_by", 120),
        _told("decided_why", 400),
        sa.Column("study_id", sa.BigInteger(), nullable=True),
        _of("approval_rule_version", "rule_id", "approval_rule"),
        _of("approval_rule_version", "proposed_by_id", "user_account"),
        _of("approval_rule_version", "decided_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_approval_rule_version"),
        sa.UniqueConstraint("rule_id", "version", name="uq_approval_rule_version_rule_id_version"),
        info={"scope": "directory"},
    )
    op.create_index(
        "ix_approval_rule_version_released",
        "approval_rule_version",
        ["effective_from"],
        postgresql_where=sa.text("state = 'released'"),
    )


def _studies() -> None:
    op.create_table(
        "approval_study",
        _id(),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _REACH),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        _of("approval_study", "version_id", "approval_rule_version"),
        _of("approval_study", "asked_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_approval_study"),
        info={"scope": "plumbing"},
    )
    op.create_index("ix_approval_study_version", "approval_study", ["version_id", "id"])
    op.create_index(
        "ix_approval_study_open",
        "approval_study",
        ["id"],
        postgresql_where=sa.text("state in ('waiting', 'running')"),
    )
    op.create_table(
        "approval_study_case",
        sa.Column("study_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("overturned", sa.Boolean(), server_default=sa.false(), nullable=False),
        _of("approval_study_case", "study_id", "approval_study"),
        _of("approval_study_case", "case_id", "cases"),
        sa.PrimaryKeyConstraint("study_id", "case_id", name="pk_approval_study_case"),
        info={"scope": "case_child"},
    )
    op.create_index(
        "ix_approval_study_case_fate", "approval_study_case", ["study_id", "fate", "case_id"]
    )


_REACH = ("seen", "total", "last", "upto")


def _gold_cards() -> None:
    op.create_table(
        "gold_card",
        _id(),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.String(40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("record", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("granted_at", _INSTANT, nullable=False),
        sa.Column("granted_by", sa.String(120), nullable=False),
        sa.Column("doubted_at", _INSTANT, nullable=True),
        sa.Column("doubt", postgresql.JSONB(), server_default=_EMPTY, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        _told("ended_by", 120),
        _told("ended_why", 400),
        _of("gold_card", "organization_id", "organization"),
        sa.PrimaryKeyConstraint("id", name="pk_gold_card"),
        info={"scope": "directory"},
    )
    op.create_index("ix_gold_card_office", "gold_card", ["organization_id", "policy"])


def downgrade() -> None:
    for table, trigger in (
        ("determination", "denial_needs_clinician"),
        ("line_decision", "line_fits_decision"),
        ("case_event", "denial_needs_person"),
        ("case_event", "denial_needs_determination"),
        ("pa_rule", "list_stays"),
    ):
        op.execute(sa.text(f"drop trigger {trigger} on {table}"))
    for name in (
        "denial_needs_clinician",
        "line_fits_decision",
        "denial_needs_person",
        "denial_needs_determination",
        "list_stays",
    ):
        op.execute(sa.text(f"drop function {name}()"))
    for table in ("gold_card", "approval_study_case", "approval_study", "approval_rule_version"):
        op.drop_table(table)
    op.execute(sa.text("drop function proposal_stays()"))
    op.execute(sa.text("drop function clinician_on(bigint, bigint, timestamptz, bigint)"))
    op.drop_table("approval_rule")
    for name in ("ended_by_id", "change_id"):
        op.drop_column("pa_rule", name)
    op.drop_table("pa_list_change")
