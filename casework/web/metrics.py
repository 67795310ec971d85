"""What Prometheus reads: how requests went, and how far behind the work is. No ids in labels."""

import hmac
from collections.abc import Mapping
from typing import Final

from flask import request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from casework.config import Settings

# A registry of our own: several applications of one process (tests) count together.
REGISTRY: Final = CollectorRegistry()
SECONDS: Final = Histogram(
    "casework_http_seconds",
    "How long requests took.",
    ["route", "code_class"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
REFUSED: Final = Counter(
    "casework_authz_denied_total",
    "Requests refused for lack of a role.",
    ["route", "role"],
    registry=REGISTRY,
)
SIGN_INS: Final = Counter(
    "casework_sign_in_total", "Sign-ins by outcome.", ["outcome"], registry=REGISTRY
)


def route() -> str:
    """The template of the route of this request; one word for all that has none."""
    rule = request.url_rule
    return rule.rule if rule is not None else "unmatched"


def exposition(
    *,
    waiting: int,
    oldest_seconds: float,
    sweep_seconds: float | None,
    alarms: Mapping[str, int],
    doubts: tuple[int, float] = (0, 0.0),
) -> bytes:
    """The page that Prometheus reads, with these facts of the database (`alarms` by code; `doubts`:
    copies in doubt, and the age of the oldest in seconds).

    Several web processes share their counts through the folder in PROMETHEUS_MULTIPROC_DIR.
    """
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:
        registry = REGISTRY
    facts = CollectorRegistry()
    depth = Gauge("casework_outbox_waiting", "Items waiting in the outbox.", registry=facts)
    oldest = Gauge("casework_outbox_oldest_seconds", "Age of the oldest item.", registry=facts)
    sweep = Gauge("casework_sweep_age_seconds", "Since the last sweep ended.", registry=facts)
    depth.set(waiting)
    oldest.set(oldest_seconds)
    sweep.set(float("inf") if sweep_seconds is None else sweep_seconds)
    standing = Gauge(
        "casework_alarms", "Alarms of the integrity checks that stand.", ["code"], registry=facts
    )
    doubtful = Gauge(
        "casework_letters_in_doubt", "Copies that may or may not have left.", registry=facts
    )
    doubt_age = Gauge(
        "casework_letters_in_doubt_oldest_seconds",
        "How long the oldest copy has been in doubt.",
        registry=facts,
    )
    doubtful.set(doubts[0])
    doubt_age.set(doubts[1])
    for code, count in alarms.items():
        standing.labels(code).set(count)
    return generate_latest(registry) + generate_latest(facts)


def content_type() -> str:
    """The media type of the exposition."""
    return CONTENT_TYPE_LATEST


def token(settings: Settings) -> str:
    """The bearer token with which a Prometheus elsewhere reads /metrics; made from a key."""
    return hmac.new(settings.keys["session"], b"metrics", "sha256").hexdigest()[:48]


def may_read(settings: Settings) -> bool:
    """True for the machine itself, not through a proxy, or with the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if given and hmac.compare_digest(given.encode(), token(settings).encode()):
        return True
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & set(dict(request.headers))
    return not forwarded and request.remote_addr in {"127.0.0.1", "::1"}
