"""How to bring a grievance into each of its states, and how to take each of its steps."""

from casework.services import endings, grievance_findings, grievances
from tests.services import stages, walk_joining, walk_requests
from tests.services.house import House

CONTRACT = "OH-MCD-2026"


def _received(house: House, **said) -> str:
    return stages.a_grievance(house, CONTRACT, **said)


def _investigated(house: House, **said) -> str:
    ref = _received(house, **said)
    grievances.start_investigation(house.cx("ag_specialist"), ref, None)
    return ref


def _pended(house: House, **said) -> str:
    ref = _investigated(house, **said)
    walk_requests.ask(house, ref, "ag_specialist")
    return ref


def _ended(house: House, step) -> str:
    ref = _investigated(house)
    step(house, ref)
    return ref


def _resolve(house: House, ref: str):
    form = grievance_findings.Answer(
        findings="The log shows a wait of two hours.",
        outcome="substantiated",
        corrective_action="More people answer on Mondays.",
    )
    return grievance_findings.resolve(house.cx("ag_specialist"), ref, None, form)


def _withdraw(house: House, ref: str):
    return walk_requests.withdraw(house, ref, f"member of {CONTRACT}")


def _dismiss(house: House, ref: str):
    form = endings.Dismissal(ground="not_about_the_plan", evidence="It is about a shop.")
    return endings.dismiss(house.cx("ag_specialist"), ref, None, form)


def _convert(house: House, ref: str):
    form = grievance_findings.IntoAppeal(
        about=house.told(CONTRACT), reason="It disputes the denial."
    )
    return grievance_findings.convert_to_appeal(house.cx("ag_specialist"), ref, None, form)


def _recategorize(house: House, ref: str):
    form = grievances.NewCategory(category="access.appointment", reason="It is about access.")
    return grievances.recategorize(house.cx("ag_specialist"), ref, None, form)


def _refer(house: House, ref: str):
    form = grievances.Referral(clinician_id=house.user("guardian"))
    return grievances.refer_quality_of_care(house.cx("ag_specialist"), ref, None, form)


def _find(house: House, ref: str):
    form = grievance_findings.ClinicalFinding(finding="The care met the standard.")
    return grievance_findings.record_clinical_finding(house.cx("guardian"), ref, None, form)


def _with_elder(stage):
    """The same stage, where an earlier complaint is open."""

    def staged(house: House) -> str:
        _received(house)
        return stage(house)

    return staged


def _merged(house: House) -> str:
    ref = _with_elder(_received)(house)
    walk_joining.merge(house, ref)
    return ref


STAGES = {
    "received": _received,
    "in_investigation": _investigated,
    "pended": _pended,
    "resolved": lambda house: _ended(house, _resolve),
    "withdrawn": lambda house: _ended(house, _withdraw),
    "dismissed": lambda house: _ended(house, _dismiss),
    "converted": lambda house: _ended(house, _convert),
    "merged": lambda house: _merged(house),
}
STEPS = {
    **walk_requests.shared("ag_specialist"),
    "receive": lambda house, _ref: _received(house),
    "start_investigation": lambda house, ref: grievances.start_investigation(
        house.cx("ag_specialist"), ref, None
    ),
    "recategorize": _recategorize,
    "refer_quality_of_care": _refer,
    "record_clinical_finding": _find,
    "resolve": _resolve,
    "withdraw": _withdraw,
    "dismiss": _dismiss,
    "convert": _convert,
    **walk_joining.JOINED,
    **walk_joining.PARTIES,
}
SPECIAL: dict = {
    ("merge", "received"): _with_elder(_received),
    ("merge", "in_investigation"): _with_elder(_investigated),
    ("merge", "pended"): _with_elder(_pended),
}
OTHERWISE: dict = {}
