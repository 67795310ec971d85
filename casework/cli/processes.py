"""The single processes as production runs them: web, worker, beat, and the broker-free watch."""

import os
import sys
import tempfile

import click

from casework import logs
from casework.cli import home
from casework.ground import database_for
from casework.watch import STALE_AFTER, Watch
from casework.worker import Worker, celery_app
from sla import timers

WEB_PROCESSES = 2
WEB_THREADS = 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve pages and APIs with gunicorn.

    \b
    Example:
      casework serve --host 0.0.0.0 --port 8000
    """
    settings = home.settings_here()
    home.require_newest(database_for(settings))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="casework-metrics-")
    os.execv(  # noqa: S606 - our own interpreter and server
        sys.executable,
        [
            sys.executable,
            "-m",
            "gunicorn",
            "wsgi:app",
            f"--bind={host}:{port}",
            "--worker-class=gthread",
            f"--workers={WEB_PROCESSES}",
            f"--threads={WEB_THREADS}",
            "--graceful-timeout=15",
            "--timeout=60",
            "--logger-class=casework.web.gunicorn_log.GunicornLog",
            "--config=python:casework.web.gunicorn_settings",
            "--log-level=warning",
        ],
    )


@click.command()
@click.option("--children", default=1, show_default=True, type=click.IntRange(1, 32))
@click.option("--deaf-after", default=timers.DEAF_AFTER_SECONDS, show_default=True, hidden=True)
def worker(children: int, deaf_after: float) -> None:
    """Answer the bells: sweep the clocks, produce and send letters.

    \b
    Example:
      casework worker --children 2
    """
    settings = home.settings_here()
    logs.configure(settings)
    app = celery_app(settings)
    ear = timers.Ear(app, deaf_after=deaf_after)
    app.worker_main(
        [
            "worker",
            "--pool=prefork",
            f"--concurrency={children}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )
    if ear.deaf:
        logs.of(__name__).warning("worker_was_deaf_starts_again")
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves


@click.command()
@click.option("--every", default=30.0, show_default=True, help="Seconds between rings.")
def beat(every: float) -> None:
    """Ring the bells: sweep the clocks, look for letters that are owed.

    \b
    Example:
      casework beat
    """
    settings = home.settings_here()
    logs.configure(settings)
    celery_app(settings, every=every).Beat(loglevel="WARNING", quiet=True).run()


@click.command()
@click.option("--every", default=30.0, show_default=True, help="Seconds between rounds.")
@click.option(
    "--rounds",
    default=None,
    type=click.IntRange(min=1),
    help="Do so many rounds now, whoever else sweeps, and stop.",
)
@click.option("--stale-after", default=STALE_AFTER, show_default=True, hidden=True)
def watch(every: float, rounds: int | None, stale_after: float) -> None:
    """Sweep, send and check without any broker, when nobody else does.

    It may always run beside the worker: it rests while the heartbeat of the sweep is fresh, and
    takes over when it is not.

    \b
    Example:
      casework watch --every 30
    """
    settings = home.settings_here()
    logs.configure(settings)
    worker = Worker(database_for(settings))
    watcher = Watch(worker, stale_after=stale_after)
    try:
        if rounds is None:
            watcher.run(every=every)
        else:
            watcher.rounds(rounds, every=every)
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        worker.close()
