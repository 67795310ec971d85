"""The blueprint of the provider's pages, and who may enter which part of them."""

from typing import Final

from flask import Blueprint

from casework.web.access import OFFICES

provider = Blueprint("provider", __name__, url_prefix="/provider")

# Everybody of an office; who manages it sees its people and makes tokens as well.
OFFICE: Final = tuple(sorted(OFFICES))
MANAGERS: Final = ("provider_admin",)
