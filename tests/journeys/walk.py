"""A walk through every page that a role may open, by the links that the pages themselves show.

What to find comes from `casework routes --json`; what cannot be reached by a link is tried with the
numbers that the walk saw.
"""

import json
import os
import re
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from itertools import islice, product, zip_longest
from typing import Any

from playwright.sync_api import Error
from werkzeug.routing import Map, Rule

from casework.story.processes import CONSOLE
from tests.browser import ROOT

DOORS = {"web", "staff", "provider", "member"}
# Routes of these doors that answer no page: figures for machines, signs of life, parts of a page.
NO_PAGES = {"/healthz", "/readyz", "/metrics", "/static/<path:name>", "/staff/timers"}
HREF = re.compile(r'(?:href|hx-get)="(/[^"]*)"')
REF = re.compile(r"\b[A-Z]{2}-\d{4}-\d{6}-\d\b")
PARAMETER = re.compile(r"<(\w+)[^>]*>")
KINDS = ("appeal", "grievance", "external_review")
# Staff share their forms: each step of each kind of case is looked at once, in somebody's walk.
FORMS_SEEN: set[tuple[str, str]] = set()
# Axe looks at each page once in each of these frames, in the walk of whoever comes first;
# `CHAOS=year`, as `make chaos` sets it, lets it look in everybody's.
FRAMES = {"": "nobody", "provider": "office", "provider_admin": "office", "member": "member"}
FRAMES |= {"representative": "member"}
LOOKED_AT: set[tuple[str, str, str]] = set()
EACH_ROLE = os.environ.get("CHAOS") == "year"
MOST = 400
MOST_QUESTIONS = 16
# What so many numbers do not open, a link must lead to; for what is behind a form, fewer will do.
MOST_TRIES = 80
FEW_TRIES = 16


@cache
def routes() -> tuple[dict[str, Any], ...]:
    """The routes table that the console prints for a demo, which is what is walked."""
    said = subprocess.run(
        [*CONSOLE, "routes", "--json"],
        cwd=ROOT,
        env={**os.environ, "CASEWORK_DEMO": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(
        row
        for row in json.loads(said.stdout)
        if "GET" in row["methods"] and row["door"] in DOORS and row["path"] not in NO_PAGES
    )


@cache
def _map() -> Any:
    return Map([Rule(row["path"], endpoint=row["path"]) for row in routes()]).bind("house")


def pages_of(role: str) -> set[str]:
    """The page addresses that this role may open."""
    wanted = {role, "public", "signed_in"} if role else {"public"}
    return {row["path"] for row in routes() if wanted & set(row["roles"])}


def _route(path: str) -> tuple[str, dict[str, Any]]:
    try:
        found: tuple[str, dict[str, Any]] = _map().match(path, method="GET")
    except Exception:  # not a page of ours: a download, an anchor, another door
        return "", {}
    return found


@dataclass
class Walk:
    """One person's walk: what was seen, what axe found, what answered no page."""

    page: Any
    role: str
    look: Callable[[str], list[str]]
    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    alike: set[str] = field(default_factory=set)
    looked: int = 0
    behind: frozenset[str] = frozenset()
    shown: dict[str, None] = field(default_factory=dict)
    mine: set[tuple[str, str, str]] = field(default_factory=set)

    def everywhere(self, start: list[str]) -> None:
        """Follow every link from these pages; each kind of page once for each kind of case."""
        queue = deque(start)
        while queue and len(self.seen) < MOST:
            queue.extend(self._visit(queue.popleft()))

    def missed(self) -> set[str]:
        """Pages that the role may open and that the walk did not see."""
        return pages_of(self.role) - {route for route, _ in self.seen} - self.files

    def try_the_rest(
        self, refs: Iterable[str], numbers: Iterable[int], papers: Iterable[tuple[str, int]]
    ) -> None:
        """What no link led to, such as a case that is closed: with the numbers that the pages
        showed, then with others; at last by the links of pages like those that were seen."""
        known: dict[tuple[str, ...], list[Any]] = {
            (): [()],
            ("ref",): [(ref,) for ref in _of_each_kind((*self.shown, *refs))],
            ("int",): [(number,) for number in numbers],
            ("ref", "int"): sorted(papers, key=lambda paper: paper[0] not in self.shown),
            ("ref", "kind"): list(product(_of_each_kind((*self.shown, *refs)), KINDS)),
        }
        for route in sorted(self.missed()):
            most = FEW_TRIES if route in self.behind else MOST_TRIES
            for path in islice(_addresses(route, known), most):
                if route not in self.missed():
                    break
                if self.page.request.get(path, max_redirects=0).ok:
                    self.everywhere([path])
        for path in sorted(self.alike):
            if not self.missed() - self.behind:
                return
            answer = self.page.request.get(path)
            if answer.ok and answer.headers.get("content-type", "").startswith("text/html"):
                here = {unescape(href) for href in HREF.findall(answer.text())}
                self.everywhere(sorted(h for h in here if _route(_bare(h))[0] in self.missed()))

    def _visit(self, path: str) -> list[str]:
        path = path.partition("#")[0]
        route, values = _route(_bare(path))
        if not route or route not in pages_of(self.role) or route in self.files:
            return []
        if (route, _sort(values)) in self.seen or self._stands_for(route, _sort(values)):
            self.alike.add(_bare(path))
            return []
        answer = self._ask(path, self._is_known(route, _sort(values)))
        if _is_no_page(answer):
            self.files.add(route)
            return []
        return self._enter(path, answer) if answer.status == 200 else []

    def _enter(self, path: str, answer: Any) -> list[str]:
        """Take down that this page was seen, and look at it unless somebody did; its links."""
        route, values = _route(_bare(path))
        self.shown.update(dict.fromkeys(REF.findall(answer.text())))
        led_to = _bare("/" + answer.url.split("/", 3)[3])
        asked, (landed, there) = (route, _sort(values)), _route(led_to)
        led_elsewhere = landed != route and (landed, _sort(there)) in self.seen
        self.seen[asked] = path
        if route.startswith("/staff/"):
            FORMS_SEEN.add(asked)
        self.seen[landed or route, _sort(there or values)] = led_to
        if led_elsewhere:
            return []
        if self._is_known(landed or route, _sort(there or values)):
            return [unescape(href) for href in HREF.findall(answer.text())]
        if self._here() != led_to:
            self.page.goto(path)
        return self.look_here()

    def _ask(self, path: str, known: bool) -> Any:
        """What this address answers: in the window, so that the server draws the page once; beside
        it when nobody will look at the page, or when it is a file that no window shows."""
        if not known:
            with suppress(Error):  # a download, or nothing at all: the window stays where it is
                return self.page.goto(path)
        return self.page.request.get(path)

    def look_here(self) -> list[str]:
        """Let axe look at the page as it stands; the links that it shows."""
        links = self._links()
        self.looked += 1
        self.found += [f"{self.role} {self._here()}: {said}" for said in self.look(self._here())]
        return links

    def fill_in(self, start: str) -> None:
        """Go through the questions from here, each answered shortly, to the receipt."""
        self.page.goto(start)
        for _ in range(MOST_QUESTIONS):
            before = self._here()
            self.look_here()
            route, values = _route(before)
            self.seen[route, _sort(values)] = before
            answer_shortly(self.page)
            if self._here() == before:
                return

    def _stands_for(self, route: str, sort: str) -> bool:
        """A form that a colleague's walk saw, where this role saw one of this address too."""
        return (route, sort) in FORMS_SEEN and route in {seen for seen, _ in self.seen}

    def _is_known(self, route: str, sort: str) -> bool:
        """A page that somebody else's walk of the same frame looked at. It must be found and answer
        200 all the same."""
        key = (FRAMES.get(self.role, "staff"), route, sort)
        self.mine.add(key)
        return key in LOOKED_AT and not EACH_ROLE

    def vouch(self) -> None:
        """Nothing was found in this walk: others of its frame need not look at its pages."""
        LOOKED_AT.update(self.mine)

    def _here(self) -> str:
        return "/" + self.page.url.split("/", 3)[3].partition("?")[0].partition("#")[0]

    def _links(self) -> list[str]:
        hrefs = self.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        own = self.page.url.split("/", 3)[:3]
        return ["/" + h.split("/", 3)[3] for h in hrefs if h.split("/", 3)[:3] == own]


def _is_no_page(answer: Any) -> bool:
    """A paper, a letter, a file to keep, a part of a page: axe has nothing to look at."""
    if answer.headers.get("content-disposition", "").startswith("attachment"):
        return bool(answer.ok)
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("text/html"):
        return answer.status == 204 or bool(answer.ok)
    return bool(answer.ok) and "<html" not in answer.text()


def answer_shortly(page: Any) -> None:
    """The first choice of each question, a few words in each empty field, then onward."""
    form = page.locator("main form").first
    chosen = set()
    for radio in form.locator("input[type=radio]").all():
        name = radio.get_attribute("name")
        if name not in chosen:
            chosen.add(name)
            page.locator(f"label[for='{radio.get_attribute('id')}']").click()
    for box in form.locator("textarea, input[type=text], input[type=tel]").all():
        if box.is_visible() and not box.input_value():
            box.fill("Because my doctor says so")
    onward = form.locator(
        "button.usa-button:not(.usa-button--outline, .usa-button--unstyled):visible"
    )
    if onward.count():
        with page.expect_navigation():
            onward.last.click()


def _of_each_kind(refs: Iterable[str]) -> list[str]:
    """These numbers of cases, one of each kind in turn: what an appeal has, requests have not."""
    kinds: dict[str, list[str]] = {}
    for ref in dict.fromkeys(refs):
        kinds.setdefault(ref[:2], []).append(ref)
    turns = zip_longest(*kinds.values())
    return [ref for turn in turns for ref in turn if ref]


def _addresses(route: str, known: dict[tuple[str, ...], list[Any]]) -> Iterator[str]:
    """The addresses that this route can have, with these values; none for a word of its own."""
    for values in known.get(tuple(PARAMETER.findall(route)), []):
        rest = iter(values)
        yield PARAMETER.sub(lambda _, rest=rest: str(next(rest)), route)


def _bare(path: str) -> str:
    return path.partition("#")[0].partition("?")[0]


def _is_one_of_many(name: str, value: Any) -> bool:
    """A number, a rule of the book, a letter of the catalogue: each has the same page."""
    many = {"layer", "rule"} if EACH_ROLE else {"layer", "rule", "code"}
    return isinstance(value, int) or name in many


def _sort(values: dict[str, Any]) -> str:
    """Pages are alike that differ only in their numbers; a kind of case or a step is not."""
    return " ".join(
        str(value)[:2] if name == "ref" else "" if _is_one_of_many(name, value) else str(value)
        for name, value in sorted(values.items())
    )
