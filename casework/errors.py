"""What can be refused, and how it is said: one exception per kind of refusal.

Each carries a sentence for a person, a stable `type` for programs, the HTTP status and, where
something typed was wrong, the fields with their fixes. It knows no web framework and no table.
"""

from collections.abc import Mapping


class Problem(Exception):
    """A refusal that a person may read. `fields` maps a JSON pointer or form field to its fix."""

    status = 400
    type = "bad-request"

    def __init__(
        self,
        sentence: str,
        *,
        fields: Mapping[str, str] | None = None,
        citation: str = "",
        source: str = "",
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = dict(fields or {})
        self.citation = citation
        self.source = source


class Unreadable(Problem):
    """The body is not what its content type says."""

    status, type = 400, "unreadable"


class SignInNeeded(Problem):
    """Nobody is signed in, or the token is not known."""

    status, type = 401, "sign-in-needed"


class NotAllowed(Problem):
    """Policy: this person may not do this. `source` names the policy row."""

    status, type = 403, "not-allowed"


class NotFound(Problem):
    """Not there, or not for this person: the two look the same."""

    status, type = 404, "not-found"


class StateRefused(Problem):
    """The state of the case, or the law (a guard), refuses. `citation` names the law."""

    status, type = 409, "refused"


class Busy(Problem):
    """Someone else holds the case or the key this instant; the same call will work again."""

    status, type = 409, "busy"


class Stale(Problem):
    """The case moved on since the caller looked."""

    status, type = 412, "stale"


class TooLarge(Problem):
    """More bytes than this door takes."""

    status, type = 413, "too-large"


class WrongMedia(Problem):
    """A content type that this door does not take."""

    status, type = 415, "wrong-media"


class Invalid(Problem):
    """Fields that must be corrected; nothing was stored."""

    status, type = 422, "invalid"


class WrongDoor(Invalid):
    """What was filed belongs through another door: `door` is appeal, dispute or complaint. Nothing
    was stored; what was typed can go there as it stands."""

    def __init__(self, sentence: str, *, door: str, fields: Mapping[str, str]) -> None:
        super().__init__(sentence, fields=fields, source=f"right-door:{door}")
        self.door = door


class VersionNeeded(Problem):
    """A change without If-Match."""

    status, type = 428, "version-needed"


class NotReady(Problem):
    """The database, its migrations or the keys are not there."""

    status, type = 503, "not-ready"
