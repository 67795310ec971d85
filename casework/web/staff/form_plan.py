"""How the form of one step is asked on one case: what is left out, fixed, offered, and demanded.

The form itself is the dataclass of the command; a plan only narrows it. It knows no HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A narrowing of a form. Fields are named by dotted paths without numbers: `lines.reason`.

    `fixed` are values that nobody is asked for, `hidden` what a row carries unseen; `options` the
    choices of a field, in words; `legends` the headings of the rows of a field, which then has
    exactly these rows; `needed` the sentence (with its law) for a field that the form leaves open
    and the letter needs, shown beforehand; `must` the sentence for one that the step needs, said
    only where it is missing; `unless` names a ticked field that lifts such a need.
    """

    lead: str = ""
    left_out: frozenset[str] = frozenset()
    fixed: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    options: Mapping[str, Options] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    legends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needed: Mapping[str, str] = field(default_factory=dict)
    must: Mapping[str, str] = field(default_factory=dict)
    unless: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    zone: str = "America/New_York"


def dotted(path: tuple[str, ...]) -> str:
    """A path without the numbers of rows: `lines.reason`."""
    return ".".join(part for part in path if not part.isdigit())


def name_of(path: tuple[str, ...]) -> str:
    """The name of a field in HTML: `lines-0-reason`."""
    return "-".join(path)
