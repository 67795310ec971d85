"""Papers that are added to something that is not sent yet: seen, told about, put in order, kept.

A doubt never keeps a paper out. Whoever goes on with a doubtful paper after it was told uses it
anyway; a file that cannot be opened keeps no other one out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import make_response, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from casework.binding import bindery
from casework.binding.bindery import NotBound
from casework.context import Context
from casework.errors import Invalid, NotFound
from casework.queries import drafts as known
from casework.records.drafts import Draft, KeptPaper
from casework.services import drafts, evidence
from casework.storage import Storage
from casework.submission import PaperAsSent
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import uploads
from casework.web.member.blueprint import member

ONE_PAPER: Final = "one_paper"
FIELDS: Final = ("papers", "photo")
# All photos together; more would be a file that is too large to be taken.
MOST_JOINED: Final = 24 * 1024 * 1024
_WHOLE: Final = 9
DOUBTS: Final[dict[str, Any]] = {
    "dark": lazy_gettext("It is very dark. Can you read it? Try once more near a window or lamp."),
    "blurred": lazy_gettext("It is not sharp. Hold the phone still and try once more."),
    "blank": lazy_gettext("We see nothing on it. Is it the right side of the page?"),
    "small": lazy_gettext("It is very small. Can you read it? Try a bigger photo."),
    "partly": lazy_gettext("Only a part of it came through. Send it once more."),
    "locked": lazy_gettext(
        "It has a password, so we cannot read it. Save it with no password, or send a photo."
    ),
    "broken": lazy_gettext("We cannot open it. Save it once more, or send a photo of it."),
}


@dataclass(frozen=True)
class Added:
    """One paper that was added: `about` says how much it is, `doubts` are sentences; `picture` and
    `larger` are addresses, empty where there is none."""

    name: str
    sha256: str
    about: str
    doubts: tuple[str, ...]
    sure: bool
    picture: str
    larger: str


@dataclass(frozen=True)
class Taken:
    """What became of the papers of a form: the draft with them, what could not be taken, and
    whether the person should see the page once more before going on."""

    draft: Draft
    faults: tuple[str, ...] = ()
    stay: bool = False


def added(draft: Draft | None) -> tuple[Added, ...]:
    """The papers of this draft as its page shows them, in their order."""
    if draft is None:
        return ()
    return tuple(_added(draft, paper) for paper in draft.papers)


def may_join(draft: Draft | None) -> bool:
    """Whether there are several photos that could be the pages of one paper."""
    if draft is None:
        return False
    photos = [paper for paper in draft.papers if paper.is_picture]
    return len(photos) > 1 and sum(paper.size for paper in photos) <= MOST_JOINED


def is_one(draft: Draft | None) -> bool:
    """Whether the photos are to be one paper."""
    return draft is not None and may_join(draft) and draft.answers.get(ONE_PAPER) == "yes"


def take(draft: Draft) -> Taken:
    """Do to the papers of this draft what the form says: take one off, use one anyway, put one
    earlier, add what was chosen."""
    cx = edge.cx()
    if "one-shown" in request.form:
        one = "yes" if edge.form("one", limit=3) == "yes" else ""
        draft = drafts.answer(cx, draft.id, {ONE_PAPER: one})
    for name, does in _CHANGES.items():
        if wanted := edge.form(name, limit=64):
            return Taken(does(cx, draft.id, wanted), stay=True)
    arrived = uploads.arrived(*FIELDS)
    looked = evidence.look_at(cx.database.settings, arrived.papers)
    faults = arrived.faults
    if looked:
        try:
            draft = drafts.add_papers(cx, draft.id, looked)
        except Invalid as problem:
            faults += (" ".join((gettext(problem.sentence), *problem.fields.values())),)
    act = edge.form("act", limit=8)
    adding = act == "add"
    if adding and not looked and not faults:
        faults = (str(gettext("Choose a file first.")),)
    doubtful = any(each.doubts for each in looked)
    goes_on = not (adding or doubtful or faults) and act != "stop"
    if goes_on and any(paper.doubtful for paper in draft.papers):
        draft = drafts.be_sure(cx, draft.id)
    return Taken(draft, faults, stay=adding or doubtful)


def sent_papers(cx: Context, draft: Draft) -> tuple[PaperAsSent, ...]:
    """The papers of this draft as they are sent: photos that are one paper as one PDF."""
    storage = Storage(cx.database.settings)
    papers = [
        PaperAsSent(name=paper.name, media_type=paper.media_type, content=storage.get(paper.sha256))
        for paper in draft.papers
    ]
    if not is_one(draft):
        return tuple(papers)
    at = [number for number, paper in enumerate(draft.papers) if paper.is_picture]
    name = str(gettext("%(count)s photos in one.pdf", count=len(at)))
    try:
        joined = evidence.as_one(
            cx.database.settings, [papers[number].content for number in at], name=name
        )
    except NotBound:  # each photo by itself says the same
        return tuple(papers)
    rest = [joined if number == at[0] else paper for number, paper in enumerate(papers)]
    return tuple(paper for number, paper in enumerate(rest) if number not in at[1:])


@member.get("/drafts/<int:number>/papers/<sha256>")
@entry(*MEMBERS)
def draft_paper(number: int, sha256: str) -> Response:
    """The small picture of a paper that is not sent yet; with `page` that page, to read."""
    with edge.reading() as cx:
        draft = known.draft_by_number(cx, min(number, 2**63 - 1))
    paper = next((each for each in draft.papers if each.sha256 == sha256), None)
    if paper is None:
        raise NotFound("This paper is not here any more.")
    page = edge_page()
    if page:
        return _picture(_painted(paper, page), "image/png")
    if not paper.thumb:
        raise NotFound("There is no picture of this paper.")
    return _picture(Storage(edge.settings()).get(paper.thumb), "image/jpeg")


def edge_page() -> int:
    """The page that the address asks for, 0 for none."""
    given = request.args.get("page", "")
    return int(given) if given.isdecimal() and len(given) <= _WHOLE else 0


def _painted(paper: KeptPaper, page: int) -> bytes:
    settings = edge.settings()
    with bindery.scratch(settings.documents_dir.parent / "scratch") as folder:
        (folder / "paper").write_bytes(Storage(settings).get(paper.sha256))
        try:
            png = bindery.paint(folder, "paper", paper.media_type, page=page)
        except NotBound:
            png = b""
    if not png:
        raise NotFound("There is no picture of this page.")
    return png


def _picture(body: bytes, media_type: str) -> Response:
    answer = make_response(body)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _added(draft: Draft, paper: KeptPaper) -> Added:
    picture = url_for("member.draft_paper", number=draft.id, sha256=paper.sha256)
    return Added(
        name=paper.name,
        sha256=paper.sha256,
        about=ngettext("%(num)s page", "%(num)s pages", paper.pages) if paper.pages > 1 else "",
        doubts=tuple(_doubts(paper)),
        sure=paper.sure,
        picture=picture if paper.thumb else "",
        larger=f"{picture}?page=1" if paper.thumb else "",
    )


def _doubts(paper: KeptPaper) -> Sequence[str]:
    if "empty_pages" in paper.doubts:
        pages = ", ".join(str(page) for page in paper.empty[:8])
        return [
            ngettext(
                "We see nothing on page %(pages)s.",
                "We see nothing on these pages: %(pages)s.",
                len(paper.empty),
                pages=pages,
            )
        ]
    return [str(DOUBTS[code]) for code in paper.doubts if code in DOUBTS]


_CHANGES: Final[dict[str, Any]] = {
    "remove": drafts.remove_paper,
    "sure": drafts.be_sure,
    "earlier": drafts.put_earlier,
}
