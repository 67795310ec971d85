"""What a nurse of the seeded past marked on a request, and the words of it for the physician."""

from datetime import datetime

from casework.ledger import Said
from casework.models import CriterionMark
from casework.records.checklists import IN_WORDS, sealed_place
from casework.records.criteria_tree import judged, leaves
from casework.seed.requests import Request
from casework.seed.town import Person, PolicyHere
from sla.calendars import local_day, zone

NOTES = ("The note does not say it.", "Asked the office by phone.", "")


def mark(request: Request, at: datetime, nurse: Person) -> str:
    """The nurse goes through the policy of the first line, as far as there is one; its result in
    words, or empty. Some criteria are met, some are not, one cannot be told."""
    policy = _policy(request)
    if policy is None:
        return ""
    scribe = request.scribe
    marks = _marks(policy, scribe.id)
    scribe.observe(
        "criteria_marked",
        at=at,
        by=nurse.principal,
        said=Said(
            more={
                "line": 1,
                "policy": policy.code,
                "policy_version": policy.version,
                "marks": {name: {"mark": said} for name, said in marks.items()},
            }
        ),
        text={"marked": [f"{name}: {IN_WORDS[said]}" for name, said in marks.items()]},
    )
    for place, (name, said) in enumerate(marks.items()):
        note = NOTES[place % len(NOTES)] if said != "met" else ""
        scribe.add(
            CriterionMark,
            line=1,
            policy_id=policy.id,
            criterion=name,
            mark=said,
            note_ct=scribe.sealed(note, sealed_place(scribe.id)),
            changed_why_ct=b"",
            by_id=nurse.id,
            by_name=nurse.name,
            by_role=nurse.role,
            at=at,
            event_seq=scribe.head.event_seq,
        )
    found = judged(policy.tree, marks)
    told = "\n".join(f"{name}: {IN_WORDS[said]}" for name, said in marks.items())
    return f"Line 1, {policy.code} version {policy.version}. {found.words}.\n{told}"


def _policy(request: Request) -> PolicyHere | None:
    scene = request.scene
    received = local_day(request.scribe.head.received_at, zone(scene.contract.terms.time_zone))
    held: PolicyHere | None = None
    for each in scene.town.policies:
        if request.about.code in each.codes and each.effective_from <= received:
            held = each
    return held


def _marks(policy: PolicyHere, dice: int) -> dict[str, str]:
    """Not met on the whole: that is why it goes to a physician."""
    names = [each.id for each in leaves(policy.tree)]
    marks = {
        name: "met" if (place + dice) % 4 == 0 else "not_met" for place, name in enumerate(names)
    }
    if judged(policy.tree, marks).state == "met":
        marks = dict.fromkeys(names, "not_met")
    unsure = names[dice % len(names)]
    return marks | ({unsure: "unclear"} if marks[unsure] == "not_met" else {})
