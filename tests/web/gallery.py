"""A page that shows every component once: for the strict reader, for axe, and for eyes."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask, render_template
from jinja2 import ChoiceLoader, FileSystemLoader

from casework.web.access import PUBLIC, entry

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"


def add_gallery(app: Flask) -> Flask:
    """The application with the page, and with one that breaks."""
    folder = Path(__file__).parent / "templates"
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(folder)])

    @entry(PUBLIC)
    def gallery() -> str:
        return render_template(
            "gallery.html",
            now=NOW,
            zone=ZONE,
            soon=NOW + timedelta(hours=5),
            today=date(2026, 3, 4),
        )

    @entry(PUBLIC)
    def broken() -> str:
        raise RuntimeError("planted")

    app.add_url_rule("/gallery", endpoint="gallery", view_func=gallery)
    app.add_url_rule("/broken", endpoint="broken", view_func=broken)
    return app
