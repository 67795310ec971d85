"""The HTML of our sheets: a document for each part of a file, split where it grows too long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from casework.file_sheets.contents import CaseTold, Contents, Entry, PaperIn
from casework.file_sheets.words import day_in_words, say

# What goes into one document, in letters: far below what the press takes.
MOST_LETTERS: Final = 40_000
_EVENT: Final = 120

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One document of ours: its part of the file, its name in index and bookmarks, its HTML."""

    group: str
    title: str
    html: str


@dataclass(frozen=True, kw_only=True)
class IndexRow:
    """One line of the index. `group` opens a part; `target` is what its link means."""

    target: str
    title: str
    page: int
    pages: int
    group: str = ""
    also: str = ""


def title_of(contents: Contents) -> str:
    """The name of the file."""
    if contents.scope == "supplement":
        return say("cover.title_supplement", contents.language, number=contents.number - 1)
    key = "cover.title_packet" if contents.outside else "cover.title"
    return say(key, contents.language)


def cover(contents: Contents, rows: Sequence[IndexRow], *, pages: int) -> str:
    """Cover and index, with the page of each part."""
    language = contents.language
    facts = [
        (say("cover.member", language), contents.member),
        (say("cover.number", language), contents.member_number),
        (say("cover.case", language), ", ".join(case.ref for case in contents.cases)),
        (say("cover.asked", language), contents.asked_on),
        (say("cover.made", language), day_in_words(contents.printed_on, language)),
        (say("cover.pages", language), str(pages)),
    ]
    hours = contents.plan.get("hours", "")
    if language == "es":
        hours = contents.plan.get("hours_es") or hours
    return _page("cover", contents, heading=title_of(contents), facts=facts, rows=rows, hours=hours)


def before_letters(contents: Contents) -> Iterator[Sheet]:
    """What was asked and decided, case by case, and the rules that were used."""
    language = contents.language
    if contents.scope == "supplement":
        return
    for case in contents.cases:
        yield Sheet(
            group=say("part.cases", language),
            title=f"{case.kind} {case.ref}",
            html=_page("case", contents, one=case),
        )
    yield Sheet(
        group=say("part.rules", language),
        title=say("part.rules", language),
        html=_page("rules", contents, entries=contents.rules),
    )


def after_papers(contents: Contents) -> Iterator[Sheet]:
    """Notes and calls, the story, the clocks: of each case that has any."""
    for case in contents.cases:
        yield from _told(contents, case, "notes", "sheet.notes", case.notes)
        yield from _told(contents, case, "notes", "sheet.contacts", case.contacts)
    for case in contents.cases:
        yield from _told(contents, case, "events", "part.events", case.events)
    for case in contents.cases:
        yield from _told(contents, case, "clocks", "part.clocks", case.clocks)


def stand_in(contents: Contents, paper: PaperIn, *, trouble: str) -> str:
    """The sheet in place of a document that is withheld whole (no `trouble`) or does not print."""
    language = contents.language
    key = "sheet.not_printed" if trouble else "sheet.withheld_all"
    facts = [
        (say("sheet.name", language), paper.name),
        (say("cover.case", language), paper.case),
        (say("sheet.came", language), paper.on),
        (say("sheet.from", language), paper.by),
    ]
    shown = facts if trouble else facts[1:3]
    return _page(
        "stand_in",
        contents,
        heading=say(key, language),
        facts=shown,
        why=say(f"trouble.{trouble}", language) if trouble else paper.withheld,
        withheld=not trouble,
    )


def typed(contents: Contents, paper: PaperIn, lines: Sequence[str], *, pictures: int) -> str:
    """The text of a document of a word processor, as pages of ours."""
    language = contents.language
    facts = [
        (say("cover.case", language), paper.case),
        (say("sheet.came", language), paper.on),
        (say("sheet.from", language), paper.by),
    ]
    return _page("typed", contents, heading=paper.name, facts=facts, lines=lines, pictures=pictures)


def _told(
    contents: Contents, case: CaseTold, template: str, key: str, entries: Sequence[Any]
) -> Iterator[Sheet]:
    language = contents.language
    part = "part.notes" if template == "notes" else key
    for number, some in enumerate(_split(entries), 1):
        more = f" ({number})" if number > 1 else ""
        what = f"{say(key, language)}, {case.ref}" if template == "notes" else case.ref
        yield Sheet(
            group=say(part, language),
            title=f"{what}{more}",
            html=_page(
                template,
                contents,
                heading=say(key, language),
                subject=f"{case.kind} {case.ref}",
                entries=some,
            ),
        )


def _split(entries: Sequence[T]) -> Iterator[list[T]]:
    """The entries in portions that one document can hold."""
    portion: list[T] = []
    weight = 0
    for entry in entries:
        heavy = _weight(entry)
        if portion and weight + heavy > MOST_LETTERS:
            yield portion
            portion, weight = [], 0
        portion.append(entry)
        weight += heavy
    if portion:
        yield portion


def _weight(entry: Any) -> int:
    if isinstance(entry, Entry):
        return _EVENT + sum(len(text) for _name, text in entry.said)
    return _EVENT + sum(len(text) for text, _law in entry.lines)


def _page(template: str, contents: Contents, **values: Any) -> str:
    def t(key: str, **named: object) -> str:
        return say(key, contents.language, **named)

    return _environment().get_template(f"{template}.html.j2").render(c=contents, t=t, **values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
