"""What belongs into a case file, gathered from rows: each document once, nothing from memory.

In it is what was submitted, considered, relied on or generated in making the decision, relied on or
not (42 CFR 438.406(b)(5); 29 CFR 2560.503-1(m)(8)): notes on the merits and calls too. Not in it:
who had the work when, escalations, looks at records, and what a quality-of-care peer review wrote.
"""

from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge
from casework.context import Context
from casework.file_sheets.contents import Contents, LetterIn, MarkOn, PaperIn, Rule
from casework.file_sheets.words import day_in_words, say
from casework.models import (
    Case,
    CaseDocument,
    Contact,
    Determination,
    Document,
    Letter,
    LineDecision,
    Member,
    PaRule,
    Representative,
    RequestLine,
    User,
    WithheldPart,
)
from casework.records import case_file_criteria, case_file_due, case_file_told
from casework.records.case_file_scope import cases_of
from letters.wording import wording
from sla.calendars import local_day, zone


def of_request(cx: Context, row: Any) -> Contents:
    """The contents of the file that this request asks for, as the case stands now."""
    case = cx.db.execute(select(Case).where(Case.id == row.case_id)).scalar_one()
    member = cx.db.execute(select(Member).where(Member.id == case.member_id)).scalar_one()
    version = bridge.version_of(cx, case.contract_version_id)
    where = zone(version.contract.time_zone)
    marks = marks_of(cx, row)
    cases = _cases(cx, case, row.scope)
    refs = {each.id: each.ref for each in cases}
    papers = tuple(_papers(cx, refs, marks, language=row.language, where=where))
    used = _grounds(marks)
    known = case_file_due.grounds()
    return Contents(
        ref=case.ref,
        kind=case.kind,
        scope=row.scope,
        asked_for=row.asked_for,
        language=row.language,
        large_print=row.asked_for == "member" and member.letter_format == "large_print",
        printed_on=local_day(cx.now, where),
        asked_on=day_in_words(local_day(row.asked_at, where), row.language),
        member=f"{member.given_name} {member.family_name}",
        member_number=member.number,
        plan=version.plan,
        cases=tuple(
            case_file_told.case_told(cx, each, marks=marks, language=row.language) for each in cases
        ),
        rules=tuple(_rules(cx, case, cases, marks, row.language)),
        letters=tuple(_letters(cx, refs, row.language)),
        papers=papers,
        awaited=_awaited(cx, refs),
        marks=marks,
        needs_look=_from_others(cx, member, refs),
        withheld=tuple((known[code][row.language], known[code]["cite"]) for code in used),
        withheld_grounds=used,
    )


def marks_of(cx: Context, row: Any) -> tuple[MarkOn, ...]:
    """The marks that stand on the cases of this file now, and on its papers wherever in the
    matter they were marked; in a packet only those that hold against a body outside too."""
    case = cx.db.execute(select(Case).where(Case.id == row.case_id)).scalar_one()
    known, cases = case_file_due.grounds(), cases_of(cx, case, row.scope)
    papers = select(func.concat("document:", CaseDocument.document_id)).where(
        CaseDocument.case_id.in_(cases)
    )
    matter = WithheldPart.case_id.in_(select(Case.id).where(Case.series_id == case.series_id))
    rows = cx.db.execute(
        select(WithheldPart)
        .where(
            WithheldPart.case_id.in_(cases) | (WithheldPart.item.in_(papers) & matter),
            WithheldPart.removed_at.is_(None),
        )
        .order_by(WithheldPart.id)
    ).scalars()
    return tuple(
        MarkOn(
            item=each.item if each.item.startswith("document:") else f"{each.case_id}/{each.item}",
            page=each.page,
            whole=each.whole,
            box=(float(each.left), float(each.top), float(each.width), float(each.height)),
            ground=each.ground,
        )
        for each in rows
        if row.scope not in {"packet", "supplement"} or known[each.ground].get("packet")
    )


def _cases(cx: Context, case: Any, scope: str) -> list[Any]:
    ids = cases_of(cx, case, scope)
    return list(cx.db.execute(select(Case).where(Case.id.in_(ids)).order_by(Case.id)).scalars())


def _grounds(marks: tuple[MarkOn, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark.ground for mark in marks))


_PAPER: Final = (
    CaseDocument.case_id,
    CaseDocument.document_id,
    CaseDocument.name,
    CaseDocument.added_at,
    CaseDocument.added_by,
    Document.sha256,
    Document.media_type,
)


def _papers(
    cx: Context, refs: dict[int, str], marks: tuple[MarkOn, ...], *, language: str, where: Any
) -> Iterator[PaperIn]:
    rows = cx.db.execute(
        select(*_PAPER)
        .join(Document, Document.id == CaseDocument.document_id)
        .where(CaseDocument.case_id.in_(refs))
        .order_by(CaseDocument.case_id, CaseDocument.id)
    ).all()
    by_hash: dict[str, list[Any]] = {}
    for row in rows:
        by_hash.setdefault(row.sha256, []).append(row)
    known = case_file_due.grounds()
    for first, *rest in by_hash.values():
        item = f"document:{first.document_id}"
        mine = tuple(mark for mark in marks if mark.item == item)
        all_of_it = next((mark.ground for mark in mine if mark.page == 0), "")
        words = [known[code][language] for code in _grounds(mine)]
        yield PaperIn(
            item=item,
            sha256=first.sha256,
            media_type=first.media_type,
            name=first.name,
            case=refs[first.case_id],
            on=day_in_words(local_day(first.added_at, where), language),
            by=first.added_by,
            also=tuple(f"{row.name} ({refs[row.case_id]})" for row in rest),
            marks=mine,
            withheld=known[all_of_it][language] if all_of_it else "",
            note=say("page.withheld", language, why=" ".join(words)) if words else "",
        )


def _awaited(cx: Context, refs: dict[int, str]) -> tuple[str, ...]:
    """Papers that were announced and never came."""
    rows = cx.db.execute(
        select(CaseDocument.name, CaseDocument.case_id)
        .where(CaseDocument.case_id.in_(refs), CaseDocument.document_id.is_(None))
        .order_by(CaseDocument.id)
    )
    return tuple(f"{row.name} ({refs[row.case_id]})" for row in rows)


def _letters(cx: Context, refs: dict[int, str], language: str) -> Iterator[LetterIn]:
    """Every letter that left, each set of bytes once. A letter that carried this very file or an
    earlier one is left out: it would hold the file in itself."""
    rows = cx.db.execute(
        select(Letter)
        .where(
            Letter.case_id.in_(refs),
            Letter.state == "sent",
            Letter.sha256 != "",
            Letter.code != "case_file_sent",
        )
        .order_by(Letter.sent_at, Letter.id)
    ).scalars()
    seen: set[str] = set()
    for row in rows:
        if row.sha256 not in seen:
            seen.add(row.sha256)
            to = say(f"recipient.{row.recipient}", language)
            yield LetterIn(
                sha256=row.sha256,
                title=f"{_heading(row, language)} ({to})",
                case=refs[row.case_id],
                on=day_in_words(row.printed_on, language) if row.printed_on else "",
            )


def _heading(row: Any, language: str) -> str:
    """The letter as its own first line names it; where that holds a fact, its name in the list."""
    words, key = wording(language), f"{row.code}.title"
    if key in words and not words.names(key):
        return unescape(str(words.text(key)))
    return str(row.title or row.code)


def _rules(
    cx: Context, case: Any, cases: list[Any], marks: tuple[MarkOn, ...], language: str
) -> Iterator[Rule]:
    """Every criterion that a decision names, and the plan's policies: with their criteria, or at
    least with the day of each."""
    ids = [each.id for each in cases]
    whole = list(case_file_criteria.criteria_used(cx, cases, marks, language))
    rows = cx.db.execute(
        select(Determination.criterion, LineDecision.criterion.label("line"))
        .outerjoin(LineDecision, LineDecision.determination_id == Determination.id)
        .where(Determination.case_id.in_(ids))
        .order_by(Determination.case_id, Determination.version, LineDecision.number)
    )
    seen: dict[str, None] = {}
    for row in rows:
        seen |= {text: None for text in (row.criterion, row.line) if text}
    policies = _policies(cx, case, ids)
    for text in seen:
        known = next((facts for policy, facts in policies if policy in text), None)
        yield Rule(name=text, facts=_policy_facts(known, language) if known else ())
    yield from (rule for _code, rule in whole)
    known_whole = {code for code, _rule in whole}
    for policy, facts in policies:
        if policy not in known_whole and not any(policy in text for text in seen):
            yield Rule(name=policy, facts=_policy_facts(facts, language))


def _policies(cx: Context, case: Any, ids: list[int]) -> list[tuple[str, Any]]:
    """The policies in force for the services asked for, on the day of receipt."""
    where = zone(bridge.contract_of(cx, case.contract_version_id).time_zone)
    on = local_day(case.received_at, where)
    rows = cx.db.execute(
        select(PaRule)
        .join(RequestLine, RequestLine.code == PaRule.code)
        .where(
            RequestLine.case_id.in_(ids),
            PaRule.contract_id == case.contract_id,
            PaRule.policy != "",
            PaRule.effective_from <= on,
        )
        .order_by(PaRule.policy, PaRule.effective_from.desc())
    ).scalars()
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(row.policy, row)
    return list(found.items())


def _policy_facts(row: Any, language: str) -> tuple[tuple[str, str], ...]:
    since: date = row.effective_from
    return (
        (say("rule.policy", language), row.policy),
        (say("rule.version", language), day_in_words(since, language)),
        (say("rule.service", language), f"{row.code} {row.label}"),
    )


def _from_others(cx: Context, member: Any, refs: dict[int, str]) -> bool:
    """Whether anything in it came from somebody else than the member: then a person looks."""
    own = set(cx.db.execute(select(User.name).where(User.member_id == member.id)).scalars()) | set(
        cx.db.execute(
            select(Representative.name).where(Representative.member_id == member.id)
        ).scalars()
    )
    papers = set(
        cx.db.execute(
            select(CaseDocument.added_by).where(
                CaseDocument.case_id.in_(refs), CaseDocument.document_id.is_not(None)
            )
        ).scalars()
    )
    talked = set(
        cx.db.execute(select(Contact.with_whom).where(Contact.case_id.in_(refs))).scalars()
    )
    return bool((papers | talked) - own)
