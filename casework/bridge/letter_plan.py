"""The plan block that a letter prints: names, addresses and phones of the contract as of today.

The law of a case stays that of the version stamped at its receipt; where people write and call is
another matter: an appeal that goes to the address of last year is an appeal that is lost (42 CFR
438.404(b)(4); 29 CFR 2560.503-1(g)(1)(iv)). So the plan block is that of the version in force on
the day of issue.
"""

from collections.abc import Mapping
from typing import Any

from casework.bridge.clocks import version_of
from casework.bridge.versions import version_at
from casework.context import Context
from letters import codec
from letters.context import PlanBlock


def plan_now(cx: Context, contract_id: int) -> Mapping[str, Any]:
    """The plan block, as stored, of the version of this contract that is in force now."""
    return version_of(cx, version_at(cx, contract_id, cx.now)).plan


def block_now(cx: Context, contract_id: int) -> PlanBlock:
    """The same as letters read it."""
    return plan_block(plan_now(cx, contract_id))


def plan_block(stored: Mapping[str, Any]) -> PlanBlock:
    """A stored plan block as letters read it; ContextRefused names the field that is wrong."""
    made = codec._build(PlanBlock, stored, path="plan")
    assert isinstance(made, PlanBlock)
    return made
