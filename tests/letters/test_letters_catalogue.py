"""The catalogue: what calls for which letter, and that a wrong entry is refused by name."""
# ruff: noqa: E501 - tables of planted errors read best one a line

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from letters import catalogue, catalogue_files
from letters.context import LINES
from letters.entries import DueLetter, LetterFacts
from letters.refusals import CatalogueError

CODES = {
    "request_received",
    "information_request",
    "extension",
    "expedite_refused",
    "approval",
    "partial_approval",
    "denial",
    "deemed_denial",
    "request_withdrawn",
    "request_dismissed",
    "appeal_received",
    "appeal_overturned",
    "appeal_partly_overturned",
    "appeal_upheld",
    "appeal_dismissed",
    "appeal_withdrawn",
    "grievance_received",
    "grievance_resolved",
    "external_review_started",
    "external_review_decided",
    "effectuated",
    "deemed_approval",
    "deemed_exhaustion",
    "provider_denial",
    "reduction",
    "consent_missing",
    "late_filing_accepted",
    "new_evidence_shared",
    "appeal_forwarded",
    "continuation_granted",
    "continuation_refused",
    "dismissal_vacated",
    "grievance_withdrawn",
    "grievance_dismissed",
    "external_review_incomplete",
    "external_review_ineligible",
    "external_review_withdrawn",
    "external_review_ended",
    "packet_cover",
    "case_file_extended",
    "case_file_refused",
    "case_file_sent",
    "reissue_cover",
    "case_joined",
    "case_parted",
    "case_renamed",
    "office_goes_on",
    "office_received",
    "office_asked",
    "dispute_decided",
    "dispute_paid",
    "dispute_part_paid",
    "office_late",
    "office_reopened",
    "office_answered",
    "office_closed",
}
ONLY = {
    "deemed_denial": ("medicaid", "medicare"),
    "deemed_exhaustion": ("medicaid", "marketplace"),
    "provider_denial": ("medicaid", "marketplace"),
    "appeal_forwarded": ("medicare",),
    "external_review_incomplete": ("marketplace",),
    "external_review_ineligible": ("marketplace",),
}


def test_every_letter_is_there_for_its_lines():
    assert set(catalogue.load().codes()) == CODES
    for code in CODES:
        assert catalogue.get(code).lines == ONLY.get(code, LINES)


@pytest.mark.parametrize(
    ("kind", "event", "line", "expected"),
    [
        ("prior_auth", "received", "medicare", [("request_received", "")]),
        ("prior_auth", "information_requested", "medicaid", [("information_request", "")]),
        ("prior_auth", "extended", "marketplace", [("extension", "extension")]),
        ("appeal", "extended", "medicaid", [("extension", "extension")]),
        ("grievance", "extended", "medicare", [("extension", "extension")]),
        ("prior_auth", "expedite_refused", "medicaid", [("expedite_refused", "downgrade")]),
        ("prior_auth", "approved", "marketplace", [("approval", "favorable")]),
        ("prior_auth", "partially_approved", "medicaid", [("partial_approval", "adverse")]),
        ("prior_auth", "denied", "medicare", [("denial", "adverse")]),
        ("prior_auth", "deadline_missed", "medicaid", [("deemed_denial", "adverse")]),
        ("prior_auth", "deadline_missed", "medicare", []),
        ("prior_auth", "withdrawn", "medicaid", [("request_withdrawn", "")]),
        ("prior_auth", "dismissed", "medicare", [("request_dismissed", "dismissal")]),
        ("appeal", "received", "medicaid", [("appeal_received", "acknowledgement")]),
        ("appeal", "overturned", "medicare", [("appeal_overturned", "favorable")]),
        ("appeal", "partially_overturned", "medicaid", [("appeal_partly_overturned", "adverse")]),
        ("appeal", "upheld", "marketplace", [("appeal_upheld", "adverse")]),
        ("appeal", "late_filing_refused", "medicare", [("appeal_dismissed", "dismissal")]),
        ("grievance", "received", "medicaid", [("grievance_received", "acknowledgement")]),
        ("grievance", "resolved", "medicare", [("grievance_resolved", "resolution")]),
        (
            "external_review",
            "found_eligible",
            "marketplace",
            [("external_review_started", "eligibility")],
        ),
        ("external_review", "found_eligible", "medicare", []),
        ("external_review", "file_sent", "medicare", [("external_review_started", "")]),
        ("external_review", "upheld", "medicaid", [("external_review_decided", "")]),
        ("external_review", "effectuated", "medicare", [("effectuated", "")]),
        (
            "external_review",
            "found_ineligible",
            "marketplace",
            [("external_review_ineligible", "eligibility")],
        ),
        ("external_review", "found_incomplete", "medicare", []),
        ("external_review", "withdrawn", "medicaid", [("external_review_withdrawn", "")]),
        ("external_review", "terminated_by_reversal", "medicare", [("external_review_ended", "")]),
        ("prior_auth", "authorization_reduced", "medicaid", [("reduction", "reduction")]),
        ("prior_auth", "authorization_terminated", "medicare", [("reduction", "reduction")]),
        ("prior_auth", "deemed_approved", "marketplace", [("deemed_approval", "favorable")]),
        ("prior_auth", "dismissal_vacated", "medicaid", [("dismissal_vacated", "")]),
        ("appeal", "dismissal_vacated", "medicare", [("dismissal_vacated", "")]),
        ("appeal", "consent_required", "medicaid", [("consent_missing", "")]),
        ("appeal", "late_filing_accepted", "medicare", [("late_filing_accepted", "")]),
        ("appeal", "new_evidence_shared", "marketplace", [("new_evidence_shared", "")]),
        ("appeal", "benefits_continued", "medicaid", [("continuation_granted", "")]),
        ("appeal", "continuation_refused", "medicaid", [("continuation_refused", "")]),
        ("grievance", "withdrawn", "medicaid", [("grievance_withdrawn", "")]),
        ("grievance", "dismissed", "medicare", [("grievance_dismissed", "dismissal")]),
        ("prior_auth", "review_started", "medicaid", []),
        ("appeal", "merged", "medicaid", [("case_joined", "")]),
        ("grievance", "merged", "medicare", [("case_joined", "")]),
        ("appeal", "split_off", "marketplace", [("case_parted", "")]),
        ("grievance", "converted", "medicaid", [("case_renamed", "")]),
    ],
)
def test_an_event_calls_for_its_letter_and_its_clock(kind, event, line, expected):
    facts = LetterFacts(line=line, consequence="deemed_denial")
    due = catalogue.due_for(kind, event, facts)
    assert due == tuple(DueLetter(code, "member", clock) for code, clock in expected)


def test_representative_and_provider_get_their_own_copy_where_there_is_one():
    facts = LetterFacts(line="medicaid", has_representative=True, has_provider=True)
    due = catalogue.due_for("prior_auth", "approved", facts)
    assert [d.recipient for d in due] == ["member", "representative", "provider"]
    complaint = catalogue.due_for("grievance", "resolved", facts)
    assert [d.recipient for d in complaint] == ["member", "representative"]


@pytest.mark.parametrize(
    ("line", "to_the_provider"),
    [("medicaid", "provider_denial"), ("marketplace", "provider_denial"), ("medicare", "denial")],
)
def test_a_provider_gets_one_letter_about_a_denial(line, to_the_provider):
    facts = LetterFacts(line=line, has_provider=True)
    due = catalogue.due_for("prior_auth", "denied", facts)
    assert [(d.code, d.recipient) for d in due if d.recipient == "provider"] == [
        (to_the_provider, "provider")
    ]


def test_a_body_outside_gets_its_cover_where_it_is_known_and_the_member_does_not():
    for known in (True, False):
        facts = LetterFacts(line="marketplace", has_body=known)
        due = catalogue.due_for("external_review", "file_sent", facts)
        assert due == ((DueLetter("packet_cover", "body", ""),) if known else ())


@pytest.mark.parametrize(
    ("state", "expected"), [("in_review", ["appeal_forwarded"]), ("upheld", []), ("", [])]
)
def test_only_an_undecided_appeal_that_is_passed_on_calls_for_its_letter(state, expected):
    facts = LetterFacts(line="medicare", from_state=state)
    assert [d.code for d in catalogue.due_for("appeal", "forwarded", facts)] == expected


def test_a_missed_deadline_without_the_deemed_denial_calls_for_no_denial():
    facts = LetterFacts(line="medicaid", consequence="")
    assert catalogue.due_for("prior_auth", "deadline_missed", facts) == ()


def test_every_call_is_listed_as_an_event_name():
    assert ("prior_auth", "denied") in catalogue.event_names()
    assert all(kind in catalogue_files.KINDS for kind, _ in catalogue.event_names())


def test_an_unknown_code_is_refused_with_the_known_ones():
    with pytest.raises(CatalogueError, match=r"no letter 'denail'.*denial"):
        catalogue.get("denail")


def test_a_date_before_the_first_version_is_refused():
    with pytest.raises(CatalogueError, match="no version in force on 2020-01-01"):
        catalogue.get("denial", date(2020, 1, 1))


def test_the_version_in_force_is_chosen_by_the_date_of_the_letter(tmp_path):
    folder = planted(tmp_path, "letters.prior_auth.toml", "", "")
    path = folder / "letters.prior_auth.toml"
    entry = path.read_text().split("\n[[letter]]\n")[1]
    later = entry.replace("version = 1", "version = 2").replace("2025-07-05", "2027-06-01")
    path.write_text(path.read_text() + "\n[[letter]]\n" + later)
    read = catalogue_files.read(folder)
    assert read.get("request_received", date(2027, 5, 31)).version == 1
    assert read.get("request_received", date(2027, 6, 1)).version == 2
    assert read.codes().count("request_received") == 1


def test_rows_can_be_written_as_json_and_name_each_requirement():
    rows = json.loads(json.dumps(catalogue.letter_rows()))
    denial = next(row for row in rows if row["code"] == "denial")
    elements = [row["element"] for row in denial["lines"]["marketplace"]]
    assert "denial_code" in elements
    assert all(r["cite"] and r["tag"] for x in rows for rs in x["lines"].values() for r in rs)


def test_the_readme_is_fresh():
    path = Path(catalogue_files.FOLDER) / "README.md"
    assert path.read_text(encoding="utf-8") == catalogue.readme(), "run `casework docs`"


def planted(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy of the catalogue with one text replaced in one file."""
    for path in catalogue_files.FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1))
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("letters.prior_auth.toml", 'tag = "house"', 'tag = "X"', "needs a cite and a tag"),
        ("letters.prior_auth.toml", 'cite = "Plan practice", ', "", "needs a cite and a tag"),
        ("letters.prior_auth.toml", "due_date = {", "due_dat = {", "no element 'due_dat'"),
        ("letters.prior_auth.toml", 'when = "expedited"', 'when = "urgently"', "condition"),
        ("letters.prior_auth.toml", 'sets = ["page"]', 'sets = ["pages"]', "no set 'pages'"),
        ("letters.prior_auth.toml", 'notice_kind = "extension"', 'notice_kind = "ext"', "notice_kind"),
        ("letters.prior_auth.toml", 'recipients = ["member"', 'recipients = ["everyone"', "recipients"),
        ("letters.prior_auth.toml", 'lines = ["medicaid"', 'lines = ["tricare"', "lines"),
        ("letters.prior_auth.toml", "version = 1", 'version = "1"', "version must be given"),
        ("letters.prior_auth.toml", 'title = "Approval"', 'titel = "Approval"', "unknown key 'titel'"),
        ("letters.prior_auth.toml", 'code = "approval"', 'code = "denial"', "stands there twice"),
        ("letters.prior_auth.toml", 'kind = "prior_auth", event', 'kind = "claim", event', "a call needs"),
        ("letters.external_review.toml", 'notice_kind = "eligibility"', 'notice_kind = "x"', "unknown notice_kind"),
        ("letters.appeal.toml", "[letter.medicaid]", "[letter.medicaid", "letters.appeal.toml"),
        ("letters.prior_auth.toml", 'to = ["member"', 'to = ["body"', "unknown key or recipient"),
        ("letters.appeal.toml", "after = [", "befor = [", "unknown key or recipient"),
        ("letters.prior_auth.toml", "in_order = [\"medicare\"]", "in_order = [\"hmo\"]", "in_order"),
        ("elements.toml", 'says = "the member\'s name"', "", "needs `says`"),
        ("elements.toml", "[result]", "[never_used]\nsays = \"x\"\n[result]", "never_used"),
        ("elements.toml", 'within = "result_date"', 'within = "nowhere"', "unknown element"),
        ("requirement_sets.toml", "[page.medicaid]", "[page.medicaid]\nlaw = { cite = \"x\", tag = \"P\" }", "twice"),
    ],
)  # fmt: skip
def test_a_planted_error_is_refused_with_its_place(tmp_path, file, old, new, says):
    with pytest.raises(CatalogueError, match=says):
        catalogue_files.read(planted(tmp_path, file, old, new))


def test_a_missing_file_is_refused_by_name(tmp_path):
    planted(tmp_path, "elements.toml", "", "")
    (tmp_path / "letters.grievance.toml").unlink()
    with pytest.raises(CatalogueError, match=r"letters.grievance.toml is not there"):
        catalogue_files.read(tmp_path)
