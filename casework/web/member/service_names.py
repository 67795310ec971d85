"""What a service is called on the page that is being made: in Spanish where the plan's list has it.

What was looked up is kept for this request only. It knows no case.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from flask import g
from flask_babel import gettext

from casework.queries import service_names
from casework.web import edge, language

_MORE: Final = re.compile(r"^(?P<label>.+?)(?: and (?P<count>\d+) more)?$")


def learn(titles: Collection[str]) -> None:
    """Look up what these English titles are called, in one question for the whole page."""
    if language.current() != "es":
        return
    known: dict[str, str] = g.setdefault("service_names", {})
    asked = {_parts(title)[0] for title in titles} - known.keys()
    if asked:
        with edge.reading() as cx:
            found: Mapping[str, str] = service_names.spanish(cx, asked)
        known |= {label: found.get(label, "") for label in asked}


def told(title: str) -> str:
    """The title in the language of the page; empty where it is known in English only."""
    learn([title])
    label, count = _parts(title)
    name = g.get("service_names", {}).get(label, "")
    if name and count:
        return str(gettext("%(service)s and %(count)s more", service=name, count=count))
    return str(name)


def _parts(title: str) -> tuple[str, str]:
    found = _MORE.match(title)
    return (found["label"], found["count"] or "") if found else (title, "")
