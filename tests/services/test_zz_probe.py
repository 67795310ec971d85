import pytest
from datetime import timedelta
from casework.services.operations import move_time
from casework.services import *
from casework.services import endings, appeal_review, contacts, external_reviews, external_file, external_decisions, papers, grievances, grievance_findings, desk
from casework.records.determinations import LineRuling
from casework.records.incoming import Came
from casework.records.reversals import Effectuation
from casework.worker import Worker
from tests.builders import MONDAY
from tests.services import stages
from tests.services.stages import CONTRACTS

@pytest.fixture(scope="module")
def house(database, settings):
    made = stages.a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made

@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()

def show(house, *refs):
    for r in refs:
        s=stages.look(house, r)
        print(r, s.case.state, s.case.outcome, "open" if s.case.open else "closed", s.happened)
        for c in s.clocks.values(): print("   ", c.name, c.layer, c.rule, c.state, c.due_at, c.owner)
        for o in s.owed: print("    OWED", o.kind, o.done_at, o.due_at, o.owner_role)
        print("    LETTERS", [(l.code, l.recipient, l.state, l.missing) for l in s.letters])

@pytest.mark.parametrize("contract", CONTRACTS)
def test_part(house, worker, contract):
    about = stages.a_denial(house, contract, **stages.two_lines(house))
    worker.relay()
    ref = stages.a_reviewed_appeal(house, contract, about=about)
    done=stages.decide(house, ref, "overturn_in_part", lines=(LineRuling(number=2,result="approved"),))
    worker.relay()
    stages.carry_out(house, ref); worker.relay()
    show(house, ref)
    ag=house.cx("ag_specialist")
    other = stages.an_appeal(house, contract, about=stages.a_denial(house, contract))
    endings.dismiss(ag, other, None, endings.Dismissal(ground="nothing_to_appeal", evidence="No number."))
    third = stages.an_appeal(house, contract, about=stages.a_denial(house, contract))
    worker.relay()
    endings.withdraw(house.member(contract), third, None, endings.Withdrawal(reason="x"))
    worker.relay()
    show(house, other, third)
    assert not stages.unsent(house, ref, other, third)

@pytest.mark.parametrize("contract", ["OH-QHP"])
def test_er(house, worker, contract):
    about = stages.a_denial(house, contract)
    worker.relay()
    ref = stages.decided(house, contract, "uphold", about=about)
    worker.relay()
    er = stages.a_review(house, contract, ref)
    ag=house.cx("ag_specialist")
    external_reviews.start_preliminary_review(ag, er, None)
    external_reviews.find_eligible(ag, er, None)
    worker.relay()
    print(external_file.assign_iro(ag, er, None, external_file.Giving()))
    worker.relay()
    external_file.send_file(ag, er, None, external_file.Sending(proof="Portal receipt 1"))
    papers.reviewer_received(ag, er, None, papers.Arrival(at=MONDAY, proof="x"))
    external_decisions.overturn(ag, er, None, external_decisions.BodyDecision(reference="IRO-1", decided_at=MONDAY))
    worker.relay()
    external_decisions.effectuate(ag, er, None, Effectuation())
    worker.relay()
    show(house, about, ref, er)
    assert not stages.unsent(house, ref, er)

@pytest.mark.parametrize("contract", ["OH-MCD","OH-MCD-2026","OH-MA","MA-2026"])
def test_er_direct(house, worker, contract):
    about = stages.a_denial(house, contract)
    worker.relay()
    ref = stages.a_reviewed_appeal(house, contract, about=about)
    done=stages.decide(house, ref, "uphold")
    worker.relay()
    ag=house.cx("ag_specialist")
    er = done.made.get("external_review") or stages.a_review(house, contract, ref)
    external_file.send_file(ag, er, None, external_file.Sending(proof="Portal receipt 1"))
    papers.reviewer_received(ag, er, None, papers.Arrival(at=MONDAY, proof="x"))
    external_decisions.overturn(ag, er, None, external_decisions.BodyDecision(reference="IRO-1", decided_at=MONDAY))
    worker.relay()
    external_decisions.effectuate(ag, er, None, Effectuation())
    worker.relay()
    show(house, about, ref, er)
    assert not stages.unsent(house, ref, er)

@pytest.mark.parametrize("contract", CONTRACTS)
def test_gr(house, worker, contract):
    ref = stages.a_grievance(house, contract)
    ag=house.cx("ag_specialist")
    grievances.start_investigation(ag, ref, None)
    grievance_findings.resolve(ag, ref, None, grievance_findings.Answer(findings="We looked at the phone log.", outcome="substantiated", corrective_action="We trained the team."))
    worker.relay()
    q = stages.a_grievance(house, contract, category="quality.treatment")
    keeper=house.cx("keeper"); g=house.cx("guardian")
    grievances.start_investigation(ag, q, None)
    print(grievances.refer_quality_of_care(ag, q, None, grievances.Referral(clinician_id=house.user("guardian"))))
    grievance_findings.record_clinical_finding(g, q, None, grievance_findings.ClinicalFinding(finding="ok"))
    grievance_findings.resolve(g, q, None, grievance_findings.Answer(findings="We looked at your care.", outcome="partly_substantiated", corrective_action="We trained the team.", attested=True))
    worker.relay()
    show(house, ref, q)
    about = stages.a_denial(house, contract)
    c = stages.a_grievance(house, contract)
    d = grievance_findings.convert_to_appeal(ag, c, None, grievance_findings.IntoAppeal(about=about, reason="x"))
    worker.relay()
    show(house, c, d.made["appeal"])
    assert not stages.unsent(house, ref, q, c, d.made["appeal"])

def dump(house, settings, *refs):
    from casework.storage import Storage
    import os
    os.makedirs("/tmp/letters", exist_ok=True)
    for r in refs:
        for l in stages.look(house, r).letters:
            if l.recipient=="member":
                open(f"/tmp/letters/{r[:2]}-{l.cause_seq}-{l.code}-{l.title[:5]}.pdf","wb").write(Storage(settings).get(l.sha256))

def test_dump(house, worker, settings):
    contract="OH-MA"
    about = stages.a_denial(house, contract, **stages.two_lines(house))
    worker.relay()
    ref = stages.a_reviewed_appeal(house, contract, about=about)
    done=stages.decide(house, ref, "overturn_in_part", lines=(LineRuling(number=2,result="approved"),))
    worker.relay()
    stages.carry_out(house, ref); worker.relay()
    er=done.made["external_review"]
    ag=house.cx("ag_specialist")
    external_file.send_file(ag, er, None, external_file.Sending(proof="Portal receipt 1"))
    external_decisions.overturn(ag, er, None, external_decisions.BodyDecision(reference="IRE-1", decided_at=MONDAY))
    worker.relay()
    external_decisions.effectuate(ag, er, None, Effectuation())
    worker.relay()
    dump(house, settings, about, ref, er)
    other = stages.an_appeal(house, "OH-MCD", about=stages.a_denial(house, "OH-MCD"))
    endings.dismiss(ag, other, None, endings.Dismissal(ground="nothing_to_appeal", evidence="No number."))
    worker.relay()
    dump(house, settings, other)
    q = stages.a_grievance(house, contract, category="quality.treatment")
    g=house.cx("guardian")
    grievances.start_investigation(ag, q, None)
    grievances.refer_quality_of_care(ag, q, None, grievances.Referral(clinician_id=house.user("guardian")))
    grievance_findings.record_clinical_finding(g, q, None, grievance_findings.ClinicalFinding(finding="ok"))
    grievance_findings.resolve(g, q, None, grievance_findings.Answer(findings="We looked at your care.", outcome="partly_substantiated", corrective_action="We trained the team.", attested=True))
    worker.relay()
    dump(house, settings, q)
