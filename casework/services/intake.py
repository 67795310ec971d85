"""Receiving a request through the portal, the JSON API, the phone or the mail."""

from casework.context import Context
from casework.db import command
from casework.records.findings import examine
from casework.records.opening import Filed, open_request
from casework.submission import Submission


@command
def submit_prior_auth(cx: Context, sent: Submission) -> Filed:
    """Open a request with its clocks and its acknowledgement; approve at once where a rule does.

    Raises Invalid with every field that cannot stand, NotAllowed for who may not submit.
    """
    recognised, findings = examine(cx, sent)
    return open_request(cx, sent, recognised, findings)
