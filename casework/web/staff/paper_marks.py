"""Where marks lie on a page that is turned, and what the tags are called.

A mark is kept on the upright page, in percent from its top left corner.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Box = tuple[Decimal, Decimal, Decimal, Decimal]

# Every tag in words, with the icon that stands for it: colour is never alone.
TAGS: Final = {
    "evidence": ("Evidence for it", "check_circle"),
    "contradicts": ("Speaks against it", "do_not_disturb"),
    "question": ("A question", "help"),
    "attention": ("Read this", "priority_high"),
}
WHOLE: Final = Decimal(100)


@dataclass(frozen=True)
class Spot:
    """A rectangle as it is drawn on the page that is shown; `mark` is its row, or None for what a
    search found."""

    left: Decimal
    top: Decimal
    width: Decimal
    height: Decimal
    tag: str
    mark: Any = None


def turned(box: Box, turn: int) -> Box:
    """A rectangle of the upright page on the page that is turned clockwise by so many degrees."""
    left, top, width, height = box
    if turn == 90:
        return WHOLE - top - height, left, height, width
    if turn == 180:
        return WHOLE - left - width, WHOLE - top - height, width, height
    if turn == 270:
        return top, WHOLE - left - width, height, width
    return box


def upright(box: Box, turn: int) -> Box:
    """The same the other way: what was drawn on a turned page, on the upright one."""
    return turned(box, (360 - turn) % 360)


def spot(mark: Any, turn: int) -> Spot:
    """A mark as it lies on the page that is shown."""
    box = turned((mark.left, mark.top, mark.width, mark.height), turn)
    return Spot(*box, tag=mark.tag, mark=mark)
