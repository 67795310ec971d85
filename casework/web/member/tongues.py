"""The languages for which an interpreter is asked: in words for members and for who arranges it."""

from typing import Final

from flask_babel import lazy_gettext

OTHER: Final = "other"
# The languages that are asked for most; English words are for those who arrange it.
TONGUES: Final = {
    "spanish": "Spanish",
    "sign": "American Sign Language",
    "tactile": "Tactile interpreting (deaf-blind)",
    OTHER: "another language",
}
TONGUES_SAID: Final = (
    ("spanish", lazy_gettext("Spanish"), ""),
    ("sign", lazy_gettext("Sign language (ASL)"), ""),
    ("tactile", lazy_gettext("Sign language by touch"), ""),
    (OTHER, lazy_gettext("Another language"), lazy_gettext("Write it below.")),
)
