"""The web server's own messages, as JSON lines like all others; its access log stays off.

`gunicorn --logger-class casework.web.gunicorn_log.GunicornLog`. What it quotes of a request is
hidden as any library's message is.
"""

from typing import Any

from gunicorn.glogging import Logger

from casework import logs


class GunicornLog(Logger):  # type: ignore[misc]
    """Lets every message go to the root logger, and writes no access line: ours has the route."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's own handlers away."""
        self.cfg = cfg
        logs.as_lines(str(cfg.loglevel).upper())
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = log is self.error_log

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing: `casework.web.requests` writes the line of each request."""
