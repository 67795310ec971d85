"""What only a door of HTTP refuses: a missing token or scope, a method, too many calls."""

from casework.errors import NotAllowed, Problem, SignInNeeded

REALM = 'Bearer realm="casework"'


class TokenNeeded(SignInNeeded):
    """No token came; cookies do not count."""

    challenge = REALM

    def __init__(self) -> None:
        super().__init__(
            "Send a token with this request: Authorization: Bearer cw_… (cookies do not count).",
            fields={"Authorization": "Send Bearer, a space, and your token."},
        )


class TokenDead(SignInNeeded):
    """A token came that stands for nobody: never issued, expired, revoked, or its person left."""

    challenge = REALM + ', error="invalid_token"'

    def __init__(self) -> None:
        super().__init__(
            "This token is not known, has expired or was revoked: ask for a new one.",
            fields={"Authorization": "Send a token that lives."},
        )


class ScopeMissing(NotAllowed):
    """The token may not do this. `source` names the scope."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"This token lacks the scope {scope}: ask the plan to issue one that has it.",
            source=scope,
        )
        self.challenge = f'{REALM}, error="insufficient_scope", scope="{scope}"'


class NotOffered(Problem):
    """The address is there, the method is not."""

    status, type = 405, "not-offered"


class TooMany(Problem):
    """More requests than this client may send in a minute."""

    status, type = 429, "too-many"


class Defect(Problem):
    """Our own fault; the caller learns the request id and nothing else."""

    status, type = 500, "defect"
