"""Every letter, line and language with one thing wrong: refused, and that thing is named.

Beside test_letters_gate.py (what is taken away): what says something else than it must. In Spanish
one line of each letter; `CHAOS=year`, as `make chaos` sets it, takes all.
"""

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest

from letters import catalogue, compose, own_words, proof, reading, specimen
from letters.calendar_words import words
from letters.facts import resolve
from letters.markup import marked, parse, text
from letters.refusals import LetterRefused
from letters.wording import wording
from tests.letters.letter_desk import in_both_languages, in_spanish, without_node

ANOTHER_DAY = (timedelta(days=-1), timedelta(days=1))
HARD = {
    "en": "Notwithstanding any determination previously communicated, beneficiaries remain"
    " individually responsible for satisfying applicable documentation requirements preceding"
    " reconsideration of authorizations regarding rehabilitation, medication, or equipment ",
    "es": "Independientemente de cualquier determinación anteriormente comunicada, las personas"
    " aseguradas permanecen individualmente responsables de satisfacer los requisitos"
    " administrativos correspondientes a la rehabilitación y los medicamentos ",
}


@pytest.fixture(params=in_both_languages(), ids=".".join)
def letter(request):
    """Facts and page of each letter, line and language, for the member or who else gets it."""
    code, line, language = request.param
    context = specimen.specimen(code, line, language=language)
    return context, parse(compose.html(context))


def named(context, page):
    return {missing.element for missing in proof.check_page(context, page)}


def required(context):
    return [r.element for r in catalogue.get(context.code).required(context)]


def say_instead(node, said):
    for child in list(node):
        node.remove(child)
    node.text = said


@pytest.mark.parametrize("letter_and_line", in_spanish(), ids=".".join)
def test_each_required_element_in_turn_removed_from_a_spanish_letter(letter_and_line):
    context = specimen.specimen(*letter_and_line, language="es")
    page = parse(compose.html(context))
    names = dict.fromkeys(e.within or e.name for e in required(context))
    for name in names:
        whole = {e.name for e in required(context) if name in (e.name, e.within)}
        assert whole & named(context, without_node(page, name, 0)), name


def test_each_element_that_says_something_else_is_refused_by_name(letter):
    context, page = letter
    for element in required(context):
        for node in marked(page).get(element.within or element.name, []):
            say_instead(node, "Water 7 stone.")
    assert {e.name for e in required(context)} <= named(context, page)


def test_each_right_that_stands_only_in_somebody_s_free_text_is_refused(code, line):
    """A reviewer's text that repeats our own sentences is no notice of the right."""
    context = specimen.specimen(code, line)
    page = parse(compose.html(context))
    place = next((name for name in ("rationale", "reason", "findings") if _has(context, name)), "")
    if not place:
        return
    ours = [
        e
        for e in required(context)
        if not e.facts
        and e.name != "language_block"
        and own_words.keys_in(context, marked(page)[e.within or e.name])
    ]
    said = " ".join(text(node) for e in ours for node in marked(page)[e.within or e.name])
    spoof = replace(context, decision=replace(context.decision, **{place: said}))
    for element in ours:
        for node in marked(page)[element.within or element.name]:
            say_instead(node, said)
    assert {e.name for e in ours} <= named(spoof, page)


def _has(context, name):
    return context.decision is not None and bool(getattr(context.decision, name))


def test_each_date_a_day_off_is_refused_by_name(letter):
    context, page = letter
    for days in ANOTHER_DAY:
        moved = copy.deepcopy(page)
        told = {}
        for name, nodes in marked(moved).items():
            for node in nodes:
                for time in node.iter("time"):
                    told.setdefault(time, set()).add(name)
        for time in told:
            _move(time, days, context.language)
        assert {e.name for e in required(context) if e.date} <= named(context, moved)


def _move(time, days, language):
    on = date.fromisoformat(time.get("datetime")[:10]) + days
    time.set("datetime", on.isoformat() + time.get("datetime")[10:])
    if len(time.get("datetime")) == 10:
        time.text = str(words(on, wording(language)))


def test_each_line_of_each_office_altered_or_of_another_office_is_refused_by_name(letter):
    context, page = letter
    offices = [node for node in page.iter("div") if node.get("class") == "office"]
    longest = max((len(list(office)) for office in offices), default=0)
    for place in range(longest):
        for other in (False, True):
            wrong = copy.deepcopy(page)
            expected = _alter(wrong, place, other=other)
            assert expected <= named(context, wrong), (place, other)


def _alter(page, place, *, other):
    """The k-th line of every office is changed, or that of the next office; who must be named."""
    inside = {
        n: name for name, nodes in marked(page).items() for node in nodes for n in node.iter()
    }
    offices = [node for node in page.iter("div") if node.get("class") == "office"]
    lines = [text(list(office)[place]) if place < len(office) else "" for office in offices]
    named_ = set()
    for office, mine, next_one in zip(offices, lines, [*lines[1:], *lines[:1]], strict=True):
        said = next_one if other else f"{mine} 9"
        if mine and said and said != mine:
            say_instead(list(office)[place], said)
            named_.add(inside.get(office, "offices"))
    return named_


def test_a_wrong_phone_in_any_sentence_is_refused(letter):
    context, page = letter
    for wrong in ("1-800-555-0999", *_of_other_desks(context)):
        root = copy.deepcopy(page)
        touched = [n for n in _sentences(root) if n.text and context.plan.phone in n.text]
        for node in touched:
            node.text = node.text.replace(context.plan.phone, wrong)
        assert touched
        assert named(context, root) & {"phones", "plan_phone", "office_contact"}


def _of_other_desks(context):
    found = (context.plan.grievances, context.plan.fair_hearing, context.plan.records)
    return [desk.phone for desk in found if desk][:1]


def _sentences(page):
    return [node for node in page.find("body/main").iter() if node.tag in ("p", "span", "li")]


def test_each_number_with_a_nought_more_is_refused_by_name(code, line):
    context = specimen.specimen(code, line)
    page = compose.html(context)
    for element in required(context):
        for path in element.facts:
            for fact in resolve(context, path):
                if not isinstance(fact, int) or not fact:
                    continue
                root = parse(page)
                for node in marked(root)[element.within or element.name]:
                    for each in node.iter():
                        each.text = (each.text or "").replace(str(fact), f"{fact}0")
                        each.tail = (each.tail or "").replace(str(fact), f"{fact}0")
                assert element.name in named(context, root)


def test_wording_that_is_too_hard_is_refused_with_both_figures(letter):
    context, page = letter
    main = page.find("body/main")
    paragraph = copy.deepcopy(next(node for node in main.iter("p")))
    paragraph.attrib.clear()
    say_instead(paragraph, HARD[context.language] * 40 + ".")
    main.append(paragraph)
    found = [m for m in proof.check_page(context, page) if m.element == "reading_grade"]
    if not catalogue.get(context.code).requirements[context.line]:
        return
    offices_own = context.recipient.kind in ("provider", "body")
    assert bool(found) is not offices_own
    for missing in found:
        assert f"the limit is {reading.limit(context)}" in missing.sentence
        assert missing.citation == reading.cite(context.line)


def test_a_sentence_in_the_other_language_is_refused(letter):
    context, page = letter
    other = "es" if context.language == "en" else "en"
    if "help.emergency" not in wording(other).messages or context.recipient.kind == "body":
        return
    foreign = wording(other).messages["help.interpreter"]
    node = page.find("body/main")
    strange = copy.deepcopy(next(n for n in node.iter("p")))
    strange.attrib.clear()
    say_instead(strange, foreign)
    node.append(strange)
    assert "language" in named(context, page)


@pytest.mark.parametrize("hiding", ["usa-sr-only", "display-none", "hidden", "is-invisible"])
def test_a_class_that_could_hide_something_is_refused(hiding):
    context = specimen.specimen("denial", "medicaid")
    page = parse(compose.html(context))
    marked(page)["appeal_right"][0].set("class", hiding)
    assert "markup" in named(context, page)


def test_each_number_and_date_blanked_in_the_data_is_refused_by_name(letter):
    context, _ = letter
    for element in required(context):
        paths = [*element.facts, *([element.date] if element.date else [])]
        for path in paths:
            facts = resolve(context, path)
            if not facts or any(isinstance(fact, str) for fact in facts):
                continue
            if path.startswith(("issued_on", "decision.decided_on", "decision.effective_on")):
                continue  # their types hold a day always
            blank = _blank(context, path.split("."))
            if element not in required(blank):
                continue  # asked for only where it is known, as a day that closed a window
            with pytest.raises(LetterRefused) as refused:
                compose.html(blank)
            assert element.name in {m.element for m in refused.value.missing}


def _blank(holder, names):
    name, *rest = names
    if name in ("denied", "approved", "services"):
        return replace(holder, services=tuple(_blank(service, rest) for service in holder.services))
    value = getattr(holder, name)
    if rest:
        return replace(holder, **{name: _blank(value, rest)})
    return replace(holder, **{name: 0 if isinstance(value, int) else None})
