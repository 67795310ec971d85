"""The plan block of a contract: names, addresses and phones that its letters print, and its limits.

Frozen values; it knows no letter and no row.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """Where to write, call or fax: the appeals desk, a hearing body, an outside reviewer."""

    name: str
    lines: tuple[str, ...] = ()
    phone: str = ""
    fax: str = ""
    tty: str = ""
    email: str = ""
    website: str = ""
    hours: str = ""
    hours_es: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanBlock:
    """The plan of this contract on this date: names, addresses, phones. Addresses change; data.

    `external` is where an external review is asked for (the plan itself under the federal process,
    or the State); `form` is a form imprint that must be shown (Medicare: CMS-10003-NDMCP);
    `languages` are the codes of the State's notice-of-availability languages (empty: all we print).
    `hours_es` says the hours in Spanish, here and of an Office. `reading_grade` is the highest
    school year at which the plan's own wording may read, `free_text_grade` the ceiling for what is
    typed for one member (0: the default of letters/reading.toml).
    """

    name: str
    lines: tuple[str, ...]
    phone: str
    hours: str
    hours_es: str = ""
    tty: str = "711"
    website: str = ""
    nurse_line: str = ""
    form: str = ""
    languages: tuple[str, ...] = ()
    reading_grade: int = 0
    free_text_grade: int = 0
    appeals: Office | None = None
    grievances: Office | None = None
    records: Office | None = None
    peer_to_peer: Office | None = None
    fair_hearing: Office | None = None
    external: Office | None = None
    insurance_department: Office | None = None
    ombudsman: Office | None = None
    quality_organization: Office | None = None
    medicare_help: Office | None = None
    health_insurance_program: Office | None = None
