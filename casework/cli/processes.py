"""The single processes as production runs them: web, worker, beat, and the broker-free watch."""

import os
import sys

import click

from casework import logs
from casework.cli import home
from casework.ground import database_for
from casework.worker import Worker, celery_app

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
    home.require_newest(database_for(home.settings_here()))
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
            "--log-level=warning",
        ],
    )


@click.command()
@click.option("--children", default=1, show_default=True, type=click.IntRange(1, 32))
def worker(children: int) -> None:
    """Answer the bells: sweep the clocks, produce and send letters.

    \b
    Example:
      casework worker --children 2
    """
    settings = home.settings_here()
    logs.configure(settings)
    celery_app(settings).worker_main(
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


@click.command()
def beat() -> None:
    """Ring the bells every half minute.

    \b
    Example:
      casework beat
    """
    settings = home.settings_here()
    logs.configure(settings)
    celery_app(settings).Beat(loglevel="WARNING", quiet=True).run()


@click.command()
@click.option("--every", default=30.0, show_default=True, help="Seconds between rounds.")
@click.option("--rounds", default=None, type=int, help="Stop after so many rounds.")
def watch(every: float, rounds: int | None) -> None:
    """Sweep and send without any broker: the loop that may always run beside the worker.

    \b
    Example:
      casework watch --every 30
    """
    settings = home.settings_here()
    logs.configure(settings)
    watcher = Worker(database_for(settings))
    try:
        watcher.watch(every=every, rounds=rounds)
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        watcher.close()
