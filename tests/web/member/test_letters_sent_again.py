"""The member sees a letter that was sent again beside the first, and which one counts."""

import pytest
from sqlalchemy import select

from casework.models import Case, Delivery, Letter
from casework.services import reissue, returned_mail
from tests.web.member.scene import approved


@pytest.fixture(scope="module")
def sent_again(scene):
    """A case whose letter came back and was sent again, and of which a copy was asked for."""
    ref = approved(scene.house, "OH-MCD")
    scene.post(ref)
    with scene.database.reading(scene.house.cx("system")) as cx:
        rows = cx.db.execute(
            select(Letter, Delivery)
            .join(Case, Case.id == Letter.case_id)
            .join(Delivery, Delivery.letter_id == Letter.id)
            .where(Case.ref == ref, Letter.recipient == "member", Delivery.channel == "print")
            .order_by(Letter.id)
        ).all()
    first, told = rows[0], rows[-1]
    nurse = scene.house.cx("nurse")
    form = returned_mail.Return(
        delivery_id=told.Delivery.id, reason="unclaimed", came_back_on=nurse.now.date()
    )
    returned_mail.record_return(nurse, ref, None, form)
    for row, reason in ((told, "returned"), (first, "second_copy")):
        again = reissue.Reissue(letter_id=row.Letter.id, reason=reason)
        reissue.reissue_letter(nurse, ref, None, again)
    scene.post(ref)
    return scene


@pytest.mark.parametrize(
    ("language", "newer", "older", "copied"),
    [
        (
            "en",
            "The dates in this one are the ones that count",
            "use the newer one",
            "is a copy of",
        ),
        ("es", "Las fechas de esta son las que valen", "Use la más nueva", "Es una copia de"),
    ],
)
def test_both_letters_stand_there_and_a_sentence_says_which_counts(
    sent_again, site, language, newer, older, copied
) -> None:
    page = sent_again.sign_in(site, "OH-MCD", language=language).get("/member/letters")
    for sentence in (newer, older, copied):
        assert sentence in page.text
