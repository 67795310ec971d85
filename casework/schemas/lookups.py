"""What may be asked of the look-ups and what they answer: eligibility, and the PA list.

The words of the list's answers are those of CRD's coverage-information, in camelCase as there.
"""

from marshmallow import fields, validates_schema

from casework.schemas.code_fields import Npi, ServiceCode
from casework.schemas.fields import LocalDate, Many, Text, Units
from casework.schemas.strict import Incoming, Outgoing, needed, refuse, told

MAX_LINES = 50
NEEDED = ("auth-needed", "no-auth", "satisfied", "indeterminate")


class EligibilityIn(Incoming):
    """The query of GET /eligibility."""

    member_id = Text(
        most=20,
        **needed("Send member_id: the member's number as it stands on the card."),
        metadata=told("The member's number as on the card.", "12345678901"),
    )
    date_of_service = LocalDate(
        **needed("Send date_of_service as YYYY-MM-DD: coverage is asked for one day."),
        metadata=told("The day of the service, up to 24 months back or ahead.", "2026-11-21"),
    )


class ContractOut(Outgoing):
    """One contract: a line of business in one state."""

    code = fields.String(metadata=told("Its code.", "OH-MCD"))
    name = fields.String(metadata=told("Its name.", "Ohio Medicaid"))
    line = fields.String(metadata=told("medicaid, marketplace or medicare."))


class FlagOut(Outgoing):
    """Advice beside an answer; it never stops anything."""

    code = fields.String(metadata=told("A stable word.", "other_coverage"))
    says = fields.String(metadata=told("The advice as a sentence."))


class EligibilityOut(Outgoing):
    """Whether the plan covers the member on that day. An unknown number looks the same as no
    coverage."""

    member_id = fields.String(attribute="member_number")
    date_of_service = fields.Date()
    as_of = fields.Date(metadata=told("The date of this answer (UTC)."))
    covered = fields.Boolean()
    contract = fields.Nested(ContractOut, allow_none=True)
    product = fields.String()
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True, metadata=told("Null while it has no end."))
    flags = fields.List(fields.Nested(FlagOut))


class PaRequiredIn(Incoming):
    """The query of GET /pa-required."""

    contract = Text(
        most=40,
        **needed(
            "Send contract: the code of the contract, such as the answer of /eligibility has."
        ),
        metadata=told("The code of the contract.", "OH-MCD"),
    )
    code = ServiceCode(
        **needed("Send code: the code of the service, such as 97110 or E0601."),
        metadata=told("CPT, HCPCS or another service code.", "97110"),
    )
    date = LocalDate(
        **needed("Send date: the day of the service as YYYY-MM-DD."),
        metadata=told("The planned day of the service.", "2026-12-01"),
    )


class PaLineIn(Incoming):
    """One service that is asked about."""

    code = ServiceCode(
        **needed("Send the code of the service, such as 97110 or E0601."),
        metadata=told("CPT, HCPCS or another service code.", "97110"),
    )
    system = Text(
        most=120,
        load_default="",
        metadata=told("The code system; the shape of the code decides, so this may be left out."),
    )
    modifiers = Many(Text(most=2, least=2), most=4, load_default=list)
    units = Units(load_default=None)
    dx = Many(Text(most=10), most=12, load_default=list)


class PaRequirementsIn(Incoming):
    """Many services at once, for a contract or for a member whose contract is looked up."""

    contract = Text(most=40, load_default="", metadata=told("The code of the contract.", "OH-MCD"))
    member_id = Text(
        most=20,
        data_key="memberId",
        load_default="",
        metadata=told("The member's number; needs the scope eligibility:read.", "12345678901"),
    )
    date = LocalDate(
        **needed("Send date: the day of the service as YYYY-MM-DD."),
        metadata=told("The planned day of the service.", "2026-12-01"),
    )
    provider_npi = Npi(data_key="providerNpi", load_default="")
    place_of_service = Text(most=10, data_key="placeOfService", load_default="")
    lines = Many(
        fields.Nested(PaLineIn),
        least=1,
        most=MAX_LINES,
        **needed("Send at least one line with the code of a service."),
    )

    @validates_schema
    def contract_or_member(self, data: dict[str, object], **_kwargs: object) -> None:
        """The list belongs to a contract, and a member leads to one."""
        if not data.get("contract") and not data.get("member_id"):
            refuse({"contract": ["Send the code of the contract, or memberId to look it up."]})


class PaAnswerOut(Outgoing):
    """What the plan's list says about one code, dated, so that it can be kept as proof."""

    code = fields.String()
    system = fields.String(metadata=told("The code system by the shape of the code."))
    label = fields.String(metadata=told("The plan's own words for the service."))
    covered = fields.String(
        metadata=told(
            "not-covered when the member has no coverage that day; else indeterminate: the list"
            " does not know benefits.",
            enum=["not-covered", "indeterminate"],
        )
    )
    needed = fields.String(
        data_key="paNeeded",
        metadata=told("A code that is not on the list is indeterminate.", enum=list(NEEDED)),
    )
    doc_needed = fields.List(
        fields.String(),
        data_key="docNeeded",
        metadata=told("Papers that a request needs: `clinical`, or none."),
    )
    info_needed = fields.List(
        fields.String(),
        data_key="infoNeeded",
        metadata=told("What would make the answer definite, such as `detail-code`."),
    )
    reason = fields.String(metadata=told("The answer as a sentence."))
    policy = fields.String(data_key="policyRef", metadata=told("The plan's policy, when named."))
    authorization = fields.String(
        data_key="satisfiedPaId",
        metadata=told("The authorization that already covers it, when paNeeded is satisfied."),
    )
    assertion = fields.String(
        data_key="assertionId",
        metadata=told("The mark by which the plan knows its own answer.", "PAL-20261121-4f0c…"),
    )
    answered_on = fields.Date(data_key="date", metadata=told("The date of this answer."))
    date_of_service = fields.Date(data_key="dateOfService")
    holds_until = fields.Date(
        data_key="expiry",
        allow_none=True,
        metadata=told("The last day of service for which today's list says so; null: no end."),
    )


class PaRequiredOut(PaAnswerOut):
    """The answer for one code, with its contract."""

    contract = fields.Nested(ContractOut)


class PaRequirementsOut(Outgoing):
    """The answers in the order of the lines."""

    contract = fields.Nested(ContractOut, allow_none=True)
    lines = fields.List(fields.Nested(PaAnswerOut))
