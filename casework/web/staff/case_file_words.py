"""The words of the case file on the staff's pages."""

from typing import Any, Final

STATES: Final = {
    "asked": ("waits to be made", "neutral"),
    "being_made": ("being made", "info"),
    "ready_for_look": ("waits for a look", "soon"),
    "ready": ("ready", "good"),
    "sent": ("sent", "good"),
    "refused": ("refused", "neutral"),
    "failed": ("could not be made", "late"),
}
SCOPES: Final = {
    "case": "this case alone",
    "series": "the whole matter: request, appeals, reviews",
    "packet": "the packet for a body outside",
    "supplement": "a supplement to the packet for a body outside",
}
WHOSE: Final = {
    "member": "for the member",
    "representative": "for the representative",
    "provider": "for the provider",
    "body": "for the reviewing body",
}


def state(row: Any) -> tuple[str, str]:
    """How a request stands, in words with their sign."""
    words, sign = STATES[row.state]
    if row.state == "being_made" and row.pages_total:
        return f"{words}: page {row.pages_done} of {row.pages_total}", sign
    return words, sign


def where(mark: Any) -> str:
    """What a mark covers."""
    if not mark.item.startswith("document:"):
        return str(mark.item).replace(":", " ")
    if mark.page == 0:
        return "the whole document"
    if mark.whole:
        return f"page {mark.page}, whole"
    at = f"{mark.left:g} %, {mark.top:g} %"
    return f"page {mark.page}, {mark.width:g} % by {mark.height:g} % from {at}"
