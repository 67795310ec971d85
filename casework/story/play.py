"""The story from its first request to the proof that nothing was rewritten.

On a throw-away database, through real processes and the doors that everybody uses. The exit code is
0 only when every step came true.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from casework import now
from casework.config import Settings
from casework.errors import Problem
from casework.seed import planting
from casework.story import appeals, proof, requests
from casework.story.cast import assemble
from casework.story.door import Refused
from casework.story.place import a_place
from casework.story.tale import StoryBroke, Tale

CHAPTERS: Final[tuple[Callable[[Tale], None], ...]] = (
    requests.left_alone,
    requests.over_fhir,
    requests.pended_and_denied,
    appeals.overturned,
    requests.more_time,
    requests.not_faster,
    requests.for_medicare,
    appeals.medicare,
    requests.for_the_marketplace,
    appeals.marketplace,
    appeals.grievance,
    requests.escalated,
)
STEPS: Final = 29
SEED: Final = 1


def play(console: Console, *, letters: Path, keep: bool = False) -> int:
    """Play it all and say so; returns the exit code (0 when every step and check held)."""
    started = now.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("The story", total=STEPS)

        def note(sentence: str) -> None:
            progress.console.print(f"  {sentence}", highlight=False)

        try:
            with a_place(keep=keep, note=note, prepare=_a_town) as place:
                tale = Tale(place, assemble(place), console, progress, task)
                tale.told("A throw-away house is served: web server, worker and beat are running")
                for chapter in CHAPTERS:
                    chapter(tale)
                kept = proof.keep_letters(tale, letters)
                proof.audit_holds(tale)
        except (StoryBroke, Refused, Problem) as broke:
            console.print(f"[red]✗[/] The story broke. {broke}", highlight=False)
            return 1
    console.print(proof.table_of(kept, letters))
    seconds = timedelta(seconds=round(now.monotonic() - started))
    console.print(f"[green]✓[/] The story came true in {seconds}.", highlight=False)
    return 0


def _a_town(settings: Settings) -> None:
    """The people of the demo town, without its past."""
    as_of = now.wall().replace(minute=0, second=0, microsecond=0)
    planting.plant(settings, cases=0, seed=SEED, as_of=as_of)
