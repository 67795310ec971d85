"""Registering: who fits gets a link, nobody else learns a thing, mailboxes are left in peace."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import ProgrammingError

from casework.context import ANONYMOUS, Principal
from casework.models import OutboxItem, Passkey, User, WayIn
from casework.services import accounts
from casework.services.joining import MOST_WRONG
from casework.services.sign_in import QUESTIONS_PER_ADDRESS
from tests.web.conftest import PASSWORD as OFFICE_PASSWORD
from tests.web.way_in.conftest import PASSWORD, WaysIn, born, typed
from tests.web.way_in.test_households import invite, principal

SENT = "/member/register/sent"


def ask(ways: WaysIn, said: dict[str, str], *, language: str = "en", status: int = 303) -> Any:
    pages = ways.browser(language=language)
    pages.get("/member/register")
    page = pages.post("/member/register", said, status=status)
    if status == 303:
        assert pages.location == SENT
        page = pages.follow()
    return page


def rows(ways: WaysIn, what: Any) -> Any:
    with ways.owner() as connection:
        return connection.execute(what).scalars().all()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_member_registers_and_is_signed_in(ways: WaysIn, language: str) -> None:
    nina = ways.member("Nina")
    email = f"nina-{language}@people.example"
    said = typed(nina, email.upper(), number=" ".join(nina["number"]))
    ask(ways, said, language=language)
    assert ways.post.taken == []
    assert ways.answer() == 1
    [text] = ways.post.texts(email)
    assert ("Abra esta página" in text) == (language == "es")
    assert "Nina" not in text
    assert nina["number"] not in text
    pages = ways.browser(language=language)
    pages.get(ways.post.link(email))
    pages.get(ways.post.link(email))
    pages.post("/member/join", {**born(nina), "password": PASSWORD})
    assert "Nina Example" in pages.follow().text
    pages = ways.browser(language=language)
    assert "Nina Example" in pages.sign_in(email, PASSWORD).text
    gone = ways.browser().get(ways.post.link(email))
    assert gone.h1 == "This link is no longer good"


def test_everybody_gets_the_same_answer_and_only_who_fits_gets_mail(ways: WaysIn) -> None:
    known, has = ways.member("Known"), ways.member("Has")
    child = ways.member("Kim", birth_date=ways.cast.database.case_now().date().replace(day=1))
    hidden = ways.member("Hidden", restricted=True, email="safe@people.example")
    silent = ways.member("Silent", restricted=True)
    ways.account(has, "has@people.example")
    ways.post.taken.clear()
    asked = {
        "fits": (typed(known, "fits@people.example"), "fits@people.example"),
        "wrong ZIP": (typed(known, "zip@people.example", zip="43086"), ""),
        "wrong day": (typed(known, "day@people.example", **{"born-day": "15"}), ""),
        "unknown": (typed(known, "no@people.example", number="99999999999"), ""),
        "has an account": (typed(has, "other@people.example"), "has@people.example"),
        "a child": (typed(child, "parent@people.example"), "parent@people.example"),
        "confidential": (typed(hidden, "thief@people.example"), "safe@people.example"),
        "confidential, no address": (typed(silent, "thief@people.example"), ""),
        "address has an account": (typed(known, "has@people.example"), "has@people.example"),
    }
    texts = set()
    for said, _ in asked.values():
        texts.add(re.sub(r'value="[^"]{20,}"', "", ask(ways, said).text))
    assert len(texts) == 1
    assert ways.post.taken == []
    ways.answer()
    addresses = sorted(to for to, _ in ways.post.taken)
    assert addresses == sorted(address for _, address in asked.values() if address)
    assert "You have one" in ways.post.texts("has@people.example")[0]
    assert "a child" in ways.post.texts("parent@people.example")[0]
    assert "key=" not in ways.post.texts("parent@people.example")[0]
    left = rows(ways, select(WayIn.typed).where(WayIn.stage != "asked"))
    assert all(not kept for kept in left), "what was typed is forgotten once it is answered"


def test_what_was_typed_waits_sealed(ways: WaysIn) -> None:
    sam = ways.member("Sam")
    ask(ways, typed(sam, "sam@people.example"))
    [kept] = rows(ways, select(WayIn.typed))
    assert kept
    assert sam["number"].encode() not in bytes(kept)
    assert b"sam@people.example" not in bytes(kept)


def test_a_stranger_who_got_the_mail_by_mistake_gets_no_further(ways: WaysIn) -> None:
    uma = ways.member("Uma")
    ask(ways, typed(uma, "uma-mistyped@people.example"))
    ways.answer()
    pages = ways.browser()
    pages.get(ways.post.link("uma-mistyped@people.example"))
    wrong = {**born(uma), "born-year": "1981", "password": PASSWORD}
    for _ in range(MOST_WRONG):
        page = pages.post("/member/join", wrong, status=422)
        assert "This is not the birth date that we have." in page.text
        assert "Uma" not in page.text
    pages.post("/member/join", {**born(uma), "password": PASSWORD}, status=410)
    count = select(func.count()).where(User.member_id == uma["id"])
    assert rows(ways, count) == [0]


def test_one_mailbox_gets_three_of_these_a_day_at_most(ways: WaysIn) -> None:
    members = [ways.member(f"Many{n}") for n in range(5)]
    for member in members:
        ask(ways, typed(member, "same@people.example"))
    ways.answer()
    assert len(ways.post.texts("same@people.example")) == 3


def test_two_links_of_one_member_make_one_account(ways: WaysIn) -> None:
    vic = ways.member("Vic")
    for email in ("vic@people.example", "vic2@people.example"):
        ask(ways, typed(vic, email))
    ways.answer()
    first, second = ways.browser(), ways.browser()
    first.get(ways.post.link("vic@people.example"))
    second.get(ways.post.link("vic2@people.example"))
    first.post("/member/join", {**born(vic), "password": PASSWORD})
    page = second.post("/member/join", {**born(vic), "password": PASSWORD}, status=410)
    assert page.h1 == "You have an account already"


def test_the_link_goes_to_the_address_that_the_plan_knows_not_to_the_typed_one(
    ways: WaysIn,
) -> None:
    wes = ways.member("Wes", email="wes-on-file@people.example")
    ask(ways, typed(wes, "thief@people.example"))
    ways.answer()
    assert ways.post.texts("thief@people.example") == []
    pages = ways.browser()
    pages.get(ways.post.link("wes-on-file@people.example"))
    pages.post("/member/join", {**born(wes), "password": PASSWORD})
    found = select(User.email, User.unproved_since).where(User.member_id == wes["id"])
    with ways.owner() as connection:
        assert connection.execute(found).one() == ("wes-on-file@people.example", None)


def test_an_account_with_an_unknown_address_opens_less_until_somebody_has_spoken_with_the_member(
    ways: WaysIn,
) -> None:
    uta = ways.member("Uta", household="S-77")
    child = ways.member("Tim", household="S-77", birth_date=date(2019, 5, 1))
    pages = ways.account(uta, "uta-new@people.example", known=False)
    seen = principal(ways, "uta-new@people.example")
    assert seen.narrowed.hushed == (uta["id"],), "confidential cases do not exist for it"
    pages.get(f"/member/profile/{uta['id']}/address", status=403)
    pages.get("/member/household/child")
    pages.post("/member/household/child", typed(child), status=422)
    pages.get("/member/household/spouse")
    pages.post("/member/household/spouse", typed(child), status=403)
    assert "We do not know your e-mail address yet." in pages.get("/member/helpers").text
    desk = ways.browser()
    desk.sign_in(ways.cast.email("supervisor"), OFFICE_PASSWORD)
    desk.get("/staff/sign-in-help")
    page = desk.post("/staff/sign-in-help", {"said": uta["number"]}, status=200)
    assert "opens less" in page.text
    desk.post(f"/staff/sign-in-help/proved/{uta['id']}", status=200)
    assert principal(ways, "uta-new@people.example").narrowed.hushed == ()
    pages.get(f"/member/profile/{uta['id']}/address")


def test_nobody_uses_up_the_mails_of_a_day_to_hide_a_new_account(ways: WaysIn) -> None:
    file = "wim-on-file@people.example"
    wim = ways.member("Wim", email=file)
    for _ in range(3):
        ask(ways, typed(wim, file))
    ways.answer()
    assert len(ways.post.texts(file)) == 3
    invite(ways, wim, ways.form(wim, "Helen Helper"), "helen@people.example")
    helper = ways.browser()
    helper.get(ways.post.link("helen@people.example"))
    helper.post("/member/join", {**born(wim), "password": PASSWORD})
    ways.answer()
    assert "now opens your records." in ways.post.texts(file)[-1]


def test_an_easy_password_is_refused_and_the_link_stays_good(ways: WaysIn) -> None:
    xia = ways.member("Xia")
    ask(ways, typed(xia, "xia@people.example"))
    ways.answer()
    pages = ways.browser()
    pages.get(ways.post.link("xia@people.example"))
    for easy in ("short", "password123", "Xia Example 1980"):
        pages.post("/member/join", {**born(xia), "password": easy}, status=422)
    pages.post("/member/join", {**born(xia), "password": PASSWORD})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": "12"}, "Write the number as it stands on the card."),
        ({"number": "<script>"}, "Write the number as it stands on the card."),
        ({"zip": "4308"}, "Write the five digits of the ZIP code."),
        ({"born-month": "13"}, "Write the day in numbers"),
        ({"email": "not an address"}, "Write an e-mail address such as name@example.org."),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "Write an e-mail address"),
        ({"email": "=?utf-8?q?c=40d.example=2C?=@b.example"}, "Write an e-mail address"),
        ({"email": ":%;@..a1"}, "Write an e-mail address"),
    ],
)
def test_only_the_shape_is_checked_on_the_page(
    ways: WaysIn, change: dict[str, str], words: str
) -> None:
    fake = {"number": "30300000000", "zip": "43085", "email": "a@b.example"}
    fake |= {"born-year": "1980", "born-month": "3", "born-day": "14"}
    assert words in ask(ways, {**fake, **change}, status=422).text
    assert rows(ways, select(func.count()).select_from(WayIn)) == [0]


def test_a_mail_server_that_is_away_loses_no_request_and_one_that_drops_gets_none_twice(
    ways: WaysIn,
) -> None:
    yan, zoe = ways.member("Yan"), ways.member("Zoe")
    ways.post.answer = "451 try later"
    ask(ways, typed(yan, "yan@people.example"))
    ways.answer()
    assert rows(ways, select(WayIn.stage)) == ["again"]
    ways.post.answer = "drop"
    ask(ways, typed(zoe, "zoe@people.example"))
    ways.answer()
    ways.post.answer = "250 OK"
    with ways.owner() as connection:
        wait = OutboxItem.__table__.update().where(OutboxItem.topic == "way_in")
        connection.execute(wait.values(next_at=OutboxItem.created_at))
    ways.answer()
    assert [to for to, _ in ways.post.taken] == ["yan@people.example"]
    states = rows(ways, select(WayIn.stage).order_by(WayIn.id))
    assert states == ["mailed", "in_doubt"]


def test_a_forgotten_password_is_chosen_anew_and_ends_every_session(ways: WaysIn) -> None:
    ada = ways.member("Ada")
    before = ways.account(ada, "ada@people.example")
    texts = set()
    for email in ("ada@people.example", "nobody@people.example", ways.cast.email("nurse")):
        pages = ways.browser()
        pages.get("/member/forgot")
        pages.post("/member/forgot", {"email": email}, status=303)
        texts.add(re.sub(r'value="[^"]{20,}"', "", pages.follow().text))
    assert len(texts) == 1
    ways.post.taken.clear()
    ways.answer()
    assert [to for to, _ in ways.post.taken] == ["ada@people.example"]
    pages = ways.browser()
    pages.get(ways.post.link("ada@people.example"))
    pages.post("/member/new-password", {**born(ada), "password": "eleven paper boats at dusk"})
    before.get("/member/", status=302)
    pages = ways.browser()
    pages.sign_in("ada@people.example", "eleven paper boats at dusk")


def test_one_new_password_ends_the_other_links_to_one(ways: WaysIn) -> None:
    abe = ways.member("Abe")
    ways.account(abe, "abe@people.example")
    links = []
    for _ in range(2):
        pages = ways.browser()
        pages.get("/member/forgot")
        pages.post("/member/forgot", {"email": "abe@people.example"}, status=303)
        ways.answer()
        links.append(ways.post.link("abe@people.example"))
    older = ways.browser()
    older.get(links[0])
    pages = ways.browser()
    pages.get(links[1])
    pages.post("/member/new-password", {**born(abe), "password": "eleven paper boats at dusk"})
    again = {**born(abe), "password": "twelve paper boats at dusk"}
    older.post("/member/new-password", again, status=410)


def test_an_account_that_is_switched_off_is_not_opened_by_mail(ways: WaysIn) -> None:
    bob = ways.member("Bob")
    ways.account(bob, "bob@people.example")
    number = rows(ways, select(User.id).where(User.email == "bob@people.example"))[0]
    accounts.disable_user(ways.cast.system, number)
    ways.post.taken.clear()
    ask(ways, typed(bob, "bob2@people.example"))
    pages = ways.browser()
    pages.get("/member/forgot")
    pages.post("/member/forgot", {"email": "bob@people.example"}, status=303)
    ways.answer()
    assert ways.post.taken == []


def test_after_a_new_password_the_owner_is_told_and_looks_at_the_passkeys(ways: WaysIn) -> None:
    amy = ways.member("Amy")
    ways.account(amy, "amy@people.example")
    [number] = rows(ways, select(User.id).where(User.member_id == amy["id"]))
    with ways.owner() as connection:
        for key in (b"mine", b"theirs"):
            connection.execute(
                insert(Passkey).values(
                    user_id=number,
                    name=key.decode(),
                    credential_id=key,
                    public_key=b"key",
                    sign_count=0,
                    added_at=ways.database.case_now(),
                )
            )
    pages = ways.browser()
    pages.get("/member/forgot")
    pages.post("/member/forgot", {"email": "amy@people.example"}, status=303)
    ways.answer()
    pages.get(ways.post.link("amy@people.example"))
    pages.post("/member/new-password", {**born(amy), "password": "eleven paper boats at dusk"})
    page = pages.follow()
    assert pages.response.request.path == "/account/passkeys"
    assert "is each one yours?" in page.text
    ways.answer()
    assert "was changed today" in ways.post.texts("amy@people.example")[-1]
    pages.post("/account/passkeys/remove-all")
    assert rows(ways, select(Passkey.id).where(Passkey.user_id == number)) == []
    assert "No passkey yet" in pages.follow().text


def test_questions_for_a_passkey_are_not_given_without_end(ways: WaysIn) -> None:
    pages = ways.browser()
    for _ in range(QUESTIONS_PER_ADDRESS):
        assert pages.client.get("/passkey").status_code == 200
    page = pages.get("/passkey", status=429)
    assert "too many tries" in page.text
    assert 'data-question=""' in page.html


@pytest.mark.parametrize("who", ["nobody", "member", "nurse"])
def test_only_the_house_reads_requests_and_makes_links(ways: WaysIn, who: str) -> None:
    kim = ways.member("Kia")
    ask(ways, typed(kim, "kia@people.example"))
    form = ways.form(kim, "Fay Friend")
    principals = {
        "nobody": ANONYMOUS,
        "member": Principal(kind="user", id=77, reach="members", ids=(kim["id"],)),
        "nurse": Principal(kind="user", id=78, reach="contracts", ids=ways.cast.contracts),
    }
    cx = ways.database.context(principals[who])
    with ways.database.session(cx) as session:
        assert session.execute(text("select count(*) from way_in")).scalar() == 0
        changed = session.execute(text("update way_in set email = 'thief@people.example'"))
        assert changed.rowcount == 0
    link = text(
        "insert into account_member (user_id, member_id, basis, representative_id, starts_on,"
        " added_at) values (:user, :member, 'form', :form, '2024-01-01', '2024-01-01')"
    )
    [own] = rows(ways, select(User.id).where(User.email == ways.cast.email("nurse")))
    with ways.database.session(cx) as session, pytest.raises(ProgrammingError, match="row-level"):
        session.execute(link, {"user": own, "member": kim["id"], "form": form})
    with ways.database.session(cx) as session:
        assert session.execute(text("select count(*) from passkey")).scalar() == 0
