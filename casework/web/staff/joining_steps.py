"""How joining, parting, renaming and substituting are asked, and what their links are called.
Tables only."""

from typing import Final

from casework.web.staff.step_asked import Step

STEPS: Final = {
    ("", "merge"): Step(
        lead="The case that came first goes on, with its receipt, its clock and its number. The"
        " later one ends in it: its papers, offices, fast track, care that goes on, issues and open"
        " tasks come along, a day that was promised there is kept, and whoever filed it gets a"
        " letter. It is not undone; what was wrongly joined is parted again.",
        button="Join the two cases",
    ),
    ("", "split"): Step(
        lead="This case goes on as it is. The part gets a case of its own with the same receipt,"
        " the same papers and the same filer, and its own clock; whoever filed it gets a letter"
        " with both numbers. A consent does not cover the new appeal.",
        button="Part it into two",
    ),
    ("", "take_as_request"): Step(
        lead="It asks for care on which nothing was decided yet. It ends here and goes on as a"
        " request with its own clock, reckoned from the day on which this came. What was denied is"
        " appealed instead.",
    ),
    ("", "take_as_dispute"): Step(
        lead="It is about money for care that was given. It ends here and goes on as the office's"
        " own dispute, reckoned from the day on which this came. The member's own right to appeal"
        " stays, and the member owes nothing because of it.",
    ),
    ("", "take_as_appeal"): Step(
        lead="The member lets the office appeal. It ends here and goes on as the member's appeal,"
        " reckoned from the day on which this came, with the member's rights and letters.",
        labels=(("papers", "The signed consent"),),
    ),
    ("", "substitute_party"): Step(
        lead="Letters to the member go to whoever takes the place. Where the member died, care that"
        " went on ends, nobody is pointed to the portal any more, and on each other open case"
        " somebody must say who goes on.",
    ),
    ("", "add_party"): Step(
        lead="The office sees this case, its letters and its days from now on.",
    ),
}
# What a link is called on the page of a case, by relation and direction.
LINKS: Final = {
    ("merged", True): "Goes on in",
    ("merged", False): "Took in",
    ("converted", True): "Goes on as",
    ("converted", False): "Came from",
    ("split", True): "A part of it is",
    ("split", False): "Was a part of",
}
