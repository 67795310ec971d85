"""OAuth 2.0 client credentials (RFC 6749, 4.4): a client's own token buys a short-lived one.

`client_id` is the name or the number of the client's token, `client_secret` the token itself. An
unknown client and a wrong secret are refused alike. Authlib speaks the protocol; rows are written
by `services.tokens`.
"""

import logging
from typing import Any, Final

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from flask import Flask, Response, current_app, request

from casework import bearer, now
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.context import Context, Principal
from casework.queries.api_tokens import Presented, presented
from casework.services import tokens

# Authlib writes issued tokens into its debug log.
logging.getLogger("authlib").setLevel(logging.INFO)

blueprint = ApiBlueprint(
    "oauth",
    __name__,
    url_prefix="/oauth",
    description="Where a client exchanges its secret for an access token.",
)

EXTENSION: Final = "casework.api.oauth"
METHODS: Final = ["client_secret_basic", "client_secret_post"]
FORM: Final = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {"type": "string", "description": "Scopes with spaces between; all when absent."},
        "client_id": {"type": "string", "description": "When not in HTTP Basic."},
        "client_secret": {"type": "string", "description": "When not in HTTP Basic."},
    },
}
ISSUED: Final = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": {"type": "string", "examples": ["cw_…"]},
        "token_type": {"type": "string", "enum": ["Bearer"]},
        "expires_in": {"type": "integer", "description": "Seconds."},
        "scope": {"type": "string"},
    },
}


class Client(ClientMixin):  # type: ignore[misc]
    """Whoever calls himself by this id; `living` once the secret has proved it."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.living: Presented | None = None

    def check_client_secret(self, client_secret: str) -> bool:
        """The secret must be a living token of a client with this name or number, and its own."""
        with edge.database().looking_up() as session:
            found = presented(session, client_secret, wall=now.wall())
        own = found is not None and found.user is None and found.token_id == found.client_id
        if found is None or not own or self.client_id not in {found.name, str(found.client_id)}:
            return False
        self.living = found
        return True

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """In HTTP Basic or in the form; never without a secret."""
        return endpoint == "token" and method in METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        """Client credentials only."""
        return grant_type == "client_credentials"

    def get_client_id(self) -> str:
        """The id as it was sent."""
        return self.client_id

    def get_allowed_scope(self, scope: str) -> str:
        """What was asked for, which the grant has checked; all that the client has when nothing."""
        held = self.living.scopes if self.living else frozenset()
        return " ".join(dict.fromkeys(scope.split())) if scope else " ".join(sorted(held))


class Grant(ClientCredentialsGrant):  # type: ignore[misc]
    """Client credentials, with the scopes held to those of the client."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_token_request(self) -> None:
        """Nothing secret in the address, each field once."""
        if request.query_string:
            raise InvalidRequestError("Send everything in the form, nothing in the address.")
        if any(len(values) > 1 for _, values in request.form.lists()):
            raise InvalidRequestError("One field stands twice in the form: keep one of them.")
        super().validate_token_request()

    def validate_requested_scope(self) -> None:
        """A client gets no scope that its own token lacks."""
        asked = set((self.request.payload.scope or "").split())
        lacking = asked - self.request.client.living.scopes
        if lacking:
            raise InvalidScopeError("This client does not have all of these scopes.")


@blueprint.route("/token", methods=["POST"])
@blueprint.doc(
    requestBody={"content": {"application/x-www-form-urlencoded": {"schema": FORM}}},
    responses={
        "200": {"description": "OK", "content": {"application/json": {"schema": ISSUED}}},
        "401": {"description": "The client is not known or its secret is wrong (RFC 6749, 5.2)."},
    },
)
@entry(public=True)
def post_token() -> Response:
    """Exchange a client's secret for an access token of 30 minutes.

    Client id and secret come in HTTP Basic or in the form. Errors are those of RFC 6749, 5.2.
    """
    from_server: Response = _server().create_token_response()
    return from_server


def install(app: Flask) -> None:
    """Give the application its token endpoint."""
    server = AuthorizationServer()
    server.init_app(app, query_client=Client, save_token=_store)
    server.register_token_generator(
        "default",
        BearerTokenGenerator(
            access_token_generator=lambda **_asked: bearer.fresh(),
            expires_generator=_seconds,
        ),
    )
    server.register_grant(Grant)
    app.extensions[EXTENSION] = server


def _seconds(client: Client, _grant_type: str) -> int:
    """The life of an access token: half an hour, or what is left of the client's own."""
    life = tokens.ACCESS_LIFE
    if client.living is not None and client.living.expires_at is not None:
        life = min(life, client.living.expires_at - now.wall())
    return max(0, int(life.total_seconds()))


def _store(token: dict[str, Any], oauth_request: Any) -> None:
    living: Presented = oauth_request.client.living
    wall = now.wall()
    cx = Context(
        now=wall,
        principal=Principal(
            kind="client",
            id=living.client_id,
            name=living.name,
            roles=frozenset({"client"}),
            organization_id=living.organization_id,
            scopes=living.scopes,
        ),
        request_id=edge.request_id(),
        session_ref=f"token:{living.client_id}",
        channel="api",
        database=edge.database(),
    )
    tokens.issue_access_token(
        cx,
        living.client_id,
        plain=token["access_token"],
        scopes=tuple(token["scope"].split()),
        wall=wall,
    )


def _server() -> AuthorizationServer:
    """The token endpoint of this application."""
    from_app: AuthorizationServer = current_app.extensions[EXTENSION]
    return from_app
