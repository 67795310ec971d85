"""Which facts of a letter are words of people: typed for this member, quoted, told, or names.

The rest of a letter is the plan's own wording. It knows no template and measures nothing.
"""

from dataclasses import dataclass
from functools import lru_cache

from letters import catalogue
from letters.codec import texts
from letters.context import LetterContext

OFFICES = ("provider", "primary_care", "body")
# Typed by somebody of the plan for this member; the last name or two of the path.
_TYPED = frozenset(
    {
        "services.reason",
        "decision.reason",
        "decision.standard",
        "decision.rationale",
        "decision.findings",
        "decision.remedy",
        "decision.next_step",
        "decision.remaining",
        "decision.considered",
        "decision.perfect.what",
        "decision.perfect.why",
        "extension.reason",
        "wanted.what",
        "wanted.why",
        "refusal_reason",
    }
)
# Words of a closed vocabulary, which are no text that a page shows as it stands.
_CODED = frozenset(
    {
        "code",
        "line",
        "language",
        "recipient.kind",
        "case.kind",
        "case.priority",
        "case.timing",
        "case.filed_by",
        "services.result",
        "decision.outcome",
        "decision.ground",
        "extension.asked_by",
        "extension.ground",
        "reissue.reason",
        "plan.languages",
    }
)


_CALLED = {
    "rationale": "explanation",
    "considered": "list of what was looked at",
    "remedy": "text about what was done",
    "next_step": "text about what can be done",
    "remaining": "text about what is still approved",
    "what": "list of what is asked for",
    "why": "text about why it is asked for",
}


@dataclass(frozen=True, slots=True)
class FreeText:
    """One text of a letter's facts and its dotted path, as `services.0.reason`."""

    path: str
    text: str


@lru_cache(maxsize=4)
def typed(context: LetterContext) -> tuple[FreeText, ...]:
    """What somebody of the plan typed for this member, in the order of the facts."""
    return tuple(each for each in _every(context) if name(each.path) in _TYPED)


@lru_cache(maxsize=4)
def inserted(context: LetterContext) -> tuple[FreeText, ...]:
    """Every text of the facts that a page shows as it stands: names, numbers, typed words."""
    return tuple(each for each in _every(context) if name(each.path) not in _CODED)


def is_copy(context: LetterContext) -> bool:
    """Whether who gets it gets a copy of a letter that is written for the member."""
    return "member" in catalogue.get(context.code, context.issued_on).recipients


def called(path: str) -> str:
    """What people call a typed text, as "the reason of service 1"."""
    parts = path.split(".")
    last = next(part for part in reversed(parts) if not part.isdigit())
    of = f" of service {int(parts[1]) + 1}" if parts[0] == "services" else ""
    return f"the {_CALLED.get(last, last.replace('_', ' '))}{of}"


def _every(context: LetterContext) -> tuple[FreeText, ...]:
    return tuple(FreeText(path, text) for path, text in texts(context) if text.strip())


def name(path: str) -> str:
    """The path without its positions: `services.0.reason` is `services.reason`."""
    return ".".join(part for part in path.split(".") if not part.isdigit())
