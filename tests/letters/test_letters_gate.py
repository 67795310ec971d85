"""The gate, for every letter and line: what is taken away, emptied, hidden or changed is missed."""

import copy

import pytest

from letters import catalogue, compose, proof, specimen
from letters.context import LetterContext
from letters.facts import resolve
from letters.markup import marked, parse
from letters.refusals import LetterRefused
from tests.letters.letter_desk import with_fact, without_node


def required_names(context: LetterContext) -> list[str]:
    letter = catalogue.get(context.code)
    return [r.element.within or r.element.name for r in letter.required(context)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_sample_composes_and_passes_for_every_recipient(code, line, language):
    for recipient in catalogue.get(code).recipients:
        context = specimen.specimen(code, line, language=language, recipient=recipient)
        proof.require(context, compose.html(context))


def test_each_required_element_removed_in_turn_is_refused_by_name(code, line):
    context = specimen.specimen(code, line)
    page = parse(compose.html(context))
    for name in dict.fromkeys(required_names(context)):
        assert_each_removal_is_missed(context, page, name)


def test_what_a_copy_must_show_removed_in_turn_is_refused_by_name(code, line):
    of_the_member = required_names(specimen.specimen(code, line))
    recipients = catalogue.get(code).recipients
    for recipient in recipients[1:] if recipients[0] == "member" else ():
        context = specimen.specimen(code, line, recipient=recipient)
        page = parse(compose.html(context))
        more = [name for name in required_names(context) if name not in of_the_member]
        assert "copy_note" in more
        for name in more:
            assert_each_removal_is_missed(context, page, name)


def assert_each_removal_is_missed(context, page, name):
    for index in range(len(marked(page)[name])):
        missing = proof.check_page(context, without_node(page, name, index))
        named = [m for m in missing if m.element in {name, *_inside(name)}]
        assert named, f"{name} was removed and not missed"
        assert all(m.citation for m in named)


def _inside(name: str) -> set[str]:
    elements = catalogue.load().elements.values()
    return {e.name for e in elements if e.within == name}


def test_each_required_element_emptied_or_hidden_is_refused(code, line):
    context = specimen.specimen(code, line)
    page = parse(compose.html(context))
    for name in dict.fromkeys(required_names(context)):
        for spoil in (_empty, _hide):
            root = copy.deepcopy(page)
            for node in marked(root)[name]:
                spoil(node)
            assert name in {m.element for m in proof.check_page(context, root)}


def _empty(node):
    for child in list(node):
        node.remove(child)
    node.text = " "


def _hide(node):
    node.set("hidden", "")


def test_each_fact_of_a_required_element_blanked_is_refused_with_its_element(code, line):
    context = specimen.specimen(code, line)
    for requirement in catalogue.get(code).required(context):
        for path in requirement.element.facts:
            if not all(isinstance(fact, str) for fact in resolve(context, path)):
                continue
            blank = with_fact(context, *_first_item(context, path))
            with pytest.raises(LetterRefused) as refused:
                compose.html(blank)
            assert requirement.element.name in {m.element for m in refused.value.missing}
            assert requirement.cite in str(refused.value)


def _first_item(context, path):
    """The path of the first text at a fanning path, and what to blank it with."""
    names: list[str] = []
    holder: object = context
    for name in path.split("."):
        if name in ("denied", "approved"):
            chosen = getattr(context, name)[0]
            index = context.services.index(chosen)
            names += ["services", str(index)]
            holder = chosen
            continue
        holder = getattr(holder, name)
        names.append(name)
        if isinstance(holder, tuple):
            names.append("0")
            holder = holder[0]
    return ".".join(names), " "


def test_each_date_of_a_required_element_taken_away_is_refused(code, line):
    context = specimen.specimen(code, line)
    for requirement in catalogue.get(code).required(context):
        path = requirement.element.date
        if not path.startswith("dates."):
            continue
        if requirement.when in ("window_open", "decided_late"):
            continue  # the condition itself rests on the day
        with pytest.raises(LetterRefused, match=requirement.element.name):
            compose.html(with_fact(context, path, None))


def test_a_wrong_date_in_the_page_is_refused(code, line):
    context = specimen.specimen(code, line)
    page = parse(compose.html(context))
    for requirement in catalogue.get(code).required(context):
        if not requirement.element.date.startswith("dates."):
            continue
        root = copy.deepcopy(page)
        name = requirement.element.within or requirement.element.name
        for node in marked(root)[name]:
            for time in node.iter("time"):
                time.set("datetime", "2031-01-01")
                time.text = "January 1, 2031"
        found = {m.element for m in proof.check_page(context, root)}
        assert {requirement.element.name, "dates"} <= found
