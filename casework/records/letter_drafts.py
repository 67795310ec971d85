"""A letter as it would leave now: its page, its checklist, the words that somebody may put anew.

Made from the row that owes it, inside a rehearsal or a reading. Nothing here is written or printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import inspect, select

from casework import bridge, seal
from casework.bridge import letter_context, letter_edits, letter_language, letter_sources
from casework.bridge.letter_edits import Part
from casework.context import Context
from casework.models import Case, Letter, Member
from letters import catalogue, checklist
from letters.checklist import Draft
from letters.context import LetterContext
from sla.calendars import local_day, zone


@dataclass(frozen=True)
class Drafted:
    """One copy of a letter before it leaves. `english`: the same for whoever does not read its
    language; None where it is in English. `waits`: for a named person's release."""

    id: int
    code: str
    title: str
    recipient: str
    to: str
    language: str
    large_print: bool
    issued_on: date
    waits: bool
    draft: Draft
    english: Draft | None
    parts: tuple[Part, ...]


def drafted(cx: Context, letter: Any, *, words: Mapping[str, str] | None = None) -> Drafted:
    """The letter of this row, dated today where its contract is; with `words` in place of those
    that stand in it. Raises NotReady where its sources cannot be unsealed."""
    row = letter if words is None else with_words(cx, letter, words)
    on = local_today(cx, letter.case_id)
    context = letter_context.context_of(cx, row, issued_on=on)
    english = None
    if context.language != "en":
        english = _draft(letter_context.context_of(cx, row, issued_on=on, language="en"))
    return Drafted(
        id=letter.id,
        code=letter.code,
        title=catalogue.get(letter.code, on).title,
        recipient=letter.recipient,
        to=context.recipient.name,
        language=context.language,
        large_print=context.large_print,
        issued_on=on,
        waits=letter.state == "held",
        draft=_draft(context),
        english=english,
        parts=letter_edits.parts(context),
    )


def _draft(context: LetterContext) -> Draft:
    """The letter with its checklist; where somebody's words are still missing, its page says so at
    their place."""
    draft = checklist.draft(context)
    absent = [part for part in letter_edits.parts(context) if not part.text.strip()]
    if not absent:
        return draft
    marks = {part.path: f"[Missing: {part.label}]" for part in absent}
    marked = checklist.draft(letter_edits.laid_over(context, marks))
    return replace(draft, html=marked.html or draft.html)


def language_of(cx: Context, letter: Any) -> str:
    """The language in which this copy is."""
    member = cx.db.execute(select(Member).where(Member.id == letter.member_id)).scalar_one()
    return letter_language.of_copy(member, letter.recipient)


def own_parts(cx: Context, letter: Any) -> tuple[Part, ...]:
    """The free text of this letter in the words of the decision itself, before anybody's edit."""
    return letter_edits.parts(context_before(cx, letter))


def context_before(cx: Context, letter: Any) -> LetterContext:
    """The facts of this letter without the words that were put in it later."""
    on = local_today(cx, letter.case_id)
    return letter_context.context_of(cx, with_words(cx, letter, {}), issued_on=on)


def with_words(cx: Context, letter: Any, words: Mapping[str, str]) -> Any:
    """A stand-in for the row with these words in it; the row itself stays as it is."""
    columns = {each.key: getattr(letter, each.key) for each in inspect(Letter).column_attrs}
    return SimpleNamespace(**columns | {"words_ct": sealed_words(cx, letter, words)})


def sealed_words(cx: Context, letter: Any, words: Mapping[str, str]) -> bytes:
    """Words as the row of the letter keeps them; none where there are none."""
    if not words:
        return b""
    return seal.seal_json(_key(cx, letter), dict(words), letter_edits.sealed_place(letter.id))


def words_of(cx: Context, letter: Any) -> dict[str, str]:
    """The words that stand in the row of the letter."""
    return letter_edits.words_of(_key(cx, letter), letter)


def local_today(cx: Context, case_id: int) -> date:
    """Today where the contract of this case is."""
    version = cx.db.execute(select(Case.contract_version_id).where(Case.id == case_id)).scalar_one()
    return local_day(cx.now, zone(bridge.contract_of(cx, version).time_zone))


def _key(cx: Context, letter: Any) -> bytes:
    case = cx.db.execute(select(Case).where(Case.id == letter.case_id)).scalar_one()
    return letter_sources.key_of(cx, case)
