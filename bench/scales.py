"""Fairness of a comparison: what ours and the floor committed is counted, and must be equal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.measure import Stopped
from bench.witness import Witness


@dataclass
class Scales:
    """Both sides of one comparison: what they wrote is counted, and must be equal.

    `now_and_then` are tables that are written by the minute, not by the operation.
    """

    witness: Witness
    now_and_then: frozenset[str] = frozenset()
    spans: dict[str, list[tuple[int, int]]] = field(
        default_factory=lambda: {"ours": [], "floor": []}
    )
    files: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.files = self.witness.file_counts()

    def watched(self, side: str, run: Callable[[], float]) -> Callable[[], float]:
        """The same run, and whatever it commits is put on this side of the scales."""

        def watching() -> float:
            with self.watching(side):
                return run()

        return watching

    @contextmanager
    def watching(self, side: str) -> Iterator[None]:
        """Put on this side what is committed while the block runs."""
        since = self.witness.next_transaction()
        yield
        self.spans[side].append((since, self.witness.next_transaction()))

    def require_equal(self, name: str) -> str:
        """How much both sides left, in words.

        Raises Uneven when one side left other rows, or more files, than the other.
        """
        ours, floor = (self._counts(side) for side in ("ours", "floor"))
        now = self.witness.file_counts()
        ours["files"], floor["files"] = (now[i] - self.files[i] for i in (0, 1))
        if ours != floor:
            differ = [
                f"{table}: {ours.get(table, 0)} of ours, {floor.get(table, 0)} of the floor"
                for table in sorted(ours.keys() | floor.keys())
                if ours.get(table, 0) != floor.get(table, 0)
            ]
            raise Uneven(f"{name}: the floor does not do the same work. " + "; ".join(differ))
        return _words(ours)

    def _counts(self, side: str) -> dict[str, int]:
        counted = self.witness.counts(self.spans[side])
        return {table: n for table, n in counted.items() if table not in self.now_and_then}


def _words(left: dict[str, int]) -> str:
    files = left.pop("files")
    if not left and not files:
        return "neither side left a row or a file"
    found = [_count(sum(left.values()), "row") + " in " + _count(len(left), "table")]
    found += [_count(files, "file")] if files else []
    return f"each side left {', '.join(found)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


class Uneven(Stopped):
    """The floor left other rows than ours: the comparison says nothing."""
