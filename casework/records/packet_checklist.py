"""What a body wants in its file, and whether it is there: asked of rows, never ticked by hand."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.models import CaseDocument, CaseFileRequest, Determination, ExternalReview
from casework.records import series
from casework.records.packets import Packet

_FILE: Final = Path(__file__).with_name("packet_elements.toml")


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that the body wants: whether it is there, and what is to be said of it."""

    code: str
    says: str
    citation: str
    tag: str
    there: bool
    note: str = ""


@lru_cache(maxsize=1)
def wanted() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """The elements by body."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def elements(cx: Context, case_id: int, body: str, packet: Packet) -> tuple[Element, ...]:
    """The checklist of this review for this body, in the order in which the body asks."""
    known = _known(cx, case_id, packet)
    return tuple(
        Element(
            row["code"], row["says"], row["cite"], row["tag"], *known.get(row["code"], (True, ""))
        )
        for row in wanted()[body]
    )


def _known(cx: Context, case_id: int, packet: Packet) -> dict[str, tuple[bool, str]]:
    kinds = [item.kind for item in packet.items]
    lacks = "; ".join(packet.lacks)
    cases = _cases(cx, case_id)
    review = series.detail_of(cx, _Case(case_id))
    copies = _member_copies(cx, case_id)
    decided = _count(cx, Determination, cases)
    papers = _count(cx, CaseDocument, cases)
    return {
        "request": (True, ""),
        "decisions": (bool(decided), "" if decided else "nothing was decided: the time ran out"),
        "notices": (
            "letter" in kinds and "letter" not in lacks and "notice" not in lacks,
            _about("letter", lacks) or _about("notice", lacks),
        ),
        "criteria": ("criterion" in kinds or not decided, _about("criteria", lacks)),
        "papers": (
            "announced" not in lacks,
            _about("announced", lacks) or ("" if papers else "no paper was submitted"),
        ),
        "claimant": (True, "" if review.reason_ct else "nothing was written"),
        "clocks": (True, ""),
        "hearing": (
            review.hearing_at is not None,
            "" if review.hearing_at else "the State has not set it yet",
        ),
        "member_copy": (bool(copies), "" if copies else "made when the hearing is set"),
    }


@dataclass(frozen=True, slots=True)
class _Case:
    id: int
    kind: str = "external_review"


def _about(word: str, lacks: str) -> str:
    return "; ".join(part for part in lacks.split("; ") if part and word in part)


def _cases(cx: Context, case_id: int) -> list[int]:
    about = cx.db.execute(
        select(ExternalReview.about_case_id).where(ExternalReview.case_id == case_id)
    ).scalar_one()
    root = series.root_of(cx, about)
    return [each for each in (case_id, about, root) if each is not None]


def _count(cx: Context, table: Any, cases: Sequence[int]) -> int:
    found = cx.db.execute(
        select(func.count()).select_from(table).where(table.case_id.in_(cases))
    ).scalar_one()
    return int(found)


def _member_copies(cx: Context, case_id: int) -> int:
    found = cx.db.execute(
        select(func.count())
        .select_from(CaseFileRequest)
        .where(CaseFileRequest.case_id == case_id, CaseFileRequest.asked_for == "member")
    ).scalar_one()
    return int(found)
