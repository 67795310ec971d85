"""The trade's own field types: each reads strictly, and says in one sentence how to mend a value.

A sentence never repeats the value: it may be somebody's name. Shapes only; tables are asked later.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from casework.schemas.strict import said

# Outside these years a date is a slip of the finger, and inside them every zone can be applied.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
MAX_UNITS: Final = Decimal("999999.999")

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_PHONE: Final = re.compile(
    r"(?P<number>\+?[0-9 ().\-]{7,22})((x|ext\.?) ?\d{1,6})?", re.ASCII | re.IGNORECASE
)
_KEPT_CONTROLS: Final = frozenset("\n\r\t")


class Text(fields.String):
    """Text between `least` and `most` characters, without spaces around it.

    Control characters are refused (they break letters and EDI); line breaks only where `lines`.
    """

    default_error_messages = said(
        invalid="Send text in quotation marks.",
        null="Send text or leave the field out.",
        control="A control character stands in this text: take it out.",
        empty="Say something here or leave the field out.",
        long="Use at most {most} characters; these are {length}.",
        short="Use at least {least} characters; these are {length}.",
    )

    def __init__(
        self, *, most: int, least: int = 1, lines: bool = False, metadata: Any = None, **kwargs: Any
    ) -> None:
        self.most, self.least = most, least
        self.kept = _KEPT_CONTROLS if lines else frozenset()
        limits = {"maxLength": most, "minLength": least}
        super().__init__(metadata={**limits, **(metadata or {})}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if not text and self.least:
            raise self.make_error("empty")
        if len(text) > self.most:
            raise self.make_error("long", most=self.most, length=len(text))
        if len(text) < self.least:
            raise self.make_error("short", least=self.least, length=len(text))
        if any(unicodedata.category(c) == "Cc" and c not in self.kept for c in text):
            raise self.make_error("control")
        return text


class LocalDate(fields.Date):
    """A calendar date, YYYY-MM-DD, without a zone: a day as the calendar on the wall has it."""

    default_error_messages = said(
        invalid="Send a date as YYYY-MM-DD, such as 2026-11-21.",
        year=f"Send a date between the years {FIRST_YEAR} and {LAST_YEAR}.",
    )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            raise self.make_error("invalid") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.make_error("year")
        return day


class Instant(fields.DateTime):
    """An instant: ISO 8601 with its offset from UTC or Z. Read into UTC, aware."""

    default_error_messages = said(
        invalid="Send an instant with its offset from UTC, such as 2026-11-21T09:00:00-05:00.",
        year=f"Send an instant between the years {FIRST_YEAR} and {LAST_YEAR}.",
    )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not _INSTANT.fullmatch(value.strip()):
            raise self.make_error("invalid")
        try:
            instant = datetime.fromisoformat(value.strip().upper())
        except ValueError:
            raise self.make_error("invalid") from None
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise self.make_error("year")
        return instant.astimezone(UTC)


class Units(fields.Field[Decimal]):
    """A quantity above zero with at most three decimals, as a JSON number or as text."""

    default_error_messages = said(
        invalid="Send a number above zero with at most three decimals, such as 12 or 1.5.",
        range=f"Send a number above zero and at most {MAX_UNITS:,}.",
        null="Send a number, or leave the field out when the quantity is not known.",
    )

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"type": ["number", "string"], **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Decimal:
        units = _decimal(value)
        if units is None or _places(units) > 3:
            raise self.make_error("invalid")
        if not 0 < units <= MAX_UNITS:
            raise self.make_error("range")
        return units

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else format(Decimal(value).normalize(), "f")


class Whole(fields.Integer):
    """A whole number from `least` to `most`; true, 1.0 and "1" are none."""

    default_error_messages = said(
        invalid="Send a whole number, such as 1.",
        null="Send a whole number or leave the field out.",
        range="Send a whole number from {least} to {most}.",
    )

    def __init__(self, *, least: int, most: int, metadata: Any = None, **kwargs: Any) -> None:
        self.least, self.most = least, most
        limits = {"minimum": least, "maximum": most}
        super().__init__(strict=True, metadata={**limits, **(metadata or {})}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        if not self.least <= value <= self.most:
            raise self.make_error("range", least=self.least, most=self.most)
        return value


class Phone(fields.String):
    """A phone number of seven to fifteen digits, with the signs that people write between them."""

    default_error_messages = said(
        invalid="Send the phone number as text.",
        shape="This is no phone number: send 7 to 15 digits, such as 614-555-0100.",
    )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        phone = super()._deserialize(value, attr, data, **kwargs).strip()
        number = _PHONE.fullmatch(phone)
        if number is None or not 7 <= sum(c.isdigit() for c in number["number"]) <= 15:
            raise self.make_error("shape")
        return phone


class OneOf(fields.String):
    """One of a few words."""

    default_error_messages = said(
        invalid="Send one of these words: {words}.",
        null="Send one of these words or leave the field out: {words}.",
    )

    def __init__(self, *words: str, metadata: Any = None, **kwargs: Any) -> None:
        self.words = words
        super().__init__(metadata={"enum": list(words), **(metadata or {})}, **kwargs)

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        """The error with the words in it."""
        return super().make_error(key, words=", ".join(self.words), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise self.make_error("invalid")
        return value


class Many(fields.List[Any]):
    """A list of at most `most` (and at least `least`) things."""

    default_error_messages = said(
        invalid="Send a list here, in square brackets.",
        null="Send a list or leave the field out.",
        many="Send at most {most} of these at once; these are {length}.",
        few="Send at least {least} of these.",
    )

    def __init__(self, inner: Any, *, most: int, least: int = 0, **kwargs: Any) -> None:
        self.most, self.least = most, least
        metadata = {"maxItems": most, "minItems": least, **kwargs.pop("metadata", {})}
        super().__init__(inner, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise self.make_error("many", most=self.most, length=len(value))
        if isinstance(value, list) and len(value) < self.least:
            raise self.make_error("few", least=self.least)
        return super()._deserialize(value, attr, data, **kwargs)


class Part(fields.Nested):
    """An object inside an object."""

    default_error_messages = said(
        type="Send a JSON object here, with the fields that the documentation lists.",
        null="Send an object or leave the field out.",
    )

    def __init__(self, schema: type[Schema], **kwargs: Any) -> None:
        super().__init__(schema, **kwargs)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | float | Decimal):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value.strip(), re.ASCII):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
