"""A blueprint of these doors: flask-smorest's, with our parser and our answers to what is raised.

Views of a door are registered through it and through nothing else.
"""

from typing import Any

import flask_smorest

from casework.api import problems
from casework.api.bodies import GuardedParser

PREFIX = "/api/v1"


class ApiBlueprint(flask_smorest.Blueprint):
    """Views under `/api/v1` unless `url_prefix` says otherwise."""

    ARGUMENTS_PARSER = GuardedParser()

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        options.setdefault("url_prefix", PREFIX)
        super().__init__(name, import_name, **options)
        self.register_error_handler(Exception, problems.answer)
