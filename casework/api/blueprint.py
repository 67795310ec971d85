"""A blueprint of these doors: flask-smorest's, with our parser and our answers to what is raised.

Views of a door are registered through it and through nothing else.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import flask_smorest

from casework.api import problems
from casework.api.bodies import GuardedParser

PREFIX: Final = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """Views under `/api/v1` unless `url_prefix` says otherwise.

    Above a view stand, from top to bottom: route, arguments, response, `access.entry`.
    """

    ARGUMENTS_PARSER = GuardedParser()

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        options.setdefault("url_prefix", PREFIX)
        super().__init__(name, import_name, **options)
        self.register_error_handler(Exception, problems.answer)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register and document a view at this rule."""
        typed: Callable[[View], View] = super().route(rule, **options)
        return typed

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Read body or query through this schema and hand the result to the view."""
        typed: Callable[[View], View] = super().arguments(schema, **options)
        return typed

    def response(
        self, status_code: int, schema: Any = None, **options: Any
    ) -> Callable[[View], View]:
        """Write what the view returns through this schema."""
        typed: Callable[[View], View] = super().response(status_code, schema, **options)
        return typed

    def alt_response(self, status_code: int, *args: Any, **options: Any) -> Callable[[View], View]:
        """Document another answer of the view."""
        typed: Callable[[View], View] = super().alt_response(status_code, *args, **options)
        return typed

    def doc(self, **said: Any) -> Callable[[View], View]:
        """Add to the documentation of the view."""
        typed: Callable[[View], View] = super().doc(**said)
        return typed
