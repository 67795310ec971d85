"""Every kind of answer to every public request and to the mutants is a valid PAS Response."""

from copy import deepcopy
from dataclasses import replace

import pytest

from casework.interop.fhir import structure, wire
from casework.interop.fhir.answer import Answer, LineAnswer, PaperWanted
from casework.interop.fhir.canonicals import Version
from casework.interop.fhir.encode import respond
from casework.interop.fhir.references import Entries
from tests.interop.fhir.answers import CREATED, action_codes, answers, faults, line, uniform
from tests.interop.fhir.mutants import mutants
from tests.interop.fhir.samples import SUBMITS, SUBMITS_2_2, bundle, read

KINDS = tuple(answers(read(bundle(SUBMITS_2_2[0]))))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "version"), SUBMITS)
def test_every_answer_to_every_public_request_is_a_valid_response_bundle(
    name: str, version: Version, kind: str
) -> None:
    sent = bundle(name)
    before = deepcopy(sent)
    decoded = read(sent, version)
    response = respond(sent, decoded, answers(decoded)[kind])
    again = wire.read_bundle(wire.write(response))
    structure.check(again)
    assert faults(again, submitted=decoded.line_numbers) == []
    entries = Entries(again)
    reached = {e.place for e in _reachable_but_request(entries)}
    assert reached == set(range(len(entries.all))), "an entry that nothing refers to"
    assert sent == before, "the request was changed"


def _reachable_but_request(entries: Entries) -> list:
    """All entries from the ClaimResponse; `request` may lead outside: the Claim is left out."""
    first = entries.all[0]
    inside = {k: v for k, v in first.resource.items() if k != "request"}
    return entries.reachable(replace(first, resource=inside))


def test_fifty_made_requests_get_a_valid_answer_of_every_kind() -> None:
    for number, mutant in enumerate(mutants(50)):
        decoded = read(mutant.bundle)
        made = answers(decoded)
        for place, kind in enumerate(KINDS):
            response = respond(mutant.bundle, decoded, made[kind])
            assert faults(response, submitted=decoded.line_numbers) == [], (mutant.name, kind)
            # Each kind passes the slower check too, on some of the fifty.
            if number % len(KINDS) == place:
                structure.check(wire.read_bundle(wire.write(response)))


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        ("approved", "A1", "complete"),
        ("approved_in_part", "A2", "complete"),
        ("changed", "A6", "complete"),
        ("denied", "A3", "complete"),
        ("pended", "A4", "complete"),
        ("cancelled", "C", "complete"),
        ("contact_payer", "CT", "complete"),
        ("not_required", "NA", "complete"),
    ],
)
def test_each_status_has_its_x12_code_on_the_line(status: str, code: str, outcome: str) -> None:
    sent = bundle(SUBMITS_2_2[0])
    decoded = read(sent)
    first = respond(sent, decoded, uniform(decoded, status))["entry"][0]["resource"]
    assert [action_codes(item) for item in first["item"]] == [[code]]
    assert first["outcome"] == outcome


def test_pended_is_queued_in_2_0_and_partial_when_some_lines_are_final() -> None:
    old = bundle("ig-2.0.1/Bundle-HomecareAuthorizationUpdateBundleExample.json")
    decoded = read(old, "2.0")
    assert _first(old, decoded, uniform(decoded, "pended"))["outcome"] == "queued"
    assert _first(old, decoded, uniform(decoded, "denied"))["outcome"] == "complete"
    new = bundle("inferno-presets-2.2.1/submit-approval.json")
    decoded = read(new)
    half = Answer(created=CREATED, lines=(line(1, "approved"), line(2, "pended")))
    assert _first(new, decoded, half)["outcome"] == "partial"


def _first(sent: dict, decoded, answer: Answer) -> dict:
    return respond(sent, decoded, answer)["entry"][0]["resource"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((), "Each submitted line needs one result"),
        ((line(1, "pended"), line(9, "pended")), "Each submitted line needs one result"),
        ((line(1, "pended"), line(1, "pended")), "Each submitted line needs one result"),
        ((line(1, "pended"), LineAnswer(number=2, status="approved")), "authorization_number"),
        ((line(1, "pended"), LineAnswer(number=2, status="denied", note="x")), "reason_codes"),
        ((line(1, "pended"), LineAnswer(number=2, status="pended")), "reference_number"),
    ],
)
def test_an_answer_that_does_not_fit_the_request_is_refused(
    lines: tuple[LineAnswer, ...], words: str
) -> None:
    sent = bundle(SUBMITS_2_2[1])
    with pytest.raises(ValueError, match=words):
        respond(sent, read(sent), Answer(created=CREATED, lines=lines))


def test_an_answer_without_a_zone_or_a_paper_without_a_number_is_refused() -> None:
    sent = bundle(SUBMITS_2_2[0])
    decoded = read(sent)
    with pytest.raises(ValueError, match="zone"):
        respond(
            sent, decoded, Answer(created=CREATED.replace(tzinfo=None), lines=(line(1, "pended"),))
        )
    paper = PaperWanted(control_number="", loinc="18776-5")
    with pytest.raises(ValueError, match="control number"):
        respond(sent, decoded, uniform(decoded, "pended", papers_wanted=(paper,)))
    voice = replace(paper, medium="VO")
    response = respond(sent, decoded, uniform(decoded, "pended", papers_wanted=(voice,)))
    assert "identifier" not in response["entry"][1]["resource"]


def test_the_checks_of_this_room_find_planted_faults() -> None:
    """The judge is judged: each fault that Inferno looks for is found when it is planted."""
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    decoded = read(sent)

    def judged(plant) -> list[str]:
        response = respond(sent, decoded, uniform(decoded, "pended"))
        plant(response)
        return faults(response, submitted=decoded.line_numbers)

    first = lambda r: r["entry"][0]["resource"]  # noqa: E731
    assert judged(lambda r: r["entry"].pop())
    assert judged(lambda r: r["entry"].append(r["entry"][-1]))
    assert judged(lambda r: r["entry"].reverse())
    assert judged(lambda r: first(r)["item"].pop())
    assert judged(lambda r: first(r)["item"][0].update(itemSequence=7))
    assert judged(lambda r: first(r)["item"][0]["adjudication"][0].pop("extension"))
    assert judged(lambda r: first(r).update(disposition=""))
    assert judged(lambda r: first(r).update(quantity={"value": 1}))
    assert judged(lambda r: r["entry"][0].update(search={"mode": "match"}))
    assert not judged(lambda r: None)


def test_the_public_answers_pass_the_same_checks() -> None:
    for name, submitted in (("response-pended", (1,)), ("response-denial", (1, 2))):
        given = bundle(f"inferno-presets-2.2.1/{name}.json")
        structure.check(given)
        # Inferno's own mock answers leave Bundle.identifier out, which 2.2.1 requires.
        assert faults(given, submitted=submitted) in ([], ["no identifier"])
