"""An office reads its copy of a letter here, as text or in large print; never the member's."""

from sqlalchemy import select

from casework.context import SYSTEM
from casework.models import Letter
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission


def test_an_office_has_all_forms_of_its_own_copy(practice, mae, worker, database) -> None:
    submit_prior_auth(practice.town.cx("Maple"), a_submission(practice.town))
    worker.relay()
    with database.session(database.context(SYSTEM)) as session:
        rows = session.execute(select(Letter.id, Letter.recipient).where(Letter.state == "sent"))
        letters = {row.recipient: row.id for row in rows}
    ours, theirs = letters["provider"], letters["member"]
    page = mae.get("/provider/letters")
    assert f"/provider/letters/{ours}/read" in [e.get("href") for e in page.all("a")]
    assert mae.get(f"/provider/letters/{ours}/read").h1
    address = f"/provider/letters/{ours}/large-print"
    mae.get(address)
    mae.post(address, status=303)
    worker.relay()
    assert mae.client.get(address).mimetype == "application/pdf"
    for form in ("read", "text", "page", "large-print"):
        assert mae.client.get(f"/provider/letters/{theirs}/{form}").status_code == 404
