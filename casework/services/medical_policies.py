"""Writing, approving and publishing a medical policy: draft, look at it, publish with four eyes.

What is published is never changed. Nobody approves what he wrote last, and one of the two is a
physician (42 CFR 422.137(c): a committee led by a physician approves what care is judged by).
"""

from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound, Stale
from casework.models import MedicalPolicy, PolicyDraft, Role, user_role
from casework.records import medical_policies as rows
from casework.records.criteria_outline import tree_of
from casework.records.criteria_tree import to_json
from casework.records.forms import asks

WRITE: Final = "write_medical_policy"
PUBLISH: Final = "publish_medical_policy"
CLINICIAN: Final = "physician"


@dataclass(frozen=True, kw_only=True)
class PolicyText:
    """The next version of a policy as people write it."""

    title: str = field(metadata=asks("Title", most=120))
    title_es: str = field(metadata=asks("Title in Spanish", most=120))
    effective_from: date = field(
        metadata=asks(
            "First day",
            hint="Tomorrow or later: what is here already is judged by what it could read",
        )
    )
    effective_to: date | None = field(
        default=None, metadata=asks("Last day", hint="Leave it empty where it has no end")
    )
    source: str = field(
        metadata=asks("Source", hint="On which evidence or guideline it rests", most=300)
    )
    address: str = field(
        metadata=asks("Where the public reads it, free", hint="It stands in letters", most=200)
    )
    codes: tuple[str, ...] = field(
        metadata=asks("Codes that it is about", hint="One CPT or HCPCS code on each line")
    )
    criteria: str = field(
        metadata=asks(
            "Criteria",
            hint="One on each line, two blanks deeper for what is below: “A 2 of: Words | Palabras”"
            " or “A1: Words | Palabras”; “A1 asked: …” is a question to offices that file. Keep the"
            " number of what stays the same",
            long=True,
        )
    )
    reason: str = field(metadata=asks("Why it is changed", most=400))


@dataclass(frozen=True)
class Drafted:
    """A draft was kept: its code and its round."""

    code: str
    round: int
    replayed: bool = False


@dataclass(frozen=True)
class Published:
    """A version was published."""

    code: str
    version: int
    effective_from: str
    replayed: bool = False


@command
def keep_draft(cx: Context, code: str, seen: int, form: PolicyText) -> Drafted:
    """Keep the draft of the next version; `seen` is the round that the writer saw (0: none).

    Whoever keeps it last is its author. Raises Invalid, NotAllowed, Stale.
    """
    policy.require(cx.principal, "", WRITE)
    code = _code(code)
    values = _values(cx, form)
    standing = rows.draft_of(cx, code, locked=True)
    if seen != (standing.round if standing else 0):
        who = f" by {standing.written_by}" if standing else ""
        raise Stale(f"The draft was changed{who} while you wrote. Look at it, then keep yours.")
    values |= {
        "round": seen + 1,
        "written_by_id": cx.principal.id,
        "written_by": cx.principal.name[:120],
        "written_at": cx.now,
    }
    if standing is None:
        cx.db.execute(insert(PolicyDraft).values(code=code, **values))
    else:
        cx.db.execute(
            update(PolicyDraft)
            .where(PolicyDraft.code == code)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    observations.append(cx, "policy_draft_kept", what=f"policy:{code}:round:{seen + 1}")
    return Drafted(code, seen + 1)


@command
def discard_draft(cx: Context, code: str, seen: int) -> Drafted:
    """Throw the draft away; what is published stays. Raises NotAllowed, NotFound, Stale."""
    policy.require(cx.principal, "", WRITE)
    draft = _standing_draft(cx, code, seen)
    cx.db.execute(delete(PolicyDraft).where(PolicyDraft.code == draft.code))
    observations.append(cx, "policy_draft_discarded", what=f"policy:{draft.code}")
    return Drafted(draft.code, 0)


@command
def publish(cx: Context, code: str, seen: int) -> Published:
    """Publish the draft as the next version: by somebody else than who wrote it last.

    `seen` is the round of the draft that was looked at. Raises Invalid (its first day has come),
    NotAllowed, NotFound, Stale.
    """
    policy.require(cx.principal, "", PUBLISH)
    draft = _standing_draft(cx, code, seen)
    _require_four_eyes(cx, draft)
    _require_to_come(cx, draft.effective_from)
    editions = rows.editions_of(cx, draft.code)
    version = editions[0].version + 1 if editions else 1
    said = {name: getattr(draft, name) for name in rows.SAID}
    cx.db.execute(
        insert(MedicalPolicy).values(
            code=draft.code,
            version=version,
            **said,
            written_by_id=draft.written_by_id,
            written_by=draft.written_by,
            approved_by_id=cx.principal.id,
            approved_by=cx.principal.name[:120],
            published_at=cx.now,
            sha256=rows.digest(draft.code, version, said),
        )
    )
    cx.db.execute(delete(PolicyDraft).where(PolicyDraft.code == draft.code))
    observations.append(cx, "policy_published", what=f"policy:{draft.code}:v{version}")
    return Published(draft.code, version, draft.effective_from.isoformat())


def refusal_to_publish(cx: Context, draft: Any) -> str:
    """Why this person may not publish this draft now, in a sentence; empty where he may."""
    try:
        policy.require(cx.principal, "", PUBLISH)
        _require_four_eyes(cx, draft)
        _require_to_come(cx, draft.effective_from)
    except (NotAllowed, Invalid) as refused:
        return refused.sentence
    return ""


def _code(code: str) -> str:
    wanted = code.strip().upper()
    if not rows.CODE.fullmatch(wanted):
        said = "Write it like MP-021: capital letters, digits and strokes."
        raise Invalid(said, fields={"code": said})
    return wanted


def _values(cx: Context, form: PolicyText) -> dict[str, Any]:
    _require_to_come(cx, form.effective_from)
    wrong: dict[str, str] = {}
    if form.effective_to is not None and form.effective_to < form.effective_from:
        wrong["effective_to"] = "The last day is before the first."
    codes = list(dict.fromkeys(each.strip().upper() for each in form.codes if each.strip()))
    strange = [each for each in codes if not (each.isalnum() and each.isascii() and len(each) < 8)]
    if strange or not codes:
        wrong["codes"] = f"{strange[0][:12]} is no code." if strange else "Name at least one code."
    for name in ("title", "title_es", "source", "address", "reason"):
        if not getattr(form, name).strip():
            wrong[name] = "Fill this in."
    if wrong:
        raise Invalid("Please correct what is marked; nothing was kept.", fields=wrong)
    return {
        "title": form.title.strip(),
        "title_es": form.title_es.strip(),
        "effective_from": form.effective_from,
        "effective_to": form.effective_to,
        "source": form.source.strip(),
        "address": form.address.strip(),
        "codes": codes,
        "criteria": to_json(tree_of(form.criteria)),
        "reason": form.reason.strip(),
    }


def _standing_draft(cx: Context, code: str, seen: int) -> Any:
    draft = rows.draft_of(cx, code.strip().upper()[:40], locked=True)
    if draft is None:
        raise NotFound("There is no draft of this policy: it was published or thrown away.")
    if draft.round != seen:
        raise Stale(f"The draft was changed by {draft.written_by} meanwhile. Look at it again.")
    return draft


def _require_four_eyes(cx: Context, draft: Any) -> None:
    if draft.written_by_id == cx.principal.id:
        raise NotAllowed("You wrote this draft: somebody else must approve it.", source="four-eyes")
    if CLINICIAN not in cx.principal.roles and not _is_clinician(cx, draft.written_by_id):
        raise NotAllowed(
            "Neither of you is a physician: a physician must write or approve a medical policy.",
            source="four-eyes",
        )


def _is_clinician(cx: Context, user_id: int) -> bool:
    held = (
        select(Role.name)
        .join(user_role, user_role.c.role_id == Role.id)
        .where(user_role.c.user_id == user_id, Role.name == CLINICIAN)
    )
    return cx.db.execute(held).first() is not None


def _require_to_come(cx: Context, first: date) -> None:
    """What was received today was sent under today's policy, in every zone of the plan."""
    if first <= cx.now.astimezone(UTC).date():
        said = "Enter tomorrow or a later day: a policy never reaches back."
        raise Invalid(f"Its first day has come already. {said}", fields={"effective_from": said})
