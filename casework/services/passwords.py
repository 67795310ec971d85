"""Passwords: what is long and unusual enough, and their Argon2id hashes.

The parameters are those that OWASP lists for one lane (46 MiB, one pass); no composition rules
(NIST SP 800-63B-4, 3.1.1.2). It knows no account and no page.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

from argon2 import PasswordHasher
from argon2.low_level import Type

from casework.errors import Invalid

MEMORY_KIB: Final = 46 * 1024
PASSES: Final = 1
LANES: Final = 1
SHORTEST: Final = {"staff": 15, "provider": 8, "member": 8}
LONGEST: Final = 256

Fault = Literal["short", "long", "easy"]

_HASHER: Final = PasswordHasher(
    time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
)

# What people choose first, as words: the most common passwords of published leaks are these words
# with digits and signs around them, or one of the walks and rows below.
_COMMON: Final = frozenset(
    """
    password passwort passw0rd contrasena contraseña secret changeme letmein welcome bienvenido
    admin administrator login user guest master root default temp temporary test testing
    monkey dragon football baseball basketball soccer superman batman pokemon starwars trustno
    sunshine princess iloveyou teamo love lovely angel shadow michael jennifer jordan hunter
    charlie daniel thomas robert jessica ashley nicole summer winter spring autumn fall monday
    friday january december qwerty qwertz azerty asdf asdfgh zxcvb zxcvbn abc abcd abcde abcdef
    abcdefg computer internet google facebook whatever freedom hello killer cheese pepper ginger
    cookie banana orange purple flower hockey killer access mustang corvette ferrari harley
    casework medicaid medicare marketplace health healthplan healthcare insurance nurse doctor
    physician hospital clinic member provider company
    """.split()  # noqa: SIM905 - a table of words reads better without quotes
)
_WALKS: Final = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_LEET: Final = str.maketrans("013457@$!|", "oleastasil")


def normal(password: str) -> str:
    """The same password however the keyboard composed its accents."""
    return unicodedata.normalize("NFKD", password)


def hashed(password: str) -> str:
    """The Argon2id hash of a password, in its usual text form; takes about 70 ms on purpose."""
    return _HASHER.hash(normal(password))


def fault(password: str, *, kind: str, personal: Iterable[str] = ()) -> Fault | None:
    """What is wrong with a new password: too short, too long, easy to guess, or nothing.

    `kind` is the kind of account (staff, provider, member); `personal` are words that an attacker
    knows about its owner: the parts of the name and of the e-mail address.
    """
    if len(password) < shortest(kind):
        return "short"
    if len(password) > LONGEST:
        return "long"
    return "easy" if _is_easy(password, personal) else None


def problem(password: str, *, kind: str, personal: Iterable[str] = ()) -> str | None:
    """The same as a sentence, or None."""
    sentences: dict[Fault | None, str] = {
        "short": f"Use at least {shortest(kind)} characters: a few words that only you would join.",
        "long": f"Use at most {LONGEST} characters.",
        "easy": "This password is easy to guess: use a few words that do not belong together.",
    }
    return sentences.get(fault(password, kind=kind, personal=personal))


def shortest(kind: str) -> int:
    """How many characters a password of this kind of account needs at least."""
    return SHORTEST.get(kind, max(SHORTEST.values()))


def require_good(password: str, *, kind: str, personal: Iterable[str] = ()) -> None:
    """Raises Invalid, naming the field `password`, when the password may not be used."""
    wrong = problem(password, kind=kind, personal=personal)
    if wrong:
        raise Invalid("The new password cannot be used.", fields={"password": wrong})


def _is_easy(password: str, personal: Iterable[str]) -> bool:
    """True when nothing is left once known words, rows of keys and repetitions are taken away."""
    rest = normal(password).lower()
    theirs = (word.lower() for word in personal if len(word) >= 3)
    known = {normal(word) for word in (*_COMMON, *theirs)}
    return any(_is_little(_without(said, known)) for said in (rest, rest.translate(_LEET)))


def _is_little(rest: str) -> bool:
    """True for what is no password by itself: fewer than four letters and eight other signs."""
    letters = {c for c in rest if c.isalpha()}
    others = "".join(c for c in rest if not c.isalpha())
    return len(letters) < 4 and (len(others) < 8 or len(set(others)) < 5)


def _without(rest: str, known: Iterable[str]) -> str:
    for walk in _WALKS:
        for row in (walk, walk[::-1]):
            rest = _without_row(rest, row)
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = re.sub(r"(19|20)\d\d", "", rest)
    return re.sub(r"(.+?)\1{2,}", r"\1", rest)


def _without_row(rest: str, row: str) -> str:
    """Without each run of four or more neighbouring keys of this row."""
    for length in range(len(row), 3, -1):
        for start in range(len(row) - length + 1):
            rest = rest.replace(row[start : start + length], "")
    return rest
