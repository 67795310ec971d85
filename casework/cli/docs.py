"""`casework docs`: the generated pages, written or checked for freshness."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from casework import api, config
from casework.app import create_app
from letters import catalogue
from sla import cards, exercise
from statemachines import chart

ROOT = Path(__file__).parent.parent.parent


# Nothing connects: the document is read from the routes, which need no database.
_NOWHERE = "postgresql+psycopg://nobody@localhost/nowhere"


def _openapi() -> str:
    with tempfile.TemporaryDirectory() as folder:
        settings = config.settings_from(
            {
                "DATABASE_URL": _NOWHERE,
                "DATABASE_OWNER_URL": _NOWHERE,
                "CASEWORK_DATA_DIR": folder,
            }
        )
        document = api.document(create_app(settings))
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "statemachines/README.md": chart.readme,
    "sla/README.md": cards.readme,
    "sla/exercised.json": lambda: exercise.index_of(ROOT / "tests/sla/examples.jsonl"),
    "letters/README.md": catalogue.readme,
    "docs/openapi.json": _openapi,
}


def stale(root: Path) -> dict[str, str]:
    """The pages below this folder that are not what they should be, with their right text."""
    fresh = {name: made() for name, made in PAGES.items()}
    return {name: text for name, text in fresh.items() if _read(root / name) != text}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when a page is stale.")
def docs(check: bool) -> None:
    """Regenerate the READMEs of the three libraries, the index of examples, the OpenAPI file.

    \b
    Example:
      casework docs --check
    """
    found = stale(ROOT)
    if check and found:
        click.echo(f"Stale: {', '.join(found)}. Run `casework docs`.", err=True)
        sys.exit(1)
    for name, text in found.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")
    click.echo(f"Written: {', '.join(found)}." if found else "The generated pages are fresh.")
