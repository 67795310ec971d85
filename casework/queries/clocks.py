"""The clocks of a case with their explanations, recomputed from its events as one reads them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework import bridge
from casework.context import Context
from casework.queries.case_file import case_by_ref
from sla import explain as told
from sla.events import CLOCKS
from sla.explain import Line
from sla.values import Answer


@dataclass(frozen=True)
class Explained:
    """One clock: its name in code and in words, whose it is, how it stands, and the arithmetic."""

    name: str
    words: str
    owner: str
    state: str
    due: datetime
    rule: str
    layer: str
    citation: str
    limit: str
    consequence: str
    lines: tuple[Line, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `due` is ISO 8601 with the offset of the contract's zone."""
        return {
            "name": self.name,
            "words": self.words,
            "owner": self.owner,
            "state": self.state,
            "due": self.due.isoformat(),
            "rule": self.rule,
            "layer": self.layer,
            "citation": self.citation,
            "limit": self.limit,
            "consequence": self.consequence or None,
            "explanation": [{"text": line.text, "citation": line.citation} for line in self.lines],
        }


def explained(cx: Context, ref: str) -> tuple[Explained, ...]:
    """Every clock of this case, explained. Raises NotFound."""
    return explained_case(cx, case_by_ref(cx, ref))


def explained_case(
    cx: Context, case: Any, *, answer: Answer | None = None
) -> tuple[Explained, ...]:
    """The same for a case (and the engine's answer) that is at hand."""
    answer = answer or bridge.standing_answer(cx, case)
    return tuple(_explained(clock, answer) for clock in answer.clocks)


def _explained(clock: Any, answer: Answer) -> Explained:
    return Explained(
        name=clock.name,
        words=CLOCKS[clock.name].words,
        owner=clock.owner,
        state=clock.state,
        due=clock.due,
        rule=clock.rule,
        layer=clock.layer,
        citation=clock.citation,
        limit=clock.limit,
        consequence=clock.consequence or "",
        lines=told.explain(clock, answer),
    )
