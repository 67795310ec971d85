"""Which addresses elsewhere belong to which entry of the navigation: it is marked on them and below
them, so that nobody loses where he is. It knows addresses alone."""

from typing import Final

ALSO: Final[dict[str, tuple[str, ...]]] = {
    "staff.home": ("/staff/cases", "/staff/series", "/staff/open-restricted"),
    "staff.load_page": ("/staff/handing-out",),
    "staff.figures_page": ("/staff/staffing", "/staff/quality"),
    "staff.approval_rules": ("/staff/gold-cards",),
    "staff.operations": ("/staff/post-room",),
    "staff.queues": ("/staff/queue-rules",),
    "provider.home": ("/provider/cases",),
    "provider.new_request": ("/provider/prior-auths",),
    "provider.own_claims": ("/provider/consents",),
}
