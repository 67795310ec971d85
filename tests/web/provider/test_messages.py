"""An office and the plan write to each other on the case; the member reads nothing of it."""

import pytest

from casework.errors import Invalid
from casework.queries.case_file import case_by_ref
from casework.queries.conversation import BETWEEN, WITH_OFFICES, conversation
from casework.services import messages
from tests.web.provider import stages
from tests.web.provider.filling import Portal
from tests.web.provider.stages import at


def _said(town, ref: str, between: tuple[str, ...]) -> list[tuple[bool, str]]:
    with town.database.reading(town.cx("nurse")) as cx:
        found = conversation(cx, case_by_ref(cx, ref), between=between)
    return [(each.answer, each.text) for each in found]


def test_an_office_writes_and_reads_what_is_answered(mae: Portal, town) -> None:
    ref = stages.in_review(town)
    path = at(ref, "do", "message")
    assert "Write to the plan" in mae.get(at(ref)).text
    mae.get(path)
    mae.send(path, {"text": ""}, status=422)
    assert "Please fill in" in mae.error_of("text")
    form = mae.page
    mae.send(path, {"text": "The scan moved to Friday."}, status=303)
    page = mae.follow()
    assert "Your message was sent." in page.text
    assert "The scan moved to Friday." in page.text
    assert "A message to us" in page.text
    mae.page = form
    mae.send(path, {"text": "The scan moved to Friday."}, status=303)  # a double click
    answer = messages.Answer(text="Thank you, we know.", to="office")
    messages.answer_message(town.cx("nurse"), ref, None, answer)
    page = mae.get(at(ref))
    assert "Thank you, we know." in page.text
    assert "We wrote to you" in page.text
    assert "A call or visit was noted" not in page.text
    assert "Nora" not in page.text
    assert _said(town, ref, WITH_OFFICES) == [
        (False, "The scan moved to Friday."),
        (True, "Thank you, we know."),
    ]
    assert _said(town, ref, BETWEEN) == []


def test_what_the_member_is_written_no_office_reads(mae: Portal, town) -> None:
    ref = stages.in_review(town)
    messages.answer_message(town.cx("nurse"), ref, None, messages.Answer(text="For you alone."))
    assert "For you alone." not in mae.get(at(ref)).text
    assert _said(town, ref, BETWEEN) == [(True, "For you alone.")]
    empty = messages.Answer(text=" ", to="office")
    with pytest.raises(Invalid, match="empty"):
        messages.answer_message(town.cx("nurse"), ref, None, empty)
