"""The strict reader sees every fault that it is there for, and nothing in the components."""

import pytest
from flask import Flask

from casework.app import create_app
from tests.pages import Pages
from tests.reader import Page
from tests.soundness import Unsound, sound
from tests.web.conftest import Cast
from tests.web.gallery import add_gallery

SOUND = """<!doctype html>
<html lang="en"><head><title>A page | Casework</title></head>
<body><a href="#main">Skip</a><header>x</header>
<main id="main"><h1>A page</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">
<label for="a">A</label><input id="a" name="a"><button>Send</button></form>
</main><footer>x</footer></body></html>"""


@pytest.fixture(scope="module")
def gallery(cast: Cast) -> Flask:
    return add_gallery(create_app(database=cast.database))


def test_a_sound_page_passes() -> None:
    sound(Page(SOUND, 200))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("<!doctype html>", "", "no doctype"),
        ('lang="en"', "", "no language"),
        ('lang="en"', 'lang="xx"', "no language"),
        ("A page | Casework", "A page", "title"),
        ("<h1>A page</h1>", "", "0 <h1>"),
        ("<h1>A page</h1>", "<h1>A</h1><h1>B</h1>", "2 <h1>"),
        ("<h1>A page</h1>", "<h1>A</h1><h3>B</h3>", "h3 follows h1"),
        ("<h1>A page</h1>", "<h1> </h1>", "an empty h1"),
        ("<footer>x</footer>", "", "0 <footer>"),
        ("<header>x</header>", "<header>x", "closes"),
        ('<a href="#main">Skip</a>', "", "no link to the main content"),
        ('<label for="a">A</label>', "", "has no label"),
        ('<label for="a">', '<label for="b">', "names 'b', which is not there"),
        ('<input id="a" name="a">', '<input id="a" name="a"><p id="a">x</p>', "id 'a' 2 times"),
        ('<input id="a" name="a">', '<input id="a">', "without a name"),
        ('id="a" name="a"', 'id="a" name="a" aria-describedby="q"', "names 'q'"),
        ('<input type="hidden" name="csrf_token" value="t">', "", "has 0 tokens"),
        ('method="post"', 'method="get"', "a token in an address"),
        ('action="/x"', 'action="https://evil.example"', "leads outside"),
        ('action="/x"', "", "a form goes to ''"),
        ("<button>Send</button>", "<button></button>", "<button> without words"),
        ("<button>Send</button>", "<button onclick='x()'>Send</button>", "inline onclick"),
        ("<button>Send</button>", "<button style='color:red'>Send</button>", "inline style"),
        ("</main>", "<script>x()</script></main>", "inline script"),
        ("</main>", "<style>a{}</style></main>", "inline style"),
        ("</main>", '<a href="javascript:x()">x</a></main>', "script in href"),
        ("</main>", '<a href=" JavaScript:x()">x</a></main>', "script in href"),
        ("</main>", '<script src="https://cdn.example/x.js"></script></main>', "leads outside"),
        ("</main>", '<img src="//cdn.example/x.png" alt="x"></main>', "leads outside"),
        ("</main>", '<img src="/x.png"></main>', "<img> without words"),
        ("</main>", "<svg></svg></main>", "<svg> without words"),
        ("</main>", "<nav>x</nav></main>", "<nav> without words"),
        ("</main>", "<table><tr><td>x</td></tr></table></main>", "<table> without words"),
        ("</main>", "{{ user.name }}</main>", "a template shows through"),
        ("</main>", "<p>x</main>", "closes p"),
        ('id="a" name="a"', 'id="a" id="b" name="a"', "twice"),
    ],
)  # fmt: skip
def test_each_planted_fault_is_seen(before: str, after: str, fault: str) -> None:
    planted = SOUND.replace(before, after, 1)
    assert planted != SOUND
    with pytest.raises(Unsound) as seen:
        sound(Page(planted, 200))
    assert fault in str(seen.value)


def test_every_component_is_sound(gallery: Flask) -> None:
    page = Pages(gallery.test_client()).get("/gallery")
    assert "March 4, 2026, 10:00 am Eastern Time" in page.text
    assert "today 3:00 pm" in page.text
    assert "5 h left" in page.text
    assert "There are 3 things to correct" in page.text
    assert "Nurse line, day and night: 1-800-555-0100." in page.text


def test_every_component_speaks_spanish(gallery: Flask) -> None:
    browser = Pages(gallery.test_client())
    browser.client.set_cookie("casework-language", "es")
    page = browser.get("/gallery")
    assert page.one("html").get("lang") == "es"
    assert "4 de marzo de 2026, 10:00, hora oriental" in page.text
    assert "Hay 3 cosas por corregir" in page.text
    assert "Paso 2 de 4" in page.text


def test_what_people_type_is_shown_as_text(gallery: Flask) -> None:
    browser = Pages(gallery.test_client())
    browser.get("/")
    evil = '"><script>alert(1)</script>\u202e'
    page = browser.post("/", {"email": evil, "password": "x"}, status=422)
    field = next(e for e in page.all("input") if e.get("name") == "email")
    assert field.get("value") == evil
    data = {**page.form("/"), "email": "{{7*7}}", "password": "x"}
    answer = browser.client.post("/", data=data)
    assert 'value="{{7*7}}"' in answer.text
