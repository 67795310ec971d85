"""Joining, parting and renaming cases, and who takes a party's place: nothing may be lost.

The instant of receipt is never touched here: of two cases that are one the earlier goes on, and
whatever is parted or goes on as another kind of case keeps the receipt that it had.
"""

from statemachines.facts import Facts
from statemachines.grounds import CONTINUERS
from statemachines.guards import Law, guard

_CONSENT_MCD = Law("42 CFR 438.402(c)(1)(ii)", "K")
_ORAL_IS_AN_APPEAL = Law("42 CFR 438.406(b)(3)", "K")

# ── Joining ─────────────────────────────────────────────────────────────────────────────────────


def _not_the_same(f: Facts) -> str:
    if f.same_member is False:
        return "That case is another member's: only cases of one member are joined."
    if f.same_kind is False:
        return (
            "That case is of another kind: let one of the two go on as the other's kind first, then"
            " join them. A member's appeal and a provider's own dispute are never joined."
        )
    if f.same_matter is False:
        return "That case is about another decision: two decisions are two cases."
    return ""


@guard(
    "Only two cases of one member that turn out to be one are joined: two appeals of the same "
    "decision, or two complaints about the same thing.",
    about="form",
    telling=_not_the_same,
)
def the_two_are_one(f: Facts) -> bool:
    """A member's appeal and a provider's dispute about one service show each other, no more."""
    return f.same_member is True and f.same_kind is True and f.same_matter is True


@guard(
    "Both cases must still be open: where a decision was made, or the case ended, it stays as it "
    "is.",
    about="form",
)
def neither_is_decided(f: Facts) -> bool:
    """Nothing that was decided is decided anew by joining it."""
    return f.other_open is True


@guard(
    "A case whose review outside the plan was asked for is not joined: the body outside knows it "
    "by its number.",
    about="form",
)
def no_level_lies_between(f: Facts) -> bool:
    """Cases are joined within one level of the same matter, never across."""
    return f.review_outside is False


# ── Parting ─────────────────────────────────────────────────────────────────────────────────────


@guard(
    "Say what goes into a case of its own: the other decision that is disputed, or the complaint, "
    "in the words of who filed it, and its category.",
    about="form",
)
def what_is_parted_is_named(f: Facts) -> bool:
    """One letter that disputes two decisions, or that complains and appeals."""
    if f.split_into == "appeal":
        return f.dispute_named
    return f.split_into == "grievance" and f.complaint_stated and bool(f.category)


# ── Going on as another kind ────────────────────────────────────────────────────────────────────


@guard("This is a provider's own dispute already.")
def it_is_a_members_appeal(f: Facts) -> bool:
    """The member's matter, whoever filed it."""
    return f.whose_matter == "member"


@guard("Only a provider's own dispute about payment goes on as the member's appeal.")
def it_is_a_providers_dispute(f: Facts) -> bool:
    """About money for care already given, in the provider's own right."""
    return f.whose_matter == "office"


@guard("Only what a provider's office filed is a provider's dispute.")
def an_office_filed_it(f: Facts) -> bool:
    """What a member filed is the member's, whatever it is about."""
    return f.filer in ("provider", "physician")


@guard("A dispute about payment names the claim of that office.", about="form")
def the_claim_is_named(f: Facts) -> bool:
    """Care that was already given, and billed."""
    return f.claim_named


@guard(
    "A provider's dispute becomes the member's appeal only with the member's written consent, "
    "signed, for this service and this appeal.",
    about="form",
    medicaid=_CONSENT_MCD,
    medicare=Law("42 CFR 422.578", "S"),
    marketplace=Law("29 CFR 2560.503-1(b)(4)", "S"),
)
def the_member_lets_the_office_appeal(f: Facts) -> bool:
    """Nobody uses up a member's right without the member."""
    return f.consent_covers_case


@guard(
    "What was decided is appealed, not asked for again: only a service on which nothing was "
    "decided goes on as a request for care.",
    about="form",
    medicaid=_ORAL_IS_AN_APPEAL,
)
def nothing_was_decided_on_it(f: Facts) -> bool:
    """Else a denial would be met with another first decision instead of a review."""
    return f.decision_made is False


# ── Another party ───────────────────────────────────────────────────────────────────────────────


@guard(
    "Only who may lawfully go on in the member's place takes it: the estate's legal representative,"
    " who inherits or survives and still has money at stake, or, on Medicare, a provider who was"
    " assigned the claim.",
    about="form",
    medicaid=Law("42 CFR 438.406(b)(6)", "K"),
    medicare=Law("42 CFR 422.574, 422.561", "K"),
    marketplace=Law("29 CFR 2560.503-1(b)(4) and the State's law of estates", "K"),
)
def the_new_party_may_go_on(f: Facts) -> bool:
    """A helper's form ends with the life of who signed it."""
    return f.new_party_capacity in CONTINUERS.get(f.line, ())
