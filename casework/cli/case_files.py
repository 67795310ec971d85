"""`casework case-file`: the file of a case as it would be sent now, written to a PDF."""

import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import click

from casework.binding import bindery
from casework.binding.bindery import NotBound
from casework.cli import home
from casework.context import SYSTEM
from casework.file_maker import FileMaker, TooMuch, scratch_of
from casework.queries.case_file import case_by_ref
from casework.records import case_file_contents
from casework.worker import FONTS
from letters.press import Press


@click.command("case-file")
@click.argument("ref")
@click.option("--to", "to", default="", help="File to write; default: REF-case-file.pdf.")
@click.option(
    "--scope",
    default="series",
    show_default=True,
    type=click.Choice(["case", "series", "packet"]),
    help="This case, the whole matter, or the packet for a body outside.",
)
@click.option("--lang", default="en", show_default=True, type=click.Choice(["en", "es"]))
def case_file(ref: str, to: str, scope: str, lang: str) -> None:
    """Bind the file of a case as it would be sent now. Nothing is sent or written down.

    \b
    Example:
      casework case-file AP-2027-000031-1 --to file.pdf
    """
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        case = case_by_ref(cx, ref)
        asked = _as_if_asked(case.id, scope, lang, cx.now)
        contents = case_file_contents.of_request(cx, asked)
    settings = database.settings
    fonts = FONTS if FONTS.exists() else None
    try:
        with Press(fonts=fonts) as press, bindery.scratch(scratch_of(settings)) as folder:
            maker = FileMaker(settings, press, fonts=fonts)
            made = maker.make(contents, folder, _tell)
            path = Path(to or f"{case.ref}-case-file.pdf")
            path.write_bytes(made.path.read_bytes())
    except (TooMuch, NotBound) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path}: {made.pages} pages, {path.stat().st_size:,} bytes.")


def _as_if_asked(case_id: int, scope: str, lang: str, at: datetime) -> SimpleNamespace:
    whose = "body" if scope == "packet" else "member"
    return SimpleNamespace(
        case_id=case_id, scope=scope, asked_for=whose, language=lang, asked_at=at
    )


def _tell(pages: int, total: int) -> None:
    if sys.stderr.isatty() and pages:
        click.echo(f"\rpage {pages} of {total}", nl=False, err=True)
