"""What is asked about a letter that left: that it came back, that it goes out again, whether it
left. Tables only.
"""

from typing import Final

from casework.web.staff.step_asked import Step

STEPS: Final = {
    ("", "record_return"): Step(
        lead="The copy is marked as returned. The address is not used again before somebody puts it"
        " right, other ways are tried at once, and finding the address is a task for tomorrow.",
        button="Record that it came back",
        labels=(("envelope", "Scan of the envelope, if there is one"),),
    ),
    ("", "reissue_letter"): Step(
        lead="A new letter goes out, with its reason; the first stays as it was sent. What never"
        " arrived, or arrived wrong, bears the day on which it leaves, and the member’s time counts"
        " from then. A second copy is the exact pages behind a cover and starts no new time.",
        button="Send it again",
    ),
    ("", "try_letter_again"): Step(
        lead="Mend first what it lacks: publish the address, put the case right. As it stands: it"
        " is checked now and made at once. With new words: it waits until somebody put its words"
        " anew and released it.",
        button="Try it again",
    ),
    ("", "correct_address"): Step(
        lead="Every later letter to the member goes there. The old address stays in the history.",
        button="Put the address right",
    ),
    ("", "answer_doubt"): Step(
        lead="Ask the carrier by the key first. What you say is written down with your name;"
        " nothing is sent again because of it.",
        button="Write the answer down",
    ),
    ("", "record_mailing"): Step(
        lead="Ask the print vendor by the key of the copy and its batch. Mailed: the notice counts"
        " from that day. Never mailed: it counts as not sent, its clock runs again, and the letter"
        " must be sent once more.",
        button="Write the answer down",
    ),
}
NOTES: Final = {
    "correct_address": "Put the member’s address right",
    "record_return": "A letter came back",
    "reissue_letter": "Send a letter again",
    "answer_doubt": "Did this copy leave?",
    "record_mailing": "Was this copy mailed?",
    "try_letter_again": "Try a letter again",
}
