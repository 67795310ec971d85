"""Answers: the locks on every one, error pages that give nothing away, files, and health."""

import gzip
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask, abort

from casework import errors
from casework.app import create_app, routes_table
from casework.config import Settings
from casework.ground import database_for
from casework.web import assets, edge, files, metrics
from casework.web.access import PUBLIC, entry
from casework.web.headers import allow_framing
from tests.pages import Pages
from tests.soundness import locked
from tests.web.conftest import PASSWORD, Cast

SECRET = "Zyxquorth-secret-value"


@pytest.fixture(scope="module")
def breaking(cast: Cast) -> Flask:
    """The application with views that fail in every way."""
    app = create_app(database=cast.database)

    def fail(kind: str) -> str:
        if kind == "defect":
            raise RuntimeError(SECRET)
        if kind == "framed":
            allow_framing()
            return "framed"
        if kind.isdigit():
            abort(int(kind))
        raise getattr(errors, kind)("The sentence of this refusal.", fields={"name": "Its fix."})

    view = entry(PUBLIC)(fail)
    app.add_url_rule("/fail/<kind>", endpoint="fail", view_func=view)
    return app


def test_every_route_carries_the_locks(app: Flask, cast: Cast) -> None:
    browser = Pages(app.test_client())
    browser.sign_in(cast.email("nurse"), PASSWORD)
    table = routes_table(app)
    for row in table:
        path = row["path"].replace("<int:number>", "1").replace("<path:name>", "site.css")
        for method in row["methods"]:
            locked(browser.client.open(path.replace("<name>", "stale"), method=method))
    assert len(table) > 20


def test_production_demands_tls(production: Flask) -> None:
    answer = production.test_client().get("/", base_url="https://plan.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_development_does_not(app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers


def test_only_a_preview_may_stand_in_a_frame_of_ours(breaking: Flask) -> None:
    client = breaking.test_client()
    plain = client.get("/").headers
    framed = client.get("/fail/framed").headers
    assert "frame-ancestors 'none'" in plain["Content-Security-Policy"]
    assert plain["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Unreadable", 400), ("SignInNeeded", 401), ("NotAllowed", 403), ("NotFound", 404),
        ("StateRefused", 409), ("Busy", 409), ("Stale", 412), ("TooLarge", 413),
        ("WrongMedia", 415), ("Invalid", 422), ("VersionNeeded", 428), ("NotReady", 503),
    ],
)  # fmt: skip
def test_every_refusal_is_a_page_with_its_sentence_and_its_fix(
    breaking: Flask, kind: str, status: int
) -> None:
    page = Pages(breaking.test_client()).get(f"/fail/{kind}", status=status)
    assert "The sentence of this refusal." in page.text
    assert "Its fix." in page.text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 418, 429, 500, 503])
def test_every_answer_of_the_framework_is_a_page(breaking: Flask, status: int) -> None:
    Pages(breaking.test_client()).get(f"/fail/{status}", status=status)


def test_a_method_that_is_not_offered_names_those_that_are(breaking: Flask) -> None:
    pages = Pages(breaking.test_client())
    pages._read(pages.client.delete("/"), 405)
    assert {"GET", "POST"} <= set(pages.response.headers["Allow"].split(", "))


def test_a_defect_shows_its_number_and_nothing_else(
    breaking: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = Pages(breaking.test_client())
    page = pages.get("/fail/defect", status=500)
    assert page.one("code").text == pages.response.headers["X-Request-Id"]
    for word in (SECRET, "RuntimeError", "Traceback", ".py"):
        assert word not in page.html
    logged = capsys.readouterr().err
    assert "builtins.RuntimeError" in logged
    assert "test_answers" in logged, "the log says where it happened"
    assert SECRET not in logged


def test_a_refused_part_of_a_page_is_its_sentence(breaking: Flask) -> None:
    answer = breaking.test_client().get("/fail/Busy", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.text == "This cannot be done now. The sentence of this refusal.\n"


def test_a_number_of_the_caller_is_kept_when_it_is_one(app: Flask) -> None:
    client = app.test_client()
    ours = "0f8fad5b-d9cb-469f-a165-70867728950e"
    answer = client.get("/", headers={"X-Request-Id": ours})
    assert answer.headers["X-Request-Id"] == ours
    for strange in ("Zyxquorth Example", "x" * 36, "a\u0301", "1234", "a" * 400, "<script>"):
        answer = client.get("/", headers={"X-Request-Id": strange})
        assert len(answer.headers["X-Request-Id"]) == 32
        assert strange not in answer.headers["X-Request-Id"]


def test_a_lost_database_is_a_page_that_asks_to_come_back(settings: Settings) -> None:
    gone = replace(
        settings, database_url="postgresql+psycopg://x@/x?host=/nowhere&connect_timeout=1"
    )
    database = database_for(gone)
    app = create_app(database=database)
    pages = Pages(app.test_client())
    pages.client.set_cookie("casework", "A" * 43)
    page = pages.get("/staff/", status=503)
    assert page.h1 == "Casework is not available right now"
    assert pages.response.headers["Retry-After"] == "30"
    answer = pages.client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {"status": "unavailable", "failed": ["database"]},
    )
    assert pages.client.get("/healthz").status_code == 200
    database.engine.dispose()


def test_a_schema_that_is_behind_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from casework.web import health

    monkeypatch.setattr(health, "_NEWEST", "9999")
    answer = app.test_client().get("/readyz")
    assert answer.json == {"status": "unavailable", "failed": ["migrations"]}
    assert answer.status_code == 503


def test_members_see_where_urgent_help_is(app: Flask, cast: Cast) -> None:
    page = Pages(app.test_client()).sign_in(cast.email("member"), PASSWORD)
    assert "Emergency? Call 911." in page.text
    assert "call or text 988" in page.text


def test_metrics_are_for_this_machine_or_for_the_token(app: Flask) -> None:
    client = app.test_client()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    with app.app_context():
        token = metrics.token(edge.settings())
    for value, status in ((token, 200), (token[:-1] + "x", 404), ("", 404), ("é", 404)):
        headers = {"Authorization": f"Bearer {value}".encode().decode("latin-1")}
        answer = client.get("/metrics", headers=headers, environ_overrides=elsewhere)
        assert answer.status_code == status


def test_metrics_name_routes_never_paths(app: Flask) -> None:
    client = app.test_client()
    client.get("/static/Zyxquorth.css")
    client.get("/Zyxquorth")
    text = client.get("/metrics").text
    assert "Zyxquorth" not in text
    assert 'route="/static/<path:name>"' in text
    assert 'route="unmatched"' in text


def test_files_are_packed_and_kept_for_a_year(app: Flask) -> None:
    client = app.test_client()
    with app.test_request_context():
        address = files.asset("site.css")
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain = client.get(address)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    again = client.get(address, headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/static/site.css").headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize(
    "name",
    [
        "../wsgi.py", "..%2f..%2fwsgi.py", "%2e%2e/front.py", "front.py", "", "vendor",
        "nope.css", "site.css/", "/etc/passwd", "site.css%00.js", "....//front.css",
    ],
)  # fmt: skip
def test_no_other_file_is_given(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/static/{name}").status_code == 404


def test_a_first_visit_weighs_less_than_the_goal(app: Flask, cast: Cast) -> None:
    """All that a first page of the staff loads, as it goes over the wire: under 300 kB."""
    pages = Pages(app.test_client())
    page = pages.sign_in(cast.email("nurse"), PASSWORD)
    addresses = [e.get("href") for e in page.all("link")] + [
        e.get("src") for e in page.all("script")
    ]
    sprite = page.all("use")[0].get("href").partition("#")[0]
    styles = [a for a in addresses if a.partition("?")[0].endswith(".css")]
    fonts = {
        urljoin(style, named)
        for style in styles
        for named in re.findall(r"[^\s(\"']+\.woff2", pages.client.get(style).text)
    }
    assert len(fonts) == len(assets.FONTS), "the faces of letters come with their previews"
    sizes = {
        address: len(pages.client.get(address, headers={"Accept-Encoding": "gzip"}).data)
        for address in [*addresses, sprite, *sorted(fonts)]
    }
    total = sum(sizes.values()) + len(page.html)
    assert total < 150_000, sizes
    assert len(page.html) < 20_000


def test_every_icon_that_a_page_names_is_in_the_sheet() -> None:
    sheet = (assets.VENDOR / "uswds" / "img" / "sprite.svg").read_text()
    known = set(re.findall(r'<symbol[^>]* id="([^"]+)"', sheet))
    assert known == assets.ICONS
    folder = Path(files.__file__).parent
    named = set()
    for template in (folder / "templates").rglob("*.html"):
        named |= set(re.findall(r'icon\("(\w+)"', template.read_text()))
        named |= set(re.findall(r'sign="(\w+)"', template.read_text()))
    for module in folder.rglob("*.py"):
        named |= set(re.findall(r'Link\([^)]*?lazy_gettext\([^)]*\), "(\w+)"', module.read_text()))
    assert len(named) > 8
    assert named <= known, named - known


def test_every_class_of_the_design_system_that_a_page_uses_was_kept() -> None:
    css = (assets.VENDOR / "uswds" / "css" / "uswds.css").read_text()
    original = (assets.ROOT / "node_modules/@uswds/uswds/dist/css/uswds.min.css").read_text()
    folder = Path(files.__file__).parent / "templates"
    used = set()
    for template in folder.rglob("*.html"):
        used |= set(re.findall(r"usa-[a-z_-]*[a-z]", template.read_text()))
    styled = {name for name in used if re.search(rf"\.{name}(?![\w-])", original)}
    lost = {name for name in styled if not re.search(rf"\.{name}(?![\w-])", css)}
    assert len(styled) > 25
    assert lost == set()


def test_assets_that_are_not_installed_are_named_with_the_repair(tmp_path: Path) -> None:
    with pytest.raises(errors.NotReady, match="make setup"):
        assets.collect(source=tmp_path, target=tmp_path / "out")


def test_collecting_twice_gives_the_same_files(tmp_path: Path) -> None:
    first = {p.name: p.read_bytes() for p in assets.collect(target=tmp_path / "out")}
    assert not assets.missing(target=tmp_path / "out")
    second = {p.name: p.read_bytes() for p in assets.collect(target=tmp_path / "out")}
    assert first == second
    (tmp_path / "out" / assets.STAMP).write_text("of another version")
    assert assets.missing(target=tmp_path / "out")
