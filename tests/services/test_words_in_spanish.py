"""Spanish doubles of what people write for a letter: asked where they serve, printed instead."""

import dataclasses
import typing
from decimal import Decimal

import pytest

from casework.bridge import letter_language, letter_phrases
from casework.records.forms import asked_by
from casework.services.actions import ACTIONS
from casework.web.staff.plan_words import SPANISH_DOUBLES


def doubles_in(form: type, path: tuple[str, ...] = ()) -> set[str]:
    """Every Spanish double of a form, by its dotted path."""
    found = set()
    for ask in asked_by(form):
        if ask.part is not None:
            found |= doubles_in(ask.part, (*path, ask.name))
        elif ask.name.endswith(letter_language.DOUBLE):
            found.add(".".join((*path, ask.name)))
    return found


def forms() -> set[type]:
    """The forms of all steps."""
    steps = [action for of_kind in ACTIONS.values() for action in of_kind.values()]
    return {action.form for action in steps if action.form is not None}


def test_every_double_is_left_out_for_members_who_read_english() -> None:
    there = set().union(*(doubles_in(form) for form in forms()))
    assert there == SPANISH_DOUBLES


def test_every_double_stands_beside_the_field_that_it_doubles() -> None:
    for form in forms():
        for path in doubles_in(form):
            *above, name = path.split(".")
            holder = form
            for part in above:
                hint = typing.get_type_hints(holder)[part]
                holder = next((a for a in typing.get_args(hint) if a is not ...), hint)
            names = {field.name for field in dataclasses.fields(holder)}
            assert name.removesuffix("_es") in names


def test_a_double_takes_the_place_of_the_english_only_in_a_spanish_letter() -> None:
    words = {"reason": "No.", "reason_es": "Que no.", "provision": "Part 4.", "provision_es": ""}
    assert letter_language.in_language(words, "en") == {"reason": "No.", "provision": "Part 4."}
    spanish = letter_language.in_language(words, "es")
    assert spanish == {"reason": "Que no.", "provision": "Part 4."}
    nested = {"lines_es": {"1": {"reason": "Uno."}}, "perfect": [{"what": "x", "what_es": "y"}]}
    assert letter_language.doubles(nested | words) == {"Uno.", "y", "Que no."}


@pytest.mark.parametrize(
    "table",
    ["WHY_CLOSED", "WHAT_NEXT", "WHY_INELIGIBLE", "WHY_NOT_CONTINUED", "DENIAL_CODES", "PLACES"],
)
def test_our_own_phrases_say_something_else_in_each_language(table) -> None:
    for english, spanish in getattr(letter_phrases, table).values():
        assert english != spanish
        assert english.strip()
        assert spanish.strip()


def test_units_are_counted_in_both_languages() -> None:
    assert letter_phrases.units_in_words(Decimal(1), "VS") == "1 visit"
    assert letter_phrases.units_in_words(Decimal(24), "VS", "es") == "24 visitas"
    assert letter_phrases.units_in_words(None, "VS", "es") == "según se necesite"
    assert letter_phrases.units_in_words(Decimal(2), "XX") == "2 units"
