"""A rule as a sentence of a policy: what must be done by when, in which cases. Tables of words and
the grammar that joins them; it computes no due."""

from collections.abc import Iterable, Iterator

from sla.events import CONSEQUENCES
from sla.terms import Rule
from sla.values import Policies

_NOUNS = {
    "prior_auth": "request",
    "appeal": "appeal",
    "grievance": "grievance",
    "external_review": "external review",
}
# What an external review is called on a line, and who decides it.
_REVIEWS = {
    "medicaid": ("State fair hearing", "The State"),
    "medicare": ("external review", "The independent review entity"),
    "marketplace": ("external review", "The review organization"),
}
_SERVICES = {
    ("medicaid", "medical"): "for anything but an outpatient drug",
    ("medicare", "medical"): "for anything but a Part B drug",
    ("medicaid", "outpatient_drug"): "for an outpatient drug",
    ("medicare", "part_b_drug"): "for a Part B drug",
}
_TIMINGS = {
    frozenset({"pre_service", "concurrent"}): "",
    frozenset({"post_service"}): "for a service already given",
    frozenset({"concurrent"}): "during a course of treatment",
}
_ABOUT = {
    "extension": "an extension",
    "refused_expedite": "a refusal to expedite",
    "access": "access to care",
    "billing": "billing",
}
_FAST = frozenset({"fast", "expedited"})
_BODIES = {
    "plan": "the plan itself",
    "fair_hearing": "a State fair hearing",
    "ire": "the independent review entity",
    "alj": "an administrative law judge or the Council",
    "iro": "the review organization",
}
_CONDITIONS = {
    ("pa_required", "yes"): "where prior authorization is required",
    ("pa_required", "no"): "where prior authorization is not required",
    ("course_left", "24 hours or more"): "asked for at least 24 hours before the course ends",
    ("course_left", "less"): "",
    ("benefits_continued", "yes"): "where benefits go on during the appeal",
    ("external_process", "federal"): "in the federal process of external review",
    ("external_process", "state"): "in the State's process of external review",
    ("ground", "ordinary"): "",
    ("ground", "fraud"): "where fraud is probable",
    ("ground", "exempt"): "where the law asks for no advance notice",
}
# Clock -> how its sentence begins; {case} is the kind of case with its adjectives.
_DUTIES = {
    "written_notice": "Confirm in writing what was told orally on {case}",
    "denial_notice": "Send the denial notice of {case}",
    "acknowledgement": "Acknowledge {case} in writing",
    "extension_notice": "Send the letter about an extension of {case}",
    "downgrade_notice": "Send the letter that {case} is not expedited",
    "information_request": "Say what is missing from {case}",
    "forward_to_ire": "Forward {case} that was not decided for the member to the independent review"
    " entity",
    "preliminary_review": "Complete the preliminary review of {case}",
    "eligibility_notice": "Tell the result of the preliminary review of {case}",
    "file_to_reviewer": "Send the documents of {case} to the review organization",
}
_RIGHTS = {
    "prior_auth": "appeal",
    "grievance": "file a grievance",
    ("appeal", "medicaid"): "ask for a State fair hearing",
    ("appeal", "medicare"): "ask for a review of the dismissal of an appeal",
    ("appeal", "marketplace"): "ask for an external review",
}
_FROM = {
    "received": "of receipt",
    "fast_track": "of receipt (or of the later request to expedite)",
    "complete_information": "from complete information",
    "urgent_and_incomplete": "of the start of its clock, where it came in incomplete",
    "reviewer_received": "of having the request",
    "reviewer_assigned": "of the assignment of the review organization",
    "preliminary_completed": "of the end of that review",
    "oral_decision": "of the decision told orally",
    "expedite_refused": "of the refusal told orally",
    "extended": "of the decision to extend",
    "reversal": "of the reversal or of its receipt",
    "notice_date": "from the date printed on the notice",
    "notice_receipt": "from receipt of the notice",
    "dismissal_date": "from the date printed on the dismissal",
    "incident": "from the event that it is about",
    "reduction_sent": "from the day on which the notice of reduction was sent",
    "adverse_sent": "from the day on which the adverse notice was sent",
}
_GROUNDS = {
    "need_information": "it needs more information, in the member's interest",
    "noncontract_evidence": "evidence from outside the network may change a denial",
    "extraordinary": "the circumstances are extraordinary, in the member's interest",
    "beyond_control": "matters beyond its control make it necessary",
    "missing_information": "information is missing; the time then stands still until it arrives",
}


def sentence(rule: Rule) -> str:
    """The rule as one sentence, such as `Decide a standard request for anything but an outpatient
    drug and tell the result within 7 calendar days of receipt.`"""
    conditions = [words for words in _conditions(rule) if words]
    where = f", {', '.join(conditions)}" if conditions else ""
    return f"{_lead(rule)} {_time(rule)}{where}."


def extension_sentence(rule: Rule) -> str:
    """Who may extend the time and by how much; empty where nobody may."""
    if rule.follows:
        return "An extension of the federal time extends this one too."
    terms = rule.extension
    if terms is None:
        return ""
    once = ", once" if terms.once else " in all"
    whys = []
    if terms.asked_by:
        whys.append(f"when the {' or the '.join(sorted(terms.asked_by))} asks")
    whys += [f"when the plan finds that {_GROUNDS[g]}" for g in sorted(terms.plan_grounds)]
    return f"By {terms.days} calendar days{once}: {'; or '.join(whys)}."


def missed_sentence(rule: Rule) -> str:
    """What the law makes of it when the time is missed; empty where it makes nothing of it."""
    return CONSEQUENCES[rule.consequence] if rule.consequence else ""


def _lead(rule: Rule) -> str:
    line = min(rule.line)
    if rule.clock == "decision":
        if "external_review" in _kinds(rule):
            return f"{_REVIEWS[line][1]} decides {_case(rule)}"
        return f"Decide {_case(rule)} and tell the result"
    if rule.clock in _DUTIES:
        return _DUTIES[rule.clock].format(case=_case(rule))
    if rule.clock in ("effectuation", "provision"):
        does = "Authorize, provide or pay" if rule.clock == "effectuation" else "Provide"
        return f"{does} what was denied{_of_what(rule)}, once {_ordered(rule)} reversed it,"
    if rule.clock == "earliest_action":
        return "Act on a reduction or termination not before"
    if rule.clock == "continuation_window":
        return "The member may ask to keep benefits going until"
    if rule.clock == "perfect_request":
        return "The member may complete an incomplete request for review until"
    return f"The member may {_right(rule, line)}"


def _kinds(rule: Rule) -> frozenset[str]:
    return rule.values_of("kind") or frozenset(_NOUNS)


def _case(rule: Rule) -> str:
    kinds = [kind for kind in _NOUNS if kind in _kinds(rule)]
    line = min(rule.line)
    nouns = [_REVIEWS[line][0] if kind == "external_review" else _NOUNS[kind] for kind in kinds]
    speed = _speed(rule)
    first = f"{speed} {nouns[0]}" if speed else nouns[0]
    article = "an" if first[0] in "aeiou" else "a"
    return " ".join((f"{article} {first}", *(f"or {noun}" for noun in nouns[1:]))) + _of_what(rule)


def _speed(rule: Rule) -> str:
    for name in ("track", "priority"):
        values = rule.values_of(name)
        if values is not None:
            return "fast-track" if values <= _FAST else "standard"
    return ""


def _of_what(rule: Rule) -> str:
    """Service, timing and what a grievance is about, each after a blank."""
    said = []
    services = rule.values_of("service")
    if services is not None and len(services) == 1:
        said.append(_SERVICES[min(rule.line), min(services)])
    timing = rule.values_of("timing")
    if timing is not None:
        said.append(_TIMINGS[timing])
    about = rule.values_of("about")
    if about is not None:
        said.append("about " + _about(about))
    return "".join(f" {words}" for words in said if words)


def _about(about: frozenset[str]) -> str:
    if "other" not in about:
        return _or(words for name, words in _ABOUT.items() if name in about)
    return "anything but " + _or(words for name, words in _ABOUT.items() if name not in about)


def _ordered(rule: Rule) -> str:
    bodies = rule.values_of("ordered_by") or frozenset(_BODIES)
    return _or(words for name, words in _BODIES.items() if name in bodies)


def _right(rule: Rule, line: str) -> str:
    kinds = _kinds(rule)
    for kind in ("prior_auth", "grievance"):
        if kind in kinds:
            return _RIGHTS[kind]
    return _RIGHTS["appeal", line]


def _time(rule: Rule) -> str:
    if rule.words is not None:
        return _worded(rule)
    anchor = _FROM[rule.anchor]
    figure = f"{rule.amount} {rule.unit if rule.amount != 1 else rule.unit.removesuffix('s')}"
    if rule.policy is not None:
        usual = getattr(Policies(), rule.policy)
        figure = f"as many {rule.unit} as the contract sets ({usual} unless it says otherwise)"
    lead = "" if rule.clock in ("earliest_action", "continuation_window") else "within "
    return f"{lead}{figure} {anchor}"


def _worded(rule: Rule) -> str:
    words = rule.words or ""
    if rule.clock in ("continuation_window", "earliest_action", "perfect_request"):
        same_day = "the day on which the notice was sent"
        words = words.replace("the same day", same_day)
        return words.replace("from sending", "after the notice was sent")
    if words[:1].isdigit():
        return f"within {words}"
    return f"at the latest {words}" if words.startswith("when") else words


def _conditions(rule: Rule) -> Iterator[str]:
    if rule.clock in ("effectuation", "provision") and _speed(rule):
        yield f"where the appeal was {_speed(rule)}"
    for name, values in rule.when:
        if name == "asked_by":
            yield "where " + _or(f"the {who}" for who in sorted(values)) + " asked for it"
        elif len(values) == 1:
            yield _CONDITIONS.get((name, min(values)), "")


def _or(words: Iterable[str]) -> str:
    *most, last = list(words)
    return f"{', '.join(most)} or {last}" if most else last
