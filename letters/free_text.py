"""The check of one text that somebody types for a letter: a reason, a rationale, a criterion.

Pure and quick, so that a form can ask it at each save. `refuse` is what the letter may not leave
with; `advise` is what makes it better. It sees one text, no case and no letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from letters import glossary, reading
from letters.codec import LONGEST_TEXT, UNPRINTABLE

# A member reads no more than this; the letter still takes it.
LONG = 1500
# Of fewer words a grade is no advice.
FEWEST_WORDS = 10
# What others published is quoted as it stands; our plain words are not asked of it.
QUOTED = frozenset(("criterion", "provision"))
# Where one word can be all there is to say.
_SHORT = frozenset(("source", "label", "place", "units", "what", "considered", "reason_code"))

_ALONE = re.compile(
    r"(?:n\.?/?\s?a\.?|none|nil|see (?:attached|above|below|file|notes?|records?)"
    r"|same(?: as above)?|as above|ok|test|unknown|pending|to be (?:determined|decided|added)"
    r"|not applicable|[\W_]+"
    r"|n/d|no aplica|ver (?:adjunto|arriba|abajo|notas?|expediente)|lo mismo|igual|prueba|pendiente"
    r"|por (?:definir|determinar)|desconocido|ninguno|ninguna)[\s.!]*",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"\b(?:(?i:tbd|tbc|fixme|placeholder|lorem ipsum)|TODO|[xX]{3,})\b|_{3,}|\?{3,}|\.{4,}"
    r"|\{\{|\}\}|\{%|%\}|<<|>>"
    r"|[\[<](?:insert|enter|add|your|name|date|reason|fill|poner|escriba|agregue|nombre|fecha|razón)"
    r"\b[^\]>]{0,60}[\]>]?",
)
_CERTAIN = re.compile(
    r"\b(?:(?i:tbd|tbc|fixme|placeholder|lorem ipsum)|TODO|xxx+|XXX+)\b"
    r"|\[(?:insert|enter|fill in|poner|escriba|agregue)\b[^\]]{0,60}\]"
)
_UNITS = {
    "en": r"(?:calendar |business |working )?(?:days?|weeks?|months?|hours?)",
    "es": r"(?:días?|semanas?|meses|mes|horas?)(?: hábiles)?",
}
_NUMBER = {
    "en": r"(?:\d+|a|one|two|three|five|seven|ten|fourteen|fifteen|thirty|sixty|ninety)",
    "es": r"(?:\d+|un|una|dos|tres|cinco|siete|diez|catorce|quince|treinta|sesenta|noventa)",
}
_WITHIN = {
    "en": rf"(?:within|in the next|no later than|not later than)\s+{_NUMBER['en']}"
    rf"\s+{_UNITS['en']}",
    "es": rf"(?:dentro de|en(?: un plazo de)?|en los próximos|a más tardar en)\s+(?:los\s+)?"
    rf"{_NUMBER['es']}\s+{_UNITS['es']}",
}
# Only what a reader is told to do has a deadline; "you walked within 3 days" has none.
_TOLD = {
    "en": r"send|call|appeal|ask|reply|answer|respond|write|submit|return|file|contact|provide|give"
    r"|mail|fax|tell|let us|request|sign|must|have to",
    "es": r"env[ií]\w*|llam\w+|apel\w+|pid\w+|pedir\w*|respond\w+|contest\w+|escrib\w+|present\w+"
    r"|devuelv\w+|comuni\w+|mand\w+|firm\w+|d[ií]ga\w+|debe\w*|tiene que",
}
_DAY = {
    "en": r"(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
    r"\s+\d{1,2}|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b",
    "es": r"\d{1,2}\s+de\s+(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre"
    r"|noviembre|diciembre)|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a typed text: what is wrong, how to mend it, and the words it is about."""

    kind: Literal["refuse", "advise"]
    sentence: str
    fix: str
    excerpt: str = ""


def findings(text: str, *, language: str, field: str, limit: float) -> tuple[Finding, ...]:
    """What to say about a text typed for a letter, refusals first; () when it is good as it stands.

    `language` is "en" or "es"; `field` the name of what is typed (reason, rationale, criterion,
    provision, …); `limit` the highest grade that the contract wants of a letter.
    """
    if not text.strip():
        return (Finding("refuse", "Nothing is written here.", "Write it, or leave the part out."),)
    found = [*_unfit(text), *_placeholders(text), *_deadlines(text, language)]
    if not found:
        found += _thin(text, field)
    if field not in QUOTED:
        found += [*_shouted(text), *_hard(text, language)]
        found += _graded(text, language, limit)
    return tuple(sorted(found, key=lambda each: each.kind, reverse=True))


def refusals(text: str, *, language: str, field: str) -> tuple[Finding, ...]:
    """Only what the letter may not leave with."""
    found = findings(text, language=language, field=field, limit=float("inf"))
    return tuple(each for each in found if each.kind == "refuse")


def slot(text: str) -> str:
    """What in a text stands for one that is still to be written; empty where nothing does.

    Stricter than `findings`: only what certainly was never meant for a reader, since by this the
    gate refuses a whole letter.
    """
    if re.search(r"\w", text) and _ALONE.fullmatch(text.strip()):
        return text.strip()
    found = _CERTAIN.search(text)
    return found[0] if found else ""


def _unfit(text: str) -> Iterator[Finding]:
    if len(text) > LONGEST_TEXT:
        sentence = f"It is {len(text):,} characters long; a letter takes {LONGEST_TEXT:,}."
        yield Finding("refuse", sentence, "Shorten it.")
    elif len(text) > LONG:
        sentence = f"It is {len(text):,} characters long; few people read that to the end."
        yield Finding("advise", sentence, f"Say what counts in {LONG:,} characters or fewer.")
    if bad := UNPRINTABLE.search(text):
        sentence = f"It holds a character that cannot be printed (U+{ord(bad[0]):04X})."
        yield Finding("refuse", sentence, "Take it out; typing the text anew helps.")


def _placeholders(text: str) -> Iterator[Finding]:
    if _ALONE.fullmatch(text.strip()):
        sentence = "This stands for a text that is still to be written; it says nothing."
        yield Finding("refuse", sentence, "Write what holds for this member.", text.strip()[:60])
    elif slot := _INSIDE.search(text):
        sentence = f"“{slot[0]}” is a place where something was to be filled in."
        yield Finding("refuse", sentence, "Write what belongs there, or take it out.", slot[0])


def _deadlines(text: str, language: str) -> Iterator[Finding]:
    for sentence in reading.sentences(text):
        within = re.search(rf"\b{_WITHIN[language]}\b", sentence, re.IGNORECASE)
        told = re.search(rf"\b(?:{_TOLD[language]})\b", sentence, re.IGNORECASE)
        if within and told and not re.search(_DAY[language], sentence):
            yield Finding(
                "refuse",
                f"“{within[0]}” leaves the reader to count; a letter names the day.",
                "Write the calendar date, or leave the deadline to the letter's own part.",
                within[0],
            )


def _thin(text: str, field: str) -> Iterator[Finding]:
    if field not in _SHORT and len(text.split()) < 4:
        sentence = "That is too short to tell the member why."
        yield Finding("advise", sentence, "Say what the records of this member show.", text.strip())


def _shouted(text: str) -> Iterator[Finding]:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1]
    loud = [word for word in words if word == word.upper()]
    if len(words) >= 4 and len(loud) * 5 >= len(words) * 4:
        sentence = "It is written in capitals, which are hard to read and sound like shouting."
        yield Finding("advise", sentence, "Write it in small letters.")


def _hard(text: str, language: str) -> Iterator[Finding]:
    words = glossary.load()
    for hit in (*words.forbidden(text, language), *words.hard(text, language)):
        sentence = f"Members may not know “{hit.word}”."
        yield Finding("advise", sentence, f"Say instead: {hit.instead}.", hit.word)


def _graded(text: str, language: str, limit: float) -> Iterator[Finding]:
    told = reading.measure(text, language)
    if told.words >= FEWEST_WORDS and told.grade > limit:
        longest = max(reading.sentences(text), key=len)
        sentence = f"It reads at grade {told.grade:g}; letters of this plan aim at {limit:g}."
        yield Finding("advise", sentence, "Use short sentences and everyday words.", longest[:120])
