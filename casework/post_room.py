"""The post room of a worker: hands copies to their carriers and reads what the carriers answer.

Every piece of work stands in the outbox; this module only carries it between the services and the
carriers, with no transaction open while it does. A kill anywhere loses nothing and doubles nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from casework import carriers, now
from casework.carriers import answers, fax, printing, texts, vendor
from casework.carriers.answers import Answer
from casework.db import Database
from casework.errors import Problem
from casework.records import vendor_words
from casework.services import carrier_answers, faxes, mailing, pointers, print_batches
from casework.storage import Storage
from letters.press import Press
from letters.printjob import PrintRequest
from letters.refusals import PrintRefused

log = structlog.get_logger("casework.post_room")

BATCHES_EVERY: Final = 20.0


@dataclass
class PostRoom:
    """The carriers as one worker reaches them."""

    database: Database
    press: Press
    batched_at: float = field(default_factory=now.monotonic)

    def carry_one(self) -> bool:
        """Carry one piece of work: a message, a fax, the batches that are ready. False: none is."""
        return self.point_one() or self.fax_one() or self.hand_over_batches()

    def hand_over_now_and_then(self) -> None:
        """While letters are made without a pause, batches go out all the same."""
        if now.monotonic() - self.batched_at > BATCHES_EVERY:
            self.hand_over_batches()

    def point_one(self) -> bool:
        """Send one message that points to the portal. False: none is owed."""
        pointer = pointers.claim_pointer(self.database.context(), now.wall())
        if pointer is None:
            return False
        if not pointer.may_go:
            return True
        send = carriers.send_text if pointer.channel == "text" else carriers.send_pointer
        settings = self.database.settings
        try:
            told = send(settings, pointer.external_key, pointer.address, language=pointer.language)
        except carriers.NotTaken as error:
            pointers.pointer_not_sent(self.database.context(), pointer, str(error))
        except OSError as error:
            name = type(error).__name__
            pointers.pointer_in_doubt(self.database.context(), pointer, name)
            log.warning("pointer_in_doubt", delivery_id=pointer.delivery_id, error=name)
        else:
            pointers.pointer_sent(self.database.context(), pointer, told)
        return True

    def fax_one(self) -> bool:
        """Put one job into the fax server's folder. False: none is owed."""
        job = faxes.claim_fax(self.database.context(), now.wall())
        if job is None:
            return False
        try:
            told = fax.hand_over(
                self.database.settings.fax_dir,
                job.external_key,
                number=job.number,
                cover_pdf=self._cover(job),
                letter_pdf=Storage(self.database.settings).get(job.sha256),
                at=self.database.case_now(),
            )
        except (OSError, Problem, PrintRefused) as error:
            name = type(error).__name__
            faxes.fax_put_back(self.database.context(), job, name)
            log.warning("fax_retry", delivery_id=job.delivery_id, error=name)
        else:
            faxes.fax_handed_over(self.database.context(), job, told)
        return True

    def hand_over_batches(self) -> bool:
        """Write the batches that are ready into the print vendor's folder. False: none is."""
        self.batched_at = now.monotonic()
        batches = print_batches.claim_batches(self.database.context(), now.wall())
        for batch in batches:
            self._hand_over(batch)
        return bool(batches)

    def read_answers(self) -> int:
        """Take down what carriers answered; returns how many answers were put away. Where the house
        only plays, its own vendor answers first."""
        settings = self.database.settings
        if settings.demo and not settings.production:
            vendor.answer_all(settings.print_dir, at=self.database.case_now())
        read = 0
        for folder, take in (
            (settings.print_dir / printing.ANSWERS, self._of_vendor),
            (settings.fax_dir / fax.ANSWERS, self._of_fax_server),
            (settings.texts_dir / "in", self._of_members),
        ):
            for answer in answers.waiting(folder):
                read += self._taken(answer, take)
        mailing.chase_proofs(self.database.context())
        return read

    def _hand_over(self, batch: print_batches.Batch) -> None:
        settings = self.database.settings
        try:
            handed = printing.hand_over(
                settings.print_dir,
                batch.name,
                contract=batch.contract,
                sheets=batch.sheets,
                read=Storage(settings).get,
                at=self.database.case_now(),
            )
            print_batches.batch_written(self.database.context(), batch, handed)
        except (OSError, Problem) as error:
            self._put_back(batch.copies, error)
            return
        for copy in batch.copies:
            try:
                print_batches.copy_left(self.database.context(), batch, copy, at=handed.written_at)
            except Problem as error:
                self._put_back((copy,), error)

    def _put_back(self, copies: tuple[print_batches.Copy, ...], error: Exception) -> None:
        name = type(error).__name__
        print_batches.retry_copies(self.database.context(), copies, name)
        log.warning("hand_over_retry", copies=len(copies), error=name)

    def _taken(self, answer: Answer, take: Callable[[dict[str, Any]], str]) -> bool:
        """Whether this answer was put away; one that came too soon, or met somebody else at work,
        stays for the next round."""
        try:
            verdict = take(answer.said)
        except Problem as error:
            log.warning("answer_waits", error=error.type)
            return False
        if verdict == "later":
            return False
        if verdict == "rejected":
            log.warning("answer_rejected", file=answer.path.name)
        answers.put_away(answer.path, answers.REJECTED if verdict == "rejected" else answers.DONE)
        return True

    def _of_vendor(self, said: dict[str, Any]) -> str:
        answer = vendor_words.batch_answer(said)
        if answer is None:
            return "rejected"
        judged = carrier_answers.judge_batch(self.database.context(), answer)
        if judged.verdict != "taken":
            return judged.verdict
        for key, reason in answer.refused.items():
            carrier_answers.copy_refused(self.database.context(), key, reason)
        for mailed in judged.mailings:
            carrier_answers.copy_mailed(self.database.context(), mailed)
        for row in answer.returned:
            carrier_answers.copy_returned(self.database.context(), row)
        carrier_answers.end_batch(self.database.context(), answer.batch)
        return judged.verdict

    def _of_fax_server(self, said: dict[str, Any]) -> str:
        return carrier_answers.fax_answered(self.database.context(), said)

    def _of_members(self, said: dict[str, Any]) -> str:
        number, text = said.get("from"), said.get("text")
        if not isinstance(number, str) or not isinstance(text, str):
            return "rejected"
        if texts.says_stop(text):
            carrier_answers.stop_texts(self.database.context(), number)
        return "taken"

    def _cover(self, job: faxes.FaxJob) -> bytes:
        said = fax.cover(
            to=job.to,
            number=job.number,
            sender=job.sender,
            phone=job.phone,
            day=job.day,
            pages=job.pages,
        )
        return self.press.print(PrintRequest(html=said, title="Fax cover", lang="en"))
