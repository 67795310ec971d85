"""The gate, case by case: facts, dates, first sentence, order, markup, conditions."""

from datetime import UTC, date, datetime

import pytest

from letters import compose, proof, specimen
from letters.context import Deadline, Rights
from letters.facts import resolve
from letters.markup import parse
from letters.refusals import ContextRefused, LetterRefused
from tests.letters.letter_desk import with_fact, without_node


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


def test_a_denial_of_payment_says_so_in_its_first_sentence():
    context = with_fact(specimen.specimen("denial", "medicare"), "case.timing", "post_service")
    html = compose.html(context)
    assert "We denied payment for this care: power wheelchair." in html
    assert proof.check(context, html) == ()


def test_a_letter_for_a_line_that_has_none_is_refused():
    context = with_fact(specimen.specimen("deemed_denial", "medicaid"), "line", "marketplace")
    with pytest.raises(ContextRefused, match="no letter 'deemed_denial' for marketplace"):
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


def test_a_cut_that_would_take_effect_too_early_is_refused_with_the_law():
    context = specimen.specimen("reduction", "medicaid")
    early = with_fact(context, "decision.effective_on", date(2027, 2, 14))
    with pytest.raises(LetterRefused, match=r"2027-02-14 is before 2027-02-15.*438\.404\(c\)\(1\)"):
        compose.html(early)
    on_the_day = with_fact(context, "decision.effective_on", date(2027, 2, 15))
    assert proof.check(on_the_day, compose.html(on_the_day)) == ()


def test_a_reduction_says_what_is_left_and_an_end_has_nothing_left():
    reduced = specimen.specimen("reduction", "medicaid")
    with pytest.raises(LetterRefused, match="still_approved"):
        compose.html(with_fact(reduced, "decision.remaining", ""))
    ended = with_fact(
        with_fact(reduced, "decision.remaining", ""), "decision.outcome", "terminated"
    )
    assert "What you can still get" not in compose.html(ended)


def _with_english(*paths: str):
    english = specimen.specimen("denial", "medicaid")
    context = specimen.specimen("denial", "medicaid", language="es")
    texts = []
    for path in paths:
        texts.append(resolve(english, path)[0])
        context = with_fact(context, path.replace("denied", "services.0"), texts[-1])
    return with_fact(context, "english", tuple(texts))


def test_english_words_in_a_spanish_letter_are_marked_and_their_note_is_required():
    context = _with_english("denied.reason")
    html = compose.html(context)
    assert proof.check(context, html) == ()
    assert f'<span class="theirs" lang="en">«{context.services[0].reason}»</span>' in html
    assert "están en inglés" in html
    page = without_node(parse(html), "words_note", 0)
    assert "words_note" in {m.element for m in proof.check_page(context, page)}


def test_a_letter_all_in_its_own_language_has_no_such_note():
    for language in ("en", "es"):
        html = compose.html(specimen.specimen("denial", "medicaid", language=language))
        assert "«" not in html
        assert "words_note" not in html
