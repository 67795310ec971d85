"""A member says how to be written to, in both languages; it holds from the next letter on."""

import pytest
from sqlalchemy import select

from casework.models import Member, StandingNeed


def _row(scene, contract="OH-MCD") -> Member:
    with scene.database.reading(scene.house.cx("system")) as cx:
        wanted = select(Member).where(Member.id == scene.member_id(contract))
        return cx.db.execute(wanted).scalar_one()


def _place(scene, what: str, contract="OH-MCD") -> str:
    return f"/member/profile/{scene.member_id(contract)}/{what}"


@pytest.mark.parametrize(
    ("language", "heading", "saved", "fix"),
    [
        ("en", "How we reach you", "Saved.", "Type a phone number with ten digits"),
        ("es", "Cómo le avisamos", "Guardado.", "Escriba un número de teléfono de diez cifras"),
    ],
)
def test_a_member_chooses_large_print_and_texts(scene, site, language, heading, saved, fix) -> None:
    browser = scene.sign_in(site, "OH-MCD", language=language)
    browser.get("/member/profile")
    page = browser.get(_place(scene, "reading"))
    typed = {
        "letter_format": "large_print" if language == "en" else "standard",
        "contact_preference": "text",
        "texts_ok": "yes",
        "phone": "12",
    }
    page = browser.post(_place(scene, "reading"), typed, status=422)
    assert fix in page.text
    browser.post(_place(scene, "reading"), typed | {"phone": "614-555-0142"})
    page = browser.follow()
    assert saved in page.text
    row = _row(scene)
    assert (row.contact_preference, row.texts_ok, row.phone) == ("text", True, "614-555-0142")
    assert row.letter_format == typed["letter_format"]


def test_a_member_asks_for_a_safe_address_and_is_asked_for_no_reason(scene, site) -> None:
    browser = scene.sign_in(site, "OH-QHP", language="en")
    page = browser.get(_place(scene, "safe", "OH-QHP"))
    assert "You do not have to say why" in page.text
    page = browser.post(_place(scene, "safe", "OH-QHP"), {"on": "yes", "lines": "x"}, status=422)
    assert "Type the street with its number" in page.text
    browser.post(
        _place(scene, "safe", "OH-QHP"), {"on": "yes", "lines": "PO Box 9\nDayton, OH 45402"}
    )
    page = browser.follow()
    assert "All letters go only to the safe address" in page.text
    row = _row(scene, "OH-QHP")
    assert row.safe_address == ["PO Box 9", "Dayton, OH 45402"]
    browser.get(_place(scene, "safe", "OH-QHP"))
    browser.post(_place(scene, "safe", "OH-QHP"), {"on": ""})
    assert _row(scene, "OH-QHP").confidential_since is None


def test_a_new_address_is_kept_with_the_old_one_in_the_history(scene, site) -> None:
    browser = scene.sign_in(site, "OH-MCD", language="en")
    before = _row(scene).address
    browser.get(_place(scene, "address"))
    new = "12 Oak Avenue\nDayton, OH 45402"
    browser.post(_place(scene, "address"), {"lines": new})
    assert "12 Oak Avenue, Dayton, OH 45402" in browser.follow().text
    with scene.database.reading(scene.house.cx("system")) as cx:
        last = (
            cx.db.execute(
                select(StandingNeed).where(StandingNeed.need == "address").order_by(StandingNeed.id)
            )
            .scalars()
            .all()[-1]
        )
    assert (last.was, last.became) == (before, new.splitlines())
    assert last.by_role == "member"


def test_nobody_opens_the_needs_of_another_member(scene, site) -> None:
    browser = scene.sign_in(site, "OH-MCD", language="en")
    for what in ("reading", "address", "safe"):
        browser.get(_place(scene, what, "OH-QHP"), status=404)
