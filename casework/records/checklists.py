"""The checklist of a case: line by line the policy in force on the receipt, and what was marked.

Nothing here decides: the result of a tree says what the records show. Which day counts is said with
its reason, so that nobody need guess.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from casework import bridge, seal
from casework.context import Context
from casework.ledger.entries import case_key
from casework.models import CriterionMark, RequestLine
from casework.records import medical_policies, office_answers
from casework.records.criteria_tree import Criterion, Found, judged, leaves, questions, unmet
from casework.records.medical_policies import Edition
from casework.records.office_answers import OfficeSaid
from sla.calendars import local_day, zone

KIND: Final = "prior_auth"
WHY_THIS_DAY: Final = (
    "The day of receipt counts: a request is judged by the policy that its office could read when"
    " it asked. A version that was published later moves no request that was here before."
)
IN_WORDS: Final = {"met": "met", "not_met": "not met", "unclear": "not enough information"}
RESULTS: Final = {"met": "met", "not_met": "not met", "open": "open"}


@dataclass(frozen=True)
class Marked:
    """One mark: what, by whom, on which page of which paper; `why` where it changed another's."""

    id: int
    line: int
    policy_id: int
    criterion: str
    mark: str
    paper_id: int | None
    page: int | None
    note: str
    why: str
    by_id: int
    by: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Checklist:
    """One policy on one line: its criteria, the newest mark of each, those before, the result; and
    beside them what the office says, which is no mark and moves no result."""

    line: Any
    policy: Edition
    marks: Mapping[str, Marked] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Marked, ...]] = field(default_factory=dict)
    office: Mapping[str, OfficeSaid] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A name for this checklist on a page: line and policy."""
        return f"{self.line.number}-{self.policy.code}"

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Its criteria in the order of the page."""
        return tuple(leaves(self.policy.tree))

    @property
    def plain(self) -> dict[str, str]:
        """The marks alone, by criterion."""
        return {name: each.mark for name, each in self.marks.items()}

    @property
    def found(self) -> Found:
        """What the marks make of the tree."""
        return judged(self.policy.tree, self.plain)

    @property
    def unmet(self) -> tuple[Criterion, ...]:
        """The criteria for which the policy is not met."""
        return tuple(unmet(self.found, self.plain))


def day_of_receipt(cx: Context, case: Any) -> date:
    """The local day of the receipt, in the zone of the case's contract."""
    return local_day(case.received_at, zone(bridge.zone_of(cx, case)))


def of_case(
    cx: Context, case: Any, *, key: bytes | None = None, lines: Sequence[Any] | None = None
) -> tuple[Checklist, ...]:
    """The checklists of a request, by line and policy: two queries, three without its `lines`, one
    more where a policy has questions to offices.

    Empty for other kinds of case and where no policy is about its codes.
    """
    if case.kind != KIND:
        return ()
    asked = _lines(cx, case.id) if lines is None else lines
    day = day_of_receipt(cx, case)
    about = medical_policies.about(cx, [each.code for each in asked], on=day)
    pairs = [(line, edition) for line in asked for edition in about.get(line.code, ())]
    if not pairs:
        return ()
    sealed = case_key(cx.database.settings, case) if key is None else key
    marks = marks_of(cx, case.id, sealed)
    asks = any(questions(edition.tree) for _line, edition in pairs)
    said = office_answers.of_case(cx, case.id, sealed) if asks else ()
    return tuple(_checklist(line, edition, marks, said) for line, edition in pairs)


def marks_of(cx: Context, case_id: int, key: bytes) -> tuple[Marked, ...]:
    """Every mark that was ever made on this case, the oldest first."""
    rows = cx.db.execute(
        select(CriterionMark).where(CriterionMark.case_id == case_id).order_by(CriterionMark.id)
    ).scalars()
    place = sealed_place(case_id)
    return tuple(
        Marked(
            id=row.id,
            line=row.line,
            policy_id=row.policy_id,
            criterion=row.criterion,
            mark=row.mark,
            paper_id=row.paper_id,
            page=row.page,
            note=seal.unseal_text(key, row.note_ct, place),
            why=seal.unseal_text(key, row.changed_why_ct, place),
            by_id=row.by_id,
            by=row.by_name,
            role=row.by_role,
            at=row.at,
        )
        for row in rows
    )


def sealed_place(case_id: int) -> str:
    """What the sealed words of a mark are bound to."""
    return f"criterion:{case_id}"


def result_words(found: Found) -> str:
    """The result of a tree in one sentence: "Not met: 1 of 3 of A is met (all of them must be)"."""
    asks = f"{found.node.rule} them" if not isinstance(found.node, Criterion) else ""
    count = f": {found.words} ({asks} must be)" if asks else ""
    return f"{RESULTS[found.state].capitalize()}{count}"


def in_words(checklists: Iterable[Checklist], papers: Mapping[int, str]) -> str:
    """The checklists as plain text, for the physician and for the history: each criterion with its
    mark, paper and page. Empty where nothing was marked."""
    return "\n\n".join(_told(each, papers) for each in checklists if each.marks)


def refusal_of(checklist: Checklist, *, language: str = "en") -> tuple[str, str]:
    """What a refused line may say because of this checklist: the specific reason, and the rule with
    its version, its criteria and where it is read free (42 CFR 438.404(b)(2), 422.101(b)(6)).

    Both empty where no criterion is marked "not met". It is a draft: whoever decides words it.
    """
    criteria = checklist.unmet
    if not criteria:
        return "", ""
    said = _SPANISH if language == "es" else _ENGLISH
    words = [each.says_es if language == "es" else each.says for each in criteria]
    reason = "\n".join(said["shows"].format(what=_sentence(each)) for each in words)
    policy = checklist.policy
    rule = said["rule"].format(
        title=policy.title_es if language == "es" else policy.title,
        code=policy.code,
        version=policy.version,
        ids=", ".join(each.id for each in criteria),
        address=policy.address,
    )
    return reason, rule


_ENGLISH: Final = {
    "shows": "The records do not show this: {what}",
    "rule": "{title} {code}, version {version}, part {ids}. You can read it free at {address}, or"
    " ask us for a free copy.",
}
_SPANISH: Final = {
    "shows": "Los registros no muestran esto: {what}",
    "rule": "{title} {code}, versión {version}, parte {ids}. Puede leerla gratis en {address} o"
    " pedirnos una copia gratis.",
}


def _sentence(words: str) -> str:
    plain = words[1:2].islower() or words[1:2] == " "
    lowered = words[:1].lower() + words[1:] if plain else words
    return lowered if lowered.endswith((".", "!", "?")) else f"{lowered}."


def _checklist(
    line: Any, edition: Edition, marks: Sequence[Marked], said: Sequence[OfficeSaid]
) -> Checklist:
    newest: dict[str, Marked] = {}
    earlier: dict[str, tuple[Marked, ...]] = {}
    for each in marks:
        if each.line != line.number or each.policy_id != edition.id:
            continue
        if each.criterion in newest:
            before = newest[each.criterion]
            earlier[each.criterion] = (*earlier.get(each.criterion, ()), before)
        newest[each.criterion] = each
    office = {
        each.criterion: each
        for each in said
        if each.line == line.number and each.policy_id == edition.id
    }
    return Checklist(line, edition, newest, earlier, office)


def _told(checklist: Checklist, papers: Mapping[int, str]) -> str:
    policy, found = checklist.policy, checklist.found
    head = f"Line {checklist.line.number}, {policy.code} version {policy.version}, {policy.title}."
    lines = [f"{head} {result_words(found)}."]
    for each in checklist.criteria:
        marked = checklist.marks.get(each.id)
        said = IN_WORDS[marked.mark] if marked else "not looked at"
        office = _office(checklist.office.get(each.id))
        lines.append(f"{each.id} {each.says}: {said}{_evidence(marked, papers)}{office}")
    return "\n".join(lines)


def _office(said: OfficeSaid | None) -> str:
    if said is None:
        return ""
    note = f", “{said.note}”" if said.note else ""
    return f" (the office says: {office_answers.IN_WORDS[said.answer]}{note})"


def _evidence(marked: Marked | None, papers: Mapping[int, str]) -> str:
    if marked is None:
        return ""
    where = papers.get(marked.paper_id or 0, "")
    page = f", page {marked.page}" if marked.page else ""
    note = f". {marked.note}" if marked.note else ""
    return f" ({where}{page}){note}" if where else note


def _lines(cx: Context, case_id: int) -> tuple[Any, ...]:
    return tuple(
        cx.db.execute(
            select(RequestLine).where(RequestLine.case_id == case_id).order_by(RequestLine.number)
        ).scalars()
    )
