"""What every answer carries: the content policy, no caching of pages, and the other locks.

No page has an inline script, style or handler, so the policy needs no exception. It knows no page.
"""

from typing import Final

from flask import Flask, g, request
from werkzeug.wrappers import Response

from casework.config import Settings
from casework.web import edge

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_SENSORS: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "screen-wake-lock", "serial", "usb",
)  # fmt: skip
_PLAIN: Final = {
    "X-Content-Type-Options": "nosniff",
    # The origin stays in forms sent to ourselves, and nothing is told to anybody else.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _SENSORS),
}
TWO_YEARS: Final = 2 * 365 * 24 * 3600


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer, those of errors included."""

    @app.after_request
    def lock(response: Response) -> Response:
        for name, value in _PLAIN.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", content_policy())
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if framed() else "DENY")
        response.headers.setdefault("X-Request-Id", edge.request_id())
        if settings.production:
            response.headers["Strict-Transport-Security"] = (
                f"max-age={TWO_YEARS}; includeSubDomains"
            )
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response


def allow_framing() -> None:
    """Let our own pages show the answer of this request in a frame: for previews of letters."""
    g.framed = True


def framed() -> bool:
    """True when this answer may stand in a frame of ours."""
    return bool(g.get("framed", False))


def content_policy() -> str:
    """The content security policy of this answer."""
    policy = dict(_POLICY)
    if framed():
        policy["frame-ancestors"] = "'self'"
    return "; ".join(f"{name} {value}" for name, value in policy.items())
