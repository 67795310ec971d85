"""In which States a clinician who decides against a member may be licensed, as the contract says
it: its workflow key. Pure; whether a licence stands is judged elsewhere.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

KEY: Final = "licence_states"
MOST: Final = 56
# The States, the District and the territories, as licences name them.
STATES: Final = frozenset(
    """
    AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT
    NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY
    """.split()  # noqa: SIM905 - a table of words reads better without quotes
)
_CODE: Final = re.compile(r"[A-Z]{2}")


def of(workflow: Mapping[str, Any]) -> tuple[str, ...]:
    """The States that this workflow names; empty: the State of the contract alone."""
    return tuple(workflow.get(KEY) or ())


def faults(said: Any) -> dict[str, str]:
    """What is wrong with what a contract says of them, by field; nothing where it says nothing."""
    if said is None:
        return {}
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        return {KEY: 'Give a list of States by their two letters, like ["OH", "IN"].'}
    wrong = [each for each in said if not _CODE.fullmatch(each) or each not in STATES]
    if wrong:
        return {KEY: f"{wrong[0][:20]!r} is no State: write its two letters, like OH."}
    if len(set(said)) != len(said):
        return {KEY: "A State stands there twice: name each once."}
    return {}
