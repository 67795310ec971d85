"""A paper inside a JSON body: small, in base64, or announced by its control number.

What the bytes really are is looked at where they are stored; here only size and alphabet.
"""

import base64
import binascii
from typing import Any, Final

from marshmallow import fields, validates_schema

from casework.schemas.fields import OneOf, Text, Whole
from casework.schemas.strict import Incoming, needed, refuse, said, told

MAX_PAPER: Final = 5 * 1024 * 1024
MEDIA: Final = ("application/pdf", "image/jpeg", "image/png", "image/tiff", "text/plain")


class Base64(fields.Field[bytes]):
    """Bytes in base64 (RFC 4648, with padding), at most `most` bytes once decoded."""

    default_error_messages = said(
        invalid="Send the bytes in base64, with padding and without line breaks.",
        null="Send the bytes in base64 or leave the field out.",
        long="A document inside a request has at most {most:,} bytes: upload it to the case.",
    )

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        kwargs["metadata"] = {"type": "string", "format": "byte", **kwargs.pop("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bytes:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if len(value) > (self.most + 2) // 3 * 4:
            raise self.make_error("long", most=self.most)
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise self.make_error("invalid") from None


class PaperIn(Incoming):
    """One attachment: its bytes, or the control number under which they will follow."""

    name = Text(
        most=200,
        **needed("Give the document a name, such as office-note.pdf."),
        metadata=told("A name that people recognise.", "office-note.pdf"),
    )
    media_type = OneOf(*MEDIA, load_default="application/pdf")
    content = Base64(
        most=MAX_PAPER, load_default=b"", metadata=told("The bytes in base64, 5 MB at most.")
    )
    control_number = Text(
        most=60,
        load_default="",
        metadata=told("Your number of a paper that follows by fax, post or X12 275."),
    )
    description = Text(most=200, load_default="")
    report_type = Text(most=10, load_default="", metadata=told("X12 755 report type.", "B3"))
    line_number = Whole(least=1, most=99, load_default=None, metadata=told("The line it is for."))

    @validates_schema
    def bytes_or_number(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A paper is here or on its way."""
        if not data.get("content") and not data.get("control_number"):
            fix = "Send the bytes in content, or the control_number under which they will follow."
            refuse({"content": [fix]})
