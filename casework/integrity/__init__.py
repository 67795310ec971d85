"""The integrity checks: whether anything of the house was left without a timer, an owner or proof.

They look and tell; what becomes of a finding (an alarm, its end) is the services' business.
"""

from casework.integrity.finding import KINDS, Finding, Kind
from casework.integrity.rounds import ROUNDS, Looked, Round

__all__ = ["KINDS", "ROUNDS", "Finding", "Kind", "Looked", "Round"]
