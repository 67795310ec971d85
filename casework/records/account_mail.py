"""What the e-mails around an account say, in both languages: nothing about health, no case, no name
of a service. `{link}` is the link, `{until}` how long it is good.
"""

from dataclasses import dataclass
from typing import Final

_HELP: Final = {
    "en": (
        "You did not ask for this? Then do nothing, or call the number on your member card"
        " (TTY 711).\n"
    ),
    "es": (
        "¿Usted no lo pidió? No haga nada, o llame al número de su tarjeta de miembro (TTY 711).\n"
    ),
}
# Who works for the plan or for an office has no member card.
_HELP_AT_WORK: Final = {
    "en": "You do not know of this? Then do nothing, and tell whoever manages your account.\n",
    "es": "¿Usted no sabe de esto? No haga nada, y avise a quien administra su cuenta.\n",
}


@dataclass(frozen=True)
class Mail:
    """One e-mail: its subject, its text, the language of both."""

    subject: str
    text: str
    language: str


_TEXTS: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("join", "en"): (
        "Go on with your account",
        (
            "You asked for an account with your health plan.\n\n"
            "Open this page to go on. It is good for 24 hours:\n{link}\n\n"
        ),
    ),
    ("join", "es"): (
        "Siga con su cuenta",
        (
            "Usted pidió una cuenta en su plan de salud.\n\n"
            "Abra esta página para seguir. Sirve por 24 horas:\n{link}\n\n"
        ),
    ),
    ("have", "en"): (
        "You have an account already",
        (
            "Somebody asked for an account for you. You have one: it is this e-mail address.\n\n"
            "Sign in with it. You forgot your password? Choose a new one here."
            " The page is good for 24 hours:\n{link}\n\n"
        ),
    ),
    ("have", "es"): (
        "Usted ya tiene una cuenta",
        (
            "Alguien pidió una cuenta para usted. Ya tiene una: es este correo electrónico.\n\n"
            "Entre con él. ¿Olvidó su contraseña? Elija otra aquí."
            " La página sirve por 24 horas:\n{link}\n\n"
        ),
    ),
    ("taken", "en"): (
        "This address has an account",
        (
            "Somebody asked for one more account with this e-mail address. It has one already.\n\n"
            "To see the records of a child, or of your husband or wife, sign in and add them:\n"
            "{link}\n\nOr ask again with another e-mail address.\n\n"
        ),
    ),
    ("taken", "es"): (
        "Este correo ya tiene una cuenta",
        (
            "Alguien pidió otra cuenta con este correo electrónico. Ya tiene una.\n\n"
            "Para ver los datos de un hijo, o de su esposo o esposa, entre y agregue a esa"
            " persona:\n{link}\n\nO pida la cuenta con otro correo.\n\n"
        ),
    ),
    ("child", "en"): (
        "This member is a child",
        (
            "You asked for an account for a member who is a child. A parent has an account, and"
            " adds the child to it.\n\n"
            "You are a member of our plan too? Ask for your own account, then add the child:\n"
            "{link}\n\nYou are not a member? Call the number on the card. We send you a form.\n\n"
        ),
    ),
    ("child", "es"): (
        "Este miembro es menor de edad",
        (
            "Usted pidió una cuenta para un menor. El padre o la madre tiene la cuenta y agrega"
            " al menor.\n\n"
            "¿Usted también es miembro? Pida su cuenta y luego agregue al menor:\n{link}"
            "\n\n¿Usted no es miembro? Llame al número de la tarjeta."
            " Le mandamos un formulario.\n\n"
        ),
    ),
    ("password", "en"): (
        "Choose a new password",
        (
            "You asked for a new password.\n\n"
            "Choose it on this page. It is good for one hour:\n{link}\n\n"
        ),
    ),
    ("password", "es"): (
        "Elija otra contraseña",
        "Usted pidió otra contraseña.\n\nElíjala en esta página. Sirve por una hora:\n{link}\n\n",
    ),
    ("staff", "en"): (
        "Choose your password",
        (
            "An administrator opened an account for you, or let you choose a new password.\n\n"
            "Choose it on this page. It is good for 7 days:\n{link}\n\n"
        ),
    ),
    ("staff", "es"): (
        "Elija su contraseña",
        (
            "Un administrador abrió una cuenta para usted, o le deja elegir otra contraseña.\n\n"
            "Elíjala en esta página. Sirve por 7 días:\n{link}\n\n"
        ),
    ),
    ("agree", "en"): (
        "Somebody asks to see your records",
        (
            "A person with an account at your health plan asks to see your records too. Only you"
            " can say yes.\n\n"
            "See who asks, and say yes or no. The page is good for 7 days:\n{link}\n\n"
        ),
    ),
    ("agree", "es"): (
        "Alguien pide ver sus datos",
        (
            "Una persona con una cuenta en su plan de salud pide ver también los datos de usted."
            " Solo usted puede decir que sí.\n\n"
            "Vea quién lo pide, y diga sí o no. La página sirve por 7 días:\n{link}\n\n"
        ),
    ),
    ("form", "en"): (
        "Your account to help a member",
        (
            "We have the form that lets you speak for a member of our plan.\n\n"
            "Open this page to make your account. It is good for 7 days:\n{link}\n\n"
        ),
    ),
    ("form", "es"): (
        "Su cuenta para ayudar a un miembro",
        (
            "Tenemos el formulario que le permite hablar por un miembro de nuestro plan.\n\n"
            "Abra esta página para crear su cuenta. Sirve por 7 días:\n{link}\n\n"
        ),
    ),
    ("sign", "en"): (
        "A member asks for your help",
        (
            "A member of our plan names you as the person who helps. Only you can say yes.\n\n"
            "Read the form and sign it on this page. It is good for 14 days:\n{link}\n\n"
        ),
    ),
    ("sign", "es"): (
        "Un miembro pide su ayuda",
        (
            "Un miembro de nuestro plan le nombra a usted como la persona que ayuda. Solo usted"
            " puede decir que sí.\n\n"
            "Lea el formulario y fírmelo en esta página. Sirve por 14 días:\n{link}\n\n"
        ),
    ),
    ("other", "en"): (
        "A member asks for your help",
        (
            "A member of our plan names you as the person who helps. This e-mail address has an"
            " account of its own, so it cannot sign here.\n\n"
            "Give the member another e-mail address. Or print the form and sign it by hand.\n\n"
        ),
    ),
    ("other", "es"): (
        "Un miembro pide su ayuda",
        (
            "Un miembro de nuestro plan le nombra a usted como la persona que ayuda. Este correo"
            " ya tiene su propia cuenta, así que no puede firmar aquí.\n\n"
            "Dé al miembro otro correo. O imprima el formulario y fírmelo a mano.\n\n"
        ),
    ),
    ("helper_on", "en"): (
        "Somebody may help you now",
        (
            "A form that lets somebody help you with your health plan counts from today. See who it"
            " is, and end it if you wish:\n{link}\n\n"
        ),
    ),
    ("helper_on", "es"): (
        "Ahora alguien puede ayudarle",
        (
            "Desde hoy vale un formulario que permite a alguien ayudarle con su plan de salud. Vea"
            " quién es y, si quiere, póngale fin:\n{link}\n\n"
        ),
    ),
    ("helper_off", "en"): (
        "A form for a helper has ended",
        (
            "A form that let somebody help you with your health plan counts no more. See the people"
            " who help you:\n{link}\n\n"
        ),
    ),
    ("helper_off", "es"): (
        "Terminó un formulario de ayuda",
        (
            "Un formulario que permitía a alguien ayudarle con su plan de salud ya no vale. Vea"
            " quién le ayuda:\n{link}\n\n"
        ),
    ),
    ("helper_end", "en"): (
        "Your form to help a member has ended",
        (
            "A form that let you help a member of our plan counts no more. You get no more letters"
            " for this member, and you see nothing more.\n\n"
        ),
    ),
    ("helper_end", "es"): (
        "Terminó su formulario de ayuda",
        (
            "Un formulario que le permitía ayudar a un miembro de nuestro plan ya no vale. Usted no"
            " recibe más cartas de ese miembro ni ve nada más.\n\n"
        ),
    ),
    ("new_pass", "en"): (
        "Your password was changed",
        (
            "The password of your account at your health plan was changed today. If it was you, all"
            " is well.\n\n"
            "If not, choose a new one now and look at your passkeys:\n{link}\n\n"
        ),
    ),
    ("new_pass", "es"): (
        "Se cambió su contraseña",
        (
            "Hoy se cambió la contraseña de su cuenta en su plan de salud. Si fue usted, todo está"
            " bien.\n\n"
            "Si no, elija otra ahora y mire sus llaves de acceso:\n{link}\n\n"
        ),
    ),
    ("told", "en"): (
        "An account was made for you",
        (
            "An account at your health plan now opens your records. If you made it, or said yes to"
            " it, all is well.\n\n"
        ),
    ),
    ("told", "es"): (
        "Se creó una cuenta para usted",
        (
            "Una cuenta en su plan de salud ahora abre sus datos. Si usted la creó, o dijo que sí,"
            " todo está bien.\n\n"
        ),
    ),
}
KINDS: Final = frozenset(kind for kind, _ in _TEXTS)


def mail(kind: str, language: str, *, link: str = "") -> Mail:
    """The e-mail of this kind in this language (English where there is none)."""
    tongue = language if (kind, language) in _TEXTS else "en"
    subject, text = _TEXTS[kind, tongue]
    return Mail(
        subject,
        text.format(link=link) + (_HELP_AT_WORK if kind == "staff" else _HELP)[tongue],
        tongue,
    )
