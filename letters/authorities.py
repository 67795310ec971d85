"""The citations of a letter, shortened for its last paragraph: sections, each once, by title."""

import re
from collections.abc import Iterable

_TITLE = re.compile(r"^(\d+ (?:CFR|USC)) ")
_SECTION = re.compile(r"\d+\.\d+(?:-1(?=\())?")


def sections(cites: Iterable[str]) -> tuple[str, ...]:
    """`42 CFR 438.404(b)(1)`, `42 CFR 438.402(c)` become `42 CFR 438.402, 438.404`.

    Only citations of the Code of Federal Regulations are kept: the rest names forms, contracts and
    our own practice.
    """
    found: dict[str, set[str]] = {}
    for cite in cites:
        if title := _TITLE.match(cite):
            found.setdefault(title[1], set()).update(_SECTION.findall(cite[title.end() :]))
    return tuple(
        f"{title} {', '.join(sorted(parts, key=_in_code_order))}"
        for title, parts in sorted(found.items())
    )


def _in_code_order(section: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", section))
