"""An authorization that is reduced or ended: what is asked, and what its notice must say."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final, Literal

from casework.errors import Invalid
from casework.records.determinations import Words
from casework.records.forms import asks, in_spanish

# Form CMS-10003-NDMCP; 29 CFR 2560.503-1(g)(1)(i)-(ii), 45 CFR 147.136(b)(3)(ii)(E)(3).
_WANTED: Final[Mapping[str, Mapping[str, str]]] = {
    "medicare": {"provision": "Name the Medicare rule or the part of the plan that it rests on."},
    "marketplace": {
        "provision": "Name the plan provision that it rests on.",
        "standard": "Describe the standard that was used.",
    },
}


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """A reduction or an end of what was authorized, effective not before the advance notice."""

    effective_on: date = field(metadata=asks("Effective on"))
    reason: str = field(metadata=asks("Reason, in plain words", long=True))
    reason_es: str = field(default="", metadata=in_spanish("Reason"))
    criterion: str = field(metadata=asks("Criterion or provision it rests on"))
    criterion_es: str = field(default="", metadata=in_spanish("Criterion"))
    remaining: str = field(
        default="",
        metadata=asks(
            "What is still approved from that day on",
            hint="In plain words: the letter says it. Nothing is left of what is ended",
            long=True,
        ),
    )
    remaining_es: str = field(default="", metadata=in_spanish("What is still approved"))
    words: Words = field(default_factory=Words, metadata=asks("In words, for the letter"))
    ground: Literal["ordinary", "fraud", "exempt"] = field(
        default="ordinary", metadata=asks("Ground for the notice time")
    )
    attested: bool = field(
        default=False, metadata=asks("I attest expertise in this kind of service")
    )


def require_words(line: str, form: Reduction, *, trigger: str) -> None:
    """What the advance notice of this line must say and only the reviewer knows. Raises Invalid."""
    missing = {}
    if trigger == "reduce" and not form.remaining.strip():
        missing["remaining"] = "Say what is still approved: a reduction leaves something."
    wanted = _WANTED.get(line, {})
    missing |= {
        f"words/{name}": sentence
        for name, sentence in wanted.items()
        if not getattr(form.words, name).strip()
    }
    if line == "marketplace" and not (form.words.perfect or form.words.nothing_would_help):
        missing["words/perfect"] = "Say what would help, or tick that nothing would."
    if missing:
        raise Invalid("The advance notice needs more words.", fields=missing)


def words_of(form: Reduction) -> dict[str, Any]:
    """What the event of the cut says in words, for the letter and for a later appeal."""
    return {
        "reason": form.reason,
        "reason_es": form.reason_es,
        "criterion": form.criterion,
        "criterion_es": form.criterion_es,
        "remaining": form.remaining,
        "remaining_es": form.remaining_es,
        "words": asdict(form.words),
    }
