"""Papers of the seeded past: a few real documents, printed once, that many cases share.

They name nobody, so that they fit every case; the store keeps equal bytes once anyway.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, insert

from casework.config import Settings
from casework.ledger.scribe import Scribe
from casework.models import CaseDocument, Document
from casework.seed.scene import Scene
from casework.seed.town import Paper, Town
from casework.storage import Storage
from letters.press import Press
from letters.printjob import PrintRequest

# What a doctor wrote for an appeal: it came after the denial, with the appeal itself.
LETTER: Final = "letter for an appeal"
_TITLES: Final = {LETTER: "Letter for the appeal"}
_NAMES: Final = {LETTER: "letter of the doctor"}
FILE: Final = Path(__file__).with_name("notes.toml")
_PAGE: Final = (
    "<!doctype html><html><head><title>{title}</title></head>"
    "<body><h1>{title}</h1>{text}</body></html>"
)


def print_all(settings: Settings, town: Town, *, at: datetime) -> Town:
    """The town with its papers: printed by the real press, sealed in the store, one row each."""
    storage = Storage(settings)
    engine = create_engine(settings.database_owner_url)
    papers: dict[str, Paper] = {}
    with engine.begin() as connection, Press(fonts=None) as press:
        for group, said in _notes().items():
            title = _TITLES.get(group, f"Visit note: {group}")
            text = "".join(f"<p>{escape(sentence)}</p>" for sentence in said)
            html = _PAGE.format(title=escape(title), text=text)
            kept = storage.put(press.print(PrintRequest(html=html, title=title, lang="en")))
            document_id = connection.execute(
                insert(Document)
                .values(
                    sha256=kept.sha256,
                    size=kept.size,
                    media_type="application/pdf",
                    stored_at=at,
                )
                .returning(Document.id)
            ).scalar_one()
            papers[group] = Paper(
                kept.sha256,
                document_id,
                f"{_NAMES.get(group, 'visit note ' + group).replace(' ', '-')}.pdf",
            )
    engine.dispose()
    return replace(town, papers=papers)


def attach(scene: Scene, scribe: Scribe, group: str, *, at: datetime, by: str) -> None:
    """The paper of this group on a case."""
    paper = scene.town.papers.get(group)
    if paper is None:
        return
    scribe.add(
        CaseDocument, document_id=paper.document_id, name=paper.name, added_at=at, added_by=by
    )


def _notes() -> Mapping[str, list[str]]:
    told: Mapping[str, list[str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["notes"]
    return told
