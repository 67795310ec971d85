"""The worker: what a topic of the outbox means, and the loops that Celery's bells and `watch` run.

A bell says only "look": each loop drains what is ready, so a lost or doubled bell costs nothing.
The renderer is a child process that lives as long as this worker.
"""

import io
import re
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import structlog

from casework import (
    account_days,
    asking,
    cover_maker,
    editions,
    file_maker,
    forms_ending,
    forwarding,
    gold_watch,
    handing_on,
    letter_facts,
    now,
    queue_round,
    reckoning,
    study_room,
    way_in_post,
    work_round,
    year_counter,
)
from casework.binding.bindery import NotBound
from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.errors import Problem
from casework.file_maker import FileMaker
from casework.ground import broker_of, database_for
from casework.lookout import Lookout
from casework.packet_room import PacketRoom
from casework.post_room import PostRoom
from casework.services import (
    accounts,
    clocks,
    correspondence,
    operations,
    review,
)
from casework.services.correspondence import Job, Printed
from casework.storage import Storage
from letters import catalogue, compose, proof
from letters.bound import bound
from letters.context import LetterContext
from letters.press import Press
from letters.printjob import PrintRequest
from letters.refusals import ContextRefused, LetterRefused, PrintRefused
from sla import timers

log = structlog.get_logger("casework.worker")

BATCH = 100
SWEEP_EVERY = 30.0
# A round that answers studies ends well before the time that a bell may take.
STUDY_SECONDS = 30.0
FONTS = Path(__file__).parent.parent / "node_modules"


@dataclass
class Worker:
    """One process that sweeps clocks and produces letters."""

    database: Database
    press: Press = field(init=False)
    post_room: PostRoom = field(init=False)
    files: FileMaker = field(init=False)
    packets: PacketRoom = field(init=False)
    lookout: Lookout = field(init=False)
    swept_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.lookout = Lookout(self.database)
        self.press = Press(fonts=FONTS if FONTS.exists() else None)
        self.post_room = PostRoom(self.database, self.press)
        self.files = FileMaker(self.database.settings, self.press, fonts=FONTS)
        self.packets = PacketRoom(self.database)

    def close(self) -> None:
        """Stop the renderer."""
        self.press.close()

    def sweep(self) -> int:
        """Fire every mark that is due; returns how many fired. One broken case stops no other."""
        fired = 0
        while True:
            try:
                swept = clocks.sweep_batch(self.database.context(), limit=BATCH)
            except Exception as error:  # a batch that fails is redone case by case
                log.warning("sweep_batch_failed", error=type(error).__name__)
                swept = self._sweep_one_by_one()
            fired += swept.fired
            if not swept.cases:
                break
        handing_on.hand_on_all(self.database)
        work_round.end_holds(self.database)
        work_round.surface(self.database)
        asking.ask_about_all(self.database)
        forms_ending.look_after(self.database)
        account_days.look_after(self.database)
        forwarding.forward_all(self.database)
        self._lapse_questions()
        forwarding.miss_reviews(self.database)
        accounts.forget_expired_sessions(replace(self.database.context(), now=now.wall()))
        self.swept_at = now.monotonic()
        operations.heartbeat(self.database.context(), "sweep")
        self.lookout.quick()
        return fired

    def relay(self) -> int:
        """Produce all letters and pointers that are owed, then go on with a study of rules for a
        while; the sweep keeps its turn in between."""
        sent, until = 0, now.monotonic() + STUDY_SECONDS
        while (
            way_in_post.answer_one(self.database)
            or self.produce_one()
            or self.post_room.carry_one()
            or file_maker.make_one(self.database, self.files)
            or self.packets.carry_one()
            or editions.make_one(self.database, self.press)
            or cover_maker.make_one(self.database, self.press)
            or self.packets.ask_for_all()
            or work_round.hand_out_slice(self.database)
            or queue_round.move_slice(self.database)
            or (now.monotonic() < until and self.study_slice())
            or (now.monotonic() < until and reckoning.carry_one(self.database))
            or (now.monotonic() < until and year_counter.count_some(self.database))
        ):
            sent += 1
            self.post_room.hand_over_now_and_then()
            self._keep_the_turn()
        self.post_room.read_answers()
        self.packets.read_answers()
        operations.heartbeat(self.database.context(), "relay")
        return sent

    def look(self) -> int:
        """Carry the rounds over the house on; the sweep keeps its turn in between."""
        gold_watch.look_once_a_day(self.database)
        return reckoning.look_ahead(self.database) + self.lookout.look(self._keep_the_turn)

    def produce_one(self) -> bool:
        """Take one letter through render, deposit, sending, confirmation. False: none is owed."""
        job = correspondence.claim_letter(self.database.context(), now.wall())
        if job is None:
            return False
        if isinstance(job.fault, str) and job.fault:
            correspondence.retry_letter(self.database.context(), job, job.fault)
            log.warning("letter_retry", letter_id=job.letter_id, error=job.fault)
            return True
        try:
            self._produce(job)
        except LetterRefused as refused:
            missing = [
                {"element": m.element, "sentence": m.sentence, "citation": m.citation}
                for m in refused.missing
            ]
            correspondence.refuse_letter(self.database.context(), job, missing)
            log.warning("letter_refused", letter_id=job.letter_id, code=job.code)
        except ContextRefused as refused:
            gap = [{"element": refused.field, "sentence": refused.sentence, "citation": ""}]
            correspondence.refuse_letter(self.database.context(), job, gap)
            log.warning("letter_refused", letter_id=job.letter_id, code=job.code)
        except (PrintRefused, NotBound, OSError, Problem) as error:
            correspondence.retry_letter(self.database.context(), job, type(error).__name__)
            log.warning("letter_retry", letter_id=job.letter_id, error=type(error).__name__)
        return True

    def study_slice(self) -> bool:
        """Go on with the oldest study of a change of rules, for about a second. False: none
        waits."""
        return study_room.go_on(self.database)

    def _produce(self, job: Job) -> None:
        copies = job.copies
        if isinstance(job.fault, ContextRefused):
            raise job.fault
        if job.state == "due":
            pdf = self._print(job)
            stored = Storage(self.database.settings).put(pdf)
            entry = catalogue.get(job.code, job.issued_on)
            printed = Printed(
                sha256=stored.sha256,
                size=stored.size,
                pages=_pages(pdf),
                title=entry.title,
                version=str(entry.version),
                facts_sha256=letter_facts.keep(self.database.settings, job.context),
            )
            copies = correspondence.deposit_letter(self.database.context(), job, printed).copies
        here = (c.id for c in copies if c.channel == "portal" and c.state != "confirmed")
        proofs = dict.fromkeys(here, "posted in the portal")
        correspondence.confirm_letter(self.database.context(), job, proofs)

    def _print(self, job: Job) -> bytes:
        assert job.context is not None
        html = compose.html(job.context)
        proof.require(job.context, html)
        pdf = printed(self.press, job.context, html)
        if job.encloses:
            return file_maker.with_file(self.database.settings, pdf, job.encloses)
        if not job.follows:
            return pdf
        return bound(pdf, Storage(self.database.settings).get(job.follows))

    def _keep_the_turn(self) -> None:
        if now.monotonic() - self.swept_at > SWEEP_EVERY:
            self.sweep()

    def _sweep_one_by_one(self) -> clocks.Swept:
        with self.database.reading(self.database.context(SYSTEM)) as cx:
            ids = clocks.due_cases(cx, BATCH)
        fired = 0
        for case_id in ids:
            try:
                fired += clocks.sweep_case(self.database.context(), case_id).fired
            except Exception as error:
                log.error("sweep_case_failed", case_id=case_id, error=type(error).__name__)
                clocks.note_failure(self.database.context(), case_id, type(error).__name__)
        return clocks.Swept(cases=len(ids), fired=fired)

    def _lapse_questions(self) -> None:
        with self.database.reading(self.database.context(SYSTEM)) as cx:
            refs = clocks.lapsed_questions(cx)
        for ref in refs:
            try:
                review.information_lapsed(self.database.context(), ref)
            except Problem as error:
                log.warning("lapse_refused", error=error.type)


def celery_app(settings: Settings, *, every: float = SWEEP_EVERY) -> Any:
    """The Celery application of a worker or a beat: three bells, rung every so many seconds.

    Each child of the worker gets a database and a renderer of its own after the fork.
    """
    here: dict[str, Worker] = {}

    def start() -> None:
        here["worker"] = Worker(database_for(settings))

    def stop() -> None:
        if "worker" in here:
            here.pop("worker").close()

    timers.on_child(start, stop)
    return timers.celery_app(
        broker_of(settings),
        bells={
            "sweep": lambda: here["worker"].sweep(),
            "relay": lambda: here["worker"].relay(),
            "look": lambda: here["worker"].look(),
        },
        every={"sweep": every, "relay": every, "look": every},
    )


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def printed(press: Press, context: LetterContext, html: str) -> bytes:
    """The PDF of a composed letter, past the gate. Raises PrintRefused, LetterRefused."""
    request = PrintRequest(
        html=html, title=_title(html), lang=context.language, large_print=context.large_print
    )
    pdf = press.print(request)
    proof.require_pdf(pdf, context)
    return pdf


def _title(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    return unescape(found.group(1)) if found else ""
