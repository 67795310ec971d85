"""Whether a letter can reach a postal address in the United States, by its shape alone.

Pure: lines in, a sentence out. It knows no person, asks no service, and says nothing about whether
somebody lives there.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

# The first three digits of the ZIP codes of each state, as the postal service gives them out.
PREFIXES: Final[dict[str, str]] = {
    "AL": "350-369", "AK": "995-999", "AZ": "850-865", "AR": "716-729 755", "CA": "900-961",
    "CO": "800-816", "CT": "060-069", "DE": "197-199", "DC": "200-205", "FL": "320-349",
    "GA": "300-319 398-399", "HI": "967-968", "ID": "832-838", "IL": "600-629", "IN": "460-479",
    "IA": "500-528", "KS": "660-679", "KY": "400-427", "LA": "700-714", "ME": "039-049",
    "MD": "206-219", "MA": "010-027 055", "MI": "480-499", "MN": "550-567", "MS": "386-397",
    "MO": "630-658", "MT": "590-599", "NE": "680-693", "NV": "889-898", "NH": "030-038",
    "NJ": "070-089", "NM": "870-884", "NY": "005 063 100-149", "NC": "270-289", "ND": "580-588",
    "OH": "430-459", "OK": "730-731 734-749", "OR": "970-979", "PA": "150-196", "RI": "028-029",
    "SC": "290-299", "SD": "570-577", "TN": "370-385", "TX": "733 750-799 885", "UT": "840-847",
    "VT": "050-059", "VA": "201 220-246", "WA": "980-994", "WV": "247-268", "WI": "530-549",
    "WY": "820-831 834", "PR": "006-007 009", "VI": "008", "GU": "969", "AS": "967", "MP": "969",
    "AE": "090-098", "AA": "340", "AP": "962-966",
}  # fmt: skip
_LAST: Final = re.compile(r"(?P<city>.*\S)[,\s]\s*(?P<state>[A-Z]{2})\s+(?P<zip>\S+)", re.ASCII)
_ZIP: Final = re.compile(r"\d{5}(-\d{4})?", re.ASCII)
# What stands for a street: a number, a post box, or one of the ways of writing to no street.
_STREET: Final = re.compile(r"\d|\bbox\b|general delivery", re.IGNORECASE)
LONGEST_LINE: Final = 60
MOST_LINES: Final = 5


def fault(lines: Sequence[str]) -> str:
    """Why no letter can go to these lines (street first, last the city with state and ZIP code):
    a sentence with the fix, or empty where the shape is right."""
    told = [line.strip() for line in lines if line.strip()]
    if not told:
        return "There is no address: ask for one."
    if len(told) > MOST_LINES or any(len(line) > LONGEST_LINE for line in told):
        return f"It does not fit an envelope: at most {MOST_LINES} lines of {LONGEST_LINE} letters."
    last = _LAST.fullmatch(told[-1])
    if last is None:
        return "The last line must be city, state and ZIP code, like Columbus, OH 43085."
    return _place_fault(last["state"], last["zip"]) or _street_fault(told[:-1])


def _place_fault(state: str, zip_code: str) -> str:
    if state not in PREFIXES:
        return f"{state} is no state: write its two letters, like OH."
    if not _ZIP.fullmatch(zip_code):
        return "The ZIP code must have five digits, or five and four, like 43085-1234."
    if not _in_state(zip_code[:3], state):
        return f"The ZIP code {zip_code} is not in {state}: one of the two is wrong."
    return ""


def _street_fault(lines: Sequence[str]) -> str:
    if not any(_STREET.search(line) for line in lines):
        return "There is no street with a number and no post box: ask for it."
    return ""


def _in_state(prefix: str, state: str) -> bool:
    for part in PREFIXES[state].split():
        first, _, last = part.partition("-")
        if first <= prefix <= (last or first):
            return True
    return False


def block_hash(name: str, lines: Sequence[str]) -> str:
    """The hash of the address block as it is printed: by it a print vendor can tell, without being
    told the address again, that the right sheet is in the right envelope."""
    said = "\n".join([name.strip(), *(line.strip() for line in lines)])
    return hashlib.sha256(said.encode()).hexdigest()
