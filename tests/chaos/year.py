"""A year as it is lived: groups of cases arrive, time hops from mark to mark, people work, and
somebody kills the processes meanwhile. It judges nothing."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from casework.context import Context
from casework.errors import StateRefused
from casework.ledger.histories import import_histories
from casework.models import Case, Clock, ClockMark
from casework.services.operations import move_time
from tests.builders import Town
from tests.chaos import people, plan
from tests.chaos.supervisor import Supervisor
from tests.worker.processes import eventually

# A hop passes the marks of so much time at once, and no more.
AT_ONCE: Final = timedelta(seconds=15)
SOME: Final = 8


@dataclass
class Year:
    """A town, the groups that are still to come, and what happened so far."""

    size: plan.Size
    town: Town
    members: tuple[tuple[str, int, str], ...]
    house: Supervisor
    dice: random.Random
    to_come: list[plan.Group]
    hops: int = 0
    told: int = 0
    extended: int = 0
    in_the_middle: int = 0
    timers: list[threading.Timer] = field(default_factory=list)

    def live(self) -> None:
        """Hop from mark to mark and from group to group until nothing is left to come."""
        try:
            while self._go_on():
                pass
        finally:
            for timer in self.timers:
                timer.join()

    def _go_on(self) -> bool:
        mark = self._at(func.min(ClockMark.fire_at))
        if self.to_come and (mark is None or self.to_come[0].at <= mark):
            self._arrive(self.to_come.pop(0))
        elif mark is not None:
            self._pass(mark)
        else:
            return False
        return True

    def _arrive(self, group: plan.Group) -> None:
        self._hop(group.at + plan.SPREAD)
        database = self.town.database
        authors = people.arrivals(self.town, self.members, group)
        import_histories(database, authors, as_of=database.case_now())

    def _pass(self, first: datetime) -> None:
        last = self._at(func.max(ClockMark.fire_at), ClockMark.fire_at <= first + AT_ONCE)
        self._hop(last or first)
        self._under_fire()
        if self.hops % 3 == 0:
            self._work()
        eventually(lambda: not self._due(), seconds=180, what="every mark that is due is settled")

    def _hop(self, to: datetime) -> None:
        database = self.town.database
        if to > database.case_now():
            move_time(database.context(), to)
        self.hops += 1

    def _under_fire(self) -> None:
        """Now and then somebody is killed, or the broker lost, while the sweep is at work."""
        every = self.size.every
        if self.hops % every == 0:
            victims = self.size.victims
            victim = victims[self.hops // every % len(victims)]
            self._soon(lambda: self._strike(victim))
        if self.hops % (every * 7) == every + 2:
            self._soon(lambda: self.house.lose_broker(self.dice.uniform(0.2, 2.0)))

    def _soon(self, act: Callable[[], None]) -> None:
        timer = threading.Timer(self.dice.uniform(0.0, 0.6), act)
        timer.start()
        self.timers.append(timer)

    def _strike(self, victim: str) -> None:
        self.in_the_middle += self._due()
        self.house.strike(victim)

    def _work(self) -> None:
        """Some decisions are told, in time or too late, and some members get more time."""
        open_ones = self._ids(
            select(Clock.case_id).where(Clock.name == "decision", Clock.state == "open")
        )
        self.told += people.tell_decisions(self._cx("system"), self._few(open_ones))
        if not self.size.letters:
            return
        by_law = [self.town.contracts[code][1] for code in people.EXTENDING]
        waiting = self._ids(
            select(Case.id).where(
                Case.kind == "prior_auth",
                Case.state == "received",
                Case.contract_version_id.in_(by_law),
            )
        )
        for case_id in self._few(waiting)[:2]:
            with suppress(StateRefused):  # it was extended before, or its time is over
                self.extended += people.extend_time(self._cx("nurse"), [case_id])

    def _few(self, ids: list[int]) -> list[int]:
        return self.dice.sample(ids, min(len(ids), SOME))

    def _cx(self, who: str) -> Context:
        return self.town.cx(who, self.town.database.case_now())

    def _ids(self, statement) -> list[int]:
        with self.town.database.reading(self._cx("system")) as cx:
            return list(cx.db.execute(statement).scalars())

    def _at(self, what, *where) -> datetime | None:
        [found] = self._ids(select(what).where(ClockMark.state == "pending", *where))
        return found

    def _due(self) -> bool:
        now = self.town.database.case_now()
        return bool(self._at(func.count(), ClockMark.fire_at <= now))
