"""The pages of a provider's office: what waits for it, writing a request, a case and its steps."""

from casework.web.provider import (
    asking,
    by_fax,
    cases,
    claims,
    consents,
    diagnoses,
    doing,
    doors,
    filing,
    gold_record,
    home,
    letter_forms,
    matter,
    office,
    requesting,
    template_words,
)
from casework.web.provider.blueprint import provider

__all__ = [
    "asking",
    "by_fax",
    "cases",
    "claims",
    "consents",
    "diagnoses",
    "doing",
    "doors",
    "filing",
    "gold_record",
    "home",
    "letter_forms",
    "matter",
    "office",
    "provider",
    "requesting",
    "template_words",
]
