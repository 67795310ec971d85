"""Clients as processes: each keeps its connection, all begin at once, the rate is of all together.

A job says how a client starts and what its two sides do; it travels to the processes by pickle.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol

from bench.measure import Pair, Stopped
from bench.scales import Scales

CLIENTS: Final = 4
ROUNDS: Final = 3
Act = Callable[[Any], Any]


class Job(Protocol):
    """The work of a client: two sides, made once in its process."""

    def start(self) -> Mapping[str, Act]:
        """Connect; what to do with one item, by side (`ours`, `floor`)."""


class Crowd:
    """The running clients."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def rate(self, side: str, items: Sequence[Any]) -> float:
        """Share these items out, let everybody begin at once; items a second, all together."""
        for index, pipe in enumerate(self._pipes):
            pipe.send((side, items[index :: len(self._pipes)]))
        for pipe in self._pipes:
            _heard(pipe)
        for pipe in self._pipes:
            pipe.send("go")
        spans = [_heard(pipe) for pipe in self._pipes]
        begun, ended = min(span[0] for span in spans), max(span[1] for span in spans)
        seconds: float = ended - begun
        return len(items) / seconds


@contextmanager
def crowd(job: Job, *, clients: int = CLIENTS) -> Iterator[Crowd]:
    """So many clients while the block runs; they end with it."""
    spawn = multiprocessing.get_context("spawn")
    pairs = [spawn.Pipe() for _ in range(clients)]
    children = [spawn.Process(target=_live, args=(job, theirs)) for _, theirs in pairs]
    for child in children:
        child.start()
    for _, theirs in pairs:
        theirs.close()
    try:
        yield Crowd([mine for mine, _ in pairs])
    finally:
        for mine, _ in pairs:
            mine.close()
        for child in children:
            child.join(10)
            if child.is_alive():
                child.kill()
                child.join()


def rates(
    clients: Crowd,
    scales: Scales,
    *,
    ours: Callable[[], Sequence[Any]],
    floor: Callable[[], Sequence[Any]],
) -> Pair:
    """The median rates of both sides, in turns, after one round that warms every client."""
    found: dict[str, list[float]] = {"ours": [], "floor": []}
    count = 0
    for number in range(ROUNDS + 1):
        for side, items in (("ours", ours()), ("floor", floor())):
            with scales.watching(side):
                rate = clients.rate(side, items)
            if number:
                found[side].append(rate)
                count += len(items) if side == "ours" else 0
    return Pair(statistics.median(found["ours"]), statistics.median(found["floor"]), count)


def _heard(pipe: Connection) -> Any:
    """What a client said. Raises Stopped when it failed or is gone."""
    try:
        told = pipe.recv()
    except EOFError:
        raise Stopped("A client ended before its work was done.") from None
    if isinstance(told, Failure):
        raise Stopped(f"A client failed: {told.sentence}")
    return told


@dataclass(frozen=True)
class Failure:
    """The last word of a client that could not do its work."""

    sentence: str


def _live(job: Job, pipe: Connection) -> None:
    """The life of a client: take a share, say ready, begin on the word, tell from when to when."""
    try:
        acts = job.start()
        while True:
            _share(acts, pipe)
    except EOFError:
        return
    except Exception as error:  # whatever it was, the one who waits must hear of it
        pipe.send(Failure(f"{type(error).__name__}: {error}"))


def _share(acts: Mapping[str, Act], pipe: Connection) -> None:
    side, items = pipe.recv()
    act = acts[side]
    pipe.send("ready")
    pipe.recv()
    # The monotonic clock is one for all processes of a machine.
    begun = time.monotonic()
    for item in items:
        act(item)
    pipe.send((begun, time.monotonic()))
