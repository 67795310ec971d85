"""The page of a case: who, what, three clocks, what can be done and why not the rest, the story.

A look at it is written down before anything is shown; whoever has it open is seen by the others.
"""

from dataclasses import dataclass
from typing import Any, Final

from babel import Locale
from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import bridge, observations, policy, presence, refs
from casework import now as clock
from casework.bridge.letter_recipients import substitute_of
from casework.context import Context
from casework.errors import NotFound
from casework.queries import alarms, case_file, case_files, escalations, letters, surfaced, timeline
from casework.queries.case_file import CaseFile
from casework.queries.choices import choices
from casework.queries.clocks import explained_case
from casework.queries.colleagues import names_of
from casework.queries.next_step import next_step
from casework.queries.worklist import DESK_ZONE
from casework.records import joins
from casework.services.actions import ACTIONS
from casework.web import edge, moments
from casework.web.access import entry
from casework.web.staff import (
    case_claims,
    case_parts,
    case_rested,
    clocks,
    criteria_beside,
    grievance_beside,
    joining_steps,
    letters_again,
    occasion_beside,
    paper_reader,
    reading_beside,
    restricted_beside,
    story,
    words,
)
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.buttons import buttons
from casework.web.staff.desk import WORKERS
from casework.web.staff.grievance_choices import category_options
from casework.web.staff.plans import (
    amount,
    clock_words,
    line_words,
)
from statemachines import engine

EPISODES: Final = 40
VIEWED_INLINE: Final = frozenset({"application/pdf", "image/png", "image/jpeg"})


@staff.get("/cases/<ref>")
@entry(*CASEWORKERS)
def case_page(ref: str) -> str:
    """One case, whole."""
    number = case_number(ref)
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        view = _view(cx, file) | reading_beside.beside(cx, file) | criteria_beside.beside(cx, file)
        view |= case_rested.beside(cx, file) | restricted_beside.beside(cx, file)
    view["reading"] = _paper_asked(file, view)
    here = presence.open_case(edge.cx(), file.case, "case", wall=clock.wall())
    return render_template("staff/case.html", **view, **presence_of(number, here))


@staff.get("/cases/<ref>/presence")
@entry(*CASEWORKERS, passive=True)
def who_is_here(ref: str) -> Response:
    """Who else has the case open; 204 while that is what the page shows already."""
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, case_number(ref))
    here = presence.stay(edge.cx(), case.id, wall=clock.wall())
    shown = presence_of(case.ref, here)
    if shown["presence_tag"] == request.args.get("tag", ""):
        return make_response("", 204)
    return make_response(render_template("staff/presence.html", **shown))


def case_number(ref: str) -> str:
    """The number as we write it. Raises NotFound for what is no number of a case."""
    wanted = ref.strip().upper()
    if refs.kind_of(wanted) not in ACTIONS:
        raise NotFound(f"{ref[:24]!r} is no number of a case: compare it with the letter.")
    return wanted


def see(case: Any, what: str) -> None:
    """Write down that this person looks at the member's record. Raises NotReady: then no page."""
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what=what)


def presence_of(ref: str, here: tuple[presence.Here, ...]) -> dict[str, Any]:
    """Who else is here, as the page shows it: since when by the time of the house, which a
    demonstration moved. The tag changes when somebody comes or goes, and holds no name."""
    ahead = edge.cx().now - clock.wall()
    return {
        "ref": ref,
        "here": [(each.name, moments.clock(each.since + ahead, DESK_ZONE)) for each in here],
        "presence_tag": "-".join(f"{each.since:%H%M%S}" for each in here),
    }


def frame_of(cx: Context, file: CaseFile) -> dict[str, Any]:
    """What stands on top of every page of a case."""
    answer = bridge.standing_answer(cx, file.case)
    explained = explained_case(cx, file.case, answer=answer)
    three, all_clocks = clocks.dials(file, explained, cx.now)
    return {
        "answer": answer,
        "file": file,
        "case": file.case,
        "kind": "Payment dispute" if bridge.is_dispute(file.case) else words.kind(file.case.kind),
        "state": engine.words(file.case.kind, file.case.state),
        "step": next_step(file.case.kind, file.case.state),
        "dials": three,
        "all_clocks": [(each, *clocks.state_words(each, cx.now)) for each in all_clocks],
        "now": cx.now,
        "zone": file.zone,
        "words": words,
        "line_words": line_words,
        "amount": amount,
        "state_words": engine.words,
        "needs": _needs(file.member),
        "own_work": bool(cx.principal.roles & WORKERS),
        "file_owed": case_files.running(cx, file.case),
        "work": surfaced.whose(cx, file.case),
        "occasion": occasion_beside.told(file),
    }


def _needs(member: Any) -> str:
    """What every letter and call to this member must heed."""
    said = [language_name(member.language)]
    if member.letter_format != "standard":
        said.append(words.plain(member.letter_format).lower())
    said += [words.plain(name).lower() for name, wanted in member.needs.items() if wanted]
    return f"{', '.join(said)}; reached by {words.CONTACTS.get(member.contact_preference, 'mail')}"


def language_name(code: str) -> str:
    """What we call this language; a code that nobody knows stays as it is."""
    return str(Locale("en").languages.get(code.partition("-")[0], code))


def _view(cx: Context, file: CaseFile) -> dict[str, Any]:
    case = file.case
    frame = frame_of(cx, file)
    offered = choices(cx, case, by_hand=ACTIONS[case.kind], answer=frame["answer"])
    chapter = request.args.get("story", "")
    before = request.args.get("before", "")
    entries = timeline.timeline(
        cx,
        case,
        before=int(before) if before.isdecimal() and len(before) < 10 else None,
        limit=EPISODES,
    )
    told = case_parts.episodes(cx, case.kind, entries)
    return frame | {
        "buttons": buttons(file, offered, frame["step"], cx.principal),
        "by_line": case_parts.decided_by_line(case.kind, offered),
        "lines": [case_parts.line(file, line) for line in file.lines],
        "decision": case_parts.decision(file),
        "referral": case_parts.referral(entries),
        "question": case_parts.question(file),
        "papers": file.documents,
        "reader": _letter_asked(file),
        "letters": case_parts.letters_of(cx, file),
        "again": letters_again.beside(
            cx, file, letters.deliveries_of(cx, [row.id for row in file.letters])
        ),
        "language_name": language_name,
        "category": dict(category_options()).get(getattr(file.detail, "category", ""), ""),
        "letters_elsewhere": any(each.tone == "letter" for each in told),
        **grievance_beside.beside(cx, file),
        "escalations": escalations.of_case(cx, case.id) if file.escalations else (),
        "alarms": alarms.of_case(cx, case.id),
        "me": cx.principal.id,
        "obligations": file.obligations,
        "owners": names_of(cx, {row.owner_id for row in file.obligations if row.owner_id}),
        "may_settle": _may(cx, case, "settle_obligation"),
        "clock_words": clock_words,
        "chapters": story.CHAPTERS,
        "chapter": chapter if chapter in story.CHAPTERS else "",
        "episodes": [each for each in told if chapter in ("", each.tone)],
        "older": entries[-1].seq if len(entries) == EPISODES and entries[-1].seq > 1 else None,
        "own_words": case_parts.own_words(file),
        **case_claims.beside(cx, file),
        "links": joins.links_of(cx, case.id),
        "link_words": joining_steps.LINKS,
        "instead": substitute_of(cx, case.id),
    }


def _may(cx: Context, case: Any, note: str) -> bool:
    return policy.refusal(cx.principal, case.kind, note) is None


@dataclass(frozen=True)
class Reader:
    """A letter that is read in the page, at its own address."""

    title: str
    address: str


def _paper_asked(file: CaseFile, view: dict[str, Any]) -> paper_reader.PaperReader | None:
    """The page of the paper that the address asks to read beside the case."""
    wanted = request.args.get("paper", "")
    if not wanted.isascii() or not wanted.isdecimal() or len(wanted) > 15:
        return None
    return paper_reader.opened(
        file.case, file.documents, view["paper_marks"], paper_id=int(wanted), alone=False
    )


def _letter_asked(file: CaseFile) -> Reader | None:
    """The letter that the address asks to read in the page."""
    letter = request.args.get("letter", "")
    for row in file.letters:
        if str(row.id) == letter and row.sha256:
            title = (
                f"{row.title}, to the {words.RECIPIENTS.get(row.recipient, row.recipient).lower()}"
            )
            return Reader(title, url_for("staff.letter", number=row.id))
    return None
