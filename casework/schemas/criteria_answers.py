"""What an office sends as its answers to the questions of medical policies, with its request."""

from casework.schemas.fields import OneOf, Text, Whole
from casework.schemas.strict import Incoming, needed, told

MOST_ANSWERS = 200


class CriteriaAnswerIn(Incoming):
    """The office's answer to one question of a medical policy (GET /medical-policies/{code})."""

    policy = Text(
        most=24,
        **needed("Send the code of the medical policy, such as MP-014."),
        metadata=told("Code of the medical policy.", "MP-014"),
    )
    version = Whole(
        least=1,
        most=9999,
        **needed("Send the version of the policy whose questions you answered."),
        metadata=told("The version that you read; it must be in force on the day of receipt.", 1),
    )
    criterion = Text(
        most=20,
        **needed("Send the number of the criterion, such as S1."),
        metadata=told("A criterion of that version that is marked `asked`.", "S1"),
    )
    answer = OneOf(
        "yes",
        "no",
        "not_known",
        **needed("Send the answer: yes, no or not_known."),
        metadata=told("Whether it is so, as far as the office knows.", "yes"),
    )
    note = Text(most=500, lines=True, load_default="", metadata=told("In a few words."))
    line = Whole(
        least=1,
        most=99,
        load_default=None,
        metadata=told("The number of the line; left out, each line that the policy is about."),
    )
