"""The reader of papers: one page as a picture with its marks, in the page of the case or alone.

Plain links turn the page, the paper and the picture; a script only gives them keys. Each page that
is shown is a look at the member's record. Words that are searched for stand in no address.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flask import request, url_for

from casework import observations, policy
from casework.context import Context
from casework.errors import NotFound
from casework.queries import marks
from casework.queries.case_file import CaseFile
from casework.queries.marks import Marked
from casework.records import leaves
from casework.records.leaves import Leaf
from casework.web import edge
from casework.web.staff.paper_marks import TAGS, Spot, spot, turned

TURNS: Final = (0, 90, 180, 270)
LARGE: Final = "large"


@dataclass(frozen=True)
class Place:
    """What the address asks for: which page, turned how, how large, and what to point at."""

    page: int = 1
    turn: int = 0
    large: bool = False
    at: tuple[Decimal, ...] = ()
    mark: int = 0


@dataclass(frozen=True)
class PaperReader:
    """All that the page needs to show one page of a paper. `number` of `of` is the paper's place
    among those of the case; `before` and `after` are the papers beside it."""

    ref: str
    paper: Any
    place: Place
    leaf: Leaf
    spots: tuple[Spot, ...]
    marks: tuple[Marked, ...]
    number: int
    of: int
    before: Any
    after: Any
    alone: bool

    def address(self, **changes: Any) -> str:
        """The address of this reader with something else: page, turn, size, paper, mark."""
        wanted = {
            "paper": self.paper.id,
            "page": self.place.page if self.place.page > 1 else None,
            "turn": self.place.turn or None,
            "size": LARGE if self.place.large else None,
        } | changes
        return address(self.ref, alone=self.alone, **wanted)

    @property
    def source(self) -> str:
        """The picture as an address of its own: one look, one answer."""
        packed = base64.b64encode(self.leaf.picture).decode()
        return f"data:{self.leaf.media_type};base64,{packed}"

    @property
    def turn_on(self) -> int:
        """By how many degrees the page is turned after one more quarter."""
        return (self.place.turn + 90) % 360

    @property
    def pointed(self) -> Spot | None:
        """What a search found, as it lies on the page that is shown."""
        if len(self.place.at) != 4:
            return None
        left, top, width, height = self.place.at
        return Spot(*turned((left, top, width, height), self.place.turn), tag="found")


def beside(cx: Context, file: CaseFile) -> dict[str, Any]:
    """What every page with a reader needs: the marks of the case, the words of their tags, and
    whether this person marks."""
    return {
        "paper_marks": marks.marks_of(cx, file.case),
        "tags": TAGS,
        "may_mark": policy.refusal(cx.principal, file.case.kind, "mark_paper") is None,
        "may_unmark_all": "supervisor" in cx.principal.roles,
        "me": cx.principal.id,
    }


def address(ref: str, *, alone: bool, paper: int, **more: Any) -> str:
    """Where a paper is read: in the page of its case, or alone."""
    if alone:
        return url_for("staff.read_paper", ref=ref, number=paper, **more, _anchor="reader")
    return url_for("staff.case_page", ref=ref, paper=paper, **more, _anchor="reader")


def place_asked(page: int = 0) -> Place:
    """What this request's address asks for; what is no such thing is left out.
    `page` is that of a form that came back."""
    return Place(
        page=page or _whole(request.args.get("page", "")) or 1,
        turn=turn_of(request.args.get("turn", "")),
        large=request.args.get("size") == LARGE,
        at=box_of(request.args.get("at", "")),
        mark=_whole(request.args.get("mark", "")),
    )


def opened(
    case: Any,
    papers: Any,
    marked: tuple[Marked, ...],
    *,
    paper_id: int,
    alone: bool,
    page: int = 0,
) -> PaperReader | None:
    """The reader of this paper of the case at the place that the address names, or None where the
    case has no such paper. The look is written before a byte is read. Raises NotReady."""
    here = [row for row in papers if row.sha256]
    found = next((index for index, row in enumerate(here) if row.id == paper_id), None)
    if found is None:
        return None
    paper, place = here[found], place_asked(page)
    what = f"document:{paper.id}"
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what=what)
    leaf = leaves.leaf(
        edge.settings(), paper, page=place.page, turn=place.turn, enlarged=place.large
    )
    mine = tuple(mark for mark in marked if mark.paper_id == paper.id)
    return PaperReader(
        ref=case.ref,
        paper=paper,
        place=place,
        leaf=leaf,
        spots=tuple(spot(mark, place.turn) for mark in mine if mark.page == place.page),
        marks=mine,
        number=found + 1,
        of=len(here),
        before=here[found - 1] if found else None,
        after=here[found + 1] if found + 1 < len(here) else None,
        alone=alone,
    )


def paper_of(papers: Any, number: int) -> Any:
    """The paper of this number among those of a case that came. Raises NotFound."""
    found = next((row for row in papers if row.id == number and row.sha256), None)
    if found is None:
        raise NotFound("There is no such paper on this case.")
    return found


def box_of(text: str) -> tuple[Decimal, ...]:
    """Four numbers of percent out of an address; nothing where they are none."""
    parts = text.split(",")
    if len(parts) != 4 or len(text) > 40:
        return ()
    try:
        box = tuple(Decimal(part) for part in parts)
    except InvalidOperation:
        return ()
    return box if all(each.is_finite() and 0 <= each <= 100 for each in box) else ()


def found_address(ref: str, paper_id: int, hit: Mapping[str, Any]) -> str:
    """Where one hit of a search is read: its words stay out of the address."""
    at = ",".join(f"{hit[name]:g}" for name in ("left", "top", "width", "height"))
    return address(ref, alone=False, paper=paper_id, page=hit["page"], at=at)


def turn_of(text: str) -> int:
    """A turn out of an address; 0 where it is none."""
    return int(text) if text in {str(each) for each in TURNS} else 0


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
