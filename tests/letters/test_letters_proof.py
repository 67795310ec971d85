"""The gate: every sample passes, and each letter that lacks something is refused by its name."""

import copy
from datetime import UTC, date, datetime

import pytest

from letters import catalogue, compose, proof, specimen
from letters.context import RECIPIENTS, Deadline, LetterContext, Rights
from letters.facts import resolve
from letters.markup import marked, parse
from letters.refusals import ContextRefused, LetterRefused
from tests.letters.letter_desk import with_fact, without_node


def required_names(context: LetterContext) -> list[str]:
    letter = catalogue.get(context.code)
    return [r.element.within or r.element.name for r in letter.required(context)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_sample_composes_and_passes_for_every_recipient(code, line, language):
    for recipient in RECIPIENTS:
        context = specimen.specimen(code, line, language=language, recipient=recipient)
        proof.require(context, compose.html(context))


def test_each_required_element_removed_in_turn_is_refused_by_name(code, line):
    context = specimen.specimen(code, line)
    page = parse(compose.html(context))
    for name in dict.fromkeys(required_names(context)):
        assert_each_removal_is_missed(context, page, name)


def test_what_a_copy_must_show_removed_in_turn_is_refused_by_name(code, line):
    of_the_member = required_names(specimen.specimen(code, line))
    for recipient in ("representative", "provider"):
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
        if requirement.when == "window_open":
            continue
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


def test_a_date_whose_words_differ_from_its_machine_date_is_refused():
    context = specimen.specimen("denial", "medicaid")
    html = compose.html(context).replace(">March 5, 2027<", ">March 15, 2027<")
    assert "appeal_deadline" in {m.element for m in proof.check(context, html)}


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("plan.phone", "plan_phone"),
        ("plan.name", "plan_name"),
        ("plan.lines.0", "plan_address"),
        ("plan.appeals.phone", "appeal_where"),
        ("plan.appeals.lines.1", "appeal_where"),
        ("plan.fair_hearing.phone", "fair_hearing"),
        ("member.name", "member_name"),
        ("member.member_id", "member_id"),
        ("case.ref", "case_number"),
        ("recipient.lines.0", "recipient_address"),
        ("services.0.reason", "specific_reason"),
        ("services.0.criterion", "criterion"),
        ("services.0.code", "what_was_decided"),
    ],
)
def test_a_page_that_says_another_fact_than_the_case_is_refused(path, element):
    context = specimen.specimen("denial", "medicaid")
    html = compose.html(context)
    changed = with_fact(context, path, "Something Else 9")
    assert element in {m.element for m in proof.check(changed, html)}


def test_two_denied_lines_with_one_reason_need_it_twice():
    context = specimen.specimen("denial", "medicaid")
    twin = with_fact(context, "services", (context.services[0], context.services[0]))
    page = without_node(parse(compose.html(twin)), "specific_reason", 1)
    assert "specific_reason" in {m.element for m in proof.check_page(twin, page)}


def test_a_first_sentence_that_says_another_outcome_is_refused():
    context = specimen.specimen("denial", "medicaid")
    html = compose.html(context).replace("We denied your request", "We looked at your request")
    assert "first_sentence" in {m.element for m in proof.check(context, html)}


def test_a_label_cannot_speak_for_the_first_sentence():
    context = with_fact(specimen.specimen("denial", "medicaid"), "services.0.label", "denied chair")
    html = compose.html(context).replace("We denied your request", "We looked at your request")
    assert "first_sentence" in {m.element for m in proof.check(context, html)}


def test_nothing_may_stand_before_the_first_sentence():
    context = specimen.specimen("approval", "medicare")
    html = compose.html(context).replace("<main>", "<main><p>Good news about other things.</p>")
    assert "first_sentence" in {m.element for m in proof.check(context, html)}


def test_a_letter_whose_outcome_is_not_its_own_is_refused():
    context = specimen.specimen("denial", "medicaid")
    with pytest.raises(LetterRefused, match="tells of denied; the decision is 'approved'"):
        compose.html(with_fact(context, "decision.outcome", "approved"))


@pytest.mark.parametrize("slip", ["{{ c.plan.name }}", "None", "undefined", "{% if %}"])
def test_a_slip_of_a_template_is_refused(slip):
    context = specimen.specimen("approval", "medicaid")
    html = compose.html(context).replace("What to do now", f"What {slip} now")
    assert "text" in {m.element for m in proof.check(context, html)}


def test_a_fact_that_looks_like_a_slip_is_not_one():
    reason = "None of the records show {{ weakness }}; the form says null and undefined."
    context = with_fact(specimen.specimen("denial", "medicaid"), "services.0.reason", reason)
    assert proof.check(context, compose.html(context)) == ()


@pytest.mark.parametrize(
    "planted",
    [
        "<img src='asset:x'>",
        "<script>1</script>",
        "<a href='https://example.org'>here</a>",
        "<link rel='stylesheet' href='x.css'>",
        "<style>p { display: none }</style>",
        "<object data='x'></object>",
        "<p style='color: white'>white</p>",
        "<p onclick='x()'>click</p>",
        "<svg><image href='x'/></svg>",
    ],
)
def test_markup_that_is_not_plain_text_is_refused(planted):
    context = specimen.specimen("approval", "medicaid")
    html = compose.html(context).replace("</main>", f"{planted}</main>")
    assert "markup" in {m.element for m in proof.check(context, html)}


def test_a_page_in_another_language_than_the_letter_is_refused():
    context = specimen.specimen("approval", "medicaid")
    html = compose.html(context).replace('<html lang="en">', '<html lang="es">')
    assert "language" in {m.element for m in proof.check(context, html)}


def test_a_title_without_the_case_number_is_refused():
    context = specimen.specimen("approval", "medicaid")
    html = compose.html(context).replace(f"– {context.case.ref}</title>", "</title>")
    assert "title" in {m.element for m in proof.check(context, html)}


def test_one_language_missing_from_the_language_block_is_refused():
    context = specimen.specimen("denial", "marketplace")
    html = compose.html(context).replace("Nếu bạn nói tiếng Việt", "…")
    missing = [m for m in proof.check(context, html) if m.element == "language_block"]
    assert any("Tiếng Việt" in m.sentence for m in missing)


def test_the_medicare_notice_keeps_the_order_of_the_official_form():
    context = specimen.specimen("denial", "medicare")
    root = parse(compose.html(context))
    rights = next(n for n in root.iter("section") if n.get("class") == "rights")
    nodes = list(rights)
    for node in nodes:
        rights.remove(node)
    rights.extend(reversed(nodes))
    sentences = [m.sentence for m in proof.check_page(context, root)]
    assert any("the other way round" in s for s in sentences)


def test_continuation_is_required_only_where_care_was_authorized():
    context = specimen.specimen("denial", "medicaid")
    plain = with_fact(context, "rights", Rights())
    html = compose.html(with_fact(plain, "dates.continue_by", None))
    assert "keep it going" not in html
    with pytest.raises(LetterRefused, match="continuation_deadline"):
        compose.html(with_fact(context, "dates.continue_by", None))


def test_an_administrative_denial_needs_no_criterion_and_a_clinical_one_does():
    context = with_fact(specimen.specimen("denial", "medicaid"), "services.0.criterion", "")
    compose.html(with_fact(context, "decision.ground", "administrative"))
    with pytest.raises(LetterRefused, match="criterion"):
        compose.html(with_fact(context, "decision.ground", ""))


def test_a_marketplace_denial_needs_what_would_help_or_a_word_that_nothing_would():
    context = with_fact(specimen.specimen("denial", "marketplace"), "decision.perfect", ())
    with pytest.raises(LetterRefused, match="information_to_perfect"):
        compose.html(context)
    html = compose.html(with_fact(context, "decision.nothing_would_help", True))
    assert "no more facts that would change our answer" in html


def test_an_external_review_without_a_known_reviewer_says_how_one_is_chosen():
    context = specimen.specimen("external_review_started", "marketplace")
    soon = with_fact(with_fact(context, "reviewer", None), "dates.info_by", None)
    html = compose.html(soon)
    assert proof.check(soon, html) == ()
    assert "An outside reviewer is chosen next" in html


def test_a_letter_for_a_line_that_has_none_is_refused():
    context = with_fact(specimen.specimen("deemed_denial", "medicaid"), "line", "medicare")
    with pytest.raises(ContextRefused, match="no letter 'deemed_denial' for medicare"):
        compose.html(context)


def test_a_missing_optional_part_that_a_template_speaks_of_raises_and_prints_nothing():
    context = with_fact(specimen.specimen("extension", "medicaid"), "extension", None)
    with pytest.raises(LetterRefused, match="extension_reason"):
        compose.html(context)


def test_a_deadline_of_an_hour_clock_is_said_to_the_minute_in_its_zone():
    instant = datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    deadline = Deadline.moment(instant, "America/New_York")
    context = with_fact(
        specimen.specimen("request_received", "medicare"), "dates.decide_by", deadline
    )
    html = compose.html(context)
    assert (
        '<time datetime="2027-03-14T03:30-04:00">March 14, 2027, at 3:30 a.m. Eastern time' in html
    )
    assert proof.check(context, html) == ()


def test_a_zone_without_a_name_is_refused_with_the_fix():
    deadline = Deadline.moment(datetime(2027, 3, 4, tzinfo=UTC), "Asia/Tokyo")
    context = with_fact(
        specimen.specimen("request_received", "medicare"), "dates.decide_by", deadline
    )
    with pytest.raises(ContextRefused, match="Asia/Tokyo has no name"):
        compose.html(context)


def test_a_plain_date_is_said_as_people_say_it():
    context = specimen.specimen("approval", "medicaid", language="es")
    moved = with_fact(context, "issued_on", date(2027, 3, 1))
    assert '<time datetime="2027-03-01">1 de marzo de 2027</time>' in compose.html(moved)
