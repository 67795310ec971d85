"""Fax, text, Braille, a bad address, a safe one: each copy goes its way and nowhere else."""

import json
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select, update

from casework.context import SYSTEM
from casework.errors import Invalid, NotAllowed
from casework.models import Delivery, Letter, Member, Organization, StandingNeed
from casework.queries import letters as reading
from casework.queries import member_letters
from casework.queries.standing_needs import history_of, needs_of
from casework.services import standing_needs as needs
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.storage import Storage
from casework.worker import Worker
from letters import pdf_text
from tests.builders import MONDAY, a_submission, a_town
from tests.worker.printing import Post

PLAIN = needs.Reading(language="en", letter_format="standard", contact_preference="mail")


@pytest.fixture(scope="module")
def post(database, settings):
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    worker = Worker(database)
    yield Post(town, settings, worker)
    worker.close()


@pytest.fixture(autouse=True)
def plain(post):
    """Before each test every member is plain again, and no office wants faxes."""
    post.sql(
        "update member set letter_format = 'standard', contact_preference = 'mail',"
        " language = 'en', texts_ok = false, phone = '', confidential_since = null,"
        " safe_address = '[]',"
        " safe_contact = '{}', address_bad_since = null, email = 'alex@people.example',"
        ' address = \'["7 Elm Street", "Columbus, OH 43085"]\''
    )
    post.sql("update organization set fax = '', letters_by = 'portal'")
    post.sql("delete from representative")


def _member_id(post: Post, contract: str = "OH-MCD") -> int:
    return post.town.member_ids[f"member of {contract}"]


def _as_member(post: Post, contract: str = "OH-MCD"):
    return post.town.cx(f"member of {contract}", post.town.database.case_now())


def _set(post: Post, table, **values) -> None:
    database = post.town.database
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(table).values(**values))
        session.commit()


def _ways(post: Post, ref: str, code: str, recipient: str = "member") -> dict[str, Delivery]:
    letter = _letter(post, ref, code, recipient)
    rows = post.rows(select(Delivery).where(Delivery.letter_id == letter.id))
    return {row.Delivery.channel: row.Delivery for row in rows}


def _letter(post: Post, ref: str, code: str, recipient: str) -> Letter:
    case_id = int(ref.split("-")[2])
    [row] = post.rows(
        select(Letter).where(
            Letter.case_id == case_id, Letter.code == code, Letter.recipient == recipient
        )
    )
    return row.Letter


def _request(post: Post, contract: str = "OH-MCD") -> str:
    ref = submit_prior_auth(post.town.cx("Maple"), a_submission(post.town, contract)).ref
    post.worker.relay()
    return ref


def _denial(post: Post, contract: str = "OH-MCD") -> str:
    ref = post.denial(contract)
    post.worker.relay()
    return ref


# ── Fax ─────────────────────────────────────────────────────────────────────────────────────────


def _fax(post: Post) -> tuple[str, Delivery]:
    _set(post, Organization, fax="614-555-0199", letters_by="fax")
    ref = _denial(post)
    copy = _ways(post, ref, "provider_denial", "provider")["fax"]
    assert copy.state == "confirmed"
    return ref, copy


def _answer_fax(post: Post, **said) -> None:
    path = post.settings.fax_dir / "answers" / f"{said['key']}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(said))
    post.worker.relay()


def test_an_office_that_wants_faxes_gets_a_job_whose_cover_says_nothing_of_health(post) -> None:
    ref, copy = _fax(post)
    folder = post.settings.fax_dir / copy.external_key
    job = json.loads((folder / "job.json").read_text())
    assert (job["to"], job["key"]) == ("+16145550199", copy.external_key)
    with pikepdf.open(folder / "cover.pdf") as document:
        said = " ".join(pdf_text.pages(document))
    assert "Maple Clinic" in said
    assert "Confidential" in said
    for secret in (ref, "Alex", "Example", "MRI", "70551", "denied", "1010101"):
        assert secret not in said + json.dumps(job)
    letter = _letter(post, ref, "provider_denial", "provider")
    assert (folder / "letter.pdf").read_bytes() == Storage(post.settings).get(letter.sha256)
    at = post.town.database.case_now().isoformat()
    _answer_fax(post, key=copy.external_key, status="sent", at=at, proof="FX-7")
    proved = _ways(post, ref, "provider_denial", "provider")["fax"]
    assert (proved.mail_proof, proved.mailed_at.isoformat()) == ("FX-7", at)


def test_a_fax_that_fails_becomes_a_task_and_an_email_points_to_the_portal(post) -> None:
    ref, copy = _fax(post)
    _answer_fax(post, key=copy.external_key, status="failed", reason="busy")
    post.worker.relay()
    ways = _ways(post, ref, "provider_denial", "provider")
    assert (ways["fax"].state, ways["fax"].proof) == ("failed", "fax failed: busy")
    assert ways["email"].state == "confirmed"
    assert "fax to the office failed (busy)" in post.tasks(ref)["fax_failed"].says
    assert ways["portal"].state == "confirmed"
    assert _letter(post, ref, "provider_denial", "provider").state == "sent"


# ── Text messages ───────────────────────────────────────────────────────────────────────────────


def test_a_text_points_to_the_portal_in_the_members_language_and_stop_stops_it(post) -> None:
    form = needs.Reading(
        language="es",
        letter_format="standard",
        contact_preference="text",
        texts_ok=True,
        phone="614-555-0122",
    )
    needs.change_reading(_as_member(post, "OH-QHP"), _member_id(post, "OH-QHP"), form)
    ref = _denial(post, "OH-QHP")
    ways = _ways(post, ref, "denial")
    assert {name: way.counts for name, way in ways.items()} == {"portal": True, "text": False}
    said = json.loads((post.settings.texts_dir / f"{ways['text'].external_key}.json").read_text())
    assert said["to"] == "+16145550122"
    assert said["text"].startswith("Su plan de salud: tiene una carta nueva")
    for secret in (ref, "Alex", "MRI", "PA-"):
        assert secret not in said["text"]
    inbox = post.settings.texts_dir / "in"
    inbox.mkdir()
    (inbox / "1.json").write_text(json.dumps({"from": "+16145550122", "text": "Alto."}))
    post.worker.relay()
    with post.town.database.reading(_as_member(post, "OH-QHP")) as cx:
        [last, *_] = history_of(cx, _member_id(post, "OH-QHP"))
        assert not needs_of(cx, _member_id(post, "OH-QHP")).texts_ok
    assert (last.need, last.was, last.became) == ("texts_ok", True, False)
    assert last.by_name == "The member, by text message"
    assert "print" in _ways(post, _denial(post, "OH-QHP"), "denial"), "then paper, not silence"


def test_an_email_pointer_speaks_the_members_language(post) -> None:
    _set(post, Member, contact_preference="email", language="es")
    ref = _denial(post, "OH-MA")
    key = _ways(post, ref, "denial")["email"].external_key
    said = (post.settings.mail_dir / f"{key}.eml").read_text()
    assert "Subject: Tiene una carta nueva" in said
    assert "Content-Language: es" in said


def test_a_medicaid_denial_is_mailed_whatever_the_member_prefers(post) -> None:
    _set(post, Member, contact_preference="email")
    by_law = _ways(post, _denial(post), "denial")
    assert {name: way.counts for name, way in by_law.items()} == {
        "print": True,
        "portal": False,
        "email": False,
    }
    by_wish = _ways(post, _denial(post, "OH-QHP"), "denial")
    assert {name: way.counts for name, way in by_wish.items()} == {"portal": True, "email": False}


# ── Formats ─────────────────────────────────────────────────────────────────────────────────────


def test_braille_is_a_second_copy_with_its_instruction_its_task_and_its_proof(post) -> None:
    _set(post, Member, letter_format="braille")
    ref = _denial(post)
    ways = _ways(post, ref, "denial")
    assert ways["print"].counts
    assert not ways["braille"].counts
    manifests = [sheet for manifest in post.manifests() for sheet in manifest["files"]]
    [sheet] = [each for each in manifests if each["key"] == ways["braille"].external_key]
    assert sheet["format"] == "braille"
    task = post.tasks(ref)["other_format"]
    assert "owed in Braille" in task.says
    assert task.due_at - ways["braille"].intended_at >= timedelta(days=5)
    post.vendor("--cannot", "audio")
    post.worker.relay()
    assert _ways(post, ref, "denial")["braille"].mailed_at is not None
    assert "other_format" not in post.tasks(ref)


# ── Addresses ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": []}, "last line must be city"),
        ({"address_bad_since": MONDAY}, "came back"),
    ],
)
def test_a_letter_to_a_bad_address_does_not_leave_silently_and_the_portal_has_it(
    post, change, says
) -> None:
    _set(post, Member, **change)
    ref = _denial(post)
    ways = _ways(post, ref, "denial")
    assert (ways["print"].state, ways["portal"].state) == ("refused", "confirmed")
    assert says in ways["print"].proof
    assert says in post.tasks(ref)["find_address"].says
    assert post.clock(ref).satisfied_at is None, "nothing was mailed, so nothing was told"
    assert _letter(post, ref, "denial", "member").state == "deposited"
    assert ways["print"].external_key not in json.dumps(post.manifests())
    with post.town.database.reading(_as_member(post)) as cx:
        assert reading.inbox(cx, recipients=("member",))[0].Letter.code == "denial"


# ── Confidential communication ──────────────────────────────────────────────────────────────────


def _represented(post: Post) -> None:
    post.sql(
        "insert into representative (member_id, name, relation, address, starts_on) select id,"
        " 'Rep Example', 'spouse', '[\"7 Elm Street\", \"Columbus, OH 43085\"]', '2025-01-01'"
        f" from member where id = {_member_id(post)}"
    )


def _codes(post: Post, ref: str) -> list[tuple[str, str]]:
    case_id = int(ref.split("-")[2])
    rows = post.rows(select(Letter).where(Letter.case_id == case_id).order_by(Letter.id))
    return [(row.Letter.code, row.Letter.recipient) for row in rows]


def test_a_confidential_letter_goes_only_to_the_safe_address(post) -> None:
    _represented(post)
    _set(post, Member, contact_preference="email")
    before = _denial(post)
    assert ("denial", "representative") in _codes(post, before)
    form = needs.Confidential(on=True, lines=("PO Box 9", "Dayton, OH 45402"))
    assert needs.change_confidential(_as_member(post), _member_id(post), form) == ("confidential",)
    ref = _denial(post)
    assert {to for _, to in _codes(post, ref)} == {"member", "provider"}
    ways = _ways(post, ref, "denial")
    assert set(ways) == {"print", "portal"}, "no e-mail to the address that others read"
    letter = _letter(post, ref, "denial", "member")
    said = "".join(pdf_text.read(Storage(post.settings).get(letter.sha256)))
    assert "PO Box 9" in said
    assert "Elm Street" not in said
    safe = needs.Confidential(
        on=True, lines=form.lines, email="safe@people.example", representatives=True
    )
    needs.change_confidential(_as_member(post), _member_id(post), safe)
    again = _denial(post)
    assert ("denial", "representative") in _codes(post, again)
    [pointer] = [way for name, way in _ways(post, again, "denial").items() if name == "email"]
    assert (
        "safe@people.example"
        in (post.settings.mail_dir / f"{pointer.external_key}.eml").read_text()
    )


def test_whoever_acts_for_a_confidential_member_reads_none_of_the_letters(post) -> None:
    _set(post, Member, contact_preference="email")
    ref = _denial(post)
    helper = post.town.cx("member of OH-MCD").principal
    helper = type(helper)(
        kind="user", id=helper.id, name="Rep", roles=frozenset({"representative"}),
        reach="members", ids=helper.ids,
    )  # fmt: skip
    cx = post.town.database.context(helper)
    with post.town.database.reading(cx) as inside:
        assert ref in {each.ref for each in member_letters.own_letters(inside)}
    form = needs.Confidential(on=True, lines=("PO Box 9", "Dayton, OH 45402"))
    needs.change_confidential(_as_member(post), _member_id(post), form)
    with post.town.database.reading(cx) as inside:
        assert ref not in {each.ref for each in member_letters.own_letters(inside)}
    with pytest.raises(NotAllowed):
        needs.change_confidential(cx, _member_id(post), needs.Confidential(on=False))
    with pytest.raises(NotAllowed):
        needs.change_reading(cx, _member_id(post), PLAIN)


# ── Standing needs ──────────────────────────────────────────────────────────────────────────────


def test_each_change_is_kept_with_who_and_when_and_nobody_can_rewrite_it(post) -> None:
    nurse = post.town.cx("nurse", post.town.database.case_now())
    member_id = _member_id(post, "OH-MA")
    form = needs.Reading(
        language="es",
        letter_format="large_print",
        contact_preference="mail",
        email="alex@people.example",
    )
    assert needs.change_reading(nurse, member_id, form) == ("language", "letter_format")
    assert needs.change_reading(nurse, member_id, form) == ()
    with post.town.database.reading(nurse) as cx:
        kept = [(c.need, c.was, c.became, c.by_name) for c in history_of(cx, member_id)[:2]]
    assert kept == [
        ("letter_format", "standard", "large_print", "Nora Nurse"),
        ("language", "en", "es", "Nora Nurse"),
    ]
    ref = _request(post, "OH-MA")
    sent = [
        row.Letter
        for row in post.rows(select(Letter).where(Letter.case_id == int(ref.split("-")[2])))
    ]
    assert {(each.language, each.large_print) for each in sent if each.recipient == "member"} <= {
        ("es", True)
    }
    database = post.town.database
    with (
        database.session(database.context(SYSTEM)) as session,
        pytest.raises(Exception, match="permission denied"),
    ):
        session.execute(update(StandingNeed).values(by_name="nobody"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact_preference": "text", "phone": "614-555-0122"}, "texts_ok"),
        ({"contact_preference": "text", "texts_ok": True}, "phone"),
        ({"contact_preference": "email"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\nBcc: x@y.example"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_a_way_that_cannot_work_is_refused_with_its_field(post, change, field) -> None:
    form = type(PLAIN)(**{**vars(PLAIN), **change})
    with pytest.raises(Invalid) as refused:
        needs.change_reading(_as_member(post), _member_id(post), form)
    assert field in refused.value.fields


def test_nobody_changes_the_needs_of_a_member_out_of_reach(post) -> None:
    for who in ("Maple", "compliance", "admin"):
        with pytest.raises(NotAllowed):
            needs.change_reading(post.town.cx(who), _member_id(post), PLAIN)
    with pytest.raises(Exception, match="no such member"):
        needs.change_reading(_as_member(post, "OH-QHP"), _member_id(post), PLAIN)


def test_a_new_address_takes_the_place_of_a_bad_one_from_the_next_letter_on(post) -> None:
    _set(post, Member, address_bad_since=MONDAY)
    form = needs.NewAddress(lines=("12 Oak Avenue", "Dayton, OH 45402"), reason="She called.")
    assert needs.change_address(post.town.cx("nurse"), _member_id(post), form) == ("address",)
    ways = _ways(post, _denial(post), "denial")
    assert ways["print"].state == "confirmed"
    with pytest.raises(Invalid) as refused:
        needs.change_address(
            post.town.cx("nurse"), _member_id(post), needs.NewAddress(lines=("Somewhere",))
        )
    assert set(refused.value.fields) == {"lines"}
