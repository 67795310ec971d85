"""What is asked when a case is given back or set aside, or kept from most of the staff. Tables
only.
"""

from typing import Final

from casework.web.staff.step_asked import Step

STEPS: Final = {
    ("", "refuse_work"): Step(
        lead="The next in turn gets it. Your reason is kept; after three refusals, or eight hours,"
        " it goes onto the supervisors’ list.",
        button="Give it back",
    ),
    ("", "hold"): Step(
        lead="It leaves your list until that morning, or until papers come in. The clock runs on:"
        " a hold never goes beyond what is due.",
        button="Put it on hold",
    ),
    ("", "restrict_case"): Step(
        lead="Only those who may see restricted cases find it from now on. Whoever has it and may"
        " not see it loses it: it lies with nobody then.",
        button="Restrict the case",
    ),
    ("", "lift_restriction"): Step(
        lead="When no other ground stands, everybody who works for this contract sees it again.",
        button="Lift the restriction",
    ),
    ("", "end_hold"): Step(lead="It is on the list again.", button="End the hold"),
}

NOTES: Final = {
    "refuse_work": "Not this one",
    "hold": "Put on hold",
    "end_hold": "End the hold",
    "restrict_case": "Restrict the case",
}
