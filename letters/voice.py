"""What templates may say: wordings, dates, lists of services, offices, in the letter's language.

One `Voice` per letter. It writes escaped HTML with the marks that `letters.proof` looks for; it
decides nothing about what a letter must contain.
"""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup, escape

from letters.calendar_words import time_tag
from letters.context import Deadline, LetterContext, Office, ServiceLine
from letters.refusals import ContextRefused
from letters.wording import Wording, wording

# More names than this do not fit a first sentence.
NAMED_SERVICES = 3


class Voice:
    """The tongue of one letter; its public methods are the functions of the templates."""

    def __init__(self, context: LetterContext) -> None:
        self._context = context
        self._wording: Wording = wording(context.language)

    def t(self, key: str, **values: object) -> Markup:
        """The wording `key` with its values; dates become `<time>`, texts are escaped."""
        return self._wording.text(key, **{n: self._spoken(v) for n, v in values.items()})

    def say(self, key: str, element: str = "", tag: str = "p", **values: object) -> Markup:
        """A paragraph (or `tag`) with the wording, marked as `element` if that is named."""
        mark = Markup(' data-element="{}"').format(element) if element else Markup("")
        return Markup("<{0}{1}>{2}</{0}>").format(tag, mark, self.t(key, **values))

    def day(self, when: date | Deadline | None) -> Markup:
        """The `<time>` element of a day or a minute; ContextRefused if there is none."""
        return self._spoken(when)

    def what(self, services: Sequence[ServiceLine]) -> Markup:
        """The services in half a sentence: their labels joined, or their number when many."""
        labels = list(dict.fromkeys(s.label for s in services))
        if not labels:
            return self.t("what.all")
        if len(labels) > NAMED_SERVICES:
            return self.t("what.many", count=len(labels))
        return self._joined(labels)

    def span(self, service: ServiceLine) -> Markup:
        """From when to when, and what ends it earlier; empty when nothing is known."""
        dates = self._dates(service)
        if service.ends_when and dates:
            return self.t("service.ends_when", dates=dates, circumstance=service.ends_when)
        if service.ends_when:
            return self.t("service.ends_only", circumstance=service.ends_when)
        return dates

    def theirs(self, text: str) -> Markup:
        """What people wrote, escaped; in quotes and marked where it stands in another language."""
        if self._context.language == "en" or text not in self._context.english:
            return escape(text)
        return Markup('<span class="theirs" lang="en">«{}»</span>').format(text)

    def office_facts(self, office: Office) -> list[tuple[str, str]]:
        """The ways to reach an office as (name of the wording, text) pairs, without its address."""
        facts = (
            ("label.phone", office.phone),
            ("label.tty", office.tty),
            ("label.fax", office.fax),
            ("label.email", office.email),
            ("label.website", office.website),
            ("label.hours", office.hours),
        )
        return [(key, value) for key, value in facts if value]

    def _dates(self, service: ServiceLine) -> Markup:
        start, end = service.starts, service.ends
        if start and end and start != end:
            return self.t("service.span", start=start, end=end)
        if start and not end:
            return self.t("service.from_on", start=start)
        if end and not start:
            return self.t("service.until", end=end)
        return self._spoken(start) if start else Markup("")

    def _joined(self, labels: list[str]) -> Markup:
        *first, last = [self.theirs(label) for label in labels]
        if not first:
            return last
        # Spanish "y" becomes "e" before the sound i ("terapia e inyecciones", but "y hielo").
        sound = labels[-1].lower()
        before_i = sound.startswith(("i", "í", "hi")) and not sound.startswith(("hie", "io", "ia"))
        key = "join.before_i" if before_i else "join.two"
        return self.t(key, first=Markup(", ").join(first), last=last)

    def _spoken(self, value: object) -> Markup:
        if value is None:
            raise ContextRefused(
                self._context.code, "a template speaks of a fact that is not there."
            )
        if isinstance(value, date | Deadline):
            return time_tag(value, self._wording)
        if isinstance(value, str) and not isinstance(value, Markup):
            return self.theirs(value)
        return escape(value)
