"""What the letters about a case file say: what is enclosed, what is not shown and why, by when.

They say nothing of the services or of any decision: a cover tells no more of health than it must.
"""

import json
from dataclasses import replace
from datetime import date
from typing import Final

from casework.bridge.letter_language import in_language
from casework.bridge.letter_sources import Sources
from letters.context import Deadline, LetterContext

CODES: Final = frozenset({"case_file_sent", "case_file_refused", "case_file_extended"})


def filled(whole: LetterContext, sources: Sources) -> LetterContext:
    """The context with what a letter about a file says; any other letter stays as it is."""
    if whole.code not in CODES:
        return whole
    said = in_language(sources.body, whole.language)
    due_on = json.loads(sources.event.facts).get("due_on", "")
    by = Deadline(on=date.fromisoformat(due_on)) if due_on else None
    return replace(
        whole,
        services=(),
        decision=None,
        enclosed=tuple(said.get("enclosed", ())),
        withheld=tuple(said.get("withheld", ())),
        refusal_reason=str(said.get("reason", "")),
        dates=replace(whole.dates, file_by=by),
    )
