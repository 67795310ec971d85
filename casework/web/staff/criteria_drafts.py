"""What the criteria put into a fresh form: the referral's result, and for a refusal the reason and
the rule in words. Whoever sends it words it; nothing is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from casework.context import Context
from casework.queries.case_file import CaseFile
from casework.records import checklists
from casework.records.checklists import Checklist

# Where the case's criteria stand beside the form.
SHOWN_BESIDE: Final = frozenset(
    {"refer_to_physician", "return_to_nurse", "approve", "approve_in_part", "deny"}
)
REFUSALS: Final = frozenset({"approve_in_part", "deny"})


def drafted(cx: Context, file: CaseFile, trigger: str) -> dict[str, str]:
    """The first values of the form of this step, as a browser would send them; empty where nothing
    was marked."""
    if file.case.kind != checklists.KIND or trigger not in {*REFUSALS, "refer_to_physician"}:
        return {}
    found = checklists.of_case(cx, file.case, key=file.key, lines=file.lines)
    if trigger == "refer_to_physician":
        papers = {row.id: row.name for row in file.documents}
        return _said({"criteria": checklists.in_words(found, papers)})
    unmet = [each for each in found if each.unmet]
    return _said(_refusal(file, unmet))


def _refusal(file: CaseFile, unmet: Sequence[Checklist]) -> dict[str, str]:
    if not unmet:
        return {}
    spanish = file.member.language == "es"
    typed: dict[str, str] = {}
    for index, line in enumerate(file.lines):
        of_line = [each for each in unmet if each.line.number == line.number]
        typed |= _line(index, of_line, "", "en")
        if spanish:
            typed |= _line(index, of_line, "_es", "es")
    named = "; ".join(dict.fromkeys(_named(each) for each in unmet))
    return typed | {
        "criterion": named[:400],
        "words-standard": f"We compared the records with each point of our policy: {named}.",
        "words-standard_es": (
            f"Comparamos los registros con cada punto de nuestra política: {named}."
            if spanish
            else ""
        ),
    }


def _line(index: int, of_line: Sequence[Checklist], double: str, language: str) -> dict[str, str]:
    told = [checklists.refusal_of(each, language=language) for each in of_line]
    reasons, rules = [reason for reason, _ in told], [rule for _, rule in told]
    return {
        f"lines-{index}-reason{double}": "\n".join(reasons),
        f"lines-{index}-criterion{double}": " ".join(rules)[:400],
    }


def _named(checklist: Checklist) -> str:
    return f"{checklist.policy.code}, version {checklist.policy.version}"


def _said(typed: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name, text in typed.items() if text}
