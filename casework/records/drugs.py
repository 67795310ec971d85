"""What is a drug among what can be asked for: by the service of a request, by the code of a line.

The public figures leave drugs out (42 CFR 422.122(c), 438.210(f); 45 CFR 156.223(c)).
"""

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from casework.context import Context
from casework.models import RequestLine

SERVICES: Final = frozenset({"outpatient_drug", "part_b_drug"})
# HCPCS Level II: J for drugs not taken by mouth and chemotherapy, Q51 for biosimilars.
_CODES: Final = re.compile(r"J\d{4}|Q51\d{2}", re.ASCII)


def is_drug(code: str, system: str = "") -> bool:
    """Whether a code names a drug: a national drug code, or one of HCPCS for drugs."""
    return system == "ndc" or _CODES.fullmatch(code.upper()) is not None


def asked_for_alone(cx: Context, ids: Iterable[int]) -> set[int]:
    """Those of these requests that ask for drugs and for nothing else."""
    found: dict[int, bool] = {}
    for row in cx.db.execute(
        select(RequestLine.case_id, RequestLine.system, RequestLine.code).where(
            RequestLine.case_id.in_(sorted(ids))
        )
    ):
        found[row.case_id] = found.get(row.case_id, True) and is_drug(row.code, row.system)
    return {case_id for case_id, only in found.items() if only}
