"""`casework letters`: the catalogue, a letter from its sample, the gate over a real one."""

import json
import sys
import time
from pathlib import Path

import click
from rich.table import Column, Table

from casework import config, now
from casework.carriers.vendor import answer_all as play_vendor
from casework.cli import home
from casework.context import SYSTEM
from casework.queries.letters import letters_of
from casework.storage import Storage
from casework.worker import FONTS, printed
from letters import catalogue, compose, pdf_text, proof, specimen
from letters.press import Press
from letters.refusals import LettersError


@click.group()
def letters() -> None:
    """Letters: what exists, what one looks like, what one lacks.

    \b
    Example:
      casework letters render denial --line medicaid --to denial.pdf
    """


@letters.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_letters(as_json: bool) -> None:
    """Every letter with what calls for it and what it must contain.

    \b
    Example:
      casework letters list
    """
    rows = catalogue.letter_rows()
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table(Column("code", no_wrap=True), "called for by", "to", "answers", "elements")
    for row in rows:
        calls = ", ".join(f"{call['kind']} {call['event']}" for call in row["calls"])
        counts = ", ".join(f"{line} {len(elements)}" for line, elements in row["lines"].items())
        to, answers = ", ".join(row["recipients"]), row["notice_kind"] or "–"
        table.add_row(row["code"], calls, to, answers, counts)
    home.console().print(table)


@letters.command()
@click.argument("code")
@click.option("--line", default="medicaid", show_default=True, help="Line of business.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["en", "es"]))
@click.option("--large-print", is_flag=True, help="18 point.")
@click.option("--format", "kind", default="pdf", type=click.Choice(["pdf", "html", "txt"]))
@click.option("--to", "to", default="", help="File to write; standard output for html and txt.")
def render(code: str, line: str, lang: str, large_print: bool, kind: str, to: str) -> None:
    """Render a letter from its sample.

    \b
    Example:
      casework letters render denial --line marketplace --to denial.pdf
    """
    try:
        context = specimen.specimen(code, line, language=lang, large_print=large_print)
        html = compose.html(context)
        proof.require(context, html)
        if kind == "pdf":
            with Press(fonts=FONTS if FONTS.exists() else None) as press:
                data = printed(press, context, html)
        else:
            data = (html if kind == "html" else compose.text(context)).encode()
    except LettersError as error:
        raise click.UsageError(str(error)) from error
    if kind == "pdf" and not to:
        to = f"{code}-{line}-{lang}.pdf"
    if not to:
        click.echo(data.decode())
        return
    Path(to).write_bytes(data)
    click.echo(f"{to}: {len(data):,} bytes.")


@letters.command()
@click.argument("ref")
def check(ref: str) -> None:
    """Check the letters of a case: their bytes are those that were sent and name the case.

    Exit code 1 when one is not.

    \b
    Example:
      casework letters check PA-2026-000123-7
    """
    database = home.database_here()
    storage = Storage(database.settings)
    wrong = 0
    with database.reading(database.context(SYSTEM)) as cx:
        rows = letters_of(cx, ref)
    for row in rows:
        if row.state == "refused":
            wrong += 1
            for gap in row.missing:
                click.echo(
                    f"✗ {row.code} to {row.recipient}: {gap['sentence']} ({gap['citation']})"
                )
        elif row.state == "parked":
            wrong += 1
            click.echo(f"✗ {row.code} to {row.recipient}: it failed too often and waits.")
        elif row.sha256:
            said = ref.upper() in "".join(pdf_text.read(storage.get(row.sha256)))
            wrong += not said
            mark = "✓" if said else "✗"
            click.echo(
                f"{mark} {row.code} to {row.recipient}: {row.pages} pages, {row.sha256[:12]}"
            )
        else:
            click.echo(f"… {row.code} to {row.recipient}: {row.state}")
    sys.exit(1 if wrong else 0)


@letters.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--refuse", multiple=True, metavar="KEY", help="Refuse this copy (repeatable).")
@click.option("--cannot", multiple=True, metavar="FORMAT", help="Refuse this format (repeatable).")
@click.option("--only-accept", is_flag=True, help="Answer without a proof of mailing.")
@click.option("--every", type=float, default=0.0, help="Seconds between rounds; 0: one round.")
def vendor(
    folder: Path | None,
    refuse: tuple[str, ...],
    cannot: tuple[str, ...],
    only_accept: bool,
    every: float,
) -> None:
    """Play the print vendor: check every batch, "mail" it, answer. It sends nothing, and reads
    nothing but the folder; for development, where no vendor is.

    \b
    Example:
      casework letters vendor var/print
    """
    settings = config.load()
    if settings.production:
        raise click.UsageError("In production a print vendor answers; this one mails nothing.")
    place = folder or settings.print_dir
    while True:
        answered = play_vendor(
            place, at=now.wall(), refuse=refuse, cannot=cannot, mail=not only_accept
        )
        click.echo(f"{answered} batches answered in {place}.")
        if every <= 0:
            return
        time.sleep(every)
