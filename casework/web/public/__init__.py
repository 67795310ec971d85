"""Pages for everybody, without signing in: how a case stands, which door is the right one, the
public figures of a year, and the way in for members."""

from casework.web.public import (
    doors,
    figures,
    first_password,
    join,
    policies,
    register,
    signing,
    status,
)
from casework.web.public.blueprint import public

__all__ = [
    "doors",
    "figures",
    "first_password",
    "join",
    "policies",
    "public",
    "register",
    "signing",
    "status",
]
