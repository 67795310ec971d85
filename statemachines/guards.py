"""What a guard is: a predicate over `Facts` with a sentence that a nurse can read and its law.

The guards themselves stand in `guards_*.py` by theme. No guard knows a role: roles are policy.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from statemachines.facts import Facts

# actor: who may ever do it, shown in any state · case: how things stand · form: answered on the
# way, by the form of the action itself, so a button is not grey for it.
About = Literal["actor", "case", "form"]
ORDER: tuple[About, ...] = ("actor", "case", "form")


class Law(NamedTuple):
    """A citation and how sure we are: P read there, S secondary, O older text, K from knowledge."""

    cite: str
    tag: str


@dataclass(frozen=True)
class Guard:
    """One condition of an edge. `sentence` says what must be so; `says(facts)` may be more exact.

    `against` names the guard that can never hold at the same time: two edges of one trigger may
    leave the same state only when such a pair parts them.
    """

    name: str
    sentence: str
    cite: str
    holds: Callable[[Facts], bool]
    about: About = "case"
    laws: tuple[tuple[str, Law], ...] = ()
    against: str = ""
    telling: Callable[[Facts], str] | None = None

    def says(self, facts: Facts) -> str:
        """The sentence of the refusal for these facts, naming what is missing where it can."""
        return (self.telling(facts) if self.telling else "") or self.sentence

    def cited(self, line: str) -> str:
        """The citation for this line of business; all of them where the line is not known."""
        if line and self.laws:
            return next((law.cite for of, law in self.laws if of in (line, "")), "")
        return self.cite


def guard(
    sentence: str,
    *,
    about: About = "case",
    cite: str = "",
    tag: str = "",
    medicaid: Law | None = None,
    medicare: Law | None = None,
    marketplace: Law | None = None,
    against: str = "",
    telling: Callable[[Facts], str] | None = None,
) -> Callable[[Callable[[Facts], bool]], Guard]:
    """Make a Guard of a predicate; its name is the function's.

    Cite one law for all lines (`cite`, `tag`) or one per line of business. Without any, the guard
    is a rule of orderly work that follows from the design of the case, not from a statute.
    """
    by_line = (("medicaid", medicaid), ("medicare", medicare), ("marketplace", marketplace))
    laws = tuple((line, law) for line, law in by_line if law)
    if cite:
        laws = (*laws, ("", Law(cite, tag)))

    def named(holds: Callable[[Facts], bool]) -> Guard:
        return Guard(
            name=holds.__name__,
            sentence=sentence,
            cite="; ".join(dict.fromkeys(law.cite for _, law in laws)),
            holds=holds,
            about=about,
            laws=laws,
            against=against,
            telling=telling,
        )

    return named


def on_form(guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """The same guards where the form answers them, as when it names the reviewer to assign."""
    return tuple(replace(each, about="form") for each in guards)


def opposed(one: Guard, other: Guard) -> bool:
    """Whether the two guards declare that they never hold together."""
    return other.name == one.against or one.name == other.against
