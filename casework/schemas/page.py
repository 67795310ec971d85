"""One page of a list: its items and the cursor of the next one. It knows no list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema, fields

from casework.schemas.fields import Text
from casework.schemas.strict import Incoming, Outgoing, told

MAX_CURSOR: Final = 400


@dataclass(frozen=True, slots=True)
class Page:
    """The items of one page; `next` is the cursor that continues after them, None at the end."""

    items: Sequence[Any]
    next: str | None = None


class CursorIn(Incoming):
    """The query of a list: where to go on."""

    cursor = Text(
        most=MAX_CURSOR,
        load_default=None,
        metadata=told("`next` of the page before; leave it out for the first page."),
    )


def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a page of these items, named after them."""
    name = item.__name__.removesuffix("Out") + "Page"
    return type(
        name,
        (Outgoing,),
        {
            "__doc__": f"One page of {name.removesuffix('Page')} items.",
            "items": fields.List(fields.Nested(item), metadata=told("The items of this page.")),
            "next": fields.String(
                allow_none=True,
                metadata=told("Send it as `cursor` for the next page; null at the end."),
            ),
        },
    )
