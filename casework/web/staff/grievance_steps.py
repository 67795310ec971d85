"""What the steps of a grievance beside its answer ask: issues, severity, dispute, corrective
actions, peer review. Tables only."""

from typing import Final

from casework.web.staff.step_asked import Step

STEPS: Final = {
    ("", "add_issue"): Step(
        lead="One complaint can hold several issues. Each gets its own category and finding;"
        " the letter answers them all. Where its clock is sooner, the case goes by it from now on.",
        button="Write the issue down",
    ),
    ("", "find_issue"): Step(
        lead="What you found on this one issue, and what shows it. The outcome of the complaint"
        " follows from the findings of all.",
        button="Record the finding",
    ),
    ("", "rate_severity"): Step(
        lead="How serious it is, and why. It moves no clock.", button="Record how serious it is"
    ),
    ("", "answer_dispute"): Step(
        lead="Ask it in so many words: “Do you also want us to change a decision about your care?”"
        " If yes, an appeal of that decision is opened now, as received when the complaint was, and"
        " the complaint goes on beside it. If nothing but the decision is disputed, go on with the"
        " whole as an appeal instead.",
        button="Record the answer",
    ),
    ("", "open_corrective_action"): Step(
        lead="Somebody owes it from now on, until a proof says that it was done. Answering the"
        " complaint does not end it.",
        button="Open the corrective action",
    ),
    ("", "move_corrective_action"): Step(
        lead="Another person or another day. How often it was moved stays visible.",
        button="Move it",
    ),
    ("", "complete_corrective_action"): Step(
        lead="Done means proven: name the paper or the record that shows it.",
        button="Record that it is done",
    ),
    ("grievance", "refer_quality_of_care"): Step(
        lead="Everybody on the case sees that it was asked. What you ask here, and what is"
        " found, is read only by those who may see restricted cases.",
    ),
    ("grievance", "record_clinical_finding"): Step(
        lead="The peer review is privileged: it is in no letter and in no case file. What the"
        " member is told is written in the resolution, in other words.",
        button="Sign the peer review",
    ),
    ("grievance", "recategorize"): Step(
        lead="The clock follows the category: “Look at the categories” on the case shows what each"
        " one brings.",
    ),
}
NOTES: Final = {
    "add_issue": "One more issue",
    "find_issue": "Finding of an issue",
    "rate_severity": "How serious it is",
    "answer_dispute": "Does it also dispute a decision?",
    "open_corrective_action": "Open a corrective action",
    "move_corrective_action": "Move a corrective action",
    "complete_corrective_action": "A corrective action is done",
}
