"""How the story is told while it plays: one line a step, a progress bar, and waiting by looking.

It waits for the worker only through the API. What does not come true breaks the story.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress, TaskID

from casework import now
from casework.services import operations
from casework.story.cast import Cast
from casework.story.place import Place

WAIT_SECONDS: Final = 120.0
LOOK_EVERY: Final = 0.4


class StoryBroke(Exception):
    """Something did not come true; the sentence says what."""


@dataclass
class Tale:
    """The story so far: where it plays, who plays, and the cases by the name they have in it."""

    place: Place
    cast: Cast
    console: Console
    progress: Progress
    task: TaskID
    cases: dict[str, str] = field(default_factory=dict)

    def told(self, sentence: str) -> None:
        """One step is done."""
        self.progress.console.print(f"[green]✓[/] {sentence}", highlight=False)
        self.progress.advance(self.task)

    def expect(self, true: bool, sentence: str) -> None:
        """Raises StoryBroke with this sentence where it is not true."""
        if not true:
            raise StoryBroke(sentence)

    def wait(self, what: str, look: Callable[[], Any]) -> Any:
        """Look until there is an answer. Raises StoryBroke when none comes in time."""
        until = now.monotonic() + WAIT_SECONDS
        while now.monotonic() < until:
            found = look()
            if found:
                return found
            self.place.household.look()
            time.sleep(LOOK_EVERY)
        raise StoryBroke(f"{what}: nothing came within {WAIT_SECONDS:g} seconds.")

    def letters(self, ref: str) -> list[dict[str, Any]]:
        """The letters of a case, as compliance sees them."""
        found: list[dict[str, Any]] = (
            self.cast["compliance"].get(f"/api/v1/cases/{ref}/letters").json
        )
        return found

    def await_letter(self, name: str, code: str) -> None:
        """Wait until the real worker has sent this letter of this case to the member."""
        ref = self.cases[name]

        def look() -> bool:
            mine = [
                letter
                for letter in self.letters(ref)
                if letter["code"] == code and letter["recipient"] == "member"
            ]
            refused = [letter for letter in mine if letter["state"] == "refused"]
            self.expect(not refused, f"The letter {code} of {ref} was refused: {refused}")
            return any(letter["state"] == "sent" for letter in mine)

        self.wait(f"The letter {code} of {ref}", look)

    def pass_time(self, span: timedelta) -> None:
        """Move case time forward, as a demonstration may."""
        cx = self.place.database.context()
        operations.move_time(cx, cx.now + span)
