"""An authorization that is reduced or ended: what is asked, and what its notice must say."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
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


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many days ahead of a cut its notice leaves, and what says so."""

    days: int
    rests_on: str


# By line and ground. Only Medicaid's law counts days and knows shorter ones; elsewhere the plan's
# policy counts, so that an appeal can be answered first where the law asks for that.
AHEAD: Final[Mapping[str, Mapping[str, Ahead]]] = {
    "medicaid": {
        "ordinary": Ahead(10, "42 CFR 438.404(c)(1), 431.211"),
        "fraud": Ahead(5, "42 CFR 438.404(c)(1), 431.214"),
        "exempt": Ahead(0, "42 CFR 438.404(c)(1), 431.213"),
    },
    "medicare": {"ordinary": Ahead(10, "the plan's policy")},
    "marketplace": {
        "ordinary": Ahead(
            30,
            "29 CFR 2560.503-1(f)(2)(ii)(A): early enough to appeal and be answered before; the"
            " days are the plan's policy, those of an appeal",
        )
    },
}
# 42 CFR 431.213: what spares the advance notice.
EXEMPTIONS: Final[Mapping[str, str]] = {
    "died": "The member died",
    "own_wish": "The member asked for it in writing, and signed",
    "institution": "The member was admitted to an institution and can get no more of it",
    "address_unknown": "Nobody knows where the member is, and mail came back",
    "moved": "Another State, territory or commonwealth covers the member now",
    "physician_changed": "The member's physician changed the level of care",
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
    exempt_why: Literal[
        "", "died", "own_wish", "institution", "address_unknown", "moved", "physician_changed"
    ] = field(
        default="",
        metadata=asks("What exempts it", hint="Only where it is exempt: 42 CFR 431.213"),
    )
    attested: bool = field(
        default=False, metadata=asks("I attest expertise in this kind of service")
    )


def earliest(line: str, ground: str, *, today: date) -> date | None:
    """The first day on which a cut may take effect whose notice leaves today, in this line of
    business on this ground; None where the line does not know the ground."""
    ahead = AHEAD.get(line, AHEAD["medicare"]).get(ground)
    return today + timedelta(days=ahead.days) if ahead else None


def require_ground(line: str, form: Reduction) -> None:
    """Raises Invalid for a shorter notice that this line's law does not know, and for an exemption
    that nobody names."""
    if form.ground not in AHEAD.get(line, AHEAD["medicare"]):
        raise Invalid(
            "Only Medicaid knows a shorter notice.",
            fields={"ground": "Choose ordinary: 42 CFR 431.213 and 431.214 are Medicaid's alone."},
        )
    if (form.ground == "exempt") != bool(form.exempt_why):
        raise Invalid(
            "An exemption has its reason.",
            fields={"exempt_why": "Choose what exempts it, where it is exempt and only there."},
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
