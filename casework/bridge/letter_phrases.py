"""Our own short phrases that letters print as facts, in each language of letters, by code.

Why a case was closed, what can be done instead, places, denial codes, units. Tables and no rows;
what a person wrote is never here.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

LANGUAGES: Final = ("en", "es")
Phrases = Mapping[str, tuple[str, str]]

# Why a case was closed, and what can be done instead: plain words for the member, by ground.
WHY_CLOSED: Final[Phrases] = {
    "duplicate": (
        "We got the same thing from you before, and we look at it there.",
        "Ya habíamos recibido lo mismo de usted, y lo revisamos allí.",
    ),
    "consent_missing": (
        "Someone sent it for you. We asked for your signed form. It did not come.",
        "Alguien lo envió en su nombre. Pedimos su formulario firmado. No llegó.",
    ),
    "invalid_filer": (
        "It was sent by someone who may not act for you.",
        "Lo envió alguien que no puede actuar por usted.",
    ),
    "nothing_to_appeal": (
        "It does not say which of our decisions it is about.",
        "No dice de cuál de nuestras decisiones se trata.",
    ),
    "pa_not_required": (
        "This care does not need our approval first.",
        "Esta atención no necesita nuestra aprobación previa.",
    ),
    "not_our_member": (
        "You were not our member on the day of the care.",
        "Usted no era miembro nuestro el día de la atención.",
    ),
    "not_about_the_plan": (
        "It is about something that is not part of our plan.",
        "Se trata de algo que no es parte de nuestro plan.",
    ),
    "filed_late": (
        "It came after the last day for it.",
        "Llegó después del último día para presentarlo.",
    ),
}
WHAT_NEXT: Final[Phrases] = {
    "duplicate": (
        "You do not have to do anything. We will write to you about the first one.",
        "No tiene que hacer nada. Le escribiremos sobre lo primero que recibimos.",
    ),
    "consent_missing": (
        "Send us the signed form, or send it yourself.",
        "Envíenos el formulario firmado, o preséntelo usted mismo.",
    ),
    "invalid_filer": (
        "You can send it yourself, or name someone to act for you. Call us to learn how.",
        "Puede enviarlo usted mismo o nombrar a alguien que actúe por usted. Llámenos.",
    ),
    "nothing_to_appeal": (
        "Send it again with the case number of our letter.",
        "Envíela otra vez con el número de caso de nuestra carta.",
    ),
    "pa_not_required": (
        "You can plan this care with your doctor.",
        "Puede planear esta atención con su médico.",
    ),
    "not_our_member": (
        "Ask the health plan that you had on that day.",
        "Pregunte al plan de salud que tenía ese día.",
    ),
    "not_about_the_plan": (
        "You can tell those whom it is about. Call us if we can help you find them.",
        "Puede decírselo a quien corresponda. Llámenos si podemos ayudarle a encontrarlo.",
    ),
    "filed_late": (
        "If you had a good reason why you could not send it in time, tell us. Call or write.",
        "Si tuvo una buena razón para no enviarlo a tiempo, díganoslo. Llame o escriba.",
    ),
}
# Why a request for a review outside cannot have one: 45 CFR 147.136(d)(2)(i)-(ii).
WHY_INELIGIBLE: Final[Phrases] = {
    "not_covered_at_the_time": (
        "You were not covered by our plan on the day of the care.",
        "Nuestro plan no lo cubría el día de la atención.",
    ),
    "not_reviewable": (
        "An outside review is for questions of medical judgment. Yours is about something else.",
        "La revisión externa es para preguntas de criterio médico. La suya es sobre otra cosa.",
    ),
    "plan_appeal_not_exhausted": (
        "You have to appeal to us first. You can do that now: call or write to us.",
        "Primero debe apelar ante nosotros. Puede hacerlo ahora: llámenos o escríbanos.",
    ),
    "filed_late": (
        "Your request came after the last day for it.",
        "Su pedido llegó después del último día para presentarlo.",
    ),
    "not_completed_in_time": (
        "We wrote to you what was missing. It did not come by the last day for it.",
        "Le escribimos lo que faltaba. No llegó a más tardar el último día.",
    ),
}
# Why care that was cut does not go on meanwhile, by the guard that refused it: 42 CFR 438.420(b).
WHY_NOT_CONTINUED: Final[Phrases] = {
    "the_service_was_authorized": (
        "Only care that we had approved, and that we now cut, can go on. This care is new.",
        "Solo puede seguir la atención ya aprobada que ahora recortamos. Esta es nueva.",
    ),
    "the_continuation_window_runs": (
        "You asked after the last day for it.",
        "Usted lo pidió después del último día para pedirlo.",
    ),
    "the_member_asked_to_continue": (
        "Only you, or the person who acts for you, can ask for this. Your provider cannot.",
        "Solo usted o la persona que lo representa puede pedirlo. Su proveedor no puede.",
    ),
}
# Denial codes of the plan and their meaning; 45 CFR 147.136(b)(3)(ii)(E)(3) asks for both.
DENIAL_CODES: Final[Phrases] = {
    "D-10": ("the medical need was not shown", "no se mostró la necesidad médica"),
    "D-11": (
        "the service is experimental or not proven for this use",
        "el servicio es experimental o no está probado para este uso",
    ),
    "D-20": (
        "not covered by us on the date of service",
        "no cubierto por nosotros en la fecha del servicio",
    ),
    "D-21": ("the benefit is used up", "el beneficio se agotó"),
    "D-22": ("the plan does not cover this service", "el plan no cubre este servicio"),
    "D-30": ("we did not decide in time", "no decidimos a tiempo"),
}
# Place of service codes (CMS), in our own words.
PLACES: Final[Phrases] = {
    "02": ("Telehealth, not at home", "Telesalud, fuera de casa"),
    "10": ("Telehealth at home", "Telesalud en casa"),
    "11": ("Office", "Consultorio"),
    "12": ("Home", "Su casa"),
    "20": ("Urgent care", "Atención de urgencia"),
    "21": ("Hospital, inpatient", "Hospital, con internación"),
    "22": ("Hospital, outpatient", "Hospital, paciente ambulatorio"),
    "23": ("Emergency room", "Sala de emergencias"),
    "24": ("Surgery center", "Centro de cirugía"),
    "31": ("Skilled nursing facility", "Centro de enfermería especializada"),
    "32": ("Nursing facility", "Hogar de cuidados"),
    "49": ("Clinic", "Clínica"),
    "62": ("Rehabilitation facility", "Centro de rehabilitación"),
    "65": ("Kidney treatment facility", "Centro de tratamiento renal"),
    "81": ("Laboratory", "Laboratorio"),
}
_UNITS: Final[Phrases] = {
    "VS": ("visit/visits", "visita/visitas"),
    "DY": ("day/days", "día/días"),
    "DA": ("day/days", "día/días"),
    "HS": ("hour/hours", "hora/horas"),
    "MN": ("minute/minutes", "minuto/minutos"),
    "MO": ("month/months", "mes/meses"),
    "WK": ("week/weeks", "semana/semanas"),
    "": ("unit/units", "unidad/unidades"),
}
_OTHER: Final[Phrases] = {
    "as_needed": ("as needed", "según se necesite"),
    "reviewer": ("Physician reviewer", "Médico revisor"),
    "no_address": ("No mailing address on file", "Sin dirección postal registrada"),
    "service": ("service {code}", "servicio {code}"),
    "claim": ("claim {number}", "reclamo {number}"),
    "claim_of": (
        "claim {number} for services on {day}",
        "reclamo {number} por servicios del {day}",
    ),
    "procedure": ("procedure code {code}", "código de procedimiento {code}"),
    "withdrawn": ("You took it back.", "Usted lo retiró."),
    "level_none": (
        "The contract has no further level for this claim.",
        "El contrato no tiene otro nivel para este reclamo.",
    ),
    "level_next": (
        "The contract has a further level. Send a second dispute of this claim by {day}.",
        "Hay otro nivel. Envíe una segunda disputa de este reclamo a más tardar el {day}.",
    ),
    "index.letter": ("Letter: {name}, {pages} pages", "Carta: {name}, {pages} páginas"),
    "index.criterion": ("Rule: {name}", "Regla: {name}"),
    "index.document": ("Paper: {name}", "Papel: {name}"),
}


def phrase(table: Phrases, key: str, language: str) -> str:
    """The phrase under this key in this language; empty where the table has none."""
    found = table.get(key)
    return found[LANGUAGES.index(language)] if found else ""


def other(key: str, language: str, **values: object) -> str:
    """One of the phrases that stand alone, with its values put in."""
    return phrase(_OTHER, key, language).format(**values)


def units_in_words(units: Decimal | None, unit: str, language: str = "en") -> str:
    """`24 visits`, `1 unit`; `as needed` where the request does not say."""
    if units is None:
        return other("as_needed", language)
    one, many = phrase(_UNITS, unit if unit in _UNITS else "", language).split("/")
    return f"{units.normalize():f} {one if units == 1 else many}"


def is_ours(text: str, language: str) -> bool:
    """Whether this text is one of these phrases in this language, so that nobody has to
    translate it."""
    place = LANGUAGES.index(language)
    tables = (WHY_CLOSED, WHAT_NEXT, WHY_INELIGIBLE, WHY_NOT_CONTINUED, _OTHER)
    return any(text == said[place] for table in tables for said in table.values())
