"""The blueprint of the staff's pages, and who may enter which part of them."""

from typing import Final

from flask import Blueprint

from casework import policy

staff = Blueprint("staff", __name__, url_prefix="/staff")

# Everybody who sees cases; an administrator configures and sees none.
CASEWORKERS: Final = policy.STAFF
INTAKE: Final = frozenset({"intake", "ag_specialist"})
WATCHERS: Final = frozenset({"supervisor", "compliance", "admin"})
