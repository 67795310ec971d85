"""Pages for everybody, without signing in: how a case stands, and which door is the right one."""

from casework.web.public import doors, status
from casework.web.public.blueprint import public

__all__ = ["doors", "public", "status"]
