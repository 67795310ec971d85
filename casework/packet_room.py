"""Packets for bodies outside, as one worker carries them: asked for, handed over, proven.

Each piece of work stands in the database; this module only carries it between the services and the
exchange, with no transaction open while it does. A kill anywhere loses nothing and doubles nothing.
"""

from dataclasses import dataclass
from typing import Any

import structlog

from casework import now
from casework.carriers import answers, bodies
from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Problem
from casework.services import packets_asked, packets_leave
from casework.storage import Storage

log = structlog.get_logger("casework.packet_room")


@dataclass
class PacketRoom:
    """The exchange with bodies as one worker reaches it."""

    database: Database

    def ask_for_all(self) -> int:
        """Ask for every packet and supplement that a body waits for; returns how many."""
        with self.database.reading(self.database.context(SYSTEM)) as cx:
            refs = packets_asked.due(cx)
        asked = 0
        for ref in refs:
            try:
                asked += bool(packets_asked.ask_packet(self.database.context(), ref))
            except Problem as error:
                log.warning("packet_not_asked", error=error.type)
        return asked

    def carry_one(self) -> bool:
        """Put one packet into the exchange. False: none is to leave."""
        job = packets_leave.claim_packet(self.database.context(), now.wall())
        if job is None:
            return False
        if not job.may_go:
            return True
        settings = self.database.settings
        try:
            pdf = Storage(settings).get(job.sha256)
            slip = bodies.Slip(
                key=job.external_key,
                to=job.addressee,
                kind=job.kind,
                sha256=job.sha256,
                bytes=len(pdf),
                pages=job.pages,
                first_page=job.first_page,
            )
            at = bodies.hand_over(settings.bodies_dir, slip, pdf, at=self.database.case_now())
        except (OSError, ValueError, Problem) as error:
            name = type(error).__name__
            packets_leave.packet_put_back(self.database.context(), job, name)
            log.warning("packet_retry", packet=job.number, error=name)
        else:
            packets_leave.packet_handed_over(self.database.context(), job, at)
        return True

    def read_answers(self) -> int:
        """Take down what bodies answered, ask about what is in doubt, chase what nobody proved;
        returns how many answers were put away. Where the house only plays, it answers itself."""
        settings = self.database.settings
        if settings.demo and not settings.production:
            bodies.answer_all(settings.bodies_dir, at=self.database.case_now())
        read = sum(
            self._taken(answer) for answer in answers.waiting(settings.bodies_dir / bodies.ANSWERS)
        )
        self._ask_about_doubts()
        packets_leave.chase_packets(self.database.context())
        return read

    def _taken(self, answer: Any) -> bool:
        try:
            verdict = packets_leave.packet_answered(self.database.context(), answer.said)
        except Problem as error:
            log.warning("answer_waits", error=error.type)
            return False
        if verdict == "later":
            return False
        if verdict == "rejected":
            log.warning("answer_rejected", file=answer.path.name)
        answers.put_away(answer.path, answers.REJECTED if verdict == "rejected" else answers.DONE)
        return True

    def _ask_about_doubts(self) -> None:
        with self.database.reading(self.database.context(SYSTEM)) as cx:
            doubts = packets_leave.in_doubt(cx)
        for number, key in doubts:
            there = bodies.has(self.database.settings.bodies_dir, key)
            packets_leave.doubt_resolved(self.database.context(), number, there=there)
