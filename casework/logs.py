"""Logs: one JSON line for each event, made of declared keys and short codes only.

Whatever is not a number, a flag or a short code under a declared key is written as its length, so
that no name, note or address of a person reaches a log, a library's own messages included. It knows
no table, no route and no web framework.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

from casework import now
from casework.config import Settings

# The keys that may carry text, beside numbers and flags, which every declared key may carry.
CODES: Final = frozenset(
    {
        "action", "at", "chain", "code", "door", "endpoint", "error", "event", "kind", "level",
        "logger", "method", "outcome", "queue", "request_id", "role", "route", "session_ref",
        "state", "task", "topic", "trigger", "where",
    }
)  # fmt: skip
NUMBERS: Final = frozenset(
    {
        "attempts", "case_id", "clock_id", "count", "document_id", "letter_id", "ms", "outbox_id",
        "pid", "port", "seconds", "size", "status", "token_id", "user_id",
    }
)  # fmt: skip
# A code has no space and nothing outside ASCII: `GET`, `/cases/<ref>`, `casework.web.edge:41`.
_CODE: Final = re.compile(r"[A-Za-z0-9_.:/<>=+-]{1,200}", re.ASCII)
FRAMES: Final = 6

Entry = MutableMapping[str, Any]


def configure(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send all logs of this process, the libraries' too, as JSON lines to `stream` (stderr)."""
    as_lines(settings.log_level, stream=stream)


def as_lines(level: str, *, stream: TextIO | None = None) -> None:
    """The same before the settings are read, at this level."""
    handler = logging.StreamHandler(stream) if stream else _ToStderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                _say_where,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _declared_only,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
            foreign_pre_chain=[_hide_message],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries speak only when something is wrong; what we say ourselves follows `level`.
    root.setLevel(logging.WARNING)
    logging.getLogger("casework").setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _ToStderr(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to whatever stderr is at that moment, so that it may be redirected later."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """The stderr of now."""
        return sys.stderr


def of(module: str) -> Any:
    """The logger of a module: `log.info("signed_in", user_id=7)`; the event is a code."""
    return structlog.stdlib.get_logger(module)


def redacted(value: Any) -> str:
    """What stands in the place of a value that may not be written: only its length."""
    return f"<redacted:{len(str(value))}>"


def _hide_message(_logger: Any, _method: str, entry: Entry) -> Entry:
    """A library's message may quote what somebody typed: keep only that it spoke."""
    entry["message"] = entry["event"]
    entry["event"] = "library"
    return entry


def _say_where(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Level, logger and, for an exception, its class and the frames it passed; never its text."""
    record: logging.LogRecord = entry["_record"]
    entry["at"] = now.wall().isoformat(timespec="milliseconds")
    entry["level"] = record.levelname.lower()
    entry["logger"] = record.name
    caught = entry.pop("exc_info", None) or record.exc_info
    if caught is True:
        caught = sys.exc_info()
    if isinstance(caught, BaseException):
        caught = (type(caught), caught, caught.__traceback__)
    if isinstance(caught, tuple) and caught[0] is not None:
        entry["error"] = f"{caught[0].__module__}.{caught[0].__qualname__}"
        entry["where"] = _frames(caught[2])
    for noise in ("exc_text", "stack_info", "stack"):
        entry.pop(noise, None)
    return entry


def _frames(traceback: TracebackType | None) -> str:
    """The last frames as `file:line`, outermost first; no source line, no value."""
    found: list[str] = []
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        found.append(f"{path.parent.name}/{path.stem}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return ">".join(found[-FRAMES:])


def _declared_only(_logger: Any, _method: str, entry: Entry) -> dict[str, Any]:
    return {key: _allowed(key, value) for key, value in entry.items()}


def _allowed(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value if key in NUMBERS or key in CODES else redacted(value)
    if key in CODES and isinstance(value, str) and _CODE.fullmatch(value):
        return value
    return redacted(value)
