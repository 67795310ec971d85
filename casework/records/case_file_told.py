"""One case as its file tells it: what was asked and decided, notes, calls, the story, the clocks.

Free text is unsealed here for whoever may have the file. What is left out is a list, on purpose.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from casework import bridge, seal
from casework.context import Context
from casework.file_sheets.contents import (
    CaseTold,
    ClockTold,
    DecisionTold,
    Entry,
    LineTold,
    MarkOn,
    Pairs,
)
from casework.file_sheets.words import day_in_words, instant_in_words, known, say
from casework.ledger.entries import case_key
from casework.models import (
    Appeal,
    CaseEvent,
    Contact,
    Determination,
    Diagnosis,
    DiagnosisCode,
    ExternalReview,
    Grievance,
    LineDecision,
    PriorAuth,
    RequestLine,
)
from casework.records import case_file_due
from casework.records.case_file_events import LEFT_OUT, ON_THE_MERITS
from sla import explain

_OWN: Final[Mapping[str, tuple[Any, str, str]]] = {
    "prior_auth": (PriorAuth, "priority_reason_ct", "priority"),
    "appeal": (Appeal, "reason_ct", "reason"),
    "grievance": (Grievance, "told_ct", "told"),
    "external_review": (ExternalReview, "reason_ct", "reason"),
}


def case_told(cx: Context, case: Any, *, marks: Sequence[MarkOn], language: str) -> CaseTold:
    """Everything about this case but its letters and papers."""
    told = _Teller(cx, case, marks, language)
    return CaseTold(
        ref=case.ref,
        kind=known("kind", case.kind, language),
        facts=tuple(told.facts()),
        own_words=told.own_words(),
        diagnoses=tuple(told.diagnoses()),
        lines=tuple(told.lines()),
        decisions=tuple(told.decisions()),
        notes=tuple(told.notes()),
        contacts=tuple(told.contacts()),
        events=tuple(told.events()),
        clocks=tuple(told.clocks()),
    )


def notes_at(
    cx: Context, case: Any, *, seqs: set[int], marks: Sequence[MarkOn], language: str
) -> tuple[Entry, ...]:
    """What these events of a case say, as its file tells it."""
    return tuple(_Teller(cx, case, marks, language).notes(seqs))


class _Teller:
    """One case, in one language."""

    def __init__(self, cx: Context, case: Any, marks: Sequence[MarkOn], language: str) -> None:
        self._cx, self._case, self._language = cx, case, language
        self._key = case_key(cx.database.settings, case)
        self._zone = bridge.contract_of(cx, case.contract_version_id).time_zone
        grounds = case_file_due.grounds()
        self._withheld = {mark.item: grounds[mark.ground][language] for mark in marks}
        self._events = list(
            cx.db.execute(
                select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
            ).scalars()
        )

    def facts(self) -> Iterator[tuple[str, str]]:
        case = self._case
        yield self._say("sheet.kind"), known("kind", case.kind, self._language)
        yield self._say("sheet.received"), self._at(case.received_at)
        yield self._say("sheet.filed_by"), known("who", case.filed_by, self._language)
        if case.fast_track:
            yield self._say("sheet.fast"), self._say("sheet.yes")
        if case.kind == "prior_auth":
            who = self._detail(PriorAuth).requester or {}
            name = who.get("name") or who.get("npi", "")
            if name:
                yield self._say("sheet.by"), str(name)
        yield self._say("sheet.state"), known("stands", case.state, self._language)

    def own_words(self) -> str:
        model, column, place = _OWN[self._case.kind]
        detail = self._detail(model)
        sealed = getattr(detail, column, b"") if detail is not None else b""
        return seal.unseal_text(self._key, sealed, f"{place}:{self._case.id}")

    def diagnoses(self) -> Iterator[tuple[str, str]]:
        rows = self._cx.db.execute(
            select(Diagnosis.code, DiagnosisCode.label)
            .outerjoin(DiagnosisCode, DiagnosisCode.code == Diagnosis.code)
            .where(Diagnosis.case_id == self._case.id)
            .order_by(Diagnosis.number)
        )
        for row in rows:
            yield row.code, row.label or ""

    def lines(self) -> Iterator[LineTold]:
        rows = self._cx.db.execute(
            select(RequestLine)
            .where(RequestLine.case_id == self._case.id)
            .order_by(RequestLine.number)
        ).scalars()
        for row in rows:
            yield LineTold(
                name=f"{row.code} {row.label}".strip(),
                facts=tuple(self._asked(row)),
                result=known("result", row.result, self._language) if row.result else "",
            )

    def decisions(self) -> Iterator[DecisionTold]:
        rows = self._cx.db.execute(
            select(Determination)
            .where(Determination.case_id == self._case.id)
            .order_by(Determination.version)
        ).scalars()
        place = f"determination:{self._case.id}"
        for row in rows:
            words = seal.unseal_json(self._key, row.words_ct, place)
            by = ", ".join(each for each in (row.decided_by_name, row.credential) if each)
            yield DecisionTold(
                at=self._at(row.decided_at),
                outcome=known("result", row.outcome, self._language),
                by=by,
                criterion=row.criterion,
                said=self._texts(words),
                lines=tuple(self._ruled(row.id, place)),
            )

    def notes(self, seqs: set[int] | None = None) -> Iterator[Entry]:
        for row in self._events:
            if row.event in ON_THE_MERITS and (seqs is None or row.seq in seqs):
                said = self._body(row)
                if said:
                    yield self._entry(row, f"event:{row.seq}", said)

    def events(self) -> Iterator[Entry]:
        for row in self._events:
            if row.event not in LEFT_OUT:
                yield Entry(
                    at=self._at(row.occurred_at),
                    what=known("event", row.event, self._language),
                    who=row.actor_name if row.actor_kind != "system" else "",
                )

    def contacts(self) -> Iterator[Entry]:
        rows = self._cx.db.execute(
            select(Contact).where(Contact.case_id == self._case.id).order_by(Contact.id)
        ).scalars()
        for row in rows:
            note = seal.unseal_text(self._key, row.note_ct, f"contact:{row.ref}")
            hidden = self._withheld.get(f"{self._case.id}/contact:{row.ref}", "")
            yield Entry(
                at=self._at(row.at),
                what=row.ref if hidden else f"{row.ref}: {row.with_whom}, {row.purpose}",
                who=row.by_name if row.direction == "out" else "",
                said=((self._say("said.note"), note),) if note and not hidden else (),
                withheld=hidden,
            )

    def clocks(self) -> Iterator[ClockTold]:
        answer = bridge.standing_answer(self._cx, self._case)
        for clock in answer.clocks:
            yield ClockTold(
                name=known("clock", clock.name, self._language),
                due=self._at(clock.due),
                state=known("clock_state", clock.state, self._language),
                lines=tuple(
                    (line.text, line.citation or "") for line in explain.explain(clock, answer)
                ),
            )

    def _entry(self, row: Any, item: str, said: Pairs) -> Entry:
        hidden = self._withheld.get(f"{self._case.id}/{item}", "")
        return Entry(
            at=self._at(row.occurred_at),
            what=known("event", row.event, self._language),
            who=row.actor_name,
            said=() if hidden else said,
            withheld=hidden,
        )

    def _body(self, row: Any) -> Pairs:
        body = seal.unseal_json(self._key, row.body_ct, f"event:{self._case.id}:{row.seq}")
        return self._texts(body)

    def _texts(self, words: Mapping[str, Any]) -> Pairs:
        """What was said, by heading; in a Spanish file the Spanish double where there is one."""
        found = []
        for name, value in words.items():
            if name.endswith("_es") or not value:
                continue
            own = words.get(f"{name}_es") if self._language == "es" else None
            text = _plain(own or value)
            if text:
                found.append((known("said", name, self._language).capitalize(), text))
        return tuple(found)

    def _asked(self, row: Any) -> Iterator[tuple[str, str]]:
        if row.units is not None:
            yield self._say("sheet.amount"), f"{row.units.normalize():f}"
        dates = [day_in_words(day, self._language) for day in (row.from_date, row.to_date) if day]
        if dates:
            yield self._say("sheet.dates"), " – ".join(dates)
        own = row.servicing or {}
        who = own.get("name") or self._names().get(own.get("npi", ""), own.get("npi"))
        if who:
            yield self._say("sheet.provider"), str(who)

    def _names(self) -> dict[str, str]:
        """The providers of the request by NPI: people read a name, not a number."""
        detail = self._detail(PriorAuth)
        known_here = (detail.requester, detail.servicing, detail.facility) if detail else ()
        return {who["npi"]: who["name"] for who in known_here if who and who.get("name")}

    def _ruled(self, determination_id: int, place: str) -> Iterator[LineTold]:
        rows = self._cx.db.execute(
            select(LineDecision)
            .where(LineDecision.determination_id == determination_id)
            .order_by(LineDecision.number)
        ).scalars()
        for row in rows:
            yield LineTold(
                name=f"{row.number}. {row.code}".strip(". "),
                facts=(),
                result=known("result", row.result, self._language),
                reason=seal.unseal_text(self._key, row.reason_ct, place),
                criterion=row.criterion,
            )

    def _detail(self, model: Any) -> Any:
        return self._cx.db.execute(
            select(model).where(model.case_id == self._case.id)
        ).scalar_one_or_none()

    def _at(self, at: Any) -> str:
        return instant_in_words(at, self._language, self._zone)

    def _say(self, key: str) -> str:
        return say(key, self._language)


def _plain(value: Any) -> str:
    """A text as it was written; lists joined, parts of a form by their own words."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ": ".join(str(each) for each in value.values() if isinstance(each, str) and each)
    if isinstance(value, list | tuple):
        return "; ".join(text for text in map(_plain, value) if text)
    return ""
