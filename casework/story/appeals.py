"""What follows a denial in the story: appeals, a review outside the plan, and a grievance."""

from typing import Any, Final

from casework.carriers import bodies
from casework.queries.case_file import case_by_ref
from casework.records import packet_rows
from casework.story.requests import ADVERSE_WORDS, CRITERION
from casework.story.tale import Tale

CONSIDERED: Final = ["The request with its notes", "The appeal", "The policy"]


def overturned(tale: Tale) -> None:
    """The member appeals online; a clinician who took no part overturns; it is carried out."""
    ref = _appeal(tale, "appeal", about="standard", by="rosa")
    tale.told(f"The member appeals online: {ref}")
    refuse_the_first_physician(tale, ref)
    _assign(tale, ref)
    tale.cast["appeals.clinician"].act(
        ref,
        "overturn",
        words={
            "rationale": "The new notes show weeks of care and a weak leg: the criterion is met.",
            "considered": CONSIDERED,
        },
        everything_considered=True,
        attested=True,
        criterion=CRITERION,
    )
    tale.await_letter("appeal", "appeal_overturned")
    tale.told(f"A new doctor overturns the denial on {ref}; the letter leaves")
    done = tale.cast["appeals"].act(ref, "effectuate")
    tale.await_letter("appeal", "effectuated")
    tale.told(f"It is carried out: {done['made']['authorization']}")


def refuse_the_first_physician(tale: Tale, ref: str) -> None:
    """Whoever denied may not decide the appeal, and the API says which law says so."""
    offered = {choice["trigger"]: choice for choice in tale.cast["physician"].case(ref)["choices"]}
    refused = offered["overturn"]
    tale.expect(not refused["open"], "Whoever denied was offered to decide the appeal.")
    tale.told(f"Whoever denied may not decide it: “{refused['sentence']}”")


def marketplace(tale: Tale) -> None:
    """Upheld, then an IRO: asked for, checked, assigned by turn, sent, decided, carried out."""
    ref = _appeal(tale, "marketplace appeal", about="marketplace", by="peter")
    _uphold(tale, "marketplace appeal", read_by="supervisor")
    tale.told(f"The Marketplace appeal {ref} is upheld; a supervisor reads and releases its letter")
    peter, specialist = tale.cast["peter"], tale.cast["appeals"]
    filed = peter.create(
        "/api/v1/external-reviews",
        {"about": ref, "reason": "Please let somebody from outside read it."},
    ).json
    review = tale.cases["review"] = filed["ref"]
    specialist.act(review, "start_preliminary_review")
    specialist.act(review, "find_eligible")
    specialist.act(review, "assign_iro")
    tale.await_letter("review", "external_review_started")
    tale.told(f"The member asks for an external review, {review}; the IRO whose turn it is gets it")
    proof = _the_body_has_it(tale, review)
    tale.told(f"The house binds the file of {review} and sends it; the IRO answers: {proof}")
    now = tale.place.database.case_now().isoformat()
    specialist.act(
        review,
        "overturn",
        reference="IRO-2026-0042",
        decided_at=now,
        received_at=now,
        rationale="The records meet the plan's own criterion.",
    )
    tale.await_letter("review", "external_review_decided")
    done = specialist.act(review, "effectuate")
    tale.told(f"The IRO overturns; carried out at once: {done['made']['authorization']}")


def medicare(tale: Tale) -> None:
    """Upheld, and sent on to the review entity by the plan itself."""
    ref = _appeal(tale, "medicare appeal", about="refused fast track", by="ruth")
    done = _uphold(tale, "medicare appeal")
    forwarded = tale.cases["forwarded"] = done["made"]["external_review"]
    _the_body_has_it(tale, forwarded)
    tale.await_letter("forwarded", "external_review_started")
    tale.told(f"The Medicare appeal {ref} is upheld and forwarded as {forwarded}; the file is sent")


def _the_body_has_it(tale: Tale, ref: str) -> str:
    """Wait until the real worker has bound the file and put it into the exchange; play the body;
    wait for its proof in the case. Returns the proof."""
    database = tale.place.database
    folder = database.settings.bodies_dir

    def look() -> str:
        bodies.answer_all(folder, at=database.case_now())
        with database.reading(database.context()) as cx:
            case = case_by_ref(cx, ref)
            rows = packet_rows.rows_of(cx, case.id)
            return next((row.proof for row in rows if row.state == "sent"), "")

    return str(tale.wait(f"The proof that the file of {ref} arrived", look))


def grievance(tale: Tale) -> None:
    """A complaint: taken in, looked into, answered."""
    filed = (
        tale.cast["ruth"]
        .create(
            "/api/v1/grievances",
            {
                "told": "The ride to my treatment came two hours late, in the cold.",
                "category": "access.transport",
            },
        )
        .json
    )
    ref = tale.cases["grievance"] = filed["ref"]
    specialist = tale.cast["appeals"]
    specialist.act(ref, "start_investigation")
    specialist.act(
        ref,
        "resolve",
        findings="The driver's records show that the ride came two hours late.",
        outcome="substantiated",
        corrective_action="The ride company must now call you before a ride is late.",
    )
    tale.await_letter("grievance", "grievance_received")
    tale.await_letter("grievance", "grievance_resolved")
    tale.told(f"A grievance, {ref}, is taken in, looked into and answered")


def _appeal(tale: Tale, name: str, *, about: str, by: str) -> str:
    filed = (
        tale.cast[by]
        .create(
            "/api/v1/appeals",
            {"about": tale.cases[about], "reason": "My doctor says that I need this test."},
        )
        .json
    )
    tale.cases[name] = filed["ref"]
    tale.await_letter(name, "appeal_received")
    return str(filed["ref"])


def _assign(tale: Tale, ref: str) -> None:
    reviewer = tale.cast.ids["appeals.clinician"]
    tale.cast["appeals"].act(ref, "assign_reviewer", reviewer_id=reviewer, expertise=True)


def _release(tale: Tale, ref: str, *, by: str) -> None:
    """The contract wants this letter read first: a named person looks at it and lets it leave."""
    reader = tale.cast[by]
    [held] = [each for each in tale.letters(ref) if each["state"] == "held" and _to_member(each)]
    path = f"/api/v1/letters/{held['id']}"
    seen = reader.get(f"{path}/preview")
    tale.expect(seen.json["fine"], f"The letter of {ref} lacks something: {seen.json['points']}")
    reader.change(f"{path}/release", {}, seen=seen.etag)


def _to_member(letter: dict[str, Any]) -> bool:
    return bool(letter["recipient"] == "member")


def _uphold(tale: Tale, name: str, *, read_by: str = "") -> dict[str, Any]:
    ref = tale.cases[name]
    _assign(tale, ref)
    done = tale.cast["appeals.clinician"].act(
        ref,
        "uphold",
        words={
            **ADVERSE_WORDS,
            "rationale": "A new doctor read the whole file and found the same.",
            "considered": CONSIDERED,
        },
        everything_considered=True,
        attested=True,
        criterion=CRITERION,
    )
    if read_by:
        _release(tale, ref, by=read_by)
    tale.await_letter(name, "appeal_upheld")
    return done
