"""The case file on the desk: who asked, by when and why, how far it is, the look before it leaves.

What the file shows is judged on the page itself; what is withheld is marked at the document.
"""

from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file, case_files
from casework.records import case_file_due
from casework.services import case_files as commands
from casework.services import withholding
from casework.storage import Storage
from casework.web import edge, headers
from casework.web.access import entry
from casework.web.staff import case_file_words, case_page
from casework.web.staff.blueprint import CASEWORKERS, staff

_WHOLE: Final = 9


@staff.get("/cases/<ref>/file")
@entry(*CASEWORKERS)
def case_file_page(ref: str) -> Any:
    """Everything about the file of this case; with `open` the bytes of one that was made."""
    number = case_page.case_number(ref)
    wanted = request.args.get("open", "")
    if wanted.isdecimal() and len(wanted) <= _WHOLE:
        return _bytes(number, int(wanted))
    return _page(number)


@staff.post("/cases/<ref>/file")
@entry(*CASEWORKERS)
def change_case_file(ref: str) -> Any:
    """Ask for a file, look it through, make it anew, refuse it, put it off, show a part again."""
    number = case_page.case_number(ref)
    try:
        said = _steps()[edge.form("does", limit=20)](number)
    except KeyError:
        raise NotFound("There is no such step.") from None
    except NotFound:
        raise
    except Problem as problem:
        return make_response(_page(number, problem), problem.status)
    flash(said, "success")
    return redirect(url_for("staff.case_file_page", ref=number))


def _page(number: str, problem: Problem | None = None) -> str:
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        case_page.see(file.case, "case_file")
        frame = case_page.frame_of(cx, file)
        return render_template(
            "staff/case_file.html",
            **frame,
            files=case_files.files_of(cx, file.case),
            papers=case_files.papers_of(cx, file.case),
            marks=case_files.marks_of(cx, file.case),
            due=case_file_due.due(cx, file.case, asked_at=cx.now),
            problem=problem,
            errors=problem.fields if isinstance(problem, Invalid) else {},
            may={
                name: policy.refusal(cx.principal, file.case.kind, name) is None
                for name in ("ask_case_file", "clear_case_file", "show_part")
            },
            told=case_file_words,
            refusals=[(code, row["label"]) for code, row in case_file_due.refusals().items()],
            **case_page.presence_of(number, ()),
        )


def _bytes(number: str, wanted: int) -> Response:
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, number)
        row = case_files.file_by_number(cx, wanted, case=case)
        case_page.see(case, f"case_file:{wanted}")
        sha256 = row.CaseFileRequest.sha256
    answer = make_response(Storage(edge.settings()).get(sha256))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{number}-case-file.pdf"'
    headers.allow_framing()
    return answer


def _ask(number: str) -> str:
    scope = edge.form("scope", limit=10)
    whose = edge.form("asked_for", limit=15)
    if scope not in {"case", "series", "packet"}:
        raise Invalid("Choose which file.", fields={"scope": "Choose one."})
    if whose not in {"", "member", "representative", "provider"}:
        raise Invalid("Choose who asked.", fields={"asked_for": "Choose one."})
    # mypy does not narrow a text by `in`: both are of the closed lists above.
    form = commands.Asking(scope=scope, asked_for=whose)  # type: ignore[arg-type]
    commands.ask_case_file(edge.cx(), number, None, form)
    return "Written down. The file is being made; look again in a moment."


def _clear(number: str) -> str:
    form = commands.Look(read_through=edge.form("read_through", limit=5) == "yes")
    commands.clear_case_file(edge.cx(), number, None, _number(), form)
    return "The file leaves now, with its letter."


def _anew(number: str) -> str:
    commands.remake_case_file(edge.cx(), number, None, _number())
    return "The file is being made anew."


def _refuse(number: str) -> str:
    ground = edge.form("ground", limit=30)
    if ground not in case_file_due.refusals():
        raise Invalid("Choose why it is not sent.", fields={"ground": "Choose one."})
    commands.refuse_case_file(
        edge.cx(),
        number,
        None,
        _number(),
        commands.Refusing(ground=ground),  # type: ignore[arg-type]  # a known ground, see above
    )
    return "Refused. A letter tells who asked."


def _put_off(number: str) -> str:
    form = commands.PuttingOff(
        reason=edge.form("reason", limit=600), reason_es=edge.form("reason_es", limit=600)
    )
    commands.extend_case_file(edge.cx(), number, None, _number(), form)
    return "Put off. A letter tells who asked."


def _show(number: str) -> str:
    withholding.show_part(edge.cx(), number, None, _number())
    return "That part stands in the file again."


def _hide(number: str) -> str:
    """A note or a call, named by its item, withheld whole."""
    form = withholding.Mark(
        item=edge.form("item", limit=40),
        ground=_ground(),  # type: ignore[arg-type]  # it gives back known grounds alone
        reason=edge.form("reason", limit=400),
    )
    withholding.withhold_part(edge.cx(), number, None, form)
    return "Withheld. Files that have not left are made anew."


def _ground() -> str:
    ground = edge.form("ground", limit=30)
    if ground not in case_file_due.grounds():
        raise Invalid("Choose why it is withheld.", fields={"ground": "Choose one."})
    return ground


def _number() -> int:
    given = edge.form("number", limit=_WHOLE)
    if not given.isdecimal():
        raise NotFound("There is no such file here.")
    return int(given)


def _steps() -> dict[str, Any]:
    return {
        "ask": _ask,
        "clear": _clear,
        "anew": _anew,
        "refuse": _refuse,
        "put_off": _put_off,
        "show": _show,
        "hide": _hide,
    }
