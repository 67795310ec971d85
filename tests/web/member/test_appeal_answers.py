"""The answers of an appeal: kept over back, reload and days; each fault is said at its field."""

from io import BytesIO

import pytest
from flask import Flask

from tests.web.member.appealing import appeals_of, denied
from tests.web.member.photographed import A_PDF as PDF
from tests.web.member.scene import Scene
from tests.web.member.walking import A_PAPER, Walk, an_appeal


def test_back_forward_and_reload_lose_nothing(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    walk.answer("why", "Line one.\nLine two.")
    walk.answer("danger", "no")
    assert walk.step == "who"
    assert "Line one.\nLine two." in walk.open("why").html
    page = walk.open("danger")
    [chosen] = [e for e in page.all("input") if "checked" in e.attrs]
    assert chosen.get("value") == "no"
    assert back_of(page) == f"{walk.at}/why"
    walk.answer("danger", "yes")
    walk.answer("harm", "I could fall.")
    walk.open("danger")
    assert walk.answer("danger", "no").h1 == "Who is asking?", "what lost its meaning is skipped"
    walk.answer("who", "me")
    assert "What could happen" not in walk.answer("papers").text


def back_of(page) -> str:
    """Where the back link of this page leads."""
    return next(e for e in page.all("a") if e.text.strip() == "Back").get("href")


def test_a_change_from_the_list_comes_back_to_the_list(scene: Scene, site: Flask) -> None:
    pages = scene.sign_in(site)
    walk = an_appeal(pages, denied(scene))
    check = walk.answer("papers")
    change = next(e.get("href") for e in check.all("a") if e.text.strip().startswith("Change Why"))
    assert change == f"{walk.at}/why?then=check"
    page = pages.get(change)
    assert page.form(f"{walk.at}/why")["then"] == "check"
    assert back_of(page) == f"{walk.at}/check"
    after = walk.answer("why", "Another reason.")
    assert (after.h1, "Another reason." in after.text) == ("Check and send", True)
    pages.get(f"{walk.at}/danger?then=check")
    assert walk.answer("danger", "yes").h1 == "What could happen if you wait?"


def test_what_was_begun_waits_on_the_server(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    pages.post(f"{walk.at}/why", {"why": "Half a thought", "act": "stop"})
    home = pages.follow()
    assert "We keep what you wrote. It is not sent yet." in home.text
    assert f"You began to ask us to look again at {ref}" in home.text
    assert appeals_of(scene, ref) == []
    elsewhere = scene.sign_in(site)
    assert "Half a thought" in elsewhere.get(f"{walk.at}/why").html
    start = elsewhere.get(walk.at)
    assert "Go on where I stopped" in start.text
    elsewhere.post(walk.at)
    assert elsewhere.follow().h1 == "Could waiting hurt you?"


def test_what_was_begun_can_be_thrown_away(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    Walk(pages, f"/member/appeal/{ref}").begin()
    home = pages.get("/member/")
    drop = next(e.get("action") for e in home.all("form") if e.get("action").endswith("/drop"))
    pages.post(drop)
    assert f"You began to ask us to look again at {ref}" not in pages.follow().text
    pages.get(f"/member/appeal/{ref}/why", status=302)
    assert pages.location == f"/member/appeal/{ref}"


@pytest.mark.parametrize(
    ("step", "said", "sentence"),
    [
        ("why", "x" * 4001, "This is too long. Use at most 4000 letters"),
        ("danger", "", "Choose one of these."),
        ("danger", "perhaps", "Choose one of these."),
        ("who", "nobody", "Choose one of these."),
        ("helper", " ", "Write the name."),
        ("helper", "x" * 121, "This is too long. Use at most 120 letters"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(
    scene: Scene, site: Flask, step: str, said: str, sentence: str
) -> None:
    pages = scene.sign_in(site)
    walk = an_appeal(pages, scene.refs.setdefault("bad", denied(scene)), who="helper")
    walk.open(step)
    page = walk.refused(step, said)
    assert page.one("title").text.startswith("Error:")
    assert page.text.count(sentence) >= 2, "in the summary and at the field"
    if step != "danger" and len(said) > 20:
        assert said in page.html, "what was typed is still there"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "empty.pdf is empty."),
        ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic" + b"x" * 40, "We cannot open IMG_1.HEIC."),
        ("virus.exe", b"MZ" + b"\x00" * 60, "We cannot open virus.exe."),
        ("photo.jpg", PDF, "We cannot open photo.jpg."),
        ("../../etc/passwd", b"root:x:0:0", "We cannot open passwd."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_not_kept(
    scene: Scene, site: Flask, name: str, content: bytes, sentence: str
) -> None:
    walk = an_appeal(scene.sign_in(site), scene.refs.setdefault("bad", denied(scene)))
    walk.open("papers")
    page = walk.add((name, content), status=422)
    assert sentence in page.text
    assert "Added so far" not in page.text


def test_files_are_kept_taken_off_and_sent_with_going_on(scene: Scene, site: Flask) -> None:
    walk = an_appeal(scene.sign_in(site), denied(scene))
    other = PDF + b"% another"
    page = walk.add(A_PAPER, ("two.pdf", other), ("the same again.pdf", PDF))
    listed = [e.text.strip() for e in page.all("span") if e.get("class") == "files__name"]
    assert sorted(listed) == ["the same again.pdf", "two.pdf"], "equal bytes are one file"
    off = next(e for e in page.all("button") if "two.pdf" in e.text)
    walk.pages.post(f"{walk.at}/papers", {"remove": off.get("value")})
    assert "two.pdf" not in walk.pages.follow().text
    check = walk.answer("papers", "", papers=[(BytesIO(other), "three.pdf")])
    assert check.h1 == "Check and send"
    assert "the same again.pdf, three.pdf" in check.text
    walk.open("papers")
    assert "Choose a file first." in walk.add(status=422).text
