"""A drafted rule file is read over the published rules, and refused as they would be."""

from pathlib import Path

import pytest

from sla.clocks import compute
from sla.reading import read_contract, read_subject
from sla.reading_events import read_events
from sla.rulefile import RuleError
from sla.rules import draft, load
from tests.sla import cases as sc

NEXT = """
layer = "federal"

[[rule]]
id = "MCD-PA-STD"
version = 3
clock = "decision"
line = ["medicaid"]
when = { kind = ["prior_auth"], timing = ["pre_service", "concurrent"], service = ["medical"], track = ["standard"] }
limit = "5 calendar days"
anchor = "received"
keyed_by = "rating_period"
from = 2027-01-01
citation = "a proposed rule"
tag = "K"
source = "the Federal Register"
checked = 2026-11-21
"""  # noqa: E501 - one line a rule, as rule files are written


def drafted(tmp_path: Path, text: str):
    file = tmp_path / "next.toml"
    file.write_text(text, encoding="utf-8")
    return draft(file)


def due(book, rating: str) -> tuple[str, str]:
    case = sc.case("medicaid", sc.received("2027-03-01T10:00"), rating=rating)
    contract = read_contract(case["contract"])
    subject = read_subject(case["subject"], contract)
    events = read_events(case["events"], contract, subject)
    answer = compute(contract, subject, events, book=book)
    return sc.due(answer) or "", f"{sc.winner(answer)} v{sc.clock(answer).rule_version}"


def test_a_new_version_ends_the_open_one_and_holds_from_its_day(tmp_path: Path) -> None:
    book = drafted(tmp_path, NEXT)
    assert due(book, "2027-01-01") == ("2027-03-06T23:59:59", "federal/MCD-PA-STD v3")
    assert due(book, "2026-07-01") == ("2027-03-08T23:59:59", "federal/MCD-PA-STD v2")
    assert due(load(), "2027-01-01") == ("2027-03-08T23:59:59", "federal/MCD-PA-STD v2")
    assert len(book.versions) == len(load().versions) + 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version = 3", "version = 2", "there already"),
        ("from = 2027-01-01", "from = 2025-06-01", "overlap"),
        ('citation = "a proposed rule"\n', "", "citation"),
        ('tag = "K"', 'tag = "X"', "tag"),
        ("checked = 2026-11-21\n", "", "check date"),
        ('clock = "decision"', 'clock = "decide"', "unknown"),
        ('anchor = "received"', 'anchor = "noon"', "anchor"),
        ('limit = "5 calendar days"', 'limit = "5 moons"', "cannot be read"),
        ('layer = "federal"', 'layer = "state:tx"', "unknown"),
        ('id = "MCD-PA-STD"', "id = 7", "no text"),
        ('keyed_by = "rating_period"\n', "", "differ"),
        ('anchor = "received"', 'anchor = "received"\nextension = { once = true }', "wrong sort"),
        ("[[rule]]", "[rule]", "no rule"),
        ("layer =", "layer", "TOML"),
    ],
)
def test_a_faulty_draft_is_refused_with_a_sentence(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in NEXT
    with pytest.raises(RuleError) as refused:
        drafted(tmp_path, NEXT.replace(old, new, 1))
    assert says in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        draft(tmp_path / "nowhere.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleError):
        draft(tmp_path / "binary.toml")
