"""What a page says of a request that is unlike others: after the fact, a transition, a newborn."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.queries.case_file import CaseFile
from casework.records import occasions
from casework.records.occasions import Transition
from casework.submission import Occasion


@dataclass(frozen=True)
class Told:
    """The kind in words, what decides it (a name and a text or a day), and until when a treatment
    goes on."""

    kind: str
    facts: tuple[tuple[str, Any], ...]
    transition: Transition | None


def told(file: CaseFile) -> Told | None:
    """The occasion of this request; None for one like others, and for a case of another kind."""
    if file.case.kind != "prior_auth":
        return None
    said = occasions.of(file.detail)
    if said is None:
        return None
    until = occasions.transition(said, file.line)
    facts = tuple((name, value) for name, value in _facts(said) if value)
    return Told(label(said.kind, intensive=said.intensive), facts, until)


def label(kind: str, *, intensive: bool = False) -> str:
    """What the kind is called; empty for a request like others."""
    return f"{occasions.KINDS.get(kind, '')}{', intensive care' if intensive else ''}"


def until_of(file: CaseFile) -> date | None:
    """The last day of the transition that this request asks for, or None."""
    found = told(file)
    return found.transition.ends_on if found and found.transition else None


def _facts(said: Occasion) -> tuple[tuple[str, Any], ...]:
    why = occasions.WHYS[said.kind].get(said.why, "")
    if said.kind == occasions.AFTER:
        return (("The service began", said.began_on), ("Why nobody asked before", why))
    if said.kind == occasions.CONTINUITY:
        return (
            ("What changed", why),
            ("On", said.changed_on),
            ("Before", said.previous),
            ("Treatment since", said.began_on),
        )
    mother = said.mother_number or "this request stands under her number"
    return (("Born", said.birth_date), ("Mother", mother))
