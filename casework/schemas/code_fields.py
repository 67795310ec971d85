"""Field types of the trade's own codes: NPI, service and diagnosis codes, our reference numbers.

Shapes and check digits only: whether a code is billable or on a list is a question to a table. A
sentence never repeats the value.
"""

from typing import Any

from marshmallow import ValidationError, fields

from casework import codes, refs
from casework.schemas.strict import said


class Npi(fields.String):
    """A National Provider Identifier: ten digits with Luhn's check digit over 80840 (CMS)."""

    default_error_messages = said(invalid="Send the NPI as text.")

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"pattern": r"^[12]\d{9}$", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        npi = super()._deserialize(value, attr, data, **kwargs).strip()
        wrong = codes.npi_problem(npi) if npi.isascii() else "An NPI has ten digits."
        if wrong:
            raise ValidationError(wrong)
        return npi


class ProcedureCode(fields.String):
    """A CPT or HCPCS Level II code by its shape, in capitals."""

    default_error_messages = said(
        invalid="Send the code as text.",
        shape="This is no CPT or HCPCS code: five characters such as 97110 or E0601.",
    )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).strip().upper()
        if not (code.isascii() and codes.is_procedure(code)):
            raise self.make_error("shape")
        return code


class ServiceCode(fields.String):
    """A code of any service system (CPT, HCPCS, ICD-10-PCS, NDC, revenue, X12 service type)."""

    default_error_messages = said(
        invalid="Send the code as text.",
        shape="This is no service code: send a CPT or HCPCS code such as 97110 or E0601, an"
        " ICD-10-PCS, NDC or revenue code, or a service type.",
    )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).strip().upper()
        if not code.isascii() or codes.system_of(code) == "unknown":
            raise self.make_error("shape")
        return code


class DiagnosisCode(fields.String):
    """An ICD-10-CM code by its shape, dotted or not; kept in capitals with its dot."""

    default_error_messages = said(
        invalid="Send the code as text.",
        shape="This is no ICD-10-CM code: a letter, a digit and up to five more characters, such"
        " as M54.50.",
    )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs)
        if not (code.isascii() and codes.is_diagnosis_shape(code)):
            raise self.make_error("shape")
        return codes.dotted(code)


class Reference(fields.String):
    """A reference number of ours; `kinds` says which (none: any). Kept in capitals."""

    default_error_messages = said(
        invalid="Send the number as text.",
        shape="This is no number of ours: it looks like PA-2026-000123-7.",
        check="The last digit of this number does not fit the others: compare it with the letter.",
        kind="This number names something else: {wanted} is wanted here.",
    )

    def __init__(self, *kinds: str, **kwargs: Any) -> None:
        self.kinds = kinds
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        ref = super()._deserialize(value, attr, data, **kwargs).strip().upper()
        if not (ref.isascii() and refs.looks_like_one(ref)):
            raise self.make_error("shape")
        kind = refs.kind_of(ref)
        if kind is None:
            raise self.make_error("check")
        if self.kinds and kind not in self.kinds:
            wanted = " or ".join(refs.PREFIXES[k] + "-…" for k in self.kinds)
            raise self.make_error("kind", wanted=wanted)
        return ref
