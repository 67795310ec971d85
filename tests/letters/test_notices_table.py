"""Each cell of the table of notices stands in the catalogue; whatever is lost from it is named."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from letters import catalogue, specimen
from letters.entries import Catalogue
from tests.letters.notices_table import CELLS, COMMON, Cell

# A cover before the pages of a letter, which have the notices of every letter themselves.
BOUND_WITH_A_LETTER = {"reissue_cover"}
OFFICIAL_ORDER = [
    "what_was_decided", "specific_reason", "plan_provision", "share_with_doctor", "appeal_right",
    "appeal_deadline", "representative", "standard_review", "expedited_review", "appeal_how",
    "appeal_where", "next_level", "medicare_help", "form_imprint",
]  # fmt: skip


def spread(cells: tuple[Cell, ...], known: Catalogue) -> Iterator[tuple[Cell, str, str, str]]:
    """Every (cell, code, line, element) that the table asks for."""
    people = [code for code in known.codes() if "member" in known.get(code).recipients]
    people = [code for code in people if code not in BOUND_WITH_A_LETTER]
    for cell in cells:
        codes = people if cell.codes == ("*",) else cell.codes
        for code in codes:
            for line in set(cell.lines) & set(known.get(code).lines):
                for element in cell.elements:
                    yield cell, code, line, element


def lost(known: Catalogue, cells: tuple[Cell, ...]) -> set[tuple[str, str, str]]:
    """What the table asks for and this catalogue does not, or only under another condition."""
    found = set()
    for cell, code, line, element in spread(cells, known):
        rows = {r.element.name: r.when for r in known.get(code).requirements[line]}
        if rows.get(element) not in ("always", cell.when):
            found.add((code, line, element))
    return found


ASKED = tuple(spread((*COMMON, *CELLS), catalogue.load()))


def test_every_cell_of_the_table_stands_in_the_catalogue():
    assert lost(catalogue.load(), (*COMMON, *CELLS)) == set()
    assert len({(code, line, element) for _, code, line, element in ASKED}) > 1000


def test_every_letter_of_the_table_has_each_of_its_lines():
    for cell in CELLS:
        for line in cell.lines:
            served = [code for code in cell.codes if line in catalogue.get(code).lines]
            assert served, f"{cell.row}: no letter for {line}"


def test_the_table_speaks_of_every_letter_that_the_law_asks_for():
    """What it leaves out is the plan's own practice, or a cover."""
    unsaid = set(catalogue.load().codes()) - {code for cell in CELLS for code in cell.codes}
    ours = {
        "request_received",
        "consent_missing",
        "late_filing_accepted",
        "new_evidence_shared",
        "continuation_granted",
        "continuation_refused",
        "dismissal_vacated",
        "external_review_ended",
        "reissue_cover",
        "case_file_sent",
        "case_file_refused",
        "case_file_extended",
        "case_joined",
        "case_parted",
        "case_renamed",
        "office_goes_on",
        "office_received",
        "office_asked",
        "office_answered",
        "office_closed",
        "dispute_decided",
        "dispute_paid",
        "dispute_part_paid",
        "office_late",
        "office_reopened",
    }
    assert unsaid <= ours


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.row}-{'-'.join(cell.lines)}")
def test_what_is_taken_out_of_the_catalogue_is_named_by_the_table(cell):
    for _, code, line, element in spread((cell,), catalogue.load()):
        assert (code, line, element) in lost(_without(code, line, element), (cell,))


def _without(code: str, line: str, element: str) -> Catalogue:
    whole = catalogue.load()
    letters = []
    for entry in whole.letters:
        if entry.code == code:
            rows = dict(entry.requirements)
            rows[line] = tuple(r for r in rows[line] if r.element.name != element)
            entry = replace(entry, requirements=MappingProxyType(rows))
        letters.append(entry)
    return Catalogue(tuple(letters), whole.elements)


def test_a_cell_without_a_condition_of_its_own_applies_to_each_sample():
    """What the table wants in every letter of the kind no condition lets out of a sample."""
    for cell, code, line, element in ASKED:
        if cell.when == "always":
            letter = catalogue.get(code)
            required = {r.element.name for r in letter.required(specimen.specimen(code, line))}
            assert element in required, (code, line, element)


@pytest.mark.parametrize("code", ["denial", "partial_approval", "reduction"])
def test_the_medicare_notice_has_the_order_of_the_integrated_denial_notice(code):
    """Decision, reasons, provision; share it; right, day, representative; both kinds of appeal;
    how; what happens next (CMS-10003-NDMCP)."""
    sequence = [r.element.name for r in catalogue.get(code).in_sequence("medicare")]
    assert [name for name in sequence if name in OFFICIAL_ORDER] == OFFICIAL_ORDER
