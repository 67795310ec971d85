"""Where a contract runs looser than the law: found, named with both rules, and silent when it is
not."""

from dataclasses import replace
from datetime import date

import pytest

from sla.compare import Looser, looser
from sla.reading import read_contract
from sla.values import Contract


def contract(line: str, *layers: str, state: str | None = None, **more: object) -> Contract:
    given = {"line": line, "state": state, "time_zone": "America/New_York", "layers": list(layers)}
    return read_contract({**given, "rating_period_start": "2026-01-01"} | more)


def found(of: Contract) -> dict[tuple[str, str], Looser]:
    return {(each.ours_rule, each.law_rule): each for each in looser(of)}


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
