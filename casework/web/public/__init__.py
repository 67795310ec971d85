"""Pages for everybody, without signing in: how a case stands, which door is the right one, and the
way in for members."""

from casework.web.public import doors, join, register, signing, status
from casework.web.public.blueprint import public

__all__ = ["doors", "join", "public", "register", "signing", "status"]
