"""The parts of a case page that take some unsealing: lines, decision, question, letters, words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from casework import seal
from casework.context import Context
from casework.queries import colleagues, letters
from casework.queries.case_file import CaseFile
from casework.queries.choices import Choice
from casework.queries.timeline import Entry
from casework.records import determinations, waiting
from casework.web.staff import story, words

# What the filer wrote, by kind of case: the column, what it is bound to, and its heading.
_OWN_WORDS: Final = {
    "prior_auth": ("priority_reason_ct", "priority", "Why it is urgent"),
    "appeal": ("reason_ct", "reason", "Why the decision is wrong"),
    "grievance": ("told_ct", "told", "What happened, in their own words"),
    "external_review": ("reason_ct", "reason", "Why the decision is wrong"),
}


@dataclass(frozen=True)
class LineShown:
    """A service line with what was decided on it: `given` and `why` are empty before."""

    asked: Any
    words: str
    sign: str
    given: Any
    why: str


def line(file: CaseFile, asked: Any) -> LineShown:
    """A line with its newest decision."""
    ruled = file.line_decisions.get(asked.number)
    result = ruled.result if ruled is not None else asked.result
    said, sign = words.outcome(result) if result else ("Not decided", "neutral")
    why = ""
    if ruled is not None:
        place = determinations.sealed_place(file.case.id)
        why = seal.unseal_text(file.key, ruled.reason_ct, place)
    return LineShown(asked, said, sign, ruled, why)


def decided_by_line(kind: str, offered: Sequence[Choice]) -> bool:
    """Whether a decision on a request is open to who looks: then its lines are decided one by
    one on a page of their own."""
    steps = {"approve", "approve_in_part", "deny"}
    return kind == "prior_auth" and any(each.open for each in offered if each.trigger in steps)


def decision(file: CaseFile) -> Mapping[str, Any] | None:
    """The newest determination: who, when, with which credential, in which words."""
    if not file.determinations:
        return None
    row = file.determinations[0]
    said = seal.unseal_json(file.key, row.words_ct, determinations.sealed_place(file.case.id))
    texts = {name: value for name, value in said.items() if value and isinstance(value, str)}
    return {
        "row": row,
        "outcome": words.outcome(row.outcome, file.case.kind),
        "texts": [(called(name), value) for name, value in texts.items()],
        "considered": said.get("considered") or (),
        "perfect": said.get("perfect") or (),
        "earlier": len(file.determinations) - 1,
    }


def called(name: str) -> str:
    """The name of a field of words; its Spanish double is called so."""
    plain = words.plain(name.removesuffix("_es"))
    return f"{plain}, in Spanish" if name.endswith("_es") else plain


def referral(entries: Sequence[Entry]) -> Mapping[str, str] | None:
    """What the nurse wrote for the physician when it was last referred, among these entries."""
    for entry in entries:
        if entry.event == "referred_to_physician":
            said = {name: str(entry.said.get(name, "")) for name in ("summary", "criteria")}
            return {**said, "by": entry.actor}
    return None


def episodes(cx: Context, kind: str, entries: Sequence[Entry]) -> list[story.Episode]:
    """These entries as the story tells them, with the names of the colleagues in them."""
    names = colleagues.names_of(cx, story.named_in(entries))
    return [story.episode(kind, each, names) for each in entries]


def question(file: CaseFile) -> Mapping[str, Any] | None:
    """What is waited for, in clear; None when nothing is."""
    if file.question is None:
        return None
    return {
        "row": file.question,
        "wanted": waiting.wanted(file.key, file.question, file.case.id),
    }


def letters_of(cx: Context, file: CaseFile) -> list[dict[str, Any]]:
    """Every letter with its state in words and how its copies left."""
    ways = letters.deliveries_of(cx, [row.id for row in file.letters])
    return [
        {
            "row": row,
            "title": row.title or story.letter_title(row.code),
            "state": words.LETTER_STATES.get(row.state, (words.plain(row.state), "neutral")),
            "ways": ways.get(row.id, []),
        }
        for row in file.letters
    ]


def own_words(file: CaseFile) -> tuple[str, str]:
    """Heading and text of what the filer wrote; the text is empty where nothing was written."""
    column, place, heading = _OWN_WORDS[file.case.kind]
    sealed = getattr(file.detail, column, b"")
    return heading, seal.unseal_text(file.key, sealed, f"{place}:{file.case.id}")
