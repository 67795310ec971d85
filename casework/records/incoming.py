"""What comes in for a review outside, as papers or by word of mouth, and the step that takes it."""

from dataclasses import dataclass, field, replace

from casework import ledger
from casework.context import Context
from casework.records import papers
from casework.records.forms import asks
from casework.records.series import Family
from casework.submission import PaperAsSent
from statemachines.facts import Facts


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came in: papers, or a sentence for what came by word of mouth."""

    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("Papers"))
    note: str = field(default="", metadata=asks("Note", long=True))


def take_in(
    cx: Context, kin: Family, facts: Facts, form: Came, *, seen: int | None, trigger: str
) -> ledger.Recorded:
    """Ask, keep the papers, record the step; the case gets the marker for new papers."""
    facts = replace(facts, information_came=bool(form.papers or form.note.strip()))
    ledger.permit(cx, kin.case, trigger, facts, seen=seen)
    papers.require_readable(form.papers, field="papers")
    papers.attach(cx, kin.case, form.papers, by=cx.principal.name)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=kin.case,
                trigger=trigger,
                facts=facts,
                text={"note": form.note} if form.note else {},
                sets={"new_papers_at": cx.now} if form.papers else {},
            )
        ],
    )
    return recorded
