"""Views that a person keeps under a name, where his desk begins, and the switch of the keys."""

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from casework.errors import Invalid, NotFound
from casework.services import saved_views
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff import asked
from casework.web.staff.blueprint import CASEWORKERS, staff


@staff.post("/views")
@entry(*CASEWORKERS)
def save_view() -> Response:
    """Keep the filters that the form holds under a name; the same name again replaces them."""
    view = asked.read(request.form, tab="all")
    name = edge.form("name", limit=200)
    shared, begin = (bool(edge.form(field)) for field in ("shared", "begin"))
    try:
        saved_views.save_view(edge.cx(), name, view.chosen, shared=shared, begin=begin)
    except Invalid as refused:
        flash(f"The view was not kept. {' '.join(refused.fields.values())}", "error")
    else:
        with_whom = "Your team sees it too." if shared else "Only you see it."
        flash(f"The view “{' '.join(name.split())}” is kept. {with_whom}", "success")
    return redirect(view.address())


@staff.post("/views/<int:view_id>/delete")
@entry(*CASEWORKERS)
def delete_view(view_id: int) -> Response:
    """Delete a view of one's own."""
    name = saved_views.delete_view(edge.cx(), view_id)
    flash(f"The view “{name}” is deleted. The cases are where they were.", "success")
    return redirect(asked.read(request.form, tab="all").address())


@staff.post("/views/<int:view_id>/begin")
@entry(*CASEWORKERS)
def begin_with(view_id: int) -> Response:
    """The desk begins with this view from now on; with `0`, with the plain list again."""
    try:
        saved_views.begin_with(edge.cx(), view_id or None)
    except NotFound:
        flash("That view is not there any more.", "warning")
        return redirect(url_for("staff.home"))
    flash("Your desk begins here from now on." if view_id else "Your desk begins plain.", "success")
    return redirect(asked.read(request.form, tab="all").address())


@staff.post("/keys")
@entry(*STAFF)
def switch_keys() -> Response:
    """Keys of the desk on or off, for this person in every browser."""
    saved_views.switch_keys(edge.cx(), on=edge.form("on") != "no")
    return make_response("", 204)
