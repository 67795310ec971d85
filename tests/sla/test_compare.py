"""Where a contract runs looser than the law: found, named with both rules, and silent when it is
not."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from sla.clocks import compute
from sla.compare import Looser, looser
from sla.events import owner_of
from sla.probes import probes
from sla.reading import read_contract
from sla.reading_events import read_events
from sla.rules import load
from sla.terms import Rule
from sla.values import Contract


def contract(line: str, *layers: str, state: str | None = None, **more: object) -> Contract:
    given = {"line": line, "state": state, "time_zone": "America/New_York", "layers": list(layers)}
    return read_contract({**given, "rating_period_start": "2026-01-01"} | more)


LATE = "A decision that is too late"
KIND = "external_review"


def found(of: Contract) -> dict[tuple[str, str], Looser]:
    """What is looser in its time, by the two rules."""
    times = (each for each in looser(of) if not each.what.startswith(LATE))
    return {(each.ours_rule, each.law_rule): each for each in times}


def of_lateness(of: Contract) -> dict[tuple[str, str, str], Looser]:
    """What is looser in what follows from a missed decision: kind, ours, the law's."""
    late = (each for each in looser(of) if each.what.startswith(LATE))
    return {(each.kind, each.ours, each.law): each for each in late}


def test_the_published_fifteen_days_for_medicare_are_unlawful_and_named() -> None:
    one = found(contract("medicare", "owner"))["OWN-PA-STD", "MA-OD-STD-PA"]
    assert (one.kind, one.line) == ("prior_auth", "medicare")
    assert one.what == "Decide and tell, prior authorization: standard"
    assert (one.ours, one.law) == ("15 calendar days", "7 calendar days")
    assert one.citation == "42 CFR 422.568(b)(1)(ii), (b)(2)"


def test_the_published_figures_are_looser_where_the_specification_says_so() -> None:
    medicare = found(contract("medicare", "owner"))
    assert ("OWN-PA-STD", "MA-OD-STD") in medicare
    assert ("OWN-PA-EXP", "MA-OD-PB-EXP") in medicare
    assert ("OWN-APP-STD", "MA-RECON-PB") in medicare
    assert ("OWN-APP-STD", "MA-RECON-STD") not in medicare  # 30 and 30
    assert ("OWN-FILE", "MA-FILE-RECON") not in medicare  # 180 is more than 65
    medicaid = found(contract("medicaid", "owner"))
    assert medicaid["OWN-PA-STD", "MCD-PA-STD"].law == "7 calendar days"
    assert ("OWN-PA-EXP", "MCD-RX") in medicaid
    assert ("OWN-GRV", "MCD-GRV-STD") not in medicaid  # 90 and 90
    marketplace = found(contract("marketplace", "owner"))
    assert ("OWN-PA-STD", "QHP-PA-STD") not in marketplace  # 15 and 15
    assert ("OWN-FILE", "QHP-FILE-APP") in marketplace  # from the date, not from receipt


def test_a_duty_for_which_the_contract_has_no_clock_is_named_too() -> None:
    medicaid = looser(contract("medicaid", "owner"))
    missing = {each.law_rule for each in medicaid if each.ours == "no clock"}
    assert {"MCD-ACK", "MCD-EFF", "MCD-REDUCE", "MCD-CONT", "MCD-DOWN"} <= missing


@pytest.mark.parametrize(
    ("line", "state", "layers"),
    [
        ("medicaid", None, ("federal",)),
        ("medicare", "OH", ("federal",)),
        ("marketplace", None, ("owner", "federal")),
        ("medicaid", "OH", ("owner", "federal", "state:oh")),
        ("marketplace", "KY", ("federal", "state:ky")),
        ("medicaid", "NV", ("federal",)),
    ],
)
def test_a_contract_on_the_law_is_never_looser(
    line: str, state: str | None, layers: tuple[str, ...]
) -> None:
    assert looser(contract(line, *layers, state=state)) == ()


def test_a_state_layer_that_fits_and_was_not_adopted_is_held_against_the_contract() -> None:
    indiana = found(contract("medicaid", "owner", "federal", state="in"))
    assert indiana["MCD-PA-STD", "IN-PA-STD"].law == "48 business hours"
    assert ("MCD-GRV-STD", "IN-MCD-GRV-EXP") in indiana
    ohio = {each.law_rule for each in looser(contract("marketplace", "federal", state="OH"))}
    assert ohio == {"OH-QHP-PA-STD", "OH-QHP-PA-EXP", "OH-QHP-EXT-FILE", "OH-QHP-EXT-DOC"}


def test_a_shorter_window_of_the_member_is_looser_and_a_longer_one_is_not() -> None:
    short = contract("marketplace", "owner", policies={"presumed_receipt_days": 0})
    assert ("OWN-FILE", "QHP-FILE-APP") not in found(short)
    assert ("OWN-FILE", "QHP-FILE-APP") in found(contract("marketplace", "owner"))


def test_the_law_is_the_one_of_the_day_that_is_asked_for() -> None:
    of = contract("medicare", "owner")
    before = {(e.ours_rule, e.law_rule, e.law) for e in looser(of, on=date(2025, 6, 1))}
    assert ("OWN-PA-STD", "MA-OD-STD-PA", "14 calendar days") in before
    after = {(e.ours_rule, e.law_rule, e.law) for e in looser(of, on=date(2026, 6, 1))}
    assert ("OWN-PA-STD", "MA-OD-STD-PA", "7 calendar days") in after


def test_medicaid_without_a_rating_period_is_compared_with_the_period_of_the_year() -> None:
    of = replace(contract("medicaid", "owner"), rating_period_start=None)
    assert ("OWN-PA-STD", "MCD-PA-STD") in found(of)


# ── What the house's own contracts say against the law ──────────────────────────────────────────

OHIO = {
    "medicaid": contract("medicaid", "owner", state="OH"),
    "marketplace": contract("marketplace", "owner", state="OH"),
    "medicare": contract("medicare", "owner", state="OH"),
}
# The published figures beside the law: the line, our rule, the
# law's rule, both figures; None: the published figure is no looser than this rule.
PUBLISHED = [
    ("medicaid", "OWN-PA-STD", "MCD-PA-STD", "14 calendar days", "7 calendar days"),
    ("medicare", "OWN-PA-STD", "MA-OD-STD-PA", "15 calendar days", "7 calendar days"),
    ("medicare", "OWN-PA-STD", "MA-OD-STD", "15 calendar days", "14 calendar days"),
    ("marketplace", "OWN-PA-STD", "QHP-PA-STD", None, None),
    ("marketplace", "OWN-PA-STD", "OH-QHP-PA-STD", "15 calendar days", "10 calendar days"),
    ("medicaid", "OWN-PA-EXP", "MCD-PA-EXP", None, None),
    ("medicare", "OWN-PA-EXP", "MA-OD-EXP", None, None),
    ("marketplace", "OWN-PA-EXP", "QHP-PA-URG", None, None),
    ("medicare", "OWN-PA-EXP", "MA-OD-PB-EXP", "72 hours", "24 hours"),
    ("medicare", "OWN-PA-STD", "MA-OD-PB-STD", "15 calendar days", "72 hours"),
    ("medicaid", "OWN-PA-EXP", "MCD-RX", "72 hours", "24 hours"),
    ("medicaid", "OWN-PA-EXP", "OH-MCD-PA-EXP", "72 hours", "48 hours"),
    ("marketplace", "OWN-PA-EXP", "OH-QHP-PA-EXP", "72 hours", "48 hours"),
    ("marketplace", "OWN-PA-EXP", "QHP-CONC-URG", "72 hours", "24 hours"),
    ("medicaid", "OWN-GRV", "MCD-GRV-STD", None, None),
    ("medicaid", "OWN-GRV", "OH-MCD-GRV", "90 calendar days", "30 calendar days"),
    ("medicare", "OWN-GRV", "MA-GRV-STD", None, None),
    ("medicare", "OWN-GRV", "MA-GRV-EXP", "30 calendar days", "24 hours"),
    ("medicaid", "OWN-FILE", "MCD-FILE-APP", None, None),
    (
        "marketplace", "OWN-FILE", "QHP-FILE-APP", "180 calendar days from the date of the notice",
        "180 calendar days from receipt of the notice",
    ),
    ("medicare", "OWN-FILE", "MA-FILE-RECON", None, None),  # 180 is longer than 65: not less
    ("medicaid", "OWN-APP-STD", "MCD-APP-STD", None, None),
    ("medicaid", "OWN-APP-STD", "OH-MCD-APP-STD", "30 calendar days", "15 calendar days"),
    ("medicare", "OWN-APP-STD", "MA-RECON-STD", None, None),
    ("medicare", "OWN-APP-STD", "MA-RECON-PAY", None, None),
    ("medicare", "OWN-APP-STD", "MA-RECON-PB", "30 calendar days", "7 calendar days"),
    ("marketplace", "OWN-APP-STD", "QHP-APP-PRE", None, None),
    ("marketplace", "OWN-APP-STD", "QHP-APP-POST", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "mine", "theirs", "ours", "law"), PUBLISHED)
def test_each_published_figure_stands_beside_the_law_as_the_specification_says(
    line: str, mine: str, theirs: str, ours: str | None, law: str | None
) -> None:
    one = found(OHIO[line]).get((mine, theirs))
    assert (one and (one.ours, one.law)) == (ours and (ours, law))
    assert one is None or one.citation


@pytest.mark.parametrize("line", OHIO)
def test_every_rule_of_the_law_on_the_plan_and_the_member_is_probed(line: str) -> None:
    """What a reviewer outside the plan owes is no duty of the contract; all else is compared."""
    seen = set()
    for state, process in product(("OH", "IN", "KY", "GA"), ("federal", "state")):
        law = contract(
            line, "federal", f"state:{state.lower()}", state=state,
            policies={"external_process": process},
        )  # fmt: skip
        for probe in probes(law, date(2026, 11, 2)):
            answer = compute(law, probe.subject, read_events(probe.events, law, probe.subject))
            for clock in answer.clocks:
                if clock.name in probe.clocks and clock.owner != "reviewer":
                    seen |= {(each.layer, each.rule, clock.name) for each in clock.candidates}
    wanted = {
        (rule.layer, rule.id, rule.clock)
        for rule in load().versions
        if line in rule.line and rule.layer != "owner" and not _of_a_reviewer(rule)
    }
    assert wanted - seen == set()


def _of_a_reviewer(rule: Rule) -> bool:
    kinds = rule.values_of("kind") or set()
    return kinds == {"external_review"} and owner_of(rule.clock, "external_review") == "reviewer"


def test_what_follows_from_lateness_is_compared_as_well() -> None:
    medicaid = of_lateness(OHIO["medicaid"])
    denial = medicaid["prior_auth", "nothing follows", "counts as a denial"]
    assert "438.404(c)(5)" in denial.citation or "OAC" in denial.citation
    assert ("appeal", "nothing follows", "opens the next level at once") in medicaid
    medicare = of_lateness(OHIO["medicare"])
    assert ("appeal", "nothing follows", "counts as upheld") in medicare
    indiana = of_lateness(contract("medicaid", "federal", state="IN"))
    assert ("prior_auth", "counts as a denial", "counts as approved") in indiana
    assert of_lateness(contract("medicaid", "federal", "state:oh", state="OH")) == {}


def test_the_letters_that_are_owed_after_a_missed_decision_are_compared() -> None:
    missing = {each.law_rule for each in looser(OHIO["medicare"]) if each.ours == "no clock"}
    assert {"MA-IRE-FWD-STD", "MA-IRE-FWD-EXP"} <= missing
    notices = [each for each in looser(OHIO["medicaid"]) if each.law_rule == "MCD-NOA"]
    assert any("standard" in each.what for each in notices)
    assert any("payment" in each.what for each in notices)


def test_no_letter_about_more_time_is_owed_where_no_more_time_can_be_taken() -> None:
    for line in OHIO:
        assert not {e.law_rule for e in looser(OHIO[line])} & {"MCD-EXTN", "MA-EXTN", "QHP-EXTN"}


def test_kinds_that_run_by_law_are_compared_as_they_run() -> None:
    plain = {each.law_rule for each in looser(OHIO["marketplace"]) if each.kind == KIND}
    assert "QHP-EXT-PRE" in plain
    by_law = {
        each.law_rule
        for each in looser(OHIO["marketplace"], by_law=frozenset({KIND}))
        if each.kind == KIND
    }
    assert by_law == {"OH-QHP-EXT-FILE", "OH-QHP-EXT-DOC"}
