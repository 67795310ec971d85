"""What every later letter and call to a member heeds, and how a change of it is written down.

The member's row holds what is in force; each change stays in the history, with who made it.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import insert, update

from casework.context import Context
from casework.models import Member, StandingNeed

# Languages that members may name; letters are printed in those of `letters.context.LANGUAGES`, the
# rest is for calls and interpreters.
LANGUAGES: Final = (
    *("en", "es", "ar", "zh", "fr", "de", "ht", "it", "ja", "ko", "ne", "fa", "pl", "pt", "ru"),
    *("so", "tl", "vi"),
)
FORMATS: Final = ("standard", "large_print", "braille", "audio", "data_cd")
WAYS: Final = ("mail", "email", "text", "portal")


def change(
    cx: Context,
    member: Any,
    need: str,
    became: Any,
    *,
    was: Any = None,
    columns: Mapping[str, Any] | None = None,
) -> None:
    """Write one change into the history, and into the member's row: the column of that name, or
    these `columns`."""
    cx.db.execute(
        insert(StandingNeed).values(
            member_id=member.id,
            need=need,
            was=getattr(member, need) if was is None else was,
            became=became,
            reason="",
            at=cx.now,
            by_id=cx.principal.id or None,
            by_name=cx.principal.name[:120],
            by_role=cx.principal.role[:20],
        )
    )
    cx.db.execute(
        update(Member)
        .where(Member.id == member.id)
        .values(**(columns or {need: became}))
        .execution_options(synchronize_session=False)
    )
