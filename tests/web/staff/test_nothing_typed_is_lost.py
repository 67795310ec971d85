"""A form that cannot be taken at all still gives back what was typed, to its own sender only."""

import pytest

from tests.web.staff.steps import at

TYPED = {"text": "Half an hour of careful words."}


@pytest.fixture(scope="module")
def path(desk) -> str:
    desk.in_review("kept")
    return at(desk, "kept", "note")


def test_a_wrong_form_token_gives_the_words_back(desk, app, path) -> None:
    nurse = desk.sign_in(app, "nurse")
    answer = nurse.client.post(path, data={**TYPED, "csrf_token": "x.y"})
    assert answer.status_code == 403
    assert "open for too long" in answer.text
    assert "x.y" not in answer.text
    back = nurse.client.get(path)
    assert f">{TYPED['text']}</textarea>" in back.text, "the form has it again"


def test_a_sign_in_that_ended_gives_the_words_back(app, path) -> None:
    answer = app.test_client().post(path, data={**TYPED, "csrf_token": "x.y"})
    assert answer.status_code in {401, 403}
    assert TYPED["text"] in answer.text


def test_what_another_site_sends_is_not_shown(desk, app, path) -> None:
    nurse = desk.sign_in(app, "nurse")
    answer = nurse.client.post(path, data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert TYPED["text"] not in answer.text


def test_a_password_is_never_given_back(app) -> None:
    answer = app.test_client().post("/", data={"password": "a secret phrase", "csrf_token": "x.y"})
    assert answer.status_code == 403
    assert "a secret phrase" not in answer.text
