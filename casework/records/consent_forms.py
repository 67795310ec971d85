"""What a consent must be, by kind: its rule, the list that its form is looked at by, what it lacks.

Pure: values in, the codes of what is missing out. It reads no row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

APPEAL: Final = "appeal_on_behalf"
STERILIZATION: Final = "sterilization"
HYSTERECTOMY: Final = "hysterectomy"
ABORTION: Final = "abortion"
OTHER: Final = "other"
LEAST_DAYS: Final = 30
MOST_DAYS: Final = 180
LEAST_AGE: Final = 21
NOT_SIGNED: Final = "signed_on"
TOO_EARLY: Final = "thirty_days"
TOO_OLD: Final = "hundred_eighty_days"
TOO_YOUNG: Final = "of_age"
NO_DAY: Final = "service_on"
NO_PAPER: Final = "paper"
# Instead of the thirty days at least 72 hours, here told by days (42 CFR 441.253(d)).
EARLIER: Final = ("premature_delivery", "emergency_surgery")
EARLIER_DAYS: Final = 3


@dataclass(frozen=True)
class Check:
    """One thing that the form must show; `choice`: it is no duty but a fact that changes a rule."""

    code: str
    words: str
    choice: bool = False


@dataclass(frozen=True)
class ConsentForm:
    """One kind of consent: what it is called, its rule in words with its source, its list."""

    kind: str
    label: str
    rule: str
    cite: str
    checks: tuple[Check, ...]


_SIGNED: Final = Check("patient_signed", "The patient signed and dated it")
FORMS: Final[Mapping[str, ConsentForm]] = {
    form.kind: form
    for form in (
        ConsentForm(
            APPEAL,
            "The member lets you appeal",
            "It counts for this service and this appeal only. A general consent, or one for"
            " another appeal, is none.",
            "42 CFR 438.402(c)(1)(ii)",
            (
                Check("names_service", "It names the service that was denied"),
                Check("names_filer", "It names who may appeal"),
                _SIGNED,
            ),
        ),
        ConsentForm(
            STERILIZATION,
            "Sterilization",
            "Signed by a patient of 21 or older, at least 30 days and at most 180 days before the"
            " procedure. With a premature delivery or an emergency operation of the abdomen at"
            " least 72 hours before.",
            "42 CFR 441.253, 441.257, 441.258",
            (
                Check("federal_form", "It is the federal form, in a language the patient reads"),
                _SIGNED,
                Check("explainer_signed", "Whoever explained it signed and dated it"),
                Check("physician_signed", "The physician signed after the procedure"),
                Check("competent", "Nothing says that the patient could not decide"),
                Check("premature_delivery", "The delivery was premature", choice=True),
                Check("emergency_surgery", "It was an emergency operation", choice=True),
            ),
        ),
        ConsentForm(
            HYSTERECTOMY,
            "Hysterectomy",
            "The patient was told beforehand that it makes childbearing impossible, and signed"
            " that she knows. Or a physician certifies that she was sterile before, or that a"
            " threat to life left no time.",
            "42 CFR 441.255",
            (
                Check("told_beforehand", "The patient was told that she cannot bear children"),
                Check("patient_signed", "She signed that she was told"),
                Check("sterile_before", "A physician certifies: sterile before", choice=True),
                Check("life_threat", "A physician certifies: a threat to life", choice=True),
            ),
        ),
        ConsentForm(
            ABORTION,
            "Abortion",
            "A physician certifies in writing, with the patient's name and address, that her life"
            " would be in danger; or the papers of rape or incest are there.",
            "42 CFR 441.203, 441.206",
            (
                Check("certified", "A physician certified the ground in writing"),
                Check("patient_named", "It has the patient's name and address"),
            ),
        ),
        ConsentForm(
            OTHER,
            "Another consent",
            "The patient signed for the service that the claim is about.",
            "Provider agreement",
            (_SIGNED, Check("names_service", "It names the service")),
        ),
    )
}
_WORDS: Final = {
    NOT_SIGNED: "The day on which it was signed",
    TOO_EARLY: "At least 30 days between the signature and the procedure",
    TOO_OLD: "At most 180 days between the signature and the procedure",
    TOO_YOUNG: "The patient was 21 or older when signing",
    NO_DAY: "The day of the procedure",
    NO_PAPER: "The paper itself",
}


@dataclass(frozen=True, kw_only=True)
class Read:
    """What was read off a paper. `answers` by the code of the check."""

    kind: str
    answers: Mapping[str, bool]
    signed_on: date | None
    service_on: date | None
    born_on: date | None
    has_paper: bool


def missing(paper: Read) -> tuple[str, ...]:
    """The codes of what this paper lacks, in the order of its list; none when it is valid."""
    form = FORMS[paper.kind]
    excused = paper.kind == HYSTERECTOMY and _any(paper, ("sterile_before", "life_threat"))
    lacks = [
        check.code
        for check in form.checks
        if not check.choice and not excused and not paper.answers.get(check.code)
    ]
    if paper.signed_on is None:
        lacks.append(NOT_SIGNED)
    if paper.kind == STERILIZATION:
        lacks += _by_time(paper)
    if not paper.has_paper:
        lacks.append(NO_PAPER)
    return tuple(lacks)


def in_words(kind: str, code: str) -> str:
    """What is missing, as the office and the staff read it."""
    known = {check.code: check.words for check in FORMS[kind].checks}
    return known.get(code) or _WORDS.get(code, code)


def _by_time(paper: Read) -> list[str]:
    if paper.signed_on is None:
        return []
    lacks = []
    if paper.born_on is not None and _age(paper.born_on, paper.signed_on) < LEAST_AGE:
        lacks.append(TOO_YOUNG)
    if paper.service_on is None:
        return [*lacks, NO_DAY]
    days = (paper.service_on - paper.signed_on).days
    if days < (EARLIER_DAYS if _any(paper, EARLIER) else LEAST_DAYS):
        lacks.append(TOO_EARLY)
    if days > MOST_DAYS:
        lacks.append(TOO_OLD)
    return lacks


def _any(paper: Read, codes: tuple[str, ...]) -> bool:
    return any(paper.answers.get(code) for code in codes)


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
