"""Going through the questions of a filing as a person without scripts does: page by page."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from tests.pages import Pages
from tests.reader import Page
from tests.web.member.photographed import A_PDF as PDF


@dataclass
class Walk:
    """One filing in one browser. `at` is where it stands: /member/appeal/PA-… or so."""

    pages: Pages
    at: str

    def begin(self) -> Page:
        """Press the button on the first page; the first open question."""
        self.pages.get(self.at)
        self.pages.post(self.at)
        return self.pages.follow()

    def open(self, step: str) -> Page:
        """Open one question by its address."""
        return self.pages.get(f"{self.at}/{step}")

    def answer(self, step: str, said: str = "", **more: Any) -> Page:
        """Answer the question that is shown; the page that follows."""
        self.pages.post(f"{self.at}/{step}", {step: said, **more})
        return self.pages.follow()

    def refused(self, step: str, said: str = "", **more: Any) -> Page:
        """Answer it in a way that must be corrected; the same page again."""
        return self.pages.post(f"{self.at}/{step}", {step: said, **more}, status=422)

    def add(self, *files: tuple[str, bytes], status: int = 302, **more: Any) -> Page:
        """Add files on the page of papers."""
        sent = [(BytesIO(content), name) for name, content in files]
        page = self.pages.post(
            f"{self.at}/papers", {"papers": sent, "act": "add", **more}, status=status
        )
        return self.pages.follow() if status == 302 else page

    def send(self) -> Page:
        """Press the last button; the receipt."""
        self.pages.post(f"{self.at}/check")
        return self.pages.follow()

    @property
    def step(self) -> str:
        """The last part of the address where the last answer led, or which is shown."""
        here = self.pages.location or self.pages.response.request.path
        return str(here).rsplit("/", 1)[-1].partition("?")[0]


A_PAPER = ("letter of my doctor.pdf", PDF)


def an_appeal(pages: Pages, ref: str, *, danger: str = "no", who: str = "me") -> Walk:
    """An appeal up to the list of answers, with the shortest answers."""
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    for step, said in (("why", "It still hurts."), ("danger", danger), ("who", who)):
        walk.open(step)
        walk.answer(step, said)
    if danger == "yes":
        walk.open("harm")
        walk.answer("harm")
    if who != "me":
        walk.open("helper")
        walk.answer("helper", "Ana Diaz")
    return walk
