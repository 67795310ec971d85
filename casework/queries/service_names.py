"""The names of services in Spanish, from the plan's own list, by their English names.

It knows no language of a page; who asks for Spanish asks here.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from casework.context import Context
from casework.models import PaRule


def spanish(cx: Context, labels: Collection[str]) -> Mapping[str, str]:
    """English label → Spanish label, for those of these labels that the list has in both."""
    rows = cx.db.execute(
        select(PaRule.label, PaRule.label_es)
        .where(PaRule.label.in_(set(labels)), PaRule.label_es != "")
        .order_by(PaRule.effective_from)
    )
    return {row.label: row.label_es for row in rows}
